// What each worker of a burst or a window says about it: when it began, when it ended, how much it did.
#ifndef TVP_BENCH_TALLY_H
#define TVP_BENCH_TALLY_H

#include <stdint.h>

#include "base/clock.h"

/// In shared memory, written by one worker during its turn and read by the caller after it: the turn's end orders both.
struct tally {
	_Alignas(128) uint64_t begin_ns, end_ns;
	uint64_t operations_n;
	uint64_t checked_n; ///< what else the experiment counts, to check it
};

/// From the first worker's begin to the last one's end, of those that did anything: what all of them took together, without
/// the wake-ups around it. 0 where none did.
static inline uint64_t tally_took_ns(const struct tally *tally, unsigned workers_n)
{
	uint64_t begin_ns = UINT64_MAX, end_ns = 0;
	for (unsigned i = 0; i < workers_n; i++) {
		if (tally[i].operations_n == 0)
			continue;
		begin_ns = tally[i].begin_ns < begin_ns ? tally[i].begin_ns : begin_ns;
		end_ns = tally[i].end_ns > end_ns ? tally[i].end_ns : end_ns;
	}
	return end_ns ? end_ns - begin_ns : 0;
}

static inline uint64_t tally_operations_n(const struct tally *tally, unsigned workers_n)
{
	uint64_t operations_n = 0;
	for (unsigned i = 0; i < workers_n; i++)
		operations_n += tally[i].operations_n;
	return operations_n;
}

#endif
