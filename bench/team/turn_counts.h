// What each worker reports of a turn: when it began and ended, how many operations it did, and the CPU time they took.
// Both exclude the wake-ups before and after the turn and the caller's checks, which take tens of microseconds.
#ifndef TVP_BENCH_TURN_COUNTS_H
#define TVP_BENCH_TURN_COUNTS_H

#include <stdint.h>

#include "base/clock.h"

/// In shared memory, written by one worker during its turn and read by the caller after it: the turn's end orders both.
struct turn_counts {
	_Alignas(128) uint64_t begin_ns, end_ns;
	uint64_t operations_n;
	uint64_t checked_n; ///< a second count, by which the experiment checks the first
	uint64_t cpu_ns;    ///< from begin to end, of all turns so far
};

/// From the first worker's begin to the last worker's end, of the workers that did any operation. 0 where none did.
static inline uint64_t turn_counts_took_ns(const struct turn_counts *counts, unsigned workers_n)
{
	uint64_t begin_ns = UINT64_MAX, end_ns = 0;
	for (unsigned i = 0; i < workers_n; i++) {
		if (counts[i].operations_n == 0)
			continue;
		begin_ns = counts[i].begin_ns < begin_ns ? counts[i].begin_ns : begin_ns;
		end_ns = counts[i].end_ns > end_ns ? counts[i].end_ns : end_ns;
	}
	return end_ns ? end_ns - begin_ns : 0;
}

/// CPU time of the calling thread so far.
static inline uint64_t thread_cpu_now_ns(void)
{
	struct timespec used;
	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
	return (uint64_t)used.tv_sec * NS_PER_S + (uint64_t)used.tv_nsec;
}

static inline void turn_counts_begin(struct turn_counts *counts)
{
	counts->cpu_ns -= thread_cpu_now_ns(); // modulo 2^64 until the end
	counts->begin_ns = clock_now_ns();
}

static inline void turn_counts_end(struct turn_counts *counts)
{
	counts->end_ns = clock_now_ns();
	counts->cpu_ns += thread_cpu_now_ns();
}

static inline uint64_t turn_counts_cpu_ns(const struct turn_counts *counts, unsigned workers_n)
{
	uint64_t cpu_ns = 0;
	for (unsigned i = 0; i < workers_n; i++)
		cpu_ns += counts[i].cpu_ns;
	return cpu_ns;
}

static inline uint64_t turn_counts_operations_n(const struct turn_counts *counts, unsigned workers_n)
{
	uint64_t operations_n = 0;
	for (unsigned i = 0; i < workers_n; i++)
		operations_n += counts[i].operations_n;
	return operations_n;
}

#endif
