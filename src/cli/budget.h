// What a run's time budget can give, said before anything is measured.
#ifndef TVP_CLI_BUDGET_H
#define TVP_CLI_BUDGET_H

#include "bench/plan/experiment.h"

/// Where the budget allows too few rounds for an interval: of suites (and not of what the user named) skip the rows of
/// the most expensive axis values, one after the other, until it allows enough or nothing more can go; and say on
/// stderr, and in a warning of the record, what the budget allows, how long 6 and 30 rounds take, and what is or could
/// be left out. A record that has rounds keeps all its rows.
void budget_tell(const char *command, const struct plan_options *options, struct record *record);

#endif
