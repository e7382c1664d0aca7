// What stands below the tables: COST, warnings, what is missing, how the run ended.
#ifndef TVP_REPORT_TABLE_FOOT_H
#define TVP_REPORT_TABLE_FOOT_H

#include "report/table/derive.h"
#include "report/text/document.h"

/// Returns 0 or -ENOMEM.
int foot_print(const struct document *document, const struct derived *derived, bool all);

#endif
