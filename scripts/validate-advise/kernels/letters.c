// How often each letter stands in a text: reads, and counts in a table of its own.
#include <tvp/kernel.h>

enum { BYTES = 4096 };

static const char *prepare(struct tvp_problem *problem)
{
	uint64_t state = 1;
	for (uint64_t i = 0; i < problem->in_bytes; i++) {
		state = state * 6364136223846793005u + 1442695040888963407u;
		((unsigned char *)problem->in)[i] = (unsigned char)(state >> 57);
	}
	return NULL;
}

static void run(const struct tvp_problem *problem, struct tvp_span span, double *partial)
{
	for (uint64_t item = span.begin; item < span.end; item += span.step) {
		const unsigned char *text = (const unsigned char *)problem->in + item * BYTES;
		unsigned count[256] = {0};
		for (int i = 0; i < BYTES; i++)
			count[text[i]]++;
		for (int letter = 0; letter < 256; letter++)
			*partial += (double)letter * count[letter];
	}
}

const struct tvp_kernel tvp_kernel = {TVP_KERNEL_HEAD,
                                      .name = "letters",
                                      .summary = "histogram of a text; an item is 4 KiB",
                                      .size_forms = TVP_SIZE_ITEMS,
                                      .size_default = "1000",
                                      .in_item_bytes = BYTES,
                                      .prepare = prepare,
                                      .run = run};
