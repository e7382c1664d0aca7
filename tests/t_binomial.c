// Exact bounds of a rate: closed forms, tables, and the tail probabilities they are defined by.
// links: stats
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "stats/binomial.h"

#include <math.h>

static void assert_near(double value, double expected)
{
	if (!(fabs(value - expected) <= 1e-10 * fabs(expected)))
		fail_msg("%.17g is not %.17g", value, expected);
}

static void test_closed_forms(void **state)
{
	(void)state;
	// Without an event the chance of none, (1 - rate)^n, is the tail; with nothing but events, rate^n.
	static const unsigned trials[] = {1, 2, 10, 299, 10000};
	for (size_t i = 0; i < sizeof trials / sizeof *trials; i++) {
		unsigned n = trials[i];
		assert_near(binomial_upper(0, n, 0.95), -expm1(log(0.05) / n));
		struct interval none = clopper_pearson(0, n, 0.95), all = clopper_pearson(n, n, 0.95);
		assert_true(none.low == 0 && all.high == 1 && none.coverage == 0.95);
		assert_near(none.high, -expm1(log(0.025) / n));
		assert_near(all.low, pow(0.025, 1.0 / n));
		assert_true(binomial_upper(n, n, 0.95) == 1);
	}
	struct interval nothing = clopper_pearson(0, 0, 0.95);
	assert_true(nothing.low == 0 && nothing.high == 1 && binomial_upper(0, 0, 0.95) == 1);
}

static void test_one_percent_at_most(void **state)
{
	(void)state;
	// The fewest trials that put the rate below 1 % at 95 %.
	assert_near(binomial_upper(0, 299, 0.95), 0.009969146792899267);
	assert_near(binomial_upper(1, 473, 0.95), 0.009989707474224693);
	assert_near(binomial_upper(2, 628, 0.95), 0.00999091592989448);
	assert_true(binomial_upper(0, 298, 0.95) > 0.01);
	assert_true(binomial_upper(1, 472, 0.95) > 0.01);
	assert_true(binomial_upper(2, 627, 0.95) > 0.01);
}

static void test_two_sided(void **state)
{
	(void)state;
	// Beta quantiles of SciPy 1.10.1.
	static const struct {
		unsigned successes_n, trials_n;
		double low, high;
	} known[] = {
		{5, 10, 0.18708602844739855, 0.8129139715526015},
		{1, 473, 5.3524588616526056e-05, 0.01172260525418172},
		{3, 628, 0.0009862322184086628, 0.01389665011554619},
		{1, 100000, 2.531780477933314e-07, 5.571516034774275e-05},
		{40, 100000, 0.00028578075975967473, 0.0005446470633997483},
	};
	for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
		struct interval interval = clopper_pearson(known[i].successes_n, known[i].trials_n, 0.95);
		assert_near(interval.low, known[i].low);
		assert_near(interval.high, known[i].high);
	}
}

// P(X <= most) of n trials, term by term.
static double chance_up_to(unsigned most, unsigned n, double rate)
{
	double sum = 0;
	for (unsigned i = 0; i <= most; i++)
		sum += exp(lgamma(n + 1.0) - lgamma(i + 1.0) - lgamma(n - i + 1.0) + i * log(rate) + (n - i) * log1p(-rate));
	return sum;
}

static void test_tails_are_met(void **state)
{
	(void)state;
	for (unsigned n = 1; n <= 250; n += 3)
		for (unsigned successes_n = 0; successes_n <= n; successes_n++) {
			struct interval interval = clopper_pearson(successes_n, n, 0.99);
			assert_true(interval.low < interval.high);
			if (successes_n < n && fabs(chance_up_to(successes_n, n, interval.high) - 0.005) > 1e-9)
				fail_msg("upper bound of %u in %u: %.15g", successes_n, n, interval.high);
			if (successes_n > 0 && fabs(chance_up_to(n - successes_n, n, 1 - interval.low) - 0.005) > 1e-9)
				fail_msg("lower bound of %u in %u: %.15g", successes_n, n, interval.low);
			assert_near(binomial_upper(successes_n, n, 0.995), interval.high);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_closed_forms),
		cmocka_unit_test(test_one_percent_at_most),
		cmocka_unit_test(test_two_sided),
		cmocka_unit_test(test_tails_are_met),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
