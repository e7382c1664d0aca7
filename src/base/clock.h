// The one clock of every measurement: CLOCK_MONOTONIC in integer nanoseconds.
#ifndef TVP_BASE_CLOCK_H
#define TVP_BASE_CLOCK_H

#include <stdint.h>
#include <time.h>

#define NS_PER_US 1000ull
#define NS_PER_MS 1000000ull
#define NS_PER_S 1000000000ull

/// Nanoseconds since an arbitrary fixed point; comparable between threads and processes of one machine.
static inline uint64_t clock_now_ns(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * NS_PER_S + (uint64_t)now.tv_nsec;
}

struct clock_facts {
	double cost_ns;         ///< mean cost of one clock_now_ns() call, back to back
	uint64_t resolution_ns; ///< smallest step seen between two reads that differ
};

/// Measure the clock itself (about 2 ms). Never fails.
struct clock_facts clock_measure(void);

#endif
