// What a gate writes that is larger than a format's own file: report/format/ says which format it is.
#ifndef TVP_REPORT_GATE_OUTPUTS_H
#define TVP_REPORT_GATE_OUTPUTS_H

#include "gate/gate.h"
#include "report/text/document.h"

/// The format of our own JSON, as "tvp_gate": VERSION.
enum { GATE_JSON_VERSION = 1 };

/// The verdict table, rows that failed or were skipped, and what the verdicts mean. Returns 0 or -errno, with a
/// message.
int gate_table_print(const struct document *document, const struct gate *gate);

/// Of a gate that has ended: everything, so that verdicts can be recomputed; a page for a CI job's summary; one side as
/// a result file. Return 0 or -errno.
int gate_json_write(FILE *out, const struct gate *gate);
int gate_markdown_write(FILE *out, const struct gate *gate);
int gate_side_write(FILE *out, const struct gate *gate, int side);

#endif
