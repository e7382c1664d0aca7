// The options of `tvp gate`.
#ifndef TVP_CLI_GATE_OPTIONS_H
#define TVP_CLI_GATE_OPTIONS_H

#include <wordexp.h>

#include "cli/options/axis_options.h"
#include "cli/options/options.h"
#include "gate/gate.h"

enum { GATE_SPECS_MAX = 256, GATE_FORMATS_MAX = 16 };

struct gate_request {
	struct plan_options plan;
	struct axis_request axes;
	struct gate_options options;
	struct side side[SIDES_N];
	wordexp_t prefix_words[SIDES_N];  ///< that side[].prefix points into
	const char *spec[GATE_SPECS_MAX]; ///< specs asked for by name, instead of a suite
	unsigned specs_n;
	const char *output[GATE_FORMATS_MAX]; ///< [index in gate_formats]: a path, "-", or NULL
	enum progress_mode progress;
	bool strict;
};

/// Parse the command line of `tvp gate`; ends the program with EXIT_USAGE and a message where it is wrong.
void gate_request_parse(struct gate_request *request, int argc, char **argv);

#endif
