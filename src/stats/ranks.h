// The U test of Mann and Whitney (Ann. Math. Statist. 18, 1947), and its distribution where no values are tied.
#ifndef TVP_STATS_RANKS_H
#define TVP_STATS_RANKS_H

#include <stddef.h>

/// Two-sided p-value as Google Benchmark's compare.py has it, whose judge is scipy.stats.mannwhitneyu(a, b,
/// alternative="two-sided") of SciPy 1.7 and later: exact where either sample has at most 8 values and no two values
/// are equal, else the normal approximation with corrections for continuity and ties. In [0, 1]; NAN where a sample is
/// empty or contains NAN, or memory is short.
double mann_whitney_p(const double *a, size_t a_n, const double *b, size_t b_n);

/// Fill cumulative[u] = P(U <= u), u in [0, cumulative_n), of samples of a_n and b_n values without ties when both come
/// from one distribution, by the recurrence of Mann and Whitney over the largest value. 1 <= a_n, b_n; cumulative_n <=
/// a_n * b_n + 1. Takes a_n * b_n * cumulative_n steps. Returns 0 or -ENOMEM.
int mann_whitney_cumulative(size_t a_n, size_t b_n, double *cumulative, size_t cumulative_n);

#endif
