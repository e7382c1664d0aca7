#include "stats/values.h"

#include <math.h>
#include <stdlib.h>

static int compare_values(const void *left, const void *right)
{
	double a = *(const double *)left, b = *(const double *)right;
	return (a > b) - (a < b);
}

void values_sort(double *values, size_t n)
{
	// qsort() must not be given NULL, not even with n = 0.
	if (n > 1)
		qsort(values, n, sizeof *values, compare_values);
}

double quantile_sorted(const double *sorted, size_t n, double q)
{
	if (n == 0 || isnan(q))
		return NAN;
	double position = fmin(fmax(q, 0), 1) * (double)(n - 1);
	size_t below = (size_t)position;
	double share = position - (double)below;
	// Without a share there is nothing to blend, and behind the last value nothing to read.
	if (share == 0)
		return sorted[below];
	return sorted[below] + share * (sorted[below + 1] - sorted[below]);
}

double values_median(double *values, size_t n)
{
	values_sort(values, n);
	return quantile_sorted(values, n, 0.5);
}

double values_lower_median(double *values, size_t n)
{
	values_sort(values, n);
	return n ? values[(n - 1) / 2] : NAN;
}

double values_mean(const double *values, size_t n)
{
	double sum = 0;
	for (size_t i = 0; i < n; i++)
		sum += values[i];
	return n ? sum / (double)n : NAN;
}

double values_variance(const double *values, size_t n)
{
	double mean = values_mean(values, n), squares = 0;
	for (size_t i = 0; i < n; i++)
		squares += (values[i] - mean) * (values[i] - mean);
	return n < 2 ? NAN : squares / (double)(n - 1);
}
