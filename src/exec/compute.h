// A worker's way to a kernel: the bare call. In builds with TVP_INJECT some of its items are computed twice.
#ifndef TVP_EXEC_COMPUTE_H
#define TVP_EXEC_COMPUTE_H

#include "base/inject.h"
#include "kernel/kernel.h"

/// How many items the kernels' inner loops take at a time: half a kilobyte of an array, six rows of an image. Part of
/// such a grain takes as long as all of it, or longer. Strided items and those without data are taken one by one.
static inline uint64_t span_grain(const struct problem *problem, struct span span)
{
	enum { GRAIN_BYTES = 512, GRAIN_ROWS = 6 };
	if (span.step != 1 || !problem->kernel->span_bytes || problem->items_n == 0)
		return 1;
	if (problem->size.form == SIZE_IMAGE)
		return GRAIN_ROWS;
	uint64_t item_bytes = problem->in_bytes / problem->items_n;
	return item_bytes > 0 && item_bytes < GRAIN_BYTES ? GRAIN_BYTES / item_bytes : 1;
}

/// The items of `span` to compute once more: one in `every` (0: none), and always one in AGAIN_ALWAYS, because starting
/// again costs something by itself, 2 % of a sum over 256 KiB. So the slowdown is 1/every of the bare run, and a 33rd
/// less of what a run with "0000" takes. Never more items than there are.
///
/// They are a run of items from the middle, beginning at a whole grain. A span beyond a cache is read again and
/// again: its end would still be cached when computed anew at once, and its beginning when the next dispatch comes to
/// it (with the first twentieth a sum over 256 KiB takes 2.5 % longer, not 5). The middle is half a pass away from
/// either: a span within a cache is in it both times, one beyond twice a cache neither time; between these a little is
/// missing.
static inline struct span span_again(struct span span, unsigned every, uint64_t grain_items)
{
	enum { AGAIN_ALWAYS = 32 };
	uint64_t items_n = span_items(span), first = span.step == 1 ? span.begin : 0;
	uint64_t again_n =
		inject_items(first, items_n, AGAIN_ALWAYS, grain_items) + inject_items(first, items_n, every, grain_items);
	again_n = again_n < items_n ? again_n : items_n;
	uint64_t begin = span.begin + (items_n - again_n) / 2 * span.step;
	if (span.step == 1 && begin - begin % grain_items >= span.begin)
		begin -= begin % grain_items;
	return (struct span){begin, begin + again_n * span.step, span.step};
}

#ifdef TVP_INJECT
// The barriers are where a compiler would otherwise see that the second time changes nothing: outputs are written again
// as they are, the sum is thrown away.
static inline void span_compute(const struct problem *problem, struct span span, double *partial)
{
	problem->kernel->run(problem, span, partial);
	const struct inject *inject = inject_for(problem->kernel->name);
	if (!inject)
		return;
	struct span again = span_again(span, inject->every, span_grain(problem, span));
	double discarded = 0;
	__asm__ volatile("" : : "r"(&discarded) : "memory");
	if (span_items(again) > 0)
		problem->kernel->run(problem, again, &discarded);
	__asm__ volatile("" : : "r"(&discarded) : "memory");
}
#else
static inline void span_compute(const struct problem *problem, struct span span, double *partial)
{
	problem->kernel->run(problem, span, partial);
}
#endif

#endif
