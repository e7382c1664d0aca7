// Options and operands that several commands have, read and refused alike.
#include "cli/options/options.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/units.h"
#include "cli/options/exit_code.h"
#include "report/text/document.h"

enum { LINES_LEAST = 10, LINES_MOST = 100000, SCREEN_LINES_LEAST = 40, LINES_LEFT = 3, SCREEN_COLUMNS_LEAST = 80 };

_Noreturn void option_refuse(const struct argp_state *state, const char *option, const char *argument,
                             const char *expected)
{
	fprintf(stderr, "%s: --%s='%s': expected %s\n", state->name, option, argument, expected);
	exit(EXIT_USAGE);
}

void unit_time_take(const struct argp_state *state, const char *option, const char *argument, double *ns)
{
	uint64_t duration_ns;
	char *end;
	strtod(argument, &end);
	if (*end == '\0' || units_parse_duration(argument, &duration_ns) < 0)
		option_refuse(state, option, argument, "a time with its unit, such as 40us, 2ms or 1s");
	*ns = (double)duration_ns;
}

void fraction_take(const struct argp_state *state, const char *option, const char *argument,
                   const struct fraction_range *range, double *out)
{
	char expected[120];
	if (units_parse_fraction(argument, out) == 0 && *out >= range->least && *out <= range->most &&
	    !(range->without_ends && (*out == range->least || *out == range->most)))
		return;
	snprintf(expected, sizeof expected, "%s (5%% or 0.05)", range->text);
	option_refuse(state, option, argument, expected);
}

void operand_missing(const struct argp_state *state, const char *name)
{
	argp_error(state, "missing operand: %s", name);
}

error_t operands_parse(struct operands *operands, int key, const char *argument, const struct argp_state *state)
{
	unsigned most_n = 0;
	while (most_n < OPERANDS_MAX && operands->name[most_n])
		most_n++;
	if (key == ARGP_KEY_ARG && operands->n == most_n)
		argp_error(state, "unexpected argument '%s'", argument);
	else if (key == ARGP_KEY_ARG)
		operands->value[operands->n++] = argument;
	else if (key == ARGP_KEY_END && operands->n < operands->required_n)
		operand_missing(state, operands->name[operands->n]);
	else if (key != ARGP_KEY_END)
		return ARGP_ERR_UNKNOWN;
	return 0;
}

void others_wait_take(const struct argp_state *state, const char *argument, uint64_t *wait_ns)
{
	if (units_parse_duration(argument, wait_ns) < 0)
		option_refuse(state, "wait-for-others", argument, "a time such as 90s or 10m");
}

void lines_take(const struct argp_state *state, const char *argument, struct report_style *style)
{
	uint64_t lines;
	if (strcmp(argument, "all") == 0)
		style->lines = 0;
	else if (units_parse_count(argument, LINES_LEAST, LINES_MOST, &lines) == 0)
		style->lines = (unsigned)lines;
	else
		option_refuse(state, "lines", argument, "a whole number from 10 to 100000, or all");
}

// Tables are laid out for 80 to DOCUMENT_COLUMNS columns. 0: nothing is known.
static unsigned columns_within(uint64_t columns)
{
	if (columns == 0)
		return 0;
	return columns < SCREEN_COLUMNS_LEAST ? SCREEN_COLUMNS_LEAST
	       : columns < DOCUMENT_COLUMNS   ? (unsigned)columns
	                                      : DOCUMENT_COLUMNS;
}

// $COLUMNS, which also holds where the output is no terminal.
static unsigned columns_wanted(void)
{
	const char *wanted = getenv("COLUMNS");
	uint64_t columns;
	return wanted && units_parse_count(wanted, 1, UINT32_MAX, &columns) == 0 ? columns_within(columns) : 0;
}

// Lines are left for where a run's result is, and for the shell.
void style_of_output(struct report_style *style)
{
	struct winsize size = {0};
	*style = (struct report_style){.colour = isatty(STDOUT_FILENO), .columns = columns_wanted()};
	if (!style->colour)
		return;
	bool known = ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0;
	style->lines =
		known && size.ws_row > SCREEN_LINES_LEAST + LINES_LEFT ? size.ws_row - LINES_LEFT : SCREEN_LINES_LEAST;
	if (known && style->columns == 0)
		style->columns = columns_within(size.ws_col);
}

void suite_take(const char *command, const char *list, char *out, size_t out_bytes)
{
	if ((size_t)snprintf(out, out_bytes, "%s", list) < out_bytes)
		return;
	fprintf(stderr, "%s: '%.40s…': a list of suites and experiments has at most %zu characters\n", command, list,
	        out_bytes - 1);
	exit(EXIT_USAGE);
}

void option_put(FILE *out, const char *name, const char *value)
{
	if (!value)
		return;
	fprintf(out, " --%s='", name);
	for (; *value; value++)
		if (*value == '\'')
			fputs("'\\''", out);
		else
			fputc(*value, out);
	fputc('\'', out);
}

void command_join(char *out, size_t out_bytes, int argc, char **argv)
{
	*out = '\0';
	for (int i = 0; i < argc; i++)
		snprintf(out + strlen(out), out_bytes - strlen(out), "%s%s", i ? " " : "", argv[i]);
}

int progress_mode_parse(const char *text, enum progress_mode *mode)
{
	static const char *const names[] = {"auto", "always", "never"};
	for (int i = PROGRESS_AUTO; i <= PROGRESS_NEVER; i++)
		if (strcmp(text, names[i]) == 0) {
			*mode = (enum progress_mode)i;
			return 0;
		}
	return -EINVAL;
}
