// Calibrated work: --size=10us keeps one worker computing for 10 us. Touches no memory, so that a run costs its time
// and nothing else. The clock is asked once per process how fast the chain runs; a run only counts steps. Caveat: at
// another clock frequency than the calibration's a run lasts as much longer or shorter.
#include <errno.h>

#include "base/hot.h"
#include "base/status.h"
#include "kernel/chain.h"
#include "kernel/kernel.h"

// An item lasts about ITEM_NS, and there are at most ITEMS_MOST of them: enough to share evenly, few enough for a cut
// of any size to cost next to nothing. Their number is a power of two, so that cutting needs no division.
enum { ITEM_NS = 10, ITEMS_MOST = 1024 };
enum { RESULT_BITS = 21 }; // sums of ITEMS_MOST results are exact in a double

static int need(struct problem *problem)
{
	uint64_t wanted_n = problem->size.duration_ns / ITEM_NS;
	problem->items_n = 1;
	while (problem->items_n * 2 <= wanted_n && problem->items_n < ITEMS_MOST)
		problem->items_n *= 2;
	return 0;
}

static double result_of(uint64_t end)
{
	return (double)(end >> (64 - RESULT_BITS));
}

// Steps of the items before this one: all are spread over all items to the last step.
HOT_IN_CHILD static uint64_t steps_before(const struct problem *problem, uint64_t item)
{
	return (problem->steps_n * item) >> __builtin_ctzll(problem->items_n);
}

static int prepare(struct problem *problem)
{
	problem->steps_n = (uint64_t)((double)problem->size.duration_ns * chain_steps_per_ns() + 0.5);
	problem->expected = 0;
	for (uint64_t i = 0; i < problem->items_n; i++)
		problem->expected +=
			result_of(chain_leap(chain_start(i), steps_before(problem, i + 1) - steps_before(problem, i)));
	return 0;
}

// An item's chain begins where the last one ended, plus nothing: side by side a CPU would run several at once.
HOT_IN_CHILD static void run(const struct problem *problem, struct span span, double *partial)
{
	uint64_t end = 0, nothing = 0;
	__asm__ volatile("" : "+r"(nothing));
	for (uint64_t i = span.begin; i < span.end; i += span.step) {
		end = chain(chain_start(i) + (end & nothing), steps_before(problem, i + 1) - steps_before(problem, i));
		*partial += result_of(end);
	}
}

static int check(const struct problem *problem, struct span span, double total)
{
	(void)span;
	if (total == problem->expected)
		return 0;
	return status_say(EBADMSG, "busy: the chains' ends add up to %.0f, expected %.0f", total, problem->expected);
}

static void traffic(const struct problem *problem, struct traffic *traffic)
{
	*traffic = (struct traffic){.waited_ns = problem->size.duration_ns};
}

const struct kernel kernel_busy = {
	.name = "busy",
	.summary = "computes for a given time, without memory; an item is 10 ns or more of it",
	.size_forms = SIZE_DURATION,
	.size_default = "100us",
	.need = need,
	.prepare = prepare,
	.run = run,
	.check = check,
	.traffic = traffic,
};
