// Summaries on stored vectors with known answers; ranks against exact integer arithmetic; coverage by simulation.
// links: stats
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/rng.h"
#include "stats/summary.h"

#include <math.h>
#include <string.h>

static void assert_close(double value, double expected)
{
	if (!(fabs(value - expected) <= 1e-12 * fmax(1, fabs(expected))))
		fail_msg("%.17g is not %.17g", value, expected);
}

static void test_ranks_of_the_tables(void **state)
{
	(void)state;
	// Hahn & Meeker, two-sided 95 %. Coverage = 1 - 2 sum(C(n, i), i < l) / 2^n, from exact rational numbers.
	static const struct {
		size_t n, lower, upper;
		double coverage;
	} known[] = {
		{6, 1, 6, 31.0 / 32},
		{7, 1, 7, 63.0 / 64},
		{10, 2, 9, 501.0 / 512},
		{20, 6, 15, 125647.0 / 131072},
		{30, 10, 21, 513906825.0 / 536870912},
		{100, 40, 61, 0.9647997997822951},
	};
	for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
		size_t lower, upper;
		assert_close(median_ranks(known[i].n, 0.95, &lower, &upper), known[i].coverage);
		assert_int_equal(lower, known[i].lower);
		assert_int_equal(upper, known[i].upper);
	}
}

static void test_ranks_where_impossible(void **state)
{
	(void)state;
	// Minimum and maximum of five miss the median with probability 2 / 32.
	for (size_t n = 0; n <= 5; n++) {
		size_t lower = 77, upper = 77;
		assert_true(median_ranks(n, 0.95, &lower, &upper) == 0);
		assert_int_equal(lower, n > 0);
		assert_int_equal(upper, n);
	}
}

// Outcomes of n coins, of 2^n, with fewer than `rank` heads; exact for n up to 62.
static uint64_t coins_below(unsigned n, unsigned rank)
{
	uint64_t row[64] = {1}, sum = 0;
	for (unsigned i = 1; i <= n; i++)
		for (unsigned j = i; j > 0; j--)
			row[j] += row[j - 1];
	for (unsigned i = 0; i < rank; i++)
		sum += row[i];
	return sum;
}

static void test_ranks_against_exact_integers(void **state)
{
	(void)state;
	static const double coverages[] = {0.5, 0.9, 0.951, 0.99};
	for (unsigned n = 1; n <= 62; n++) {
		for (size_t c = 0; c < sizeof coverages / sizeof *coverages; c++) {
			size_t lower, upper;
			double obtained = median_ranks(n, coverages[c], &lower, &upper);
			double exact_at = 1 - ldexp((double)coins_below(n, (unsigned)lower), 1 - (int)n);
			double exact_next = 1 - ldexp((double)coins_below(n, (unsigned)lower + 1), 1 - (int)n);
			assert_int_equal(lower + upper, n + 1);
			if (obtained == 0) {
				assert_true(exact_at < coverages[c]);
				continue;
			}
			assert_close(obtained, exact_at);
			assert_true(exact_at >= coverages[c]);
			// One rank further in is no longer enough: the interval is the tightest.
			assert_true(exact_next < coverages[c] || lower == n / 2);
		}
	}
}

static void test_summary_of_ten(void **state)
{
	(void)state;
	static const double values[] = {10, 3, 7, 1, 9, 2, 8, 4, 6, 5};
	double before[10];
	memcpy(before, values, sizeof before);
	struct summary summary = summarise(values, 10);
	assert_int_equal(summary.n, 10);
	assert_close(summary.min, 1);
	assert_close(summary.q1, 3.25);
	assert_close(summary.median, 5.5);
	assert_close(summary.q3, 7.75);
	assert_close(summary.max, 10);
	assert_close(summary.mean, 5.5);
	assert_close(summary.median_interval.low, 2);
	assert_close(summary.median_interval.high, 9);
	assert_close(summary.median_interval.coverage, 501.0 / 512);
	assert_close(summary.half_width, 3.5 / 5.5);
	assert_memory_equal(values, before, sizeof before);
}

static void test_summary_of_thirty(void **state)
{
	(void)state;
	double squares[30];
	for (int i = 0; i < 30; i++)
		squares[i] = (30 - i) * (30 - i);
	struct summary summary = summarise(squares, 30);
	assert_close(summary.median, (225 + 256) / 2.0);
	assert_close(summary.median_interval.low, 100);
	assert_close(summary.median_interval.high, 441);
	// The interval is lopsided: the longer arm counts.
	assert_close(summary.half_width, (441 - 240.5) / 240.5);
	assert_close(summary.mean, 9455.0 / 30);
}

