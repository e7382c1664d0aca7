// The help and the refusal name the formats that can write the kind of report at hand.
#include "cli/options/format_option.h"

#include <string.h>

#include "cli/options/options.h"

enum { TEXT_BYTES = 400 };

static const struct argp_option options[] = {
	{"format", 'f', "FORMAT", 0, "", 6},
	{0},
};

static error_t parse(int key, char *argument, struct argp_state *state)
{
	struct format_request *request = state->input;
	char names[TEXT_BYTES];
	switch (key) {
	case ARGP_KEY_INIT:
		request->format = format_find("table", request->kind);
		return 0;
	case 'f':
		request->format = format_find(argument, request->kind);
		if (!request->format)
			option_refuse(state, "format", argument, format_names(names, sizeof names, request->kind));
		request->given = true;
		return 0;
	}
	return ARGP_ERR_UNKNOWN;
}

// "table (for a terminal; the default), csv (a line per spec)". argp frees the result unless it is the text itself.
static char *help(int key, const char *text, void *input)
{
	const struct format_request *request = input;
	char out[TEXT_BYTES] = "";
	if (key != 'f')
		return (char *)text;
	for (const struct format *const *format = formats; *format; format++) {
		size_t used = strlen(out);
		if (format_writes(*format, request->kind))
			snprintf(out + used, sizeof out - used, "%s%s (%s%s)", used ? ", " : "", (*format)->name,
			         (*format)->summary, used ? "" : "; the default");
	}
	return strdup(out);
}

const struct argp *format_option(void)
{
	static const struct argp argp = {.options = options, .parser = parse, .help_filter = help};
	return &argp;
}
