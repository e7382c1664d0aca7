// The squares of an array of doubles into another: bound by read and write bandwidth.
#include "kernel/flat_array.h"

#define MAP(value) ((value) * (value))
#define EACH_ISA "kernel/flat_array_map.h"
#include "kernel/isa_each.h"

static void run(const struct problem *problem, struct span span, double *partial)
{
	const double *in = (const double *)problem->in;
	double *out = (double *)problem->out;
	(void)partial;
	if (span.step == 1)
		ISA_PICK(isa_best(), map)(in + span.begin, out + span.begin, span_items(span), problem->way & WAY_STREAMS);
	else
		for (uint64_t i = span.begin; i < span.end; i += span.step)
			out[i] = MAP(in[i]);
	STREAM_FENCE();
}

// Blocks without a branch inside, so that the search runs at memory speed; the place is found in the block that fails.
static int check(const struct problem *problem, struct span span, double total)
{
	enum { BLOCK = 4096 };
	const double *in = (const double *)problem->in, *out = (const double *)problem->out;
	(void)total;
	for (uint64_t begin = span.begin; begin < span.end; begin += BLOCK) {
		uint64_t end = begin + BLOCK < span.end ? begin + BLOCK : span.end, wrong_n = 0;
		for (uint64_t i = begin; i < end; i++)
			wrong_n += out[i] != MAP(in[i]);
		for (uint64_t i = begin; wrong_n && i < end; i++)
			if (out[i] != MAP(in[i]))
				return status_say(EBADMSG, "square: item %llu is %g, expected %g", (unsigned long long)i, out[i],
				                  MAP(in[i]));
	}
	return 0;
}

static const char *path(const struct problem *problem)
{
	static const char *const names[][2] = {
		[ISA_SCALAR] = {"scalar", "scalar stream"},
		[ISA_NEON] = {"neon", "neon"},
		[ISA_AVX2] = {"avx2", "avx2 stream"},
		[ISA_AVX512] = {"avx512", "avx512 stream"},
	};
	return names[isa_best()][problem->way & WAY_STREAMS];
}

const struct kernel kernel_square = {
	.name = "square",
	.summary = "squares of doubles into another array; an item is one double",
	.size_forms = SIZE_BYTES,
	.size_default = "16MiB",
	.roof = {"copy", "copy_stream"},
	.content = FLAT_ARRAY_DOUBLES,
	.need = flat_array_need_map,
	.prepare = flat_array_prepare_doubles,
	.run = run,
	.check = check,
	.poison = flat_array_poison,
	.span_bytes = flat_array_span_bytes,
	.traffic = flat_array_traffic,
	.ways = flat_array_ways,
	.path = path,
};
