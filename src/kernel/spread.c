// Quantiles instead of draws: so a job's total work is known beforehand.
#include "kernel/spread.h"

#include <math.h>

// Of the normal distribution, by bisection.
static double normal_quantile(double share)
{
	double low = -9, high = 9;
	while (high - low > 1e-9) {
		double z = (low + high) / 2;
		*(erfc(-z / sqrt(2)) / 2 < share ? &low : &high) = z;
	}
	return low;
}

static void classes_make(struct spread *spread, uint64_t items_n)
{
	spread->items_n = items_n;
	spread->classes_n = items_n < SPREAD_CLASSES_MAX ? (unsigned)items_n : SPREAD_CLASSES_MAX;
	uint64_t first = 0;
	for (unsigned i = 0; i < spread->classes_n; i++) {
		uint64_t end = ((i + 1) * items_n + spread->classes_n - 1) / spread->classes_n;
		spread->share[i] = (double)(end - first) / (double)items_n;
		spread->z[i] = normal_quantile((double)(first + end) / 2 / (double)items_n);
		first = end;
	}
}

// The work of each entry where the logarithm's standard deviation is sigma. Returns the coefficient of variation.
static double work_at(struct spread *spread, double sigma)
{
	double mean = 0, square = 0;
	for (unsigned i = 0; i < spread->classes_n; i++)
		mean += spread->share[i] * (spread->work[i] = exp(sigma * spread->z[i]));
	for (unsigned i = 0; i < spread->classes_n; i++) {
		spread->work[i] /= mean;
		square += spread->share[i] * spread->work[i] * spread->work[i];
	}
	return sqrt(fmax(square - 1, 0));
}

void spread_make(struct spread *spread, uint64_t items_n, double cv)
{
	double low = 0, high = 16;
	classes_make(spread, items_n);
	for (int i = 0; i < 50; i++) {
		double sigma = (low + high) / 2;
		*(work_at(spread, sigma) < cv ? &low : &high) = sigma;
	}
	work_at(spread, cv > 0 ? low : 0);
}
