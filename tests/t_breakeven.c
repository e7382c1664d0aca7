// Break-even sizes: crossings of stored speedups with known answers, and what tables and pictures say of them.
// links: report
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/fixtures/directory.h"

#include "base/status.h"
#include "exec/exec.h"
#include "bench/plan/experiment.h"
#include "report/table/breakeven.h"
#include "report/plot/plotdata.h"
#include "report/format/format.h"
#include "report/text/document.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SIZES_N = 4, ROUNDS_N = 9 };
static const char *const sizes[SIZES_N] = {"1us", "10us", "100us", "1ms"};

static bool near(double a, double b)
{
	return fabs(a - b) <= 1e-9 * fabs(b);
}

static void test_crossing_of_a_round(void **state)
{
	(void)state;
	static const double size[] = {1e3, 1e4, 1e5};
	// Half way between 0.1 and 10 on log scales.
	assert_true(near(crossing_find(size, (const double[]){0.01, 0.1, 10}, 3), sqrt(1e4 * 1e5)));
	assert_true(near(crossing_find(size, (const double[]){0.5, 2, 4}, 3), sqrt(1e3 * 1e4)));
	assert_true(near(crossing_find(size, (const double[]){0.25, 0.5, 2 * M_SQRT2}, 3), 1e4 * pow(10, 0.4)));
	// 1 is not above 1: the crossing is at that size, once the next wins.
	assert_true(near(crossing_find(size, (const double[]){0.5, 1, 2}, 3), 1e4));
	assert_true(crossing_find(size, (const double[]){1.01, 0.5, 2}, 3) == 0);
	assert_true(isinf(crossing_find(size, (const double[]){0.5, 0.9, 1}, 3)));
	// The first crossing counts, whatever larger sizes do.
	assert_true(near(crossing_find(size, (const double[]){0.5, 2, 0.5}, 3), sqrt(1e3 * 1e4)));
	assert_true(isinf(crossing_find(size, (const double[]){0.5}, 1)));
}

static void test_summary_of_crossings(void **state)
{
	(void)state;
	double nine[] = {900, 100, 300, 200, 500, 400, 700, 800, 600};
	struct crossing crossing = crossing_summarise(nine, 9);
	assert_int_equal(crossing.rounds_n, 9);
	assert_true(crossing.median == 500 && crossing.has_interval);
	assert_true(crossing.low == 200 && crossing.high == 800); // ranks 2 and 8: 96.1 %
	double even[] = {400, 100};
	crossing = crossing_summarise(even, 2);
	assert_true(near(crossing.median, 200) && !crossing.has_interval && crossing.low == 100 && crossing.high == 400);
	double outside[] = {0, 10, INFINITY, 20, 0, INFINITY, 30, INFINITY, 0};
	crossing = crossing_summarise(outside, 9);
	assert_true(crossing.median == 20 && crossing.low == 0 && isinf(crossing.high));
	double beyond[] = {5, INFINITY};
	assert_true(isinf(crossing_summarise(beyond, 2).median));
	double below[] = {0, 5};
	assert_true(crossing_summarise(below, 2).median == 5);
	assert_true(isnan(crossing_summarise(NULL, 0).median));
}

/// How work is dispatched, and its speedup at each size; `wait` NULL: there is nobody to wait.
struct way {
	const char *model, *wait;
	double speedup[SIZES_N];
};

/// baseline -1: a serial row.
static int add_row(struct record *record, const char *size, const struct way *way, int baseline)
{
	struct spec spec;
	spec_init(&spec, "dispatch");
	spec_set(&spec, "kernel", "busy");
	spec_set(&spec, "size", size);
	spec_set(&spec, "model", way->model);
	spec_set(&spec, "workers", baseline < 0 ? "1" : "2");
	if (way->wait)
		spec_set(&spec, "wait", way->wait);
	int row = record_add_row(record, &spec, "group|");
	record->rows[row].baseline = baseline;
	record->rows[row].state = ROW_DONE;
	return row;
}

static void add_sample(struct record *record, int row, uint32_t round, double wall_ns)
{
	struct sample sample = {.row = (uint32_t)row, .round = round, .batch_n = 1, .iterations_n = 1};
	for (int i = 0; i < METRIC_N; i++)
		sample.value[i] = NAN;
	sample.value[METRIC_wall_ns] = wall_ns;
	record_add_sample(record, &sample);
}

// A round's speedup is that of its size times 1.01 to the power of its number less four. Round 8 lacks a size.
static void add_way(struct record *record, const int *serial, const struct way *way)
{
	for (int i = 0; i < SIZES_N; i++) {
		int row = add_row(record, sizes[i], way, serial[i]);
		for (uint32_t round = 0; round < ROUNDS_N; round++)
			if (round != 8 || i != 1)
				add_sample(record, row, round, 1000 / (way->speedup[i] * pow(1.01, (double)round - 4)));
	}
}

