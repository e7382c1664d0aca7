// The contract of an output format, and the registry of them. A format is one file in this folder, which defines
// `const struct format format_NAME`, and one line of list.def; the options of all commands, their help and their errors
// follow from the registry.
#ifndef TVP_REPORT_FORMAT_FORMAT_H
#define TVP_REPORT_FORMAT_FORMAT_H

#include <stdbool.h>
#include <stdio.h>

#include "report/gate/replay_report.h"

struct advice_report;
struct check;
struct comparison;
struct curves;
struct derived;
struct doctor;
struct gate;
struct report_style;
struct record;

/// What a command reports.
enum report_kind {
	REPORT_RUN,        ///< `tvp run`, `tvp show`
	REPORT_COMPARISON, ///< `tvp compare`
	REPORT_CHECK,      ///< `tvp check`
	REPORT_FIT,        ///< `tvp fit`
	REPORT_REPLAY,     ///< `tvp replay`
	REPORT_ADVICE,     ///< `tvp advise`
	REPORT_GATE,       ///< `tvp gate`: the table on standard output, and a file per option
	REPORT_DOCTOR,     ///< `tvp doctor`
};

/// A replay reports one file after the other.
struct replay_format {
	/// Before the first and after the last file. May be NULL.
	void (*begin)(FILE *out, enum replay_question question);
	void (*end)(FILE *out, enum replay_question question);
	/// Returns 0 or -errno with a message.
	int (*file)(FILE *out, const struct replayed *replayed, const struct report_style *style);
};

/// An examination, or one line of `tvp doctor --watch`, which began at that time ("12:34:56").
struct doctor_format {
	int (*whole)(FILE *out, const struct doctor *doctor, const struct report_style *style);
	int (*line)(FILE *out, const struct doctor *doctor, const char *time);
};

/// A hook writes one report; NULL: the format cannot write that kind. Each returns 0, or -errno with a message for what
/// could not be written (text_end() in report/text/text.h finds it). The style is for people's formats alone.
struct format {
	const char *name;    ///< as in --format=NAME
	const char *summary; ///< a few words for --help
	int (*run)(FILE *out, const struct derived *derived, const struct report_style *style);
	int (*comparison)(FILE *out, const struct comparison *comparison, const struct report_style *style);
	int (*check)(FILE *out, const struct check *check, const struct report_style *style);
	int (*fit)(FILE *out, const struct curves *curves, const struct report_style *style);
	const struct replay_format *replay;
	int (*advice)(FILE *out, const struct advice_report *report, const struct report_style *style);
	int (*gate)(FILE *out, const struct gate *gate, const struct report_style *style);
	const struct doctor_format *doctor;
	const char *gate_option;  ///< with `gate`: --OPTION=FILE of `tvp gate`. NULL: on standard output only
	const char *gate_summary; ///< what --help says of that option
};

enum { FORMATS_MAX = 32 };

/// Ended by NULL.
extern const struct format *const formats[];

bool format_writes(const struct format *format, enum report_kind kind);
/// The format of this name that writes this kind; NULL: there is none.
const struct format *format_find(const char *name, enum report_kind kind);
/// "table, markdown, csv, json": the names of those that write this kind.
char *format_names(char *out, size_t out_bytes, enum report_kind kind);

/// Write the report of a run. Returns 0, or -errno with a message.
int format_run_write(const struct format *format, FILE *out, const struct record *record,
                     const struct report_style *style);
/// Write one of a gate's files, replaced in one step; where path is "-", to `dash`. Returns 0, or -errno with a
/// message.
int format_gate_write(const struct format *format, const struct gate *gate, const char *path, FILE *dash);

#endif
