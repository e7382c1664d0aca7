// Medians of pairwise averages and differences without forming the pairs: the pairs that are at most t are counted with
// two pointers, and bisection over t, in the order of doubles, ends at the sum of an actual pair.
#include "stats/location.h"

#include "stats/ranks.h"
#include "stats/values.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

// All sums x[i] + y[j] of two ascending arrays; `walsh`: x is y, and only i <= j count.
struct sums {
	double *x, *y;
	size_t x_n, y_n;
	bool walsh;
};

static size_t sums_n(const struct sums *sums)
{
	return sums->walsh ? sums->x_n * (sums->x_n + 1) / 2 : sums->x_n * sums->y_n;
}

// Rounding is monotone: in double, too, x[i] + y[j] never falls with i or j.
static size_t sums_up_to(const struct sums *sums, double most)
{
	size_t count = 0, same = 0;
	for (size_t i = 0, j = sums->y_n; i < sums->x_n; i++) {
		while (j > 0 && sums->x[i] + sums->y[j - 1] > most)
			j--;
		count += j;
		same += sums->walsh && sums->x[i] + sums->x[i] <= most;
	}
	return sums->walsh ? (count + same) / 2 : count;
}

// Doubles in their order as integers, and back; -0 and 0 are one.
static int64_t order_of(double value)
{
	int64_t bits;
	memcpy(&bits, &value, sizeof bits);
	return bits < 0 ? INT64_MIN - bits : bits;
}

static double value_of(int64_t order)
{
	double value;
	int64_t bits = order < 0 ? INT64_MIN - order : order;
	memcpy(&value, &bits, sizeof value);
	return value;
}

// The sum of the rank given, 1-based: the least double that so many sums do not exceed, which can only be one of them.
static double sums_select(const struct sums *sums, size_t rank)
{
	int64_t low = order_of(sums->x[0] + sums->y[0]);
	int64_t high = order_of(sums->x[sums->x_n - 1] + sums->y[sums->y_n - 1]);
	while (low < high) {
		// Rounds down on both sides of 0, and does not overflow.
		int64_t middle = (low >> 1) + (high >> 1) + (low & high & 1);
		if (sums_up_to(sums, value_of(middle)) >= rank)
			high = middle;
		else
			low = middle + 1;
	}
	return value_of(high);
}

static double sums_median(const struct sums *sums)
{
	size_t n = sums_n(sums);
	double lower = sums_select(sums, (n + 1) / 2);
	return n % 2 ? lower : (lower + sums_select(sums, n / 2 + 1)) / 2;
}

// sign * values, ascending; to be freed. NULL where there are none, or no memory.
static double *sorted_copy(const double *values, size_t n, double sign)
{
	double *sorted = n ? malloc(n * sizeof *sorted) : NULL;
	for (size_t i = 0; sorted && i < n; i++)
		sorted[i] = sign * values[i];
	if (sorted)
		values_sort(sorted, n);
	return sorted;
}

double hodges_lehmann(const double *values, size_t n)
{
	double *sorted = sorted_copy(values, n, 1), median = NAN;
	if (sorted)
		median = sums_median(&(struct sums){sorted, sorted, n, n, true}) / 2;
	free(sorted);
	return median;
}

// The differences b[j] - a[i] as sums; false, with nothing to free, where there are none.
static bool differences_open(struct sums *sums, const double *a, size_t a_n, const double *b, size_t b_n)
{
	*sums = (struct sums){sorted_copy(a, a_n, -1), sorted_copy(b, b_n, 1), a_n, b_n, false};
	if (sums->x && sums->y)
		return true;
	free(sums->x);
	free(sums->y);
	return false;
}

double shift_hodges_lehmann(const double *a, size_t a_n, const double *b, size_t b_n)
{
	struct sums sums;
	if (!differences_open(&sums, a, a_n, b, b_n))
		return NAN;
	double median = sums_median(&sums);
	free(sums.x);
	free(sums.y);
	return median;
}

// The most extreme rank, from either end, such that the differences between them cover the shift as asked: they miss it
// on one side with the chance that U < rank. Returns 0 where even rank 1 covers too little.
static size_t rank_exact(size_t a_n, size_t b_n, double asked, double *obtained)
{
	size_t half = (a_n * b_n + 1) / 2, rank = 0;
	double *up_to = malloc(half * sizeof *up_to);
	if (up_to && mann_whitney_cumulative(a_n, b_n, up_to, half) == 0)
		// A coverage met exactly (1/3, two against one) must not fail by rounding.
		while (rank < half && 1 - 2 * up_to[rank] >= asked - 1e-12)
			*obtained = 1 - 2 * up_to[rank++];
	free(up_to);
	return rank;
}

static size_t rank_normal(double a_n, double b_n, double asked, double *obtained)
{
	double mean = a_n * b_n / 2, deviation = sqrt(a_n * b_n * (a_n + b_n + 1) / 12);
	// U < rank is U <= rank - 1, and half a step more by the correction for continuity.
	double rank = floor(mean + 0.5 + deviation * gsl_cdf_ugaussian_Pinv((1 - asked) / 2));
	if (!(rank >= 1))
		return 0;
	*obtained = 1 - 2 * gsl_cdf_ugaussian_P((rank - 0.5 - mean) / deviation);
	return (size_t)rank;
}

struct interval shift_interval(const double *a, size_t a_n, const double *b, size_t b_n, double coverage)
{
	struct interval interval = {-INFINITY, INFINITY, 0};
	struct sums sums;
	if (!differences_open(&sums, a, a_n, b, b_n))
		return interval;
	double obtained = 0;
	size_t rank = a_n * b_n <= 4096 ? rank_exact(a_n, b_n, coverage, &obtained)
	                                : rank_normal((double)a_n, (double)b_n, coverage, &obtained);
	if (rank > 0) {
		interval.low = sums_select(&sums, rank);
		interval.high = sums_select(&sums, a_n * b_n + 1 - rank);
		interval.coverage = obtained;
	}
	free(sums.x);
	free(sums.y);
	return interval;
}
