// The sum of an array of doubles: bound by read bandwidth, the least work per byte there is.
#include "kernel/sweep.h"

#define ELEMENT double
#define EACH_ISA "kernel/sweep_reduce.h"
#include "kernel/isa_each.h"

static int prepare(struct problem *problem)
{
	sweep_prepare_doubles(problem);
	problem->expected = sweep_expected(problem->items_n);
	return 0;
}

static void run(const struct problem *problem, struct span span, double *partial)
{
	const double *in = (const double *)problem->in;
	double total = 0;
	if (span.step == 1)
		total = ISA_PICK(isa_best(), reduce)(in + span.begin, span_items(span), problem->streams);
	else
		for (uint64_t i = span.begin; i < span.end; i += span.step)
			total += in[i];
	*partial += total;
}

const struct kernel kernel_sum = {
	.name = "sum",
	.summary = "sum of doubles; an item is one double",
	.size_forms = SIZE_BYTES,
	.size_default = "32MiB",
	.roof = {"read"},
	.content = SWEEP_DOUBLES,
	.need = sweep_need_reduce,
	.prepare = prepare,
	.run = run,
	.check = sweep_check_total,
	.slice = sweep_slice,
	.traffic = sweep_traffic,
	.path = isa_path,
};
