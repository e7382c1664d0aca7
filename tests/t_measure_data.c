// The plain data of measurements: names of metrics, the record that grows, series by round.
// links: measure
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "measure/record.h"
#include "measure/sample.h"

#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void test_metric_names(void **state)
{
	(void)state;
	assert_string_equal(metric_name(METRIC_wall_ns), "wall_ns");
	for (int metric = 0; metric < METRIC_N; metric++)
		assert_int_equal(metric_find(metric_name((enum metric)metric)), metric);
	assert_int_equal(metric_find("wall"), METRIC_N);
	assert_int_equal(metric_find(""), METRIC_N);
}

static void test_stop_names(void **state)
{
	(void)state;
	assert_string_equal(stop_names[STOP_NONE], "running");
	assert_string_equal(stop_names[STOP_TARGET], "target reached");
	assert_string_equal(stop_names[STOP_BUDGET], "time budget");
	assert_string_equal(stop_names[STOP_ROUNDS], "rounds asked for");
	assert_string_equal(stop_names[STOP_INTERRUPT], "interrupted");
	assert_string_equal(stop_names[STOP_DECIDED], "all decided");
	assert_string_equal(stop_names[STOP_BLOCKS], "blocks asked for");
	assert_string_equal(stop_names[STOP_BROKEN], "cannot go on");
	for (int i = 0; i < STOP_N; i++)
		assert_non_null(stop_names[i]);
}

static void test_record_rows(void **state)
{
	(void)state;
	enum { ROWS_N = 500 };
	struct record record;
	struct spec spec;
	char group[128];
	assert_int_equal(record_open(&record), 0);
	for (int i = 0; i < ROWS_N; i++) {
		spec_init(&spec, "scaling");
		spec_set_count(&spec, "workers", (unsigned long)i);
		snprintf(group, sizeof group, "group %d", i / 10);
		assert_int_equal(record_add_row(&record, &spec, group), i);
	}
	assert_int_equal(record.rows_n, ROWS_N);
	for (int i = 0; i < ROWS_N; i++) {
		const struct row *row = &record.rows[i];
		snprintf(group, sizeof group, "group %d", i / 10);
		assert_string_equal(row->group, group);
		assert_int_equal(record_find(&record, &row->spec), i);
		assert_true(row->baseline == -1 && row->peer == -1 && row->inplace == -1 && row->state == ROW_OPEN);
		assert_true(row->roof[0] == -1 && row->roof[1] == -1 && row->roof[2] == -1);
		assert_true(row->iterations_n == 0 && row->batch_n == 0 && row->reason[0] == 0);
	}
	// A name read from a file finds the row its experiment planned.
	assert_int_equal(spec_parse(&spec, "scaling/workers:123"), 0);
	assert_int_equal(record_find(&record, &spec), 123);
	assert_int_equal(spec_parse(&spec, "scaling/workers:500"), 0);
	assert_int_equal(record_find(&record, &spec), -1);
	char too_long[GROUP_BYTES + 1] = "";
	memset(too_long, 'g', sizeof too_long - 1);
	assert_int_equal(record_add_row(&record, &spec, too_long), -EINVAL);
	assert_int_equal(row_set_group(&record.rows[0], too_long), -EINVAL);
	assert_string_equal(record.rows[0].group, "group 0");
	assert_int_equal(row_set_group(&record.rows[0], too_long + 1), 0);
	record_close(&record);
	record_close(&record);
}

static void test_row_skipped(void **state)
{
	(void)state;
	struct row row = {.state = ROW_OPEN};
	char reason[1000];
	row_skip(&row, "spinning workers beyond the CPUs");
	assert_int_equal(row.state, ROW_SKIPPED);
	assert_string_equal(row.reason, "spinning workers beyond the CPUs");
	memset(reason, 'r', sizeof reason - 1);
	reason[sizeof reason - 1] = 0;
	row_skip(&row, reason);
	assert_int_equal(strlen(row.reason), sizeof row.reason - 1);
}

static void test_record_defaults(void **state)
{
	(void)state;
	struct record record;
	memset(&record, 0xff, sizeof record);
	assert_int_equal(record_open(&record), 0);
	assert_true(record.rows_n == 0 && record.samples_n == 0 && record.rounds_n == 0 && record.stop == STOP_NONE);
	assert_true(record.options.rounds_least <= record.options.rounds_most);
	assert_true(record.options.target_ci > 0 && record.options.visit_ns > 0 && record.options.time_budget_ns > 0);
	record_close(&record);
}

