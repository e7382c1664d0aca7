// The statistics that stand for a slice: their names, and their values of known samples.
// links: stats
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>

#include "stats/statistic.h"

static void test_names(void **state)
{
	(void)state;
	static const char *const names[STATISTIC_N] = {"min", "p10", "p25", "median", "mean"};
	for (enum statistic i = 0; i < STATISTIC_N; i++) {
		assert_string_equal(statistic_name(i), names[i]);
		assert_int_equal(statistic_find(names[i]), i);
	}
	assert_string_equal(statistic_name(STATISTIC_N), "");
	assert_int_equal(statistic_find("average"), STATISTIC_N);
	assert_int_equal(statistic_find("p1"), STATISTIC_N);
	assert_int_equal(statistic_find(""), STATISTIC_N);
}

// expected: in the order of enum statistic.
static void assert_values(const double *sorted, size_t n, const double *expected)
{
	for (enum statistic i = 0; i < STATISTIC_N; i++) {
		double value = statistic_of(i, sorted, n);
		if (!(fabs(value - expected[i]) <= 1e-12 * expected[i]))
			fail_msg("%s of %zu values: %.17g instead of %.17g", statistic_name(i), n, value, expected[i]);
	}
}

static void test_values(void **state)
{
	(void)state;
	// Quantile q lies q * (n - 1) steps above the least, between neighbours in proportion.
	assert_values((double[]){1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}, 11, (double[]){1, 2, 3.5, 6, 6});
	assert_values((double[]){1, 2, 4, 100}, 4, (double[]){1, 1.3, 1.75, 3, 26.75});
	assert_values((double[]){10, 20}, 2, (double[]){10, 11, 12.5, 15, 15});
	assert_values((double[]){7}, 1, (double[]){7, 7, 7, 7, 7});
	assert_values((double[]){5, 5, 5}, 3, (double[]){5, 5, 5, 5, 5});
	// A third of wild values moves the mean alone.
	assert_values((double[]){1, 1, 1, 1, 1e6, 1e6}, 6, (double[]){1, 1, 1, 1, 2000004 / 6.0});
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_values),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
