// The memory of a command while it runs: looked at every other millisecond of the calibrating pass, which is not timed.
// The kernel's own figure of an ended process cannot be less than this process's, whose memory it shared until its
// exec.
#ifndef TVP_BENCH_COMMAND_WEIGH_H
#define TVP_BENCH_COMMAND_WEIGH_H

#include <stdint.h>

enum { COMMAND_WEIGH_MS = 2, COMMAND_WEIGHTS_MAX = 128, COMMAND_MODEL_BYTES = 24 };

/// Most of any process of a model with so many workers. 0: not known.
struct command_weight {
	char model[COMMAND_MODEL_BYTES];
	unsigned workers_n;
	uint64_t pss_bytes, peak_bytes;
};

/// Of all rows, in memory that runners share: what the calibrating visit found holds for the later ones.
struct command_weights {
	unsigned n;
	struct command_weight weight[COMMAND_WEIGHTS_MAX];
};

/// Look at a living process, and keep what is more. Of one that has just ended nothing is kept.
void command_weigh(int pid, struct command_weight *weight);
/// The entry of a row, made where there is none yet; NULL where there are too many.
struct command_weight *command_weight_of(struct command_weights *weights, const char *model, unsigned workers_n);

#endif
