// The options of `tvp advise` about a command: those of `tvp run command`, but for --items, and how to measure it.
#ifndef TVP_CLI_OPTIONS_ADVISE_COMMAND_OPTIONS_H
#define TVP_CLI_OPTIONS_ADVISE_COMMAND_OPTIONS_H

#include "cli/options/command_options.h"

struct advise_command_request {
	struct command_request command;
	uint64_t budget_ns, seed; ///< as given, or by default
	const char *measuring;    ///< of the options how to measure, the last one given; NULL: none
};

/// A child, as command_options().
const struct argp *advise_command_options(void);

#endif
