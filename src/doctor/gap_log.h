// What one CPU lost while it repeated the same small piece of work: the times between two readings of the clock that
// took more than 1 µs longer than usual, as a histogram, and the first of them one by one.
#ifndef TVP_DOCTOR_GAP_LOG_H
#define TVP_DOCTOR_GAP_LOG_H

#include <stdint.h>

enum {
	GAP_LEAST_NS = 1000, ///< shorter ones are part of the work
	GAP_BUCKETS = 22,    ///< [i]: from 2^i µs to below 2^(i+1) µs, the last without an end
	GAPS_KEPT = 1024,
	SPEEDS_KEPT = 1024,
};

struct gap {
	uint64_t at_ns; ///< its end, clock_now_ns()
	uint64_t lost_ns;
};

struct gap_log {
	uint64_t ran_ns;  ///< from the first to the last reading of the clock; 0: this CPU could not be used
	uint64_t lost_ns; ///< sum of all gaps
	uint64_t longest_ns;
	uint64_t gaps_n;
	uint64_t bucket[GAP_BUCKETS];
	struct gap kept[GAPS_KEPT]; ///< the first of them
	uint32_t kept_n;
	uint32_t speeds_n;
	float speed_ns[SPEEDS_KEPT]; ///< mean time of a piece of work without gap, of every 10 ms
	double period_ns;            ///< of gaps of 4 µs and more; NAN: they have none
	uint64_t involuntary_n;      ///< context switches that this CPU's worker did not want
};

/// Index of the bucket of a gap of at least GAP_LEAST_NS.
unsigned gap_bucket(uint64_t lost_ns);
/// Account for a gap that ended at at_ns.
void gap_add(struct gap_log *log, uint64_t at_ns, uint64_t lost_ns);
/// Account for the mean of another 10 ms.
void gap_speed_add(struct gap_log *log, double mean_ns);

/// Lost share of the time; NAN where the CPU could not be used.
double gap_share(const struct gap_log *log);
/// The middle of the speeds, and how much longer the slow ones take than the fast ones: 95th percentile ÷ 5th. NAN
/// where there are fewer than 5.
double gap_speed_ns(const struct gap_log *log);
double gap_speed_spread(const struct gap_log *log);

#endif
