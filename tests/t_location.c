// Hodges-Lehmann estimates and the interval of a shift: by hand, and against forming and sorting every pair.
// links: stats
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/rng.h"
#include "stats/location.h"

#include <math.h>
#include <stdlib.h>

static void assert_close(double value, double expected)
{
	if (!(fabs(value - expected) <= 1e-12 * fmax(1, fabs(expected))))
		fail_msg("%.17g is not %.17g", value, expected);
}

// Hollander & Wolfe, "Nonparametric Statistical Methods", examples 4.1, 4.3, 4.4: permeability of membranes.
static const double term[] = {0.80, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46};
static const double early[] = {1.15, 0.88, 0.90, 0.74, 1.21};

static void test_by_hand(void **state)
{
	(void)state;
	// Walsh averages of 1, 2, 4: 1, 1.5, 2, 2.5, 3, 4.
	assert_close(hodges_lehmann((double[]){4, 1, 2}, 3), 2.25);
	assert_close(hodges_lehmann((double[]){1, 5}, 2), 3);
	assert_close(hodges_lehmann((double[]){-7}, 1), -7);
	// Differences: 2, 3, 5, 0, 1, 3.
	assert_close(shift_hodges_lehmann((double[]){1, 3}, 2, (double[]){4, 3, 6}, 3), 2.5);
	assert_close(shift_hodges_lehmann((double[]){1}, 1, (double[]){4}, 1), 3);
	assert_close(shift_hodges_lehmann(term, 10, early, 5), -0.305);
	assert_true(isnan(hodges_lehmann(NULL, 0)));
	assert_true(isnan(shift_hodges_lehmann(NULL, 0, early, 5)));
	assert_true(isnan(shift_hodges_lehmann(term, 10, NULL, 0)));
}

static int compare_values(const void *left, const void *right)
{
	double a = *(const double *)left, b = *(const double *)right;
	return (a > b) - (a < b);
}

enum { VALUES_MAX = 60 };

static double middle_of(double *values, size_t n)
{
	qsort(values, n, sizeof *values, compare_values);
	return n % 2 ? values[n / 2] : (values[n / 2 - 1] + values[n / 2]) / 2;
}

static double hodges_lehmann_slow(const double *values, size_t n)
{
	static double averages[VALUES_MAX * (VALUES_MAX + 1) / 2];
	size_t averages_n = 0;
	for (size_t i = 0; i < n; i++)
		for (size_t j = i; j < n; j++)
			averages[averages_n++] = (values[i] + values[j]) / 2;
	return middle_of(averages, averages_n);
}

// All b[j] - a[i], ascending.
static const double *differences(const double *a, size_t a_n, const double *b, size_t b_n)
{
	static double all[VALUES_MAX * VALUES_MAX];
	for (size_t i = 0; i < a_n; i++)
		for (size_t j = 0; j < b_n; j++)
			all[i * b_n + j] = b[j] - a[i];
	qsort(all, a_n * b_n, sizeof *all, compare_values);
	return all;
}

// Values of a kind: whole numbers with many ties, of both signs; any; of widely different size; all but equal.
static double value_of_kind(struct rng *rng, unsigned kind)
{
	double uniform = (double)(rng_next(rng) >> 11) * 0x1p-53;
	switch (kind) {
	case 0:
		return (double)rng_below(rng, 9) - 4;
	case 1:
		return uniform - 0.5;
	case 2:
		return (uniform - 0.5) * pow(10, (double)rng_below(rng, 40) - 20);
	default:
		return 1 + 0x1p-52 * rng_below(rng, 4);
	}
}

static void test_against_all_pairs(void **state)
{
	(void)state;
	struct rng rng = {.state = 31};
	for (unsigned test = 0; test < 800; test++) {
		double a[VALUES_MAX], b[VALUES_MAX];
		size_t a_n = 1 + rng_below(&rng, VALUES_MAX), b_n = 1 + rng_below(&rng, VALUES_MAX);
		for (size_t i = 0; i < VALUES_MAX; i++) {
			a[i] = value_of_kind(&rng, test % 4);
			b[i] = value_of_kind(&rng, test % 4);
		}
		// Bit for bit: the fast ones find an actual pair.
		double slow = hodges_lehmann_slow(a, a_n), fast = hodges_lehmann(a, a_n);
		if (fast != slow)
			fail_msg("test %u, %zu values: %.17g is not %.17g", test, a_n, fast, slow);
		const double *all = differences(a, a_n, b, b_n);
		size_t n = a_n * b_n;
		slow = n % 2 ? all[n / 2] : (all[n / 2 - 1] + all[n / 2]) / 2;
		fast = shift_hodges_lehmann(a, a_n, b, b_n);
		if (fast != slow)
			fail_msg("test %u, %zu and %zu: %.17g is not %.17g", test, a_n, b_n, fast, slow);
	}
}

