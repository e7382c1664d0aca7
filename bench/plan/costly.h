// Which axis values take most of a run's time: what to leave out where the time budget gives no interval.
#ifndef TVP_BENCH_PLAN_COSTLY_H
#define TVP_BENCH_PLAN_COSTLY_H

#include "bench/plan/experiment.h"
#include "measure/rounds.h"

enum { COSTLY_MAX = 128 };

/// One value of an axis, and the open rows that have it.
struct costly_value {
	char key[SPEC_KEY_BYTES], value[SPEC_VALUE_BYTES];
	uint32_t rows_n;
	double round_s; ///< what they take of a round; estimated
};

struct costly {
	struct costly_value value[COSTLY_MAX]; ///< in the order in which they should go
	unsigned values_n;
	uint32_t rows_n;                ///< open rows that have any of them
	struct rounds_budget all, rest; ///< with them, and without
	bool keeps_named;               ///< the rows of experiments that the user named are none of theirs
};

/// The values to leave out, those whose rows take longest first, until the budget allows ROUNDS_FOR_INTERVAL rounds, or
/// nothing more can go. Never among them: a value whose rows others are set against (baselines, peers, limits), the
/// last value of an experiment, and one whose rows take no longer than the others. `fixed`: what the user named stays,
/// too, values of the axes that are chosen there and rows of experiments in record->options.suite; NULL: any may go.
/// Returns whether the budget is enough without them.
bool costly_find(const struct record *record, const struct plan_options *fixed, struct costly *costly);

/// Skip the open rows that have one of these values, with the reason.
void costly_skip(struct record *record, const struct costly *costly);

#endif