static void make_record(struct record *record)
{
	int serial[SIZES_N];
	assert_int_equal(record_open(record), 0);
	for (uint32_t round = 0; round < ROUNDS_N; round++)
		record_add_round(record, &(struct round_noise){.round = round});
	for (int i = 0; i < SIZES_N; i++) {
		serial[i] = add_row(record, sizes[i], &(struct way){.model = "serial"}, -1);
		for (uint32_t round = 0; round < ROUNDS_N; round++)
			add_sample(record, serial[i], round, 1000);
	}
	static const struct way ways[] = {
		{.model = "threads", .speedup = {0.01, 0.1, 10, 20}},
		{.model = "thread_pool", .wait = "spin", .speedup = {1.5, 1.6, 1.7, 1.8}},
		{.model = "thread_pool", .wait = "park", .speedup = {0.1, 0.2, 0.3, 0.4}},
		{.model = "fork", .speedup = {0.1, 0.2, 0.3, 1.001}},
	};
	for (size_t i = 0; i < sizeof ways / sizeof *ways; i++)
		add_way(record, serial, &ways[i]);
}

static void test_record(void **state)
{
	(void)state;
	struct record record;
	struct derived derived;
	struct break_evens found;
	char text[64];
	make_record(&record);
	record.rows[7].state = ROW_OPEN;
	assert_int_equal(derive_open(&derived, &record), 0);
	assert_int_equal(break_evens_find(&derived, &found), 0);
	assert_int_equal(found.entries_n, 4);
	const struct break_even *entry = found.entry;
	assert_int_equal(entry[0].sizes_n, SIZES_N);
	assert_int_equal(entry[0].crossing.rounds_n, ROUNDS_N - 1);
	assert_true(entry[0].size[0] == 1e3 && entry[0].size[3] == 1e6);
	// Rounds 0 to 7: the middle ones are 1/1.01 and 1 times the speedups.
	double rounds[2];
	for (int i = 0; i < 2; i++)
		rounds[i] =
			crossing_find(entry[0].size, (const double[]){0.01, 0.1 * pow(1.01, i - 1), 10 * pow(1.01, i - 1), 20}, 4);
	assert_true(near(entry[0].crossing.median, sqrt(rounds[0] * rounds[1])));
	assert_true(entry[0].crossing.has_interval && entry[0].crossing.low < entry[0].crossing.median);
	assert_true(entry[1].crossing.median == 0 && entry[1].crossing.high == 0);
	assert_true(isinf(entry[2].crossing.median) && isinf(entry[2].crossing.low));
	assert_true(entry[3].crossing.low < 1e6 && isinf(entry[3].crossing.high));
	assert_string_equal(break_even_text(&derived, &entry[1], 0, text, sizeof text), "≤ 1us");
	assert_string_equal(break_even_text(&derived, &entry[2], INFINITY, text, sizeof text), "> 1ms");
	assert_string_equal(break_even_text(&derived, &entry[0], 31623, text, sizeof text), "31.6 µs");
	assert_string_equal(break_even_label(&derived, &found, 1, text, sizeof text), "thread_pool · spin");
	break_evens_free(&found);
	derive_close(&derived);
	record_close(&record);
}

// Two sizes are no scale; a failed row is none of them; and other experiments do not ask.
static void test_too_little(void **state)
{
	(void)state;
	struct record record;
	struct derived derived;
	struct break_evens found;
	make_record(&record);
	record.rows[4].state = record.rows[5].state = ROW_FAILED;
	for (uint32_t i = 8; i < record.rows_n; i++)
		snprintf(record.rows[i].spec.experiment, sizeof record.rows[i].spec.experiment, "scaling");
	assert_int_equal(derive_open(&derived, &record), 0);
	assert_int_equal(break_evens_find(&derived, &found), 0);
	assert_int_equal(found.entries_n, 0);
	break_evens_free(&found);
	derive_close(&derived);
	record_close(&record);
}

static void test_table_and_picture(void **state)
{
	(void)state;
	struct record record;
	struct plot_list list;
	char *text = NULL;
	size_t bytes;
	make_record(&record);
	FILE *out = open_memstream(&text, &bytes);
	assert_int_equal(format_run_write(format_find("table", REPORT_RUN), out, &record, &(struct report_style){0}), 0);
	fclose(out);
	assert_non_null(strstr(text, "Break-even"));
	assert_non_null(strstr(text, "dispatch · busy · workers 2\n"));
	assert_non_null(strstr(text, "\n  thread_pool · spin       ≤ 1us\n"));
	assert_non_null(strstr(text, "\n  thread_pool · park       > 1ms\n"));
	assert_non_null(strstr(text, " to > 1ms\n"));
	assert_null(strstr(text, "COST"));
	free(text);
	text_to(path_in("dispatch-busy-workers2-breakeven.dat"), "an older one", 12);
	assert_int_equal(plotdata_write(&record, directory, &list), 0);
	bool any = false;
	for (unsigned i = 0; i < list.stems_n; i++)
		any = any || !strcmp(list.stem[i], "dispatch-busy-workers2-breakeven");
	assert_true(any);
	text = text_of(path_in("dispatch-busy-workers2-breakeven.dat"), &bytes);
	assert_non_null(strstr(text, "\n2 NaN NaN NaN 1000 1000000\n"));
	assert_non_null(strstr(text, "\n3 NaN NaN NaN NaN NaN\n"));
	free(text);
	plot_list_free(&list);
	record_close(&record);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_crossing_of_a_round),
		cmocka_unit_test(test_summary_of_crossings),
		cmocka_unit_test(test_record),
		cmocka_unit_test(test_too_little),
		cmocka_unit_test_teardown(test_table_and_picture, directory_clear),
	};
	return cmocka_run_group_tests(tests, directory_make, directory_remove);
}