static void test_many_values(void **state)
{
	(void)state;
	// Symmetric about 3, so that every estimate is; 12.5 million averages are never formed.
	enum { N = 5001 };
	static double values[N], moved[N];
	for (size_t i = 0; i < N; i++)
		moved[i] = (values[i] = 3 + ((double)i - N / 2)) + 0.25;
	assert_true(hodges_lehmann(values, N) == 3);
	assert_true(shift_hodges_lehmann(values, N, moved, N) == 0.25);
	struct interval interval = shift_interval(values, N, moved, N, 0.95);
	assert_true(interval.low < 0.25 && interval.high > 0.25);
	assert_close(interval.low + interval.high, 0.5);
	assert_true(interval.coverage >= 0.95 && interval.coverage < 0.9501);
}

static void test_interval_of_the_book(void **state)
{
	(void)state;
	// 96 %: between the 9th differences from either end. U <= 8 for the partitions of 0 to 8 into at most five
	// parts, 1 + 1 + 2 + 3 + 5 + 7 + 10 + 13 + 18 of 3003 arrangements.
	struct interval interval = shift_interval(term, 10, early, 5, 0.95);
	assert_close(interval.low, -0.76);
	assert_close(interval.high, 0.15);
	assert_close(interval.coverage, 1 - 2 * 60.0 / 3003);
}

static void test_interval_of_few(void **state)
{
	(void)state;
	// Three against three: the extremes miss with 2 / 20. Two against one: with 2 / 3, and so exactly 1 / 3.
	static const double a[] = {1, 2, 3}, b[] = {11, 13, 17};
	struct interval interval = shift_interval(a, 3, b, 3, 0.9);
	assert_true(interval.low == 8 && interval.high == 16);
	assert_close(interval.coverage, 0.9);
	interval = shift_interval(a, 3, b, 3, 0.901);
	assert_true(interval.low == -INFINITY && interval.high == INFINITY && interval.coverage == 0);
	interval = shift_interval(a, 2, b, 1, 1.0 / 3);
	assert_true(interval.low == 9 && interval.high == 10);
	interval = shift_interval(a, 1, b, 1, 0.5);
	assert_true(interval.low == -INFINITY && interval.coverage == 0);
	interval = shift_interval(a, 0, b, 3, 0.95);
	assert_true(interval.low == -INFINITY && interval.high == INFINITY && interval.coverage == 0);
}

static void test_interval_on_both_sides_of_the_limit(void **state)
{
	(void)state;
	// 64 by 64 is exact, 65 by 64 the normal approximation; one value more of 64 moves nothing by more than its
	// share.
	double values[65];
	for (size_t i = 0; i < 65; i++)
		values[i] = (double)i;
	for (unsigned percent = 50; percent <= 99; percent += 7) {
		struct interval exact = shift_interval(values, 64, values, 64, percent * 0.01);
		struct interval normal = shift_interval(values, 65, values, 64, percent * 0.01);
		assert_true(exact.coverage >= percent * 0.01 && exact.coverage < percent * 0.01 + 0.004);
		assert_true(normal.coverage >= percent * 0.01 && normal.coverage < percent * 0.01 + 0.004);
		assert_true(fabs(normal.high - exact.high) <= 1 && fabs(normal.low - exact.low) <= 1);
	}
}

static double coverage_simulated(size_t a_n, size_t b_n, unsigned runs_n, uint64_t seed, double *promised)
{
	struct rng rng = {.state = seed};
	unsigned covered = 0;
	for (unsigned run = 0; run < runs_n; run++) {
		double a[80], b[80];
		for (size_t i = 0; i < a_n; i++)
			a[i] = -log(((double)(rng_next(&rng) >> 11) + 1) * 0x1p-53);
		for (size_t i = 0; i < b_n; i++)
			b[i] = 2 - log(((double)(rng_next(&rng) >> 11) + 1) * 0x1p-53);
		struct interval interval = shift_interval(a, a_n, b, b_n, 0.95);
		covered += interval.low <= 2 && 2 <= interval.high;
		*promised = interval.coverage;
	}
	return (double)covered / runs_n;
}

static void test_coverage_is_kept(void **state)
{
	(void)state;
	// 1000 runs scatter by 0.7 %: four of those either side.
	static const size_t sizes[][2] = {{5, 4}, {10, 30}, {70, 80}};
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		double promised, kept = coverage_simulated(sizes[i][0], sizes[i][1], 1000, 60 + i, &promised);
		if (promised < 0.95 || fabs(kept - promised) > 0.028)
			fail_msg("%zu and %zu: kept %.4f of %.4f", sizes[i][0], sizes[i][1], kept, promised);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_by_hand),          cmocka_unit_test(test_against_all_pairs),
		cmocka_unit_test(test_many_values),      cmocka_unit_test(test_interval_of_the_book),
		cmocka_unit_test(test_interval_of_few),  cmocka_unit_test(test_interval_on_both_sides_of_the_limit),
		cmocka_unit_test(test_coverage_is_kept),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
