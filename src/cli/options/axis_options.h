// The options that say what to measure: one for every axis, shared by the commands that plan specs.
#ifndef TVP_CLI_AXIS_OPTIONS_H
#define TVP_CLI_AXIS_OPTIONS_H

#include <argp.h>
#include <stdbool.h>

#include "bench/plan/experiment.h"

/// Where the choices go. Of the plan, only they are set: the rest is the caller's.
struct axis_request {
	struct plan_options *plan;
	bool given; ///< set where any axis was given
};

/// A child for a command's own parser, which hands it a struct axis_request in state->child_inputs when it is called
/// with ARGP_KEY_INIT. Its options stand in groups 1 and 2 of the help, so the parent's begin with 3. Ends the program
/// with EXIT_USAGE and a message where a list is wrong. Static, for the program's life.
const struct argp *axis_options(void);

#endif
