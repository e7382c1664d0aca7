// What each worker of a burst or a window says about it: when it began, when it ended, how much it did, and what CPU
// time that took. The wake-ups before and after it, and the caller's checking, are tens of microseconds, of neither
// time.
#ifndef TVP_BENCH_TALLY_H
#define TVP_BENCH_TALLY_H

#include <stdint.h>

#include "base/clock.h"

/// In shared memory, written by one worker during its turn and read by the caller after it: the turn's end orders both.
struct tally {
	_Alignas(128) uint64_t begin_ns, end_ns;
	uint64_t operations_n;
	uint64_t checked_n; ///< what else the experiment counts, to check it
	uint64_t cpu_ns;    ///< from begin to end, of all turns so far
};

/// From the first worker's begin to the last one's end, of those that did anything: what all of them took together,
/// without the wake-ups around it. 0 where none did.
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

/// CPU time of the calling thread so far.
static inline uint64_t tally_cpu_now_ns(void)
{
	struct timespec used;
	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
	return (uint64_t)used.tv_sec * NS_PER_S + (uint64_t)used.tv_nsec;
}

static inline void tally_begin(struct tally *tally)
{
	tally->cpu_ns -= tally_cpu_now_ns(); // modulo 2^64 until the end
	tally->begin_ns = clock_now_ns();
}

static inline void tally_end(struct tally *tally)
{
	tally->end_ns = clock_now_ns();
	tally->cpu_ns += tally_cpu_now_ns();
}

static inline uint64_t tally_cpu_ns(const struct tally *tally, unsigned workers_n)
{
	uint64_t cpu_ns = 0;
	for (unsigned i = 0; i < workers_n; i++)
		cpu_ns += tally[i].cpu_ns;
	return cpu_ns;
}

static inline uint64_t tally_operations_n(const struct tally *tally, unsigned workers_n)
{
	uint64_t operations_n = 0;
	for (unsigned i = 0; i < workers_n; i++)
		operations_n += tally[i].operations_n;
	return operations_n;
}

#endif
