// Which ways to try, and on how many inputs, so that it fits the time there is.
#ifndef TVP_ADVISE_COMMAND_TRIAL_H
#define TVP_ADVISE_COMMAND_TRIAL_H

#include <stdbool.h>
#include <stdint.h>

enum { COMMAND_COUNTS_MAX = 12 };

/// What is known before.
struct command_trial_wish {
	double drawn_n;  ///< inputs that may be used
	double input_ns; ///< of one, alone
	double busy;     ///< CPUs that it uses meanwhile
	unsigned cpus_n;
	double most_n; ///< processes that fit the memory; INFINITY: not known
	double spend_ns;
	uint64_t batch_n; ///< 0: no batches
	bool fed;
};

struct command_trial {
	unsigned workers[COMMAND_COUNTS_MAX], workers_n; ///< how many at once; 1 is among them where batches or fed are
	uint64_t inputs_n;                               ///< of one pass
	double round_ns;                                 ///< one pass of each way
};

/// The most that would be tried at once, if there is memory: 2 x CPUs; up to 8 x where each waits most of the time.
unsigned command_trial_most(const struct command_trial_wish *wish);
/// As many where time allows, else 2 x CPUs, else as many as CPUs alone; as many inputs as leave time for some rounds,
/// never fewer than are at once. Returns 0, or -ERANGE with a message: how long it would take at least.
int command_trial_plan(struct command_trial *trial, const struct command_trial_wish *wish);

#endif
