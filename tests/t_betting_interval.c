// Intervals by inverting the betting tests: against the tests themselves, where there are none yet, and their coverage.
// links: stats
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/rng.h"
#include "stats/betting.h"

#include <math.h>

static double uniform(struct rng *rng)
{
	return ((double)(rng_next(rng) >> 11) + 0.5) * 0x1p-53;
}

static double gaussian(struct rng *rng)
{
	double radius = sqrt(-2 * log(uniform(rng)));
	return radius * cos(2 * M_PI * uniform(rng));
}

// ln sup E of the blocks with the null moved to theta.
static double log_e_at(struct betting betting, const double *d, size_t n, double theta)
{
	betting.null = theta;
	for (size_t i = 0; i < n; i++)
		betting_add(&betting, d[i]);
	return betting.log_e_most;
}

static void test_interval_inverts_the_tests(void **state)
{
	(void)state;
	struct rng rng = {.state = 17};
	for (unsigned n = 20; n <= 320; n *= 4) {
		double d[320];
		for (unsigned i = 0; i < n; i++)
			d[i] = 0.03 + 0.05 * gaussian(&rng);
		struct interval interval = betting_interval(d, n, 0.01, 0.05, 0.99);
		struct betting regression, all_clear;
		betting_regression(&regression, BETTING_TANH, 0.01, 0.05);
		betting_all_clear(&all_clear, BETTING_TANH, 0.05);
		// Rejected at the bound itself, and no longer a hair inside it.
		assert_true(log_e_at(regression, d, n, interval.low) >= log(200));
		assert_true(log_e_at(regression, d, n, interval.low + 1e-8) < log(200));
		assert_true(log_e_at(all_clear, d, n, interval.high) >= log(200));
		assert_true(log_e_at(all_clear, d, n, interval.high - 1e-8) < log(200));
		assert_true(interval.coverage == 0.99);
		assert_true(betting_upper(d, n, 0.05, 0.005) == interval.high);
		assert_true(betting_upper(d, n, 0.05, 0.01) <= interval.high);
	}
}

static void test_interval_of_equal_blocks(void **state)
{
	(void)state;
	// Each side at 1/200 takes (1.5^n + 1.98^n) / 2 >= 200: 131 with eight blocks, 253 with nine.
	double d[100];
	for (size_t i = 0; i < 100; i++)
		d[i] = 0.02;
	struct interval interval = betting_interval(d, 8, 0.01, 0.05, 0.99);
	assert_true(interval.low == -INFINITY && interval.high == INFINITY && interval.coverage == 0);
	interval = betting_interval(d, 0, 0.01, 0.05, 0.99);
	assert_true(interval.low == -INFINITY && interval.high == INFINITY);
	// 253.08 with nine, to be exact, and only where every bet wins all it can.
	assert_true(isfinite(betting_upper(d, 9, 0.05, 1 / 253.0)) && betting_upper(d, 9, 0.05, 1 / 253.1) == INFINITY);
	assert_true(isfinite(betting_interval(d, 9, 0.01, 0.05, 1 - 2 / 253.0).low));
	double width = INFINITY;
	for (size_t n = 9; n <= 100; n++) {
		interval = betting_interval(d, n, 0.01, 0.05, 0.99);
		assert_true(interval.low < 0.02 && interval.high > 0.02 && interval.coverage == 0.99);
		assert_true(interval.high - interval.low <= width);
		width = interval.high - interval.low;
	}
	assert_true(width < 0.005);
	// At 1/100, with 7 and 8 blocks: 68 and 131.
	assert_true(betting_upper(d, 7, 0.05, 0.01) == INFINITY && isfinite(betting_upper(d, 8, 0.05, 0.01)));
}

static void test_interval_moves_with_the_blocks(void **state)
{
	(void)state;
	// The bets do not depend on where the blocks lie: moved blocks move the interval, even far away and turned
	// over.
	double d[40], moved[40];
	struct rng rng = {.state = 23};
	for (size_t i = 0; i < 40; i++)
		moved[i] = (d[i] = 0.04 * gaussian(&rng)) + 3;
	struct interval interval = betting_interval(d, 40, 0.01, 0.05, 0.95);
	struct interval after = betting_interval(moved, 40, 0.01, 0.05, 0.95);
	assert_true(fabs(after.low - interval.low - 3) < 3e-8 && fabs(after.high - interval.high - 3) < 3e-8);
}

static void test_interval_of_a_ratio_that_moved(void **state)
{
	(void)state;
	// 20 blocks say +1, and the next 100 take it back: no one theta fits both.
	double d[120];
	for (size_t i = 0; i < 120; i++)
		d[i] = i < 20 ? 1 : -1;
	struct interval interval = betting_interval(d, 120, 0.01, 0.05, 0.99);
	assert_true(interval.low > 0.9 && interval.low < 1 && interval.high < -0.5 && interval.high > -1);
}

static void test_interval_covers(void **state)
{
	(void)state;
	// 95 % asked for: it may miss 20 of 400 runs, and four deviations more by chance. It misses fewer, because sup
	// E seldom comes near its bound.
	struct rng rng = {.state = 29};
	unsigned missed_n = 0;
	for (unsigned run = 0; run < 400; run++) {
		double d[60], scale = run % 2 ? 0.02 : 0.08;
		for (size_t i = 0; i < 60; i++)
			d[i] = 0.03 + scale * gaussian(&rng);
		struct interval interval = betting_interval(d, 60, 0.01, 0.05, 0.95);
		missed_n += interval.low > 0.03 || interval.high < 0.03;
	}
	print_message("missed %u of 400\n", missed_n);
	assert_in_range(missed_n, 0, 37);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_interval_inverts_the_tests),
		cmocka_unit_test(test_interval_of_equal_blocks),
		cmocka_unit_test(test_interval_moves_with_the_blocks),
		cmocka_unit_test(test_interval_of_a_ratio_that_moved),
		cmocka_unit_test(test_interval_covers),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
