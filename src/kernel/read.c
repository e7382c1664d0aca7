// Limit of the machine: read bandwidth, as 64-bit integers added up so that no load can be left out.
#include "kernel/flat_array.h"

#define ELEMENT uint64_t
#define EACH_ISA "kernel/flat_array_reduce.h"
#include "kernel/isa_each.h"

// The input is that of `sum`, so that both can be measured on the same memory. The bits of its doubles, whole numbers
// below 16, are zero but for the upper 15: their sum fills the upper 15 bits of a total modulo 2^64, and is exact
// modulo 2^15.
enum { BITS_SHIFT = 49, TOTAL_MODULUS = 1 << 15 };

static int prepare(struct problem *problem)
{
	uint64_t total = 0;
	flat_array_prepare_doubles(problem);
	for (uint64_t i = 0; i < problem->items_n; i++)
		total += ((const uint64_t *)problem->in)[i];
	problem->expected = (double)(total >> BITS_SHIFT);
	return 0;
}

static int check(const struct problem *problem, struct span span, double total)
{
	return flat_array_check_total(problem, span, (double)((uint64_t)total % TOTAL_MODULUS));
}

static void run(const struct problem *problem, struct span span, double *partial)
{
	const uint64_t *in = (const uint64_t *)problem->in;
	uint64_t total = 0;
	if (span.step == 1)
		total = ISA_PICK(isa_best(), reduce)(in + span.begin, span_items(span), problem->way & WAY_STREAMS);
	else
		for (uint64_t i = span.begin; i < span.end; i += span.step)
			total += in[i];
	*partial += (double)(total >> BITS_SHIFT);
}

const struct kernel kernel_read = {
	.name = "read",
	.summary = "limit: read bandwidth; an item is 8 bytes",
	.size_forms = SIZE_BYTES,
	.size_default = "256MiB",
	.measures_machine = true,
	.content = FLAT_ARRAY_DOUBLES,
	.need = flat_array_need_reduce,
	.prepare = prepare,
	.run = run,
	.check = check,
	.span_bytes = flat_array_span_bytes,
	.traffic = flat_array_traffic,
	.ways = flat_array_ways,
	.path = isa_path,
};
