// The tables of a run, which people read first.
#ifndef TVP_REPORT_TABLE_TABLE_H
#define TVP_REPORT_TABLE_TABLE_H

#include "report/table/derive.h"
#include "report/text/document.h"

/// Print one table per experiment (and per problem where it scales), then COST, break-even sizes, warnings, rows that
/// failed or were skipped, and why the run stopped. At most as wide as the document where the rows' own names allow it.
/// style->all: every figure of every row, in further tables below each first one. style->lines: where all rows take
/// more lines, a few lines for each experiment instead (fit.h). Returns 0, -ENOMEM, or -EIO or what else writing failed
/// with, with a message.
int table_print(const struct document *document, const struct derived *derived, const struct report_style *style);

#endif
