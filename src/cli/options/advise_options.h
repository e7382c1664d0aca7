// The options of `tvp advise`.
#ifndef TVP_CLI_OPTIONS_ADVISE_OPTIONS_H
#define TVP_CLI_OPTIONS_ADVISE_OPTIONS_H

#include "advise/workload.h"
#include "cli/options/advise_command_options.h"
#include "cli/options/format_option.h"
#include "cli/options/machine_options.h"
#include "cli/options/options.h"
#include "cli/options/plugin_options.h"
#include "cli/options/service_options.h"

struct advise_request {
	struct workload workload;
	struct service_request service;
	struct format_request format;
	struct report_style style;
	const char *kernel, *size; ///< a kernel whose items are measured; NULL: the work is described
	const char *from;          ///< a result file that the costs are learned from; NULL: this machine's calibration
	struct advise_command_request command; ///< a command that is measured
	const char *described;                 ///< of the options that describe work, the last one given; NULL: none
	const char *measured;                  ///< the same of those that are measured of a kernel
	double sampled_n; ///< set by advise_measure_items(): it measured a job of so many items; 0: all
	bool items_given, cv_given;
	bool explain, verify;
};

/// Parse the command line; ends the program with EXIT_USAGE and a message where it is wrong.
void advise_request_parse(struct advise_request *request, int argc, char **argv);

#endif
