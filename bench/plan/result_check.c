// To check 256 MiB takes as long as five runs over them. A model that leaves items out does so in every visit, so the
// first ones are checked whole; what could go wrong later is looked for in a window.
#include "bench/plan/result_check.h"

#include "base/clock.h"
#include "base/rng.h"

// Small enough that the caller's caches, which hold the window after it was overwritten, do not show in the first timed
// run of all.
enum { WINDOW_PART = 256, WHOLE_BYTES = 512 << 10 };

static struct span window_draw(const struct problem *problem, uint64_t seed)
{
	struct rng rng = {seed ? seed : clock_now_ns()};
	uint64_t items_n = (problem->items_n + WINDOW_PART - 1) / WINDOW_PART;
	uint64_t begin = rng_next(&rng) % (problem->items_n - items_n + 1);
	return (struct span){begin, begin + items_n, 1};
}

void result_check_begin(struct result_check *check, const struct problem *problem, uint64_t seed)
{
	*check = (struct result_check){problem, problem->out_bytes > WHOLE_BYTES ? seed : 0, {0, 0, 1}};
	problem_poison(problem, check->seed == 0 ? span_whole(problem) : (struct span){0, 1, 1});
}

void result_check_ready(struct result_check *check, struct exec *exec)
{
	check->window = window_draw(check->problem, check->seed);
	problem_poison(check->problem, check->window);
	exec_forget(exec);
}

int result_check_end(const struct result_check *check, const struct exec *exec, double *share)
{
	const struct problem *problem = check->problem;
	struct span span = check->seed == 0 ? span_whole(problem) : check->window;
	*share = check->seed == 0 ? 1 : (double)span_items(span) / (double)problem->items_n;
	return problem->kernel->check(problem, span, exec->total);
}
