// The short examination that a run or a gate carries: one second, before anything is measured.
#ifndef TVP_CLI_DOCTOR_BRIEF_H
#define TVP_CLI_DOCTOR_BRIEF_H

#include "cli/options/options.h"
#include "host/facts.h"

/// What decides whether it is worth its second.
struct doctor_case {
	enum progress_mode when; ///< of --doctor
	double expected_s;       ///< that measuring will take
	double rounds_n;         ///< that there will be; of a gate, blocks
	bool resumed;            ///< it has been looked at when the run began
};

/// Look for a second, where that is due: say on stderr what disturbs, and keep it among the facts ("doctor", and a
/// warning for each). Failing is a warning, too.
void doctor_brief(const char *command, const struct doctor_case *known, const struct topology *topology,
                  struct facts *facts);

#endif
