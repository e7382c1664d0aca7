// What a gate writes: the table for people, and a file format for each reader. A format is one file and one line.
#ifndef TVP_REPORT_GATE_OUTPUTS_H
#define TVP_REPORT_GATE_OUTPUTS_H

#include <stdio.h>

#include "gate/gate.h"

/// The format of our own JSON, as "tvp_gate": VERSION.
enum { GATE_JSON_VERSION = 1 };

struct gate_format {
	const char *option; ///< --OPTION=FILE of `tvp gate`
	const char *text;   ///< for --help
	/// Print a struct gate that has ended. Returns 0 or -errno.
	int (*compose)(FILE *out, const void *gate);
};

/// Ended by one without an option.
extern const struct gate_format gate_formats[];

/// Write one format to a file (replaced in one step), or to `dash` where path is "-". Returns 0 or -errno, with a
/// message.
int gate_output(const struct gate *gate, const struct gate_format *format, const char *path, FILE *dash);

/// The formats, one file each: struct gate_format.compose.
int gate_json_compose(FILE *out, const void *gate);
int gate_junit_compose(FILE *out, const void *gate);
int gate_markdown_compose(FILE *out, const void *gate);
int gate_annotations_compose(FILE *out, const void *gate);
int gate_action_compose(FILE *out, const void *gate);
int gate_bencher_compose(FILE *out, const void *gate);
int gate_old_compose(FILE *out, const void *gate);
int gate_new_compose(FILE *out, const void *gate);

/// The judgements of a gate, worst first: by verdict (in its order), then by estimate. malloc'd, gate->judgements_n;
/// NULL: no memory.
uint32_t *gate_order(const struct gate *gate);

/// "+5.2 %", "-0.3 %", "∞", "" for NAN: a ratio new / old as a change.
char *gate_change_text(char *out, size_t out_bytes, double ratio);
/// The spec's name, and the series where it is not the wall time: "… work".
char *gate_judgement_name(char *out, size_t out_bytes, const struct gate *gate, const struct judgement *judgement);

struct gate_table_options {
	bool colour;
};
/// The verdict table, rows that failed or were skipped, and what the verdicts mean. Returns 0 or -errno, with a
/// message.
int gate_table_print(FILE *out, const struct gate *gate, const struct gate_table_options *options);

#endif
