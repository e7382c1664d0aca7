// Limit of the machine: read bandwidth, as 64-bit integers added up so that no load can be left out.
#include "kernel/sweep.h"

#define ELEMENT uint64_t
#define EACH_ISA "kernel/sweep_reduce.h"
#include "kernel/isa_each.h"

static int need(struct problem *problem)
{
	return sweep_need(problem, false);
}

static int prepare(struct problem *problem)
{
	uint64_t *in = (uint64_t *)problem->in;
	for (uint64_t i = 0; i < problem->items_n; i++)
		in[i] = sweep_value(i);
	problem->expected = sweep_expected(problem->items_n);
	return 0;
}

static void run(const struct problem *problem, struct span span, double *partial)
{
	const uint64_t *in = (const uint64_t *)problem->in;
	uint64_t total = 0;
	if (span.step == 1)
		total = ISA_PICK(isa_best(), reduce)(in + span.begin, span_items(span), problem->streams);
	else
		for (uint64_t i = span.begin; i < span.end; i += span.step)
			total += in[i];
	*partial += (double)total;
}

static const char *path(const struct problem *problem)
{
	(void)problem;
	return isa_name(isa_best());
}

const struct kernel kernel_read = {
	.name = "read",
	.summary = "limit: read bandwidth; an item is 8 bytes",
	.size_forms = SIZE_BYTES,
	.size_default = "256MiB",
	.measures_machine = true,
	.need = need,
	.prepare = prepare,
	.run = run,
	.check = sweep_check_total,
	.slice = sweep_slice,
	.traffic = sweep_traffic,
	.path = path,
};
