// Betting e-processes: closed forms, the error rate under fair signs however ugly the blocks, blocks needed.
// links: stats
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/rng.h"
#include "stats/betting.h"

#include <math.h>
#include <stdlib.h>

static void assert_close(double value, double expected)
{
	if (!(fabs(value - expected) <= 1e-12 * fmax(1, fabs(expected))))
		fail_msg("%.17g is not %.17g", value, expected);
}

static double uniform(struct rng *rng)
{
	return ((double)(rng_next(rng) >> 11) + 0.5) * 0x1p-53;
}

static double gaussian(struct rng *rng)
{
	double radius = sqrt(-2 * log(uniform(rng)));
	return radius * cos(2 * M_PI * uniform(rng));
}

static void test_before_the_first_block(void **state)
{
	(void)state;
	struct betting betting;
	betting_regression(&betting, BETTING_TANH, 0.01, 0.05);
	assert_close(betting.null, log(1.01));
	assert_true(betting.toward == 1 && betting.n == 0 && betting.log_e == 0 && betting.log_e_most == 0);
	// lambda = ln(1.05 / 1.01) / sigma^2: four times less for twice the scale.
	assert_close(betting.bet[0], log(1.05 / 1.01) * 10000);
	assert_close(betting.bet[4], log(1.05 / 1.01) / 0.0256);
	betting_all_clear(&betting, BETTING_TANH, 0.05);
	assert_close(betting.null, log(1.05));
	assert_true(betting.toward == -1);
	assert_close(betting.bet[0], log(1.05) * 10000);
}

static void test_one_block(void **state)
{
	(void)state;
	// E_1 = 1 + 0.74 * mean of the five tanh(lambda x), 0.74 being the mean stake; x = ln(1.05 / 1.01).
	struct betting betting;
	betting_regression(&betting, BETTING_TANH, 0.01, 0.05);
	betting_add(&betting, log(1.05));
	double sum = 0, x = log(1.05) - log(1.01);
	for (double sigma = 0.01; sigma < 0.2; sigma *= 2)
		sum += tanh(x * x / (sigma * sigma));
	assert_close(exp(betting.log_e), 1 + 0.74 * sum / 5);
	assert_int_equal(betting.n, 1);
	// A block at the null wins and loses nothing, and one before it leaves sup E where it began.
	betting_regression(&betting, BETTING_TANH, 0.01, 0.05);
	betting_add(&betting, log1p(0.01));
	assert_close(betting.log_e, 0);
	betting_add(&betting, -0.02);
	assert_true(betting.log_e < 0 && betting.log_e_most == 0);
}

// The products themselves, as they are written down; good as long as they neither overflow nor vanish.
static double naive_e(const struct betting *opened, const double *d, unsigned n)
{
	double sum = 0;
	for (double sigma = 0.01; sigma < 0.2; sigma *= 2)
		for (double kappa = 0.5; kappa < 1; kappa += 0.48) {
			double lambda = opened->bet[0] * 0.0001 / (sigma * sigma), product = 1;
			for (unsigned i = 0; i < n; i++) {
				double x = opened->toward * (d[i] - opened->null);
				double paid = opened->kind == BETTING_SIGN ? (x > 0) - (x < 0) : tanh(lambda * x);
				product *= 1 + kappa * paid;
			}
			sum += product;
		}
	return sum / 10;
}

static void test_three_blocks(void **state)
{
	(void)state;
	// ln E_n of both tests, from the definition with another language's floating point.
	static const double d[] = {0.07, -0.01, 0.04};
	static const double slower[] = {0.40138876819954405, -0.19401190671404916, 0.051100061618449266};
	static const double faster[] = {-0.5247925999893708, -0.23345284591212556, -0.08591365874848726};
	struct betting regression, all_clear;
	betting_regression(&regression, BETTING_TANH, 0.01, 0.05);
	betting_all_clear(&all_clear, BETTING_TANH, 0.05);
	for (size_t i = 0; i < 3; i++) {
		betting_add(&regression, d[i]);
		betting_add(&all_clear, d[i]);
		assert_close(regression.log_e, slower[i]);
		assert_close(all_clear.log_e, faster[i]);
	}
	assert_close(regression.log_e_most, slower[0]);
	assert_true(all_clear.log_e_most == 0);
}

