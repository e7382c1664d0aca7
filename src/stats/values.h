// What several statistics need of plain values. Runners use it and statistic.h, so neither needs GSL: what does stands
// in the other files of this folder.
#ifndef TVP_STATS_VALUES_H
#define TVP_STATS_VALUES_H

#include <stddef.h>

/// Put into rising order. No value is NAN.
void values_sort(double *values, size_t n);
/// Quantile q in [0, 1] of sorted values, linear between order statistics (type 7 of Hyndman & Fan, 1996). NAN where
/// n = 0.
double quantile_sorted(const double *sorted, size_t n, double q);
/// Sorts the values. An even number's median is the mean of the middle two; the lower median is the smaller of them: a
/// value that was there. NAN where n = 0.
double values_median(double *values, size_t n);
double values_lower_median(double *values, size_t n);
/// NAN where n = 0.
double values_mean(const double *values, size_t n);
/// Squared deviations from the mean, over n - 1. NAN below two values.
double values_variance(const double *values, size_t n);

#endif
