// What several statistics need of plain values.
#ifndef TVP_STATS_VALUES_H
#define TVP_STATS_VALUES_H

#include <stddef.h>

/// Put into rising order. No value is NAN.
void values_sort(double *values, size_t n);
/// NAN where n = 0.
double values_mean(const double *values, size_t n);
/// Squared deviations from the mean, over n - 1. NAN below two values.
double values_variance(const double *values, size_t n);

#endif
