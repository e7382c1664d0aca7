// The one number that stands for a process's iterations: a robust location, chosen per experiment.
#ifndef TVP_STATS_STATISTIC_H
#define TVP_STATS_STATISTIC_H

#include <stddef.h>

enum statistic { STATISTIC_MIN, STATISTIC_P10, STATISTIC_P25, STATISTIC_MEDIAN, STATISTIC_MEAN, STATISTIC_N };

/// "min", "p10", "p25", "median", "mean".
const char *statistic_name(enum statistic statistic);
/// STATISTIC_N: none of that name.
enum statistic statistic_find(const char *name);
/// Of n > 0 values in rising order; quantiles interpolate as quantile_sorted() does.
double statistic_of(enum statistic statistic, const double *sorted, size_t n);

#endif
