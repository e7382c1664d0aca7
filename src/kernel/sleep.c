// An I/O-like wait per item: the case where workers beyond the CPU count pay.
// Caveat: the kernel adds its timer slack (50 us by default) to every wait.
#include <errno.h>
#include <time.h>

#include "base/clock.h"
#include "base/status.h"
#include "kernel/kernel.h"

enum { WAIT_NS = 200 * NS_PER_US };

static int need(struct problem *problem)
{
	problem->items_n = problem->size.items_n;
	return 0;
}

static int prepare(struct problem *problem)
{
	problem->expected = (double)problem->items_n;
	return 0;
}

// Absolute deadlines, so that a wait cut short by a signal goes on to its own end.
static void run(const struct problem *problem, struct span span, double *partial)
{
	(void)problem;
	for (uint64_t i = span.begin; i < span.end; i += span.step) {
		uint64_t deadline_ns = clock_now_ns() + WAIT_NS;
		struct timespec deadline = {.tv_sec = (time_t)(deadline_ns / NS_PER_S),
		                            .tv_nsec = (long)(deadline_ns % NS_PER_S)};
		while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &deadline, NULL) == EINTR)
			;
		*partial += 1;
	}
}

static int check(const struct problem *problem, struct span span, double total)
{
	(void)span;
	if (total == problem->expected)
		return 0;
	return status_say(EBADMSG, "sleep: %.0f items waited, expected %.0f", total, problem->expected);
}

static void traffic(const struct problem *problem, struct traffic *traffic)
{
	*traffic = (struct traffic){.waited_ns = problem->items_n * WAIT_NS};
}

const struct kernel kernel_sleep = {
	.name = "sleep",
	.summary = "waits 200 us per item, as for I/O; an item is one wait",
	.size_forms = SIZE_ITEMS,
	.size_default = "40",
	.need = need,
	.prepare = prepare,
	.run = run,
	.check = check,
	.traffic = traffic,
};
