// The registry, and what every format's caller does around its hook.
#include "report/format/format.h"

#include <errno.h>
#include <string.h>

#include "base/status.h"
#include "report/result/file.h"
#include "report/table/derive.h"
#include "report/text/document.h"
#include "report/text/text.h"

#define FORMAT(name) extern const struct format format_##name;
#include "report/format/list.def"
#undef FORMAT

const struct format *const formats[] = {
#define FORMAT(name) &format_##name,
#include "report/format/list.def"
#undef FORMAT
	NULL,
};
_Static_assert(sizeof formats / sizeof *formats <= FORMATS_MAX, "room for every format");

bool format_writes(const struct format *format, enum report_kind kind)
{
	switch (kind) {
	case REPORT_RUN:
		return format->run;
	case REPORT_COMPARISON:
		return format->comparison;
	case REPORT_CHECK:
		return format->check;
	case REPORT_FIT:
		return format->fit;
	case REPORT_REPLAY:
		return format->replay;
	case REPORT_ADVICE:
		return format->advice;
	case REPORT_GATE:
		return format->gate;
	case REPORT_DOCTOR:
		return format->doctor;
	}
	return false;
}

const struct format *format_find(const char *name, enum report_kind kind)
{
	const struct format *const *format = formats;
	while (*format && !(format_writes(*format, kind) && strcmp((*format)->name, name) == 0))
		format++;
	return *format;
}

char *format_names(char *out, size_t out_bytes, enum report_kind kind)
{
	*out = '\0';
	for (const struct format *const *format = formats; *format; format++) {
		size_t used = strlen(out);
		if (format_writes(*format, kind))
			snprintf(out + used, out_bytes - used, "%s%s", used ? ", " : "", (*format)->name);
	}
	return out;
}

int format_run_write(const struct format *format, FILE *out, const struct record *record,
                     const struct report_style *style)
{
	struct derived derived;
	int status = derive_open(&derived, record);
	if (status < 0)
		return status;
	status = format->run(out, &derived, style);
	derive_close(&derived);
	return status;
}

struct gate_file {
	const struct format *format;
	const struct gate *gate;
};

static int gate_file_compose(FILE *out, const void *context)
{
	const struct gate_file *file = context;
	return file->format->gate(out, file->gate, &(struct report_style){0});
}

int format_gate_write(const struct format *format, const struct gate *gate, const char *path, FILE *dash)
{
	struct gate_file file = {format, gate};
	if (strcmp(path, "-") != 0)
		return file_replace(path, gate_file_compose, &file);
	int status = gate_file_compose(dash, &file);
	if (status == 0)
		status = text_end(dash);
	return status < 0 ? status_fail(-status, "writing --%s to standard output", format->gate_option) : 0;
}
