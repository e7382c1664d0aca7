// What stands below the tables: COST, warnings, what is missing, how the run ended.
#ifndef TVP_REPORT_TABLE_FOOT_H
#define TVP_REPORT_TABLE_FOOT_H

#include "report/table/derive.h"
#include "report/text/document.h"

/// Rows of the same reason that a report names by default.
enum { FOOT_NAMES = 3 };

/// names_n: how many rows of the same reason are named. Returns 0 or -ENOMEM.
int foot_print(const struct document *document, const struct derived *derived, unsigned names_n);
/// The same in as few lines as possible: one for each warning and each reason.
int foot_say(const struct document *document, const struct derived *derived);

#endif
