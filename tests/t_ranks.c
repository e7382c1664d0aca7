// Mann and Whitney's U: p-values of another implementation, and its distribution against counting every arrangement.
// links: stats
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/rng.h"
#include "stats/ranks.h"

#include <math.h>

static void assert_near(double value, double expected)
{
	if (!(fabs(value - expected) <= 1e-12 * fabs(expected)))
		fail_msg("%.17g is not %.17g", value, expected);
}

enum { SAMPLE_MAX = 60 };

// n values first, first + step, ...
static void steps(double *values, size_t n, double first, double step)
{
	for (size_t i = 0; i < n; i++)
		values[i] = first + step * (double)i;
}

static void test_small_samples(void **state)
{
	(void)state;
	// Exact: of the C(6, 3) = 20 arrangements two are as extreme; of 126, fourteen.
	assert_near(mann_whitney_p((double[]){1, 2, 3}, 3, (double[]){4, 5, 6}, 3), 0.1);
	static const double males[] = {19, 22, 16, 29, 24}, females[] = {20, 11, 17, 12};
	assert_near(mann_whitney_p(males, 5, females, 4), 14.0 / 126);
	assert_near(mann_whitney_p(females, 4, males, 5), 14.0 / 126);
	// Hollander & Wolfe, "Nonparametric Statistical Methods", example 4.1: permeability of membranes, 0.1272
	// one-sided.
	static const double term[] = {0.80, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46};
	static const double early[] = {1.15, 0.88, 0.90, 0.74, 1.21};
	assert_near(mann_whitney_p(term, 10, early, 5), 0.2544122544122544);
	assert_near(mann_whitney_p((double[]){7}, 1, (double[]){3}, 1), 1);
}

// SciPy 1.10.1, mannwhitneyu(a, b, alternative="two-sided").
static void test_as_the_other_implementation(void **state)
{
	(void)state;
	double a[SAMPLE_MAX], b[SAMPLE_MAX];
	steps(a, 9, 1, 1);
	steps(b, 9, 5.5, 1);
	// Eight values in either sample are the last that are exact.
	assert_near(mann_whitney_p(a, 9, b, 9), 0.008071487425268009);
	assert_near(mann_whitney_p(a, 8, b, 9), 0.0024681201151789383);
	steps(b, 40, 0.5, 3);
	assert_near(mann_whitney_p(a, 4, b, 40), 0.0002651914166378148);
	// Ties take the normal approximation, whatever the size.
	assert_near(mann_whitney_p((double[]){1, 2, 2, 3}, 4, (double[]){2, 3, 4, 5, 5}, 5), 0.07854585095119067);
	steps(a, 12, 1, 1);
	steps(b, 12, 5, 1);
	assert_near(mann_whitney_p(a, 12, b, 12), 0.02234157056409974);
	steps(a, 60, 0, 1);
	steps(b, 60, 1000, 1);
	assert_near(mann_whitney_p(a, 60, b, 60), 3.5565709749847226e-21);
	assert_near(mann_whitney_p(a, 8, b, 60), 2.7056241303386763e-10);
	assert_near(mann_whitney_p(b, 60, a, 8), 2.7056241303386763e-10);
}

static void test_where_there_is_nothing_to_tell(void **state)
{
	(void)state;
	static const double ones[] = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1}, unknown[] = {1, NAN};
	assert_true(mann_whitney_p(ones, 10, ones, 10) == 1);
	assert_true(mann_whitney_p(ones, 1, ones, 1) == 1);
	assert_true(isnan(mann_whitney_p(ones, 0, ones, 10)));
	assert_true(isnan(mann_whitney_p(ones, 10, ones, 0)));
	assert_true(isnan(mann_whitney_p(unknown, 2, ones, 10)));
	assert_true(isnan(mann_whitney_p(ones, 10, unknown, 2)));
}

// Arrangements of a_n among b_n, as bits of a word, with U = the pairs in which the value of a is the larger.
static void count_arrangements(unsigned a_n, unsigned b_n, unsigned *arrangements_n)
{
	for (uint32_t word = 0; word < 1u << (a_n + b_n); word++) {
		if (__builtin_popcount(word) != (int)a_n)
			continue;
		unsigned below = 0, u = 0;
		for (unsigned i = 0; i < a_n + b_n; i++) {
			if (word >> i & 1)
				u += below;
			else
				below++;
		}
		arrangements_n[u]++;
	}
}

static void test_distribution_by_counting(void **state)
{
	(void)state;
	for (unsigned a_n = 1; a_n <= 6; a_n++)
		for (unsigned b_n = 1; b_n <= 6; b_n++) {
			unsigned arrangements_n[37] = {0}, all_n = 0, sum_n = 0;
			double cumulative[37];
			count_arrangements(a_n, b_n, arrangements_n);
			assert_int_equal(mann_whitney_cumulative(a_n, b_n, cumulative, a_n * b_n + 1), 0);
			for (unsigned u = 0; u <= a_n * b_n; u++)
				all_n += arrangements_n[u];
			for (unsigned u = 0; u <= a_n * b_n; u++) {
				sum_n += arrangements_n[u];
				assert_near(cumulative[u], (double)sum_n / all_n);
			}
		}
}

static void test_distribution_of_larger_samples(void **state)
{
	(void)state;
	// From rational numbers: the counts are the coefficients of a Gaussian binomial.
	double cumulative[1501];
	assert_int_equal(mann_whitney_cumulative(30, 40, cumulative, 451), 0);
	assert_near(cumulative[300], 0.0001365794950741187);
	assert_near(cumulative[450], 0.03796262740879163);
	assert_int_equal(mann_whitney_cumulative(64, 64, cumulative, 1501), 0);
	assert_near(cumulative[10], 5.803480123943598e-36);
	assert_near(cumulative[1500], 0.004381038284672268);
	// As many as are asked for and no more.
	cumulative[3] = -1;
	assert_int_equal(mann_whitney_cumulative(3, 4, cumulative, 3), 0);
	assert_near(cumulative[0], 1.0 / 35);
	assert_true(cumulative[3] == -1);
	assert_int_equal(mann_whitney_cumulative(3, 4, cumulative, 0), 0);
}

static void test_error_rate_is_kept(void **state)
{
	(void)state;
	// Equal distributions: p <= 5 % in no more than 5 % of 4000 runs, and four deviations.
	static const size_t sizes[] = {5, 8, 20};
	struct rng rng = {.state = 47};
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		unsigned rejected_n = 0;
		for (unsigned run = 0; run < 4000; run++) {
			double a[20], b[20];
			for (size_t j = 0; j < sizes[i]; j++) {
				a[j] = (double)(rng_next(&rng) >> 11);
				b[j] = (double)(rng_next(&rng) >> 11);
			}
			rejected_n += mann_whitney_p(a, sizes[i], b, sizes[i]) <= 0.05;
		}
		assert_in_range(rejected_n, 80, 255);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_small_samples),
		cmocka_unit_test(test_as_the_other_implementation),
		cmocka_unit_test(test_where_there_is_nothing_to_tell),
		cmocka_unit_test(test_distribution_by_counting),
		cmocka_unit_test(test_distribution_of_larger_samples),
		cmocka_unit_test(test_error_rate_is_kept),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
