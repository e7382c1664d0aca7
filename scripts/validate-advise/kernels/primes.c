// A sieve of Eratosthenes by segments: writes a table that fits the first cache; later segments take longer.
#include <string.h>
#include <tvp/kernel.h>

enum { NUMBERS = 16384 };

static uint64_t primes_from(uint64_t first)
{
	unsigned char composite[NUMBERS];
	uint64_t last = first + NUMBERS, count = 0;
	memset(composite, 0, sizeof composite);
	for (uint64_t factor = 2; factor * factor < last; factor++) {
		uint64_t multiple = (first + factor - 1) / factor * factor;
		for (multiple = multiple < factor * factor ? factor * factor : multiple; multiple < last; multiple += factor)
			composite[multiple - first] = 1;
	}
	for (int i = 0; i < NUMBERS; i++)
		count += !composite[i];
	return count;
}

static void run(const struct tvp_problem *problem, struct tvp_span span, double *partial)
{
	(void)problem;
	for (uint64_t item = span.begin; item < span.end; item += span.step)
		*partial += (double)primes_from(2 + item * NUMBERS);
}

const struct tvp_kernel tvp_kernel = {TVP_KERNEL_HEAD,
                                      .name = "primes",
                                      .summary = "a sieve; an item is a segment of 16,384 numbers",
                                      .size_forms = TVP_SIZE_ITEMS,
                                      .size_default = "200",
                                      .run = run};
