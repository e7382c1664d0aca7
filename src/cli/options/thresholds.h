// What counts as slower: the options that `tvp gate`, `tvp check` and `tvp replay` have in common.
#ifndef TVP_CLI_OPTIONS_THRESHOLDS_H
#define TVP_CLI_OPTIONS_THRESHOLDS_H

#include <argp.h>

#include "stats/statistic.h"

/// Where the values go, and what is there beforehand is the default; help calls NAN and STATISTIC_N `otherwise`.
struct thresholds_request {
	double *effect, *tolerate, *alpha; ///< fractions
	double *beta;                      ///< NULL with thresholds_of_check()
	enum statistic *statistic;         ///< NULL with thresholds_of_check()
	const char *otherwise;             ///< "as recorded"
};

/// Children for a command's own parser, which hands them a struct thresholds_request in state->child_inputs when it is
/// called with ARGP_KEY_INIT. The options stand in group 4 of the help. They end the program with EXIT_USAGE where a
/// value is out of its range, or the effect is not larger than what is tolerated. Static, for the program's life.
const struct argp *thresholds_of_gate(void);
/// The same without --beta and --statistic: one run has neither.
const struct argp *thresholds_of_check(void);

#endif