static struct sample sample_of(uint32_t row, uint32_t round, double wall_ns)
{
	struct sample sample = {.row = row, .round = round, .batch_n = 1, .iterations_n = 3};
	sample.value[METRIC_wall_ns] = wall_ns;
	return sample;
}

static void rows_add(struct record *record, unsigned rows_n)
{
	for (unsigned i = 0; i < rows_n; i++) {
		struct spec spec;
		assert_int_equal(spec_init(&spec, "scaling"), 0);
		assert_int_equal(spec_set_count(&spec, "workers", i + 1), 0);
		assert_int_equal(record_add_row(record, &spec, "g|"), (int)i);
	}
}

static void test_record_grows(void **state)
{
	(void)state;
	enum { SAMPLES_N = 20000 };
	struct record record;
	assert_int_equal(record_open(&record), 0);
	uint32_t first_max = record.samples_max;
	rows_add(&record, 7);
	for (uint32_t i = 0; i < SAMPLES_N; i++) {
		struct sample sample = sample_of(i % 7, i / 7, i);
		assert_int_equal(record_add_sample(&record, &sample), 0);
	}
	assert_true(first_max < SAMPLES_N && record.samples_n == SAMPLES_N);
	for (uint32_t i = 0; i < SAMPLES_N; i++) {
		assert_int_equal(record.samples[i].row, i % 7);
		assert_int_equal(record.samples[i].round, i / 7);
		assert_true(record.samples[i].value[METRIC_wall_ns] == i);
	}
	record_close(&record);
}

static void test_samples_are_shared(void **state)
{
	(void)state;
	struct record record;
	struct sample sample = sample_of(0, 0, 1);
	assert_int_equal(record_open(&record), 0);
	rows_add(&record, 1);
	for (uint32_t before = record.samples_max; record.samples_max == before;)
		assert_int_equal(record_add_sample(&record, &sample), 0);
	pid_t child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		record.samples[record.samples_max - 1].row = 42;
		_exit(0);
	}
	int status;
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	assert_int_equal(record.samples[record.samples_max - 1].row, 42);
	record_close(&record);
}

static void test_series_by_round(void **state)
{
	(void)state;
	struct record record;
	assert_int_equal(record_open(&record), 0);
	for (uint32_t round = 0; round < 100; round++) {
		struct round_noise noise = {.round = round, .begin_ns = round * 10};
		assert_int_equal(record_add_round(&record, &noise), 0);
	}
	assert_int_equal(record.rounds[99].begin_ns, 990);
	rows_add(&record, 2);
	// Out of order, another row between, a round left out, and one that is still going on.
	static const struct {
		uint32_t row, round;
	} order[] = {{1, 3}, {0, 3}, {1, 0}, {0, 99}, {1, 100}, {1, 99}};
	for (size_t i = 0; i < sizeof order / sizeof *order; i++) {
		struct sample sample = sample_of(order[i].row, order[i].round, order[i].row * 1000 + order[i].round);
		assert_int_equal(record_add_sample(&record, &sample), 0);
	}
	double series[100];
	record_series(&record, 1, METRIC_wall_ns, series);
	for (uint32_t round = 0; round < 100; round++) {
		bool present = round == 0 || round == 3 || round == 99;
		assert_true(present ? series[round] == 1000 + round : isnan(series[round]));
	}
	// Of two samples of one round, the last one.
	struct sample again = sample_of(1, 3, 7);
	assert_int_equal(record_add_sample(&record, &again), 0);
	record_series(&record, 1, METRIC_wall_ns, series);
	assert_true(series[3] == 7);
	record_series(&record, 2, METRIC_wall_ns, series); // no such row
	assert_true(isnan(series[3]));
	record_close(&record);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_metric_names),       cmocka_unit_test(test_stop_names),
		cmocka_unit_test(test_record_rows),        cmocka_unit_test(test_row_skipped),
		cmocka_unit_test(test_record_defaults),    cmocka_unit_test(test_record_grows),
		cmocka_unit_test(test_samples_are_shared), cmocka_unit_test(test_series_by_round),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
