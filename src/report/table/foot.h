// What stands below the tables: COST, doubts, what is missing, how the run ended.
#ifndef TVP_REPORT_TABLE_FOOT_H
#define TVP_REPORT_TABLE_FOOT_H

#include "report/table/derive.h"
#include "report/table/table.h"

void foot_print(FILE *out, const struct derived *derived, const struct table_options *options);

/// The fewest workers with which `model` beats the fastest serial run of `row`'s problem: COST (McSherry, Isard,
/// Murray, "Scalability! But at what COST?", HotOS 2015). Beats: the 95 % interval of fastest serial wall / wall,
/// paired within rounds, lies above 1. *most: the most workers measured, 0 for none. Returns the count, 0 when none
/// did.
unsigned cost_workers(const struct derived *derived, uint32_t row, const char *model, unsigned *most);
/// The fastest serial row of this row's problem in any memory, pages or pin; -1 when none was measured.
int32_t cost_serial(const struct derived *derived, uint32_t row);

#endif
