// The tables people read first, at the end of `tvp run` and in `tvp show`.
#ifndef TVP_REPORT_TABLE_H
#define TVP_REPORT_TABLE_H

#include <stdbool.h>
#include <stdio.h>

#include "measure/record.h"

struct table_options {
	bool all;    ///< every figure of every row, in further tables below each first one
	bool colour; ///< terminal escapes; the tables say the same without
};

/// Print one table per experiment (and per problem where it scales), then COST, break-even sizes, warnings, rows that
/// failed or were skipped, and why the run stopped. At most 120 columns wide where the rows' own names allow it.
/// Returns 0, -ENOMEM, or -EIO or what else writing to `out` failed with, with a message.
int table_print(FILE *out, const struct record *record, const struct table_options *options);

#endif
