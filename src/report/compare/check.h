// Printing what src/gate found of a result and its baselines.
#ifndef TVP_REPORT_COMPARE_CHECK_H
#define TVP_REPORT_COMPARE_CHECK_H

#include "gate/stored/check.h"
#include "report/text/document.h"

/// What a verdict by these baseline runs does not include: every format says so.
const char *check_caveat(const struct check *check);

/// Print verdicts as a table, worst first; as JSON, one object: {"tvp_check": 1, …}. Return 0 or -errno with a message.
int check_print(const struct document *document, const struct check *check);
int check_json_print(FILE *out, const struct check *check);

#endif
