// A report that fits a screen: as much of it as there is room for.
#ifndef TVP_REPORT_TABLE_FIT_H
#define TVP_REPORT_TABLE_FIT_H

#include "report/table/derive.h"
#include "report/text/document.h"

/// Print what `whole` prints where that has at most `lines_n` lines, or else a few lines for each experiment
/// (screen.h), as many as there is room for, and at the end how many rows are not shown. Returns 0, -ENOMEM or what
/// `whole` returned.
int fit_print(const struct document *document, const struct derived *derived, unsigned lines_n,
              int (*whole)(const struct document *document, const struct derived *derived, bool all));

#endif
