// Holm's step-down test of a family: its error rate holds under any dependence of the p-values.
#ifndef TVP_STATS_HOLM_H
#define TVP_STATS_HOLM_H

#include <stdbool.h>
#include <stddef.h>

/// Which of n hypotheses fall when the chance of any false rejection is to be at most alpha. Natural logs (log_p <= 0,
/// log_alpha < 0), since p may underflow. Equal p-values share their fate. A p-value that is NAN is never rejected but
/// counts in n. n = 0 does nothing. After Holm, Scand. J. Statist. 6 (1979) 65-70.
void holm(const double *log_p, size_t n, double log_alpha, bool *rejected);

#endif
