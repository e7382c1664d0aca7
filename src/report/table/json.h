// The figures of a run for programs.
#ifndef TVP_REPORT_TABLE_JSON_H
#define TVP_REPORT_TABLE_JSON_H

#include <stdio.h>

#include "report/table/derive.h"

/// One object, {"tvp_show": 1, …}: every row with its medians, intervals and ratios, COST and break-even sizes. Returns
/// 0 or -errno with a message.
int run_json_print(FILE *out, const struct derived *derived);

#endif
