// Prediction of one value from a few: Student's t where it has a closed form, its power against numeric integrals.
// links: stats
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/rng.h"
#include "stats/prediction.h"

#include <math.h>

static void assert_near(double value, double expected, double tolerance)
{
	if (!(fabs(value - expected) <= tolerance * fmax(1, fabs(expected))))
		fail_msg("%.17g is not %.17g", value, expected);
}

static void test_mean_and_scale(void **state)
{
	(void)state;
	static const double values[] = {1, 2, 3}, one[] = {7};
	struct prediction prediction = prediction_of(values, 3);
	assert_int_equal(prediction.n, 3);
	assert_near(prediction.mean, 2, 1e-15);
	assert_near(prediction.scale, sqrt(4.0 / 3), 1e-15);
	prediction = prediction_of(one, 1);
	assert_near(prediction.mean, 7, 0);
	assert_true(isnan(prediction.scale));
	assert_near(prediction_log_p(&prediction, 100, 0), 0, 0);
	assert_true(isnan(prediction_margin(&prediction, 0.01)) && isnan(prediction_detects(&prediction, 0.01, 0.9)));
}

static void test_p_in_closed_form(void **state)
{
	(void)state;
	static const double two[] = {0, 2}, three[] = {1, 2, 3};
	struct prediction one_free = prediction_of(two, 2), two_free = prediction_of(three, 3);
	for (double shift = -5; shift <= 50; shift += 0.5) {
		double t = shift / one_free.scale;
		assert_near(exp(prediction_log_p(&one_free, 1 + shift, 0)), 0.5 - atan(t) / M_PI, 1e-12);
		t = (shift - 0.25) / two_free.scale;
		assert_near(exp(prediction_log_p(&two_free, 2 + shift, 0.25)), 0.5 - t / (2 * sqrt(2 + t * t)), 1e-12);
	}
}

// Tables of Student's t: 99 % one-sided with 1, 2 and 4 degrees of freedom.
static void test_margins_of_the_tables(void **state)
{
	(void)state;
	static const double quantile[] = {[2] = 31.820515953773958, [3] = 6.964556734283276, [5] = 3.746947387979197};
	static const double values[] = {3, 1, 4, 1.5, 9};
	for (size_t n = 2; n <= 5; n++) {
		struct prediction prediction = prediction_of(values, n);
		if (n != 4)
			assert_near(prediction_margin(&prediction, 0.01), quantile[n] * prediction.scale, 1e-9);
	}
}

static void test_equal_values(void **state)
{
	(void)state;
	static const double same[] = {4, 4, 4};
	struct prediction prediction = prediction_of(same, 3);
	assert_near(prediction.scale, 0, 0);
	assert_true(isinf(prediction_log_p(&prediction, 4.1, 0)));
	assert_near(prediction_log_p(&prediction, 4.1, 0.2), 0, 0);
	assert_near(prediction_detects(&prediction, 0.01, 0.9), 0, 0);
}

// Integrals over the density of the spread: 52.36593, 10.73646, 5.64011 at 1, 2, 4 degrees of freedom.
static void test_detects(void **state)
{
	(void)state;
	static const double expected[] = {[2] = 52.36593, [3] = 10.73646, [5] = 5.64011};
	static const double values[] = {3, 1, 4, 1.5, 9};
	for (size_t n = 2; n <= 5; n++) {
		struct prediction prediction = prediction_of(values, n);
		if (n != 4)
			assert_near(prediction_detects(&prediction, 0.01, 0.9) / prediction.scale, expected[n], 0.005);
	}
	// With the spread known the two normal quantiles add up.
	double many[4001];
	for (int i = 0; i < 4001; i++)
		many[i] = i % 2;
	struct prediction prediction = prediction_of(many, 4001);
	assert_near(prediction_detects(&prediction, 0.01, 0.9) / prediction.scale, 2.326348 + 1.281552, 0.005);
}

static double normal(struct rng *rng)
{
	double sum = -6;
	for (int i = 0; i < 12; i++)
		sum += (double)rng_below(rng, 1u << 30) / (1u << 30);
	return sum;
}

// One run in twenty exceeds the 95 % bound of four others; what "detects" says is found in nine of ten.
static void test_error_rates(void **state)
{
	(void)state;
	enum { TRIALS_N = 20000, RUNS_N = 4 };
	struct rng rng = {7};
	unsigned alarms_n = 0, found_n = 0;
	struct prediction true_spread = {.n = RUNS_N, .scale = sqrt(1 + 1.0 / RUNS_N)};
	double shift = prediction_detects(&true_spread, 0.05, 0.9);
	for (int trial = 0; trial < TRIALS_N; trial++) {
		double values[RUNS_N];
		for (int i = 0; i < RUNS_N; i++)
			values[i] = normal(&rng);
		struct prediction prediction = prediction_of(values, RUNS_N);
		double value = normal(&rng);
		alarms_n += prediction_log_p(&prediction, value, 0) < log(0.05);
		found_n += prediction_log_p(&prediction, value + shift, 0) < log(0.05);
	}
	assert_near((double)alarms_n / TRIALS_N, 0.05, 0.006);
	assert_near((double)found_n / TRIALS_N, 0.9, 0.01);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_mean_and_scale),
		cmocka_unit_test(test_p_in_closed_form),
		cmocka_unit_test(test_margins_of_the_tables),
		cmocka_unit_test(test_equal_values),
		cmocka_unit_test(test_detects),
		cmocka_unit_test(test_error_rates),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
