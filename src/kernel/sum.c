// The sum of an array of doubles: bound by read bandwidth, the least work per byte there is.
#include "kernel/flat_array.h"

#define ELEMENT double
#define EACH_ISA "kernel/flat_array_reduce.h"
#include "kernel/isa_each.h"

static int prepare(struct problem *problem)
{
	flat_array_prepare_doubles(problem);
	problem->expected = flat_array_expected(problem->items_n);
	return 0;
}

static void run(const struct problem *problem, struct span span, double *partial)
{
	const double *in = (const double *)problem->in;
	double total = 0;
	if (span.step == 1)
		total = ISA_PICK(isa_best(), reduce)(in + span.begin, span_items(span), problem->way & WAY_STREAMS);
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
	.content = FLAT_ARRAY_DOUBLES,
	.need = flat_array_need_reduce,
	.prepare = prepare,
	.run = run,
	.check = flat_array_check_total,
	.span_bytes = flat_array_span_bytes,
	.traffic = flat_array_traffic,
	.ways = flat_array_ways,
	.path = isa_path,
};
