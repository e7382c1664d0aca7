// The two halves of reading a gate's file: what it says of the run, and its rows, blocks and judgements.
#ifndef TVP_REPORT_GATE_LOADER_H
#define TVP_REPORT_GATE_LOADER_H

#include "gate/gate.h"
#include "report/result/json_cursor.h"

extern const char *const gate_side_names[SIDES_N];

bool cursor_is_null(const struct json_cursor *cursor, const char *key);
/// As cursor_number(), `otherwise` where the value is null.
int cursor_number_or(const struct json_cursor *cursor, const char *key, double otherwise, double *out);
/// As cursor_flag(), false where files of older programs do not have it.
int gate_flag_load(const struct json_cursor *cursor, const char *key, bool *out);
/// The statistic named at "statistic".
int gate_statistic_load(const struct json_cursor *cursor, enum statistic *statistic);

/// "rows", then "judgements", of an outermost object. Return 0 or -errno.
int gate_rows_load(const struct json_cursor *root, struct gate *gate);
int gate_judgements_load(const struct json_cursor *root, struct gate *gate);

#endif
