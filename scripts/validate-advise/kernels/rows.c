// A matrix times a vector: reads more than it computes.
#include <tvp/kernel.h>

enum { COLUMNS = 2048 };

static const char *prepare(struct tvp_problem *problem)
{
	for (uint64_t i = 0; i < problem->in_bytes / sizeof(double); i++)
		((double *)problem->in)[i] = (double)(i % 17);
	return NULL;
}

static void run(const struct tvp_problem *problem, struct tvp_span span, double *partial)
{
	for (uint64_t item = span.begin; item < span.end; item += span.step) {
		const double *row = (const double *)problem->in + item * COLUMNS;
		double sum = 0;
		for (int i = 0; i < COLUMNS; i++)
			sum += row[i] * (double)(i & 7);
		((double *)problem->out)[item] = sum;
		*partial += sum;
	}
}

const struct tvp_kernel tvp_kernel = {TVP_KERNEL_HEAD,
                                      .name = "rows",
                                      .summary = "matrix times vector; an item is a row of 16 KiB",
                                      .size_forms = TVP_SIZE_ITEMS,
                                      .size_default = "1000",
                                      .in_item_bytes = COLUMNS * sizeof(double),
                                      .out_item_bytes = sizeof(double),
                                      .prepare = prepare,
                                      .run = run};
