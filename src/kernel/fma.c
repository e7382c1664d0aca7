// Limit of the machine: float32 multiply-adds per second, out of registers.
// Caveat: where the CPU's baseline has no fused form (scalar on x86-64), it is a multiply and an add.
#include <errno.h>

#include "base/status.h"
#include "kernel/kernel.h"

enum { BLOCK_FMAS = 1 << 18, INPUT_BYTES = 64 };

#define EACH_ISA "kernel/fma_block.h"
#include "kernel/isa_each.h"

static int need(struct problem *problem)
{
	problem->items_n = problem->size.items_n;
	problem->in_bytes = INPUT_BYTES;
	return 0;
}

// The ones lie in memory so that the compiler cannot know them.
static int prepare(struct problem *problem)
{
	float *in = (float *)problem->in;
	in[0] = in[1] = 1;
	problem->expected = (double)problem->items_n * BLOCK_FMAS;
	return 0;
}

static void run(const struct problem *problem, struct span span, double *partial)
{
	const float *in = (const float *)problem->in;
	*partial += ISA_PICK(isa_best(), fma_blocks)(in[0], in[1], span_items(span));
}

static int check(const struct problem *problem, struct span span, double total)
{
	(void)span;
	if (total == problem->expected)
		return 0;
	return status_say(EBADMSG, "fma: %.0f multiply-adds were counted, expected %.0f", total, problem->expected);
}

static void traffic(const struct problem *problem, struct traffic *traffic)
{
	*traffic = (struct traffic){.flops = 2 * BLOCK_FMAS * problem->items_n};
}

const struct kernel kernel_fma = {
	.name = "fma",
	.summary = "limit: float32 multiply-adds; an item is a block of 262144",
	.size_forms = SIZE_ITEMS,
	.size_default = "256",
	.measures_machine = true,
	.need = need,
	.prepare = prepare,
	.run = run,
	.check = check,
	.traffic = traffic,
	.path = isa_path,
};
