// The kernel sum as a plug-in: its loops by the same template, compiled as those of tvp.
#include <stdbool.h>
#include <string.h>
#include <tvp/kernel.h>

enum { CACHE_LINE_BYTES = 64 };
#define ELEMENT double
#define EACH_ISA "kernel/flat_array_reduce.h"
#include "kernel/isa_each.h"

static const char *prepare(struct tvp_problem *problem)
{
	for (uint64_t i = 0; i < problem->items_n; i++) {
		((double *)problem->in)[i] = ((uint32_t)i * 2654435761u) >> 28;
		problem->expected += ((uint32_t)i * 2654435761u) >> 28;
	}
	return NULL;
}

static void run(const struct tvp_problem *problem, struct tvp_span span, double *partial)
{
	const double *in = problem->in;
	double total = 0;
	if (span.step == 1)
		total = ISA_PICK(isa_best(), reduce)(in + span.begin, span.end - span.begin, false);
	else
		for (uint64_t i = span.begin; i < span.end; i += span.step)
			total += in[i];
	*partial += total;
}

static const char *check(const struct tvp_problem *problem, struct tvp_span span, double total)
{
	(void)span;
	return total == problem->expected ? NULL : "another sum";
}

const struct tvp_kernel tvp_kernel = {TVP_KERNEL_HEAD,
                                      .name = "own_sum",
                                      .summary = "sum of doubles, as a plug-in",
                                      .size_forms = TVP_SIZE_BYTES,
                                      .size_default = "32MiB",
                                      .in_item_bytes = 8,
                                      .prepare = prepare,
                                      .run = run,
                                      .check = check};
