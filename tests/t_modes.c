// Two modes in a series: the split, what is none, and how the table tells of it.
// links: report
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/rng.h"
#include "report/table/modes.h"
#include "stats/modes.h"
#include "tests/fixtures/ran.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// Visits of 128x128 convolutions by 16 spinning processes on 16 CPUs, in microseconds.
static const double two[] = {9.2, 72.1, 9.4,  9.4, 8.1,  73.2, 9.9, 74.0, 9.5, 75.1, 10.3, 9.0, 73.0,
                             9.1, 9.3,  71.0, 9.6, 11.2, 73.3, 9.4, 76.0, 8.8, 9.9,  10.0, 9.2, 9.7};
enum { TWO_N = sizeof two / sizeof *two };

static void test_two_groups(void **state)
{
	(void)state;
	struct modes modes = modes_find(two, TWO_N);
	assert_int_equal(modes.low_n, 18);
	assert_int_equal(modes.high_n, 8);
	assert_true(fabs(modes.low - 9.4) < 0.051);
	assert_true(fabs(modes.high - 73.25) < 1e-9);
}

static void assert_one_group(const double *values, size_t n)
{
	struct modes modes = modes_find(values, n);
	if (modes.low_n || modes.high_n)
		fail_msg("%zu and %zu of %zu", modes.low_n, modes.high_n, n);
}

static void test_one_group(void **state)
{
	(void)state;
	double values[30];
	assert_one_group(NULL, 0);
	assert_one_group(two, 11); // too few
	// Two outliers are no mode; three of 40 are less than a tenth.
	for (int i = 0; i < 30; i++)
		values[i] = i < 28 ? 10 + i % 3 : 80;
	assert_one_group(values, 30);
	// A gap of a factor of 1.4.
	for (int i = 0; i < 30; i++)
		values[i] = i % 2 ? 10 : 14;
	assert_one_group(values, 30);
	// Spread evenly in its logarithm: a gap as wide as the others.
	for (int i = 0; i < 30; i++)
		values[i] = pow(1.6, i);
	assert_one_group(values, 30);
	// Nothing that is no time counts.
	for (int i = 0; i < 30; i++)
		values[i] = i < 15 ? NAN : 0;
	assert_one_group(values, 30);
}

// The share of lognormal series that are called bimodal: those of the docstring.
static void test_false_alarms(void **state)
{
	(void)state;
	enum { SERIES_N = 20000, VALUES_N = 30 };
	struct rng rng = {1};
	unsigned alarms_n = 0;
	for (int series = 0; series < SERIES_N; series++) {
		double values[VALUES_N];
		for (int i = 0; i < VALUES_N; i++) {
			double radius = sqrt(-2 * log(((double)(rng_next(&rng) >> 32) + 1) / 4294967297.0));
			values[i] = exp(0.3 * radius * cos(6.283185307179586 * (double)(rng_next(&rng) >> 32) / 4294967296.0));
		}
		alarms_n += modes_find(values, VALUES_N).low_n > 0;
	}
	assert_true(alarms_n <= 20);
}

static void series_add(struct record *record, uint32_t row, double factor, unsigned n)
{
	for (uint32_t round = 0; round < n; round++) {
		struct sample sample = {.row = row, .round = round};
		for (int metric = 0; metric < METRIC_N; metric++)
			sample.value[metric] = NAN;
		sample.value[METRIC_wall_ns] = two[round] > 20 ? two[round] * 1000 * factor : two[round] * 1000;
		assert_int_equal(record_add_sample(record, &sample), 0);
	}
}

static void test_table(void **state)
{
	(void)state;
	struct record record;
	assert_int_equal(record_open(&record), 0);
	for (unsigned i = 0; i < 12; i++) {
		struct spec spec;
		assert_int_equal(spec_init(&spec, "scaling"), 0);
		assert_int_equal(spec_set_count(&spec, "workers", i + 1), 0);
		assert_int_equal(record_add_row(&record, &spec, "g|"), (int)i);
	}
	for (uint32_t round = 0; round < TWO_N; round++)
		assert_int_equal(record_add_round(&record, &(struct round_noise){.round = round}), 0);
	for (uint32_t row = 0; row < 10; row++)
		series_add(&record, row, 1 + row / 10.0, TWO_N);
	struct derived derived;
	assert_int_equal(derive_open(&derived, &record), 0);
	char *text = NULL;
	size_t bytes = 0;
	FILE *out = open_memstream(&text, &bytes);
	struct document document = {.out = out};
	assert_int_equal(modes_print(&document, &derived, false), 0);
	fflush(out);
	assert_non_null(strstr(text, "Two modes"));
	assert_non_null(strstr(text, "workers:10"));
	assert_null(strstr(text, "workers:11"));
	assert_true(strstr(text, "workers:10") < strstr(text, "workers:9"));
	assert_non_null(strstr(text, "9.40 µs in 18 rounds"));
	assert_non_null(strstr(text, "… and 2 more (--all)"));
	fclose(out);
	free(text);
	derive_close(&derived);
	record_close(&record);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_two_groups),
		cmocka_unit_test(test_one_group),
		cmocka_unit_test(test_false_alarms),
		cmocka_unit_test(test_table),
	};
	return ran_tests(tests, NULL, NULL);
}
