// Limit of the machine: read and write bandwidth with streaming stores, which pass by the caches.
#include "kernel/sweep.h"

#define MAP(value) (value)
#define EACH_ISA "kernel/sweep_map.h"
#include "kernel/isa_each.h"

static int need(struct problem *problem)
{
	return sweep_need(problem, true);
}

static void run(const struct problem *problem, struct span span, double *partial)
{
	const double *in = (const double *)problem->in;
	double *out = (double *)problem->out;
	(void)partial;
	if (span.step == 1)
		ISA_PICK(isa_best(), map)(in + span.begin, out + span.begin, span_items(span), true);
	else
		for (uint64_t i = span.begin; i < span.end; i += span.step)
			out[i] = in[i];
	STREAM_FENCE();
}

static int check(const struct problem *problem, double total)
{
	(void)total;
	if (!memcmp(problem->in, problem->out, problem->out_bytes))
		return 0;
	return status_say(EBADMSG, "copy_stream: the output is not the input");
}

static const char *path(const struct problem *problem)
{
	(void)problem;
	return isa_name(isa_best());
}

const struct kernel kernel_copy_stream = {
	.name = "copy_stream",
	.summary = "limit: read and write with streaming stores; an item is 8 bytes",
	.size_forms = SIZE_BYTES,
	.size_default = "256MiB",
	.measures_machine = true,
	.content = SWEEP_DOUBLES,
	.need = need,
	.prepare = sweep_prepare_doubles,
	.run = run,
	.check = check,
	.poison = sweep_poison,
	.slice = sweep_slice,
	.traffic = sweep_traffic,
	.path = path,
};
