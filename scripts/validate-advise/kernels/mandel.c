// Rows of the Mandelbrot set: computing alone, and items that differ.
#include <tvp/kernel.h>

enum { COLUMNS = 128, DEEPEST = 200 };

static unsigned depth(double re, double im)
{
	double x = 0, y = 0;
	unsigned n = 0;
	while (n < DEEPEST && x * x + y * y < 4) {
		double next = x * x - y * y + re;
		y = 2 * x * y + im;
		x = next;
		n++;
	}
	return n;
}

static void run(const struct tvp_problem *problem, struct tvp_span span, double *partial)
{
	for (uint64_t row = span.begin; row < span.end; row += span.step)
		for (int column = 0; column < COLUMNS; column++)
			*partial += depth(-2 + 3.0 * column / COLUMNS, -1.2 + 2.4 * (double)row / (double)problem->items_n);
}

const struct tvp_kernel tvp_kernel = {TVP_KERNEL_HEAD,
                                      .name = "mandel",
                                      .summary = "the Mandelbrot set; an item is a row",
                                      .size_forms = TVP_SIZE_ITEMS,
                                      .size_default = "500",
                                      .run = run};