static void test_summary_of_few(void **state)
{
	(void)state;
	static const double five[] = {5, 1, 4, 2, 3};
	struct summary summary = summarise(five, 5);
	assert_close(summary.median, 3);
	assert_close(summary.median_interval.low, 1);
	assert_close(summary.median_interval.high, 5);
	assert_true(summary.median_interval.coverage == 0);
	assert_true(isnan(summary.half_width));
	summary = summarise(five, 1);
	assert_close(summary.median, 5);
	assert_close(summary.q1, 5);
	assert_true(isnan(summary.half_width));
}

static void assert_empty(const struct summary *summary)
{
	assert_int_equal(summary->n, 0);
	assert_true(isnan(summary->min) && isnan(summary->q1) && isnan(summary->median));
	assert_true(isnan(summary->q3) && isnan(summary->max) && isnan(summary->mean));
	assert_true(isnan(summary->median_interval.low) && isnan(summary->median_interval.high));
	assert_true(summary->median_interval.coverage == 0);
	assert_true(isnan(summary->half_width));
}

static void test_summary_of_nothing(void **state)
{
	(void)state;
	static const double none[] = {NAN, NAN, NAN};
	struct summary summary = summarise(NULL, 0);
	assert_empty(&summary);
	summary = summarise(none, 3);
	assert_empty(&summary);
	summary = summarise_ratio(none, none, 3);
	assert_empty(&summary);
}

static void test_nan_is_left_out(void **state)
{
	(void)state;
	static const double values[] = {NAN, 4, NAN, 1, 3, 2, NAN};
	struct summary summary = summarise(values, 7);
	assert_int_equal(summary.n, 4);
	assert_close(summary.median, 2.5);
	assert_close(summary.min, 1);
	assert_close(summary.max, 4);
}

static void test_zero_and_negative_medians(void **state)
{
	(void)state;
	static const double zeros[12] = {0};
	struct summary summary = summarise(zeros, 12);
	assert_true(summary.median == 0);
	assert_true(isnan(summary.half_width));
	double negative[10];
	for (int i = 0; i < 10; i++)
		negative[i] = -1 - i;
	summary = summarise(negative, 10);
	assert_close(summary.half_width, 3.5 / 5.5);
}

static void test_ratios_are_paired(void **state)
{
	(void)state;
	// The machine slows down tenfold halfway; pair by pair the ratio is 2 (once 3) all the time.
	static const double numerator[] = {2, 4, 6, 20, 40, 60, NAN, 7, 9};
	static const double denominator[] = {1, 2, 3, 10, 20, 20, 5, 0, NAN};
	struct summary summary = summarise_ratio(numerator, denominator, 9);
	assert_int_equal(summary.n, 6);
	assert_close(summary.median, 2);
	assert_close(summary.min, 2);
	assert_close(summary.max, 3);
	assert_close(summary.mean, 13.0 / 6);
	assert_close(summary.median_interval.low, 2);
	assert_close(summary.median_interval.high, 3);
	assert_close(summary.median_interval.coverage, 31.0 / 32);
}

// Share of simulated runs whose interval holds the true median of a skewed distribution, u^3: 1/8.
static double coverage_simulated(unsigned rounds_n, unsigned runs_n, uint64_t seed)
{
	struct rng rng = {.state = seed};
	unsigned hits_n = 0;
	double values[100];
	for (unsigned run = 0; run < runs_n; run++) {
		for (unsigned i = 0; i < rounds_n; i++) {
			double u = ldexp((double)(rng_next(&rng) >> 11), -53);
			values[i] = u * u * u;
		}
		struct interval interval = summarise(values, rounds_n).median_interval;
		hits_n += interval.low <= 0.125 && 0.125 <= interval.high;
	}
	return (double)hits_n / runs_n;
}

static void test_coverage_is_kept(void **state)
{
	(void)state;
	// 4000 runs scatter by 0.34 % (one standard deviation); five of them either side of what the ranks promise.
	static const unsigned rounds[] = {6, 10, 30, 45, 100};
	for (size_t i = 0; i < sizeof rounds / sizeof *rounds; i++) {
		size_t lower, upper;
		double promised = median_ranks(rounds[i], 0.95, &lower, &upper);
		double kept = coverage_simulated(rounds[i], 4000, 20 + i);
		if (fabs(kept - promised) > 0.017)
			fail_msg("%u rounds: kept %.4f of %.4f promised", rounds[i], kept, promised);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ranks_of_the_tables),
		cmocka_unit_test(test_ranks_where_impossible),
		cmocka_unit_test(test_ranks_against_exact_integers),
		cmocka_unit_test(test_summary_of_ten),
		cmocka_unit_test(test_summary_of_thirty),
		cmocka_unit_test(test_summary_of_few),
		cmocka_unit_test(test_summary_of_nothing),
		cmocka_unit_test(test_nan_is_left_out),
		cmocka_unit_test(test_zero_and_negative_medians),
		cmocka_unit_test(test_ratios_are_paired),
		cmocka_unit_test(test_coverage_is_kept),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
