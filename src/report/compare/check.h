// Printing what src/gate found of a result and its baselines.
#ifndef TVP_REPORT_CHECK_H
#define TVP_REPORT_CHECK_H

#include "gate/stored/check.h"
#include "report/format/spec_table.h"

/// What a verdict by these baseline runs leaves out: said in every format.
const char *check_caveat(const struct check *check);

/// Print verdicts, worst first. Returns 0 or -errno with a message.
int check_print(FILE *out, const struct check *check, enum report_format format);
/// The same as JSON, one object: {"tvp_check": 1, …}.
int check_print_json(FILE *out, const struct check *check);

#endif
