// Order, quantiles, mean and variance, where they are known without another program.
// links: stats
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "stats/values.h"

#include <math.h>

static void test_sort(void **state)
{
	(void)state;
	double values[] = {3, -INFINITY, 0.5, -2, 3, INFINITY, 1e-300};
	static const double sorted[] = {-INFINITY, -2, 1e-300, 0.5, 3, 3, INFINITY};
	values_sort(values, 7);
	assert_memory_equal(values, sorted, sizeof sorted);
	values_sort(values, 1);
	values_sort(NULL, 0);
	assert_memory_equal(values, sorted, sizeof sorted);
}

static void assert_close(double value, double expected)
{
	if (!(fabs(value - expected) <= 1e-12 * fmax(1, fabs(expected))))
		fail_msg("%.17g is not %.17g", value, expected);
}

static void test_quantiles_type_7(void **state)
{
	(void)state;
	// Position (n - 1) q between the order statistics, worked out by hand.
	static const double four[] = {1, 2, 4, 8};
	assert_close(quantile_sorted(four, 4, 0), 1);
	assert_close(quantile_sorted(four, 4, 0.25), 1.75);
	assert_close(quantile_sorted(four, 4, 0.5), 3);
	assert_close(quantile_sorted(four, 4, 0.75), 5);
	assert_close(quantile_sorted(four, 4, 0.9), 6.8);
	assert_close(quantile_sorted(four, 4, 1), 8);
	assert_close(quantile_sorted(four, 1, 0.99), 1);
	assert_close(quantile_sorted(four, 4, -1), 1);
	assert_close(quantile_sorted(four, 4, 2), 8);
	assert_true(isnan(quantile_sorted(four, 0, 0.5)));
	assert_true(isnan(quantile_sorted(four, 4, NAN)));
	static const double endless[] = {1, INFINITY, INFINITY};
	assert_true(isinf(quantile_sorted(endless, 3, 0.5)));
	assert_true(isinf(quantile_sorted(endless, 3, 1)));
}

static void test_medians(void **state)
{
	(void)state;
	double four[] = {8, 1, 4, 2}, three[] = {5, 9, -1}, one[] = {7};
	assert_true(values_median(four, 4) == 3 && four[0] == 1 && four[3] == 8);
	assert_true(values_lower_median(four, 4) == 2);
	assert_true(values_median(three, 3) == 5 && values_lower_median(three, 3) == 5);
	assert_true(values_median(one, 1) == 7 && values_lower_median(one, 1) == 7);
	assert_true(isnan(values_median(one, 0)) && isnan(values_lower_median(one, 0)));
}

static void test_moments(void **state)
{
	(void)state;
	static const double values[] = {2, 4, 4, 4, 5, 5, 7, 9};
	assert_true(values_mean(values, 8) == 5);
	assert_true(values_variance(values, 8) == 32.0 / 7);
	assert_true(values_mean(values, 1) == 2);
	assert_true(isnan(values_variance(values, 1)));
	assert_true(isnan(values_mean(values, 0)) && isnan(values_variance(values, 0)));
	// The squares' mean less the mean's square would leave nothing of these.
	static const double far[] = {1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16};
	assert_true(values_variance(far, 4) == 30);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sort),
		cmocka_unit_test(test_quantiles_type_7),
		cmocka_unit_test(test_medians),
		cmocka_unit_test(test_moments),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
