// The options of `tvp gate`.
#ifndef TVP_CLI_OPTIONS_GATE_OPTIONS_H
#define TVP_CLI_OPTIONS_GATE_OPTIONS_H

#include <wordexp.h>

#include "cli/options/axis_options.h"
#include "cli/options/machine_options.h"
#include "cli/options/options.h"
#include "cli/options/program_options.h"
#include "cli/options/thresholds.h"
#include "gate/gate.h"
#include "report/format/format.h"

enum { GATE_SPECS_MAX = 256 };

struct gate_request {
	struct plan_options plan;
	struct axis_request axes;
	struct machine_request machine;
	struct gate_options options;
	struct thresholds_request thresholds; ///< where options are filled in
	struct programs_request programs;
	struct operands operands; ///< OLD, NEW
	struct side side[SIDES_N];
	char *variants[SIDES_N];          ///< that side[].variant points into
	wordexp_t prefix_words[SIDES_N];  ///< that side[].prefix points into
	const char *spec[GATE_SPECS_MAX]; ///< specs asked for by name, instead of a suite
	unsigned specs_n;
	const char *output[FORMATS_MAX]; ///< [index in formats]: a path, "-", or NULL
	uint64_t others_wait_ns;         ///< for other runs of tvp
	enum progress_mode progress;
	enum progress_mode doctor; ///< when the machine is looked at before
	bool strict;
};

/// What does not fit together in it: a sentence, or NULL.
const char *gate_request_wrong(const struct gate_request *request);
/// Fill in the sides' programs: one that neither an option nor an operand names is the other one.
void gate_request_sides(struct gate_request *request);
/// The suite where none was given. kernel: that of both sides' files, which is chosen unless another is; NULL: none.
void gate_request_suite(struct gate_request *request, const char *kernel);

/// Parse the command line of `tvp gate`; ends the program with EXIT_USAGE and a message where it is wrong.
void gate_request_parse(struct gate_request *request, int argc, char **argv);

#endif
