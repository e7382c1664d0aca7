// Robust summaries with distribution-free intervals. n is always a number of rounds, never iterations.
#ifndef TVP_STATS_SUMMARY_H
#define TVP_STATS_SUMMARY_H

#include <stddef.h>

struct interval {
	double low, high;
	double coverage; ///< the exact coverage obtained, >= the one asked for; 0, and low = min, high = max, where n
	                 ///< is too small for it
};

struct summary {
	size_t n;
	double min, q1, median, q3, max, mean;
	struct interval median_interval; ///< 95 %
	double half_width; ///< of that interval, relative to the median: max(high - median, median - low) / |median|;
	                   ///< NAN where that says nothing (coverage 0, median 0)
};

/// Ranks (1-based) l <= u such that [x(l), x(u)] covers the median with probability >= coverage whatever the
/// distribution (binomial; Hahn & Meeker, "Statistical Intervals", ch. 5), the closest such pair l, n + 1 - l. Returns
/// the coverage obtained; 0 if impossible, with the ranks of minimum and maximum.
double median_ranks(size_t n, double coverage, size_t *lower, size_t *upper);

/// Summarise n values (NAN entries are left out). Does not modify `values`. n = 0 gives NANs.
struct summary summarise(const double *values, size_t n);

/// Summarise numerator[i] / denominator[i], the pairs formed first (pairs with a NAN or a zero denominator are left
/// out).
struct summary summarise_ratio(const double *numerator, const double *denominator, size_t n);

#endif
