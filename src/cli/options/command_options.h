// The options of `tvp run command`: what to run, for what, and how.
#ifndef TVP_CLI_OPTIONS_COMMAND_OPTIONS_H
#define TVP_CLI_OPTIONS_COMMAND_OPTIONS_H

#include <argp.h>

#include "bench/command/job.h"

struct command_request {
	struct command_settings settings;
	bool given; ///< any of them was
};

/// A child for a command's own parser, which hands it a struct command_request in state->child_inputs. Ends the program
/// with EXIT_USAGE where a value is wrong. Static, for the program's life.
const struct argp *command_options(void);
/// The same for a command that has an --items=N of its own, which is to set settings.items_n.
const struct argp *command_options_without_items(void);

#endif
