// From the words of a command line to planned rows: shared by `run` and `gbench`.
#ifndef TVP_CLI_PLAN_H
#define TVP_CLI_PLAN_H

#include "bench/plan/experiment.h"

/// Plan a comma-separated list of suites ("quick", "ipc", "full") and experiments into the record. Returns 0 or -EINVAL
/// with a message: an unknown experiment, an unknown axis value, nothing to run.
int plan_suite(const char *suite, struct plan_options *options, struct record *record);

/// Name on stderr each value that the user gave and that no row has.
void plan_tell_missing(const char *command, const struct plan_options *options, const struct record *record);

/// The default time budget of such a list: the largest of its members'.
uint64_t plan_budget_ns(const char *suite);

#endif
