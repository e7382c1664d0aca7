// Robust locations: of one sample, and of the shift between two. Values must be finite; NAN is left out by the caller.
#ifndef TVP_STATS_LOCATION_H
#define TVP_STATS_LOCATION_H

#include "stats/summary.h"

#include <stddef.h>

/// Median of the n (n + 1) / 2 Walsh averages (values[i] + values[j]) / 2, i <= j; exact, in the unit of the values;
/// the mean of the middle two where their number is even. n = 0 gives NAN, as does a failed allocation. O(n log n) time
/// up to a factor for the 64 bits of a double, O(n) memory. After Hodges & Lehmann, Ann. Math. Statist. 34 (1963)
/// 598-611.
double hodges_lehmann(const double *values, size_t n);

/// Median of the a_n * b_n differences b[j] - a[i]; exact, as above. NAN where a sample is empty.
double shift_hodges_lehmann(const double *a, size_t a_n, const double *b, size_t b_n);

/// Distribution-free interval of the shift from a to b: the differences b[j] - a[i] of the ranks k and a_n b_n + 1 - k,
/// k the largest with 1 - 2 P(U < k) >= coverage for Mann and Whitney's U (Hollander, Wolfe & Chicken, "Nonparametric
/// Statistical Methods", 3rd ed., ch. 4.3). Exact where a_n * b_n <= 4096, else by the normal approximation with
/// continuity correction; ties make it cover more. `coverage` is the one obtained. Where even the extreme differences
/// cover too little, a sample is empty or memory is short: coverage 0, -INFINITY, INFINITY. 0 < coverage < 1.
struct interval shift_interval(const double *a, size_t a_n, const double *b, size_t b_n, double coverage);

#endif