static void test_against_naive_products(void **state)
{
	(void)state;
	struct rng rng = {.state = 3};
	for (unsigned test = 0; test < 4; test++) {
		struct betting opened, betting;
		enum betting_kind kind = test & 1 ? BETTING_SIGN : BETTING_TANH;
		if (test & 2)
			betting_all_clear(&opened, kind, 0.05);
		else
			betting_regression(&opened, kind, 0.01, 0.05);
		betting = opened;
		double d[50], most = 0;
		for (unsigned i = 0; i < 50; i++) {
			d[i] = 0.03 + 0.05 * gaussian(&rng);
			betting_add(&betting, d[i]);
			double expected = log(naive_e(&opened, d, i + 1));
			most = fmax(most, expected);
			if (fabs(betting.log_e - expected) > 1e-10 || fabs(betting.log_e_most - most) > 1e-10)
				fail_msg("test %u, block %u: %.15g is not %.15g", test, i, betting.log_e, expected);
		}
	}
}

static void test_always_far_off(void **state)
{
	(void)state;
	// Every tanh is 1: E_n is the mean of 1.5^n and 1.98^n. 20 000 blocks would overflow a double 44 times over.
	for (unsigned kind = BETTING_TANH; kind <= BETTING_SIGN; kind++) {
		struct betting slower, faster;
		betting_regression(&slower, kind, 0.01, 0.05);
		betting_all_clear(&faster, kind, 0.05);
		for (unsigned n = 1; n <= 20000; n++) {
			betting_add(&slower, n % 2 ? 1000 : INFINITY);
			betting_add(&faster, -1000);
			if (n <= 20)
				assert_close(slower.log_e, log((pow(1.5, n) + pow(1.98, n)) / 2));
		}
		assert_close(slower.log_e, 20000 * log(1.98) - log(2));
		assert_close(faster.log_e_most, slower.log_e_most);
	}
}

static void test_always_wrong(void **state)
{
	(void)state;
	// Wealth of 0.02^n is gone for every purpose, but stays a number, and sup E remembers nothing but the start.
	struct betting betting;
	betting_regression(&betting, BETTING_SIGN, 0, 0.05);
	for (unsigned n = 0; n < 2000; n++)
		betting_add(&betting, -1);
	assert_close(betting.log_e, 2000 * log(0.5) - log(2));
	assert_true(betting.log_e_most == 0);
}

static void test_floor_of_blocks(void **state)
{
	(void)state;
	// Signs alone cannot say more than 2^n, so that N / alpha = 10^4 takes ceil(log2(10^4)) = 14 blocks at least. A
	// stake of 0.98 in half of the wealth pays 1.98^n / 2: 15 blocks.
	struct betting betting;
	betting_regression(&betting, BETTING_SIGN, 0.01, 0.05);
	while (betting.log_e_most < log(1e4))
		betting_add(&betting, 1);
	assert_int_equal(betting.n, 15);
}

static void test_extreme_effects(void **state)
{
	(void)state;
	// The effect next to what is tolerated makes small bets, a huge one saturated ones; both stay numbers.
	static const double effects[] = {0.010000001, 1e6, 1e300};
	for (size_t i = 0; i < sizeof effects / sizeof *effects; i++) {
		struct betting regression, all_clear;
		betting_regression(&regression, BETTING_TANH, 0.01, effects[i]);
		betting_all_clear(&all_clear, BETTING_TANH, effects[i]);
		for (unsigned n = 0; n < 30; n++) {
			betting_add(&regression, n % 3 ? 0.05 : -0.05);
			betting_add(&all_clear, n % 3 ? 0.05 : -0.05);
		}
		assert_true(isfinite(regression.log_e) && isfinite(all_clear.log_e));
	}
}

