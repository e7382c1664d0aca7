// Quicksort of blocks: branches that cannot be foreseen; as much is written as read.
#include <string.h>
#include <tvp/kernel.h>

enum { NUMBERS = 1024 };

static const char *prepare(struct tvp_problem *problem)
{
	uint64_t state = 7;
	for (uint64_t i = 0; i < problem->in_bytes / sizeof(uint32_t); i++) {
		state = state * 6364136223846793005u + 1442695040888963407u;
		((uint32_t *)problem->in)[i] = (uint32_t)(state >> 32);
	}
	return NULL;
}

static void sort(uint32_t *first, uint32_t *last)
{
	while (last - first > 1) {
		uint32_t *low = first, *high = last - 1, pivot = first[(last - first) / 2];
		while (low <= high) {
			while (*low < pivot)
				low++;
			while (*high > pivot)
				high--;
			if (low <= high) {
				uint32_t swap = *low;
				*low++ = *high;
				*high-- = swap;
			}
		}
		sort(low, last);
		last = high + 1;
	}
}

static void run(const struct tvp_problem *problem, struct tvp_span span, double *partial)
{
	(void)partial;
	for (uint64_t item = span.begin; item < span.end; item += span.step) {
		uint32_t *block = (uint32_t *)problem->out + item * NUMBERS;
		memcpy(block, (const uint32_t *)problem->in + item * NUMBERS, NUMBERS * sizeof *block);
		sort(block, block + NUMBERS);
	}
}

const struct tvp_kernel tvp_kernel = {TVP_KERNEL_HEAD,
                                      .name = "blocks",
                                      .summary = "quicksort; an item is a block of 1,024 numbers",
                                      .size_forms = TVP_SIZE_ITEMS,
                                      .size_default = "500",
                                      .in_item_bytes = NUMBERS * sizeof(uint32_t),
                                      .out_item_bytes = NUMBERS * sizeof(uint32_t),
                                      .prepare = prepare,
                                      .run = run};
