// The empty job: what it takes is the harness, nothing else.
#include <errno.h>

#include "base/status.h"
#include "base/hot.h"
#include "kernel/kernel.h"

static int need(struct problem *problem)
{
	problem->items_n = 1;
	return 0;
}

static int prepare(struct problem *problem)
{
	problem->expected = 0;
	return 0;
}

HOT_IN_CHILD static void run(const struct problem *problem, struct span span, double *partial)
{
	(void)problem, (void)span, (void)partial;
}

static int check(const struct problem *problem, struct span span, double total)
{
	(void)span;
	(void)problem;
	return total == 0 ? 0 : status_say(EBADMSG, "null: the partials add up to %g, not 0", total);
}

static void traffic(const struct problem *problem, struct traffic *traffic)
{
	(void)problem;
	*traffic = (struct traffic){0};
}

const struct kernel kernel_null = {
	.name = "null",
	.summary = "nothing at all: measures the harness",
	.size_forms = SIZE_NONE,
	.need = need,
	.prepare = prepare,
	.run = run,
	.check = check,
	.traffic = traffic,
};