// One block of a noisy machine: what is wrong with it grows, jumps, has memory and tails without a mean; only the coin
// that ordered OLD and NEW is fair.
static double ugly_block(struct rng *rng, unsigned i, double *memory)
{
	*memory = 0.95 * *memory + 0.02 * gaussian(rng);
	double tail = 0.01 * tan(M_PI * (uniform(rng) - 0.5));
	double bimodal = i / 25 % 2 ? 0.2 : 0.01;
	double distance = (*memory + tail + bimodal) * (1 + (double)i / 20);
	return rng_next(rng) >> 63 ? distance : -distance;
}

static unsigned alarms(enum betting_kind kind, unsigned runs_n, double log_bar)
{
	struct rng rng = {.state = 11};
	unsigned alarms_n = 0;
	for (unsigned run = 0; run < runs_n; run++) {
		struct betting betting;
		betting_regression(&betting, kind, 0, 0.05);
		double memory = 0;
		for (unsigned i = 0; i < 200; i++)
			betting_add(&betting, ugly_block(&rng, i, &memory));
		alarms_n += betting.log_e_most >= log_bar;
	}
	return alarms_n;
}

static void test_fair_signs_keep_alpha(void **state)
{
	(void)state;
	// At alpha = 5 % over all 200 looks. Were the true rate 5 %, more than what is allowed here had a chance of
	// 1e-4.
	for (unsigned kind = BETTING_TANH; kind <= BETTING_SIGN; kind++) {
		unsigned alarms_n = alarms(kind, 2000, log(20));
		print_message("kind %u: %u of 2000 runs reach 20\n", kind, alarms_n);
		assert_in_range(alarms_n, 1, 138);
	}
}

static int compare_counts(const void *left, const void *right)
{
	unsigned a = *(const unsigned *)left, b = *(const unsigned *)right;
	return (a > b) - (a < b);
}

enum { RUNS_N = 1001 };

// Blocks until +5 % reaches N / alpha = 10^4, in ascending order.
static void blocks_needed(double sigma, uint64_t seed, unsigned blocks_n[RUNS_N])
{
	struct rng rng = {.state = seed};
	for (unsigned run = 0; run < RUNS_N; run++) {
		struct betting betting;
		betting_regression(&betting, BETTING_TANH, 0.01, 0.05);
		while (betting.log_e < log(1e4) && betting.n < 10000)
			betting_add(&betting, log(1.05) + sigma * gaussian(&rng));
		blocks_n[run] = betting.n;
	}
	qsort(blocks_n, RUNS_N, sizeof *blocks_n, compare_counts);
}

static void test_blocks_needed(void **state)
{
	(void)state;
	// Medians of 20 000 runs, and of 3000 of a program in another language; the scatter is four deviations of the
	// median of RUNS_N.
	static const struct {
		double sigma;
		unsigned median, scatter;
	} known[] = {{0.01, 16, 0}, {0.03, 24, 1}, {0.05, 47, 3}, {0.10, 153, 10}};
	for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
		unsigned blocks_n[RUNS_N];
		blocks_needed(known[i].sigma, 100 + i, blocks_n);
		unsigned median = blocks_n[RUNS_N / 2];
		print_message("sigma %g: median %u, p99 %u\n", known[i].sigma, median, blocks_n[RUNS_N * 99 / 100]);
		assert_in_range(median, known[i].median - known[i].scatter, known[i].median + known[i].scatter);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_before_the_first_block), cmocka_unit_test(test_one_block),
		cmocka_unit_test(test_three_blocks),           cmocka_unit_test(test_against_naive_products),
		cmocka_unit_test(test_always_far_off),         cmocka_unit_test(test_always_wrong),
		cmocka_unit_test(test_floor_of_blocks),        cmocka_unit_test(test_extreme_effects),
		cmocka_unit_test(test_fair_signs_keep_alpha),  cmocka_unit_test(test_blocks_needed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
