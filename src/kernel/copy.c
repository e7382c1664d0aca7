// Limit of the machine: read and write bandwidth with ordinary stores, which first fetch the lines they overwrite.
#include "kernel/flat_array.h"

#define MAP(value) (value)
#define EACH_ISA "kernel/flat_array_map.h"
#include "kernel/isa_each.h"

static void run(const struct problem *problem, struct span span, double *partial)
{
	const double *in = (const double *)problem->in;
	double *out = (double *)problem->out;
	(void)partial;
	if (span.step == 1)
		ISA_PICK(isa_best(), map)(in + span.begin, out + span.begin, span_items(span), false);
	else
		for (uint64_t i = span.begin; i < span.end; i += span.step)
			out[i] = in[i];
}

const struct kernel kernel_copy = {
	.name = "copy",
	.summary = "limit: read and write with ordinary stores; an item is 8 bytes",
	.size_forms = SIZE_BYTES,
	.size_default = "256MiB",
	.measures_machine = true,
	.content = FLAT_ARRAY_DOUBLES,
	.need = flat_array_need_map,
	.prepare = flat_array_prepare_doubles,
	.run = run,
	.check = flat_array_check_copy,
	.poison = flat_array_poison,
	.span_bytes = flat_array_span_bytes,
	.traffic = flat_array_traffic,
	.path = isa_path,
};
