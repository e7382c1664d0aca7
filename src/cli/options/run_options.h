// The options of `tvp run`.
#ifndef TVP_CLI_OPTIONS_RUN_OPTIONS_H
#define TVP_CLI_OPTIONS_RUN_OPTIONS_H

#include <stdbool.h>

#include "cli/options/axis_options.h"
#include "cli/options/command_options.h"
#include "cli/options/format_option.h"
#include "cli/options/machine_options.h"
#include "cli/options/options.h"

struct run_request {
	struct plan_options plan;
	struct machine_request machine;
	struct command_request command;
	struct axis_request axes; ///< how the axes' options come into the plan
	struct operands operands;
	struct format_request format;
	struct report_style style; ///< of what stands on standard output
	struct run_options options;
	char out[400];           ///< "" where not given
	const char *resume;      ///< NULL where not given
	uint64_t others_wait_ns; ///< for other runs of tvp
	bool dry_run;
	bool budget_given, rounds_given;
	bool plan_given; ///< a suite, an axis, a seed or a target
	enum progress_mode progress;
	enum progress_mode doctor; ///< when the machine is looked at before
};

/// Parse the command line of `tvp run`; ends the program with EXIT_USAGE and a message where it is wrong.
void run_request_parse(struct run_request *request, int argc, char **argv);

#endif
