// What a run's time budget can give, said before anything is measured.
#ifndef TVP_CLI_BUDGET_H
#define TVP_CLI_BUDGET_H

#include "bench/plan/experiment.h"

/// Where the budget allows too few rounds for an interval: of a plan that is suites only (and not what the user named)
/// skip the rows of the most expensive axis values, if that is enough and leaves most rows; and say on stderr what the
/// budget allows, how long 6 and 30 rounds take, and what is or could be left out.
void budget_tell(const char *command, const struct plan_options *options, struct record *record);

#endif
