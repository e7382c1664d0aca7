// Holm's step-down test: worked examples, and what must hold for any family.
// links: stats
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/rng.h"
#include "stats/holm.h"

#include <math.h>

// p as probabilities; `fallen` has one character a hypothesis, x where it must be rejected.
static void assert_fallen(const double *p, double alpha, const char *fallen)
{
	double log_p[16] = {0};
	bool rejected[16];
	size_t n = 0;
	for (; fallen[n]; n++)
		log_p[n] = log(p[n]);
	holm(log_p, n, log(alpha), rejected);
	for (size_t i = 0; i < n; i++)
		if (rejected[i] != (fallen[i] == 'x'))
			fail_msg("hypothesis %zu of %s, p = %g", i, fallen, p[i]);
}

static void test_worked_examples(void **state)
{
	(void)state;
	// 0.005 <= 0.05 / 4, 0.01 <= 0.05 / 3, 0.03 > 0.05 / 2: and then 0.04 stands too, though 0.04 <= 0.05 / 1.
	assert_fallen((double[]){0.01, 0.04, 0.03, 0.005}, 0.05, "x..x");
	// Bonferroni would reject the first alone.
	assert_fallen((double[]){0.012, 0.016, 0.025, 0.051}, 0.05, "xxx.");
	assert_fallen((double[]){0.012, 0.016, 0.025, 0.049}, 0.05, "xxxx");
	assert_fallen((double[]){0.013, 0.016, 0.025, 0.049}, 0.05, "....");
	assert_fallen((double[]){0.049}, 0.05, "x");
	assert_fallen((double[]){1, 1, 1}, 0.05, "...");
}

static void test_equal_values_share_their_fate(void **state)
{
	(void)state;
	assert_fallen((double[]){0.016, 0.016, 0.016}, 0.05, "xxx");
	assert_fallen((double[]){0.02, 0.02, 0.02}, 0.05, "...");
	assert_fallen((double[]){0.026, 0.001, 0.026}, 0.05, ".x.");
}

static void test_logs_below_any_double(void **state)
{
	(void)state;
	// exp(-5000) is 0 in double, but these are in order and the last is not small at all.
	static const double log_p[] = {-5000, -1, -4000, -INFINITY};
	bool rejected[4];
	holm(log_p, 4, -4001, rejected);
	assert_true(rejected[0] && rejected[3] && !rejected[1] && !rejected[2]);
	holm(log_p, 4, log(0.01), rejected);
	assert_true(rejected[0] && rejected[3] && !rejected[1] && rejected[2]);
}

static void test_nan_stands_and_counts(void **state)
{
	(void)state;
	// 0.02 would fall in a family of two, and does not in one of three.
	assert_fallen((double[]){NAN, 0.02, 0.9}, 0.05, "...");
	assert_fallen((double[]){0.02, 0.9}, 0.05, "x.");
	assert_fallen((double[]){NAN, NAN}, 0.05, "..");
	assert_fallen(NULL, 0.05, "");
}

static void test_between_bonferroni_and_no_correction(void **state)
{
	(void)state;
	struct rng rng = {.state = 41};
	for (unsigned family = 0; family < 500; family++) {
		double log_p[40];
		bool rejected[40];
		size_t n = 1 + rng_below(&rng, 40);
		for (size_t i = 0; i < n; i++)
			log_p[i] = -(double)rng_below(&rng, 100) / 10;
		holm(log_p, n, log(0.05), rejected);
		size_t below_n = 0;
		for (size_t i = 0; i < n; i++) {
			assert_true(rejected[i] || log_p[i] > log(0.05 / (double)n));
			assert_true(!rejected[i] || log_p[i] <= log(0.05));
			below_n += rejected[i];
		}
		// Those that fall are the smallest, and the largest of them passed its own step.
		for (size_t i = 0; i < n; i++)
			for (size_t j = 0; j < n && rejected[i]; j++)
				assert_true(rejected[j] || log_p[j] > log_p[i]);
		for (size_t i = 0; i < n; i++)
			assert_true(rejected[i] || log_p[i] > log(0.05 / (double)(n - below_n)));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_worked_examples),
		cmocka_unit_test(test_equal_values_share_their_fate),
		cmocka_unit_test(test_logs_below_any_double),
		cmocka_unit_test(test_nan_stands_and_counts),
		cmocka_unit_test(test_between_bonferroni_and_no_correction),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
