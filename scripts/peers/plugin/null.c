// The kernel null as a plug-in.
#include <tvp/kernel.h>

static const char *need(struct tvp_problem *problem)
{
	problem->items_n = 1;
	return NULL;
}

static const char *prepare(struct tvp_problem *problem)
{
	(void)problem;
	return NULL;
}

static void run(const struct tvp_problem *problem, struct tvp_span span, double *partial)
{
	(void)problem, (void)span, (void)partial;
}

const struct tvp_kernel tvp_kernel = {TVP_KERNEL_HEAD,
                                      .name = "own_null",
                                      .summary = "nothing at all, as a plug-in",
                                      .size_forms = TVP_SIZE_NONE,
                                      .need = need,
                                      .prepare = prepare,
                                      .run = run};
