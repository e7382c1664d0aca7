// Order, mean and variance, where they are known without another program.
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
		cmocka_unit_test(test_moments),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
