// Code paths of a kernel that may be the fastest, one or the other by machine and size: which to take was measured, not
// guessed. A table for the whole process, filled before a run by whoever has a problem's memory, inherited by runners.
#ifndef TVP_KERNEL_WAYS_H
#define TVP_KERNEL_WAYS_H

#include "kernel/kernel.h"

/// A way is a number below a kernel's count of them (kernel.h, `ways`), of these bits. Without any: the widest vectors,
/// ordinary loads and stores.
enum {
	WAY_STREAMS = 1, ///< around the caches: streaming stores, loads that are asked for early
	WAY_NARROW = 2,  ///< vectors of half the width
	WAYS_MAX = 4,
	WAY_CHOICES_MAX = 48
};

/// What was measured of one kernel, with its parameters, at one size class.
struct way_choice {
	char kernel[24];
	struct kernel_options options;
	unsigned size_log2; ///< in and out together are more than half of 2^size_log2 bytes, and at most that
	unsigned ways_n, way;
	double ns[WAYS_MAX]; ///< of one run with each way; 0: not measured here (the choice was given)
};

struct way_choices {
	struct way_choice choice[WAY_CHOICES_MAX];
	unsigned n;
};

/// The choice for that kernel with these parameters at that size class; NULL: none.
const struct way_choice *ways_find(const struct way_choices *choices, const char *kernel,
                                   const struct kernel_options *options, unsigned size_log2);

/// "ordinary", "streaming", "narrow", "narrow_streaming". Of a problem's way its kernel's path() says more.
const char *way_name(unsigned way);

/// In the environment: a table, as ways_write() has it.
#define WAYS_VARIABLE "TVP_WAYS"

/// The table. TVP_WAYS in the environment, as ways_write() has it, fills it first.
const struct way_choices *ways_known(void);
/// Replace it: by what a result that is continued has.
void ways_adopt(const struct way_choices *choices);
/// "square/25=ordinary convolve/5/24=streaming": for TVP_WAYS. Returns 0, or -ERANGE where it does not fit.
int ways_write(const struct way_choices *choices, char *out, size_t out_bytes);

/// The way of a problem: as known for its kernel and size, else by its size alone. For kernel.c.
unsigned way_of(const struct problem *problem);

/// The way of the least time; the one by size alone where that is not slower by 3 %.
unsigned ways_fastest(const struct way_choice *choice, unsigned by_size);

/// From now on ways_measure() measures: in `tvp run`. A slice of the gate must not take the time.
void ways_allow_measuring(void);

/// Untimed, with the problem prepared and its memory touched: where nothing is known of its kernel at its size yet and
/// it has several ways, measure them on this CPU and enter ways_fastest(). A quarter of a second at most, and less than
/// 2 s in all problems: beyond that nothing is entered.
void ways_measure(struct problem *problem);

#endif
