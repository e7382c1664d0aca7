// Whether a visit's result is right and was computed anew: all of it, or a window that nobody can know beforehand.
#ifndef TVP_BENCH_PLAN_RESULT_CHECK_H
#define TVP_BENCH_PLAN_RESULT_CHECK_H

#include "exec/exec.h"

struct result_check {
	const struct problem *problem;
	uint64_t seed;      ///< 0: all of it
	struct span window; ///< drawn once the workers exist, which so cannot know it
};

/// Before warming up. Where all of the output will be checked, overwrite it. seed 0, or an output so small that
/// checking it takes no time: all of it; else a window is drawn by it.
void result_check_begin(struct result_check *check, const struct problem *problem, uint64_t seed);

/// After warming up, before anything is timed: draw the window and overwrite it; forget the partials. What the warm-up
/// left must not pass for a result of the timed runs.
void result_check_ready(struct result_check *check, struct exec *exec);

/// After the timed runs. *share: of the output that was checked; 1 where there is none. Returns 0 or -EBADMSG.
int result_check_end(const struct result_check *check, const struct exec *exec, double *share);

#endif
