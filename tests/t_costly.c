// What a time budget can give, and which axis values to leave out where it gives no interval.
// links: bench
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "bench/plan/costly.h"
#include "bench/plan/relate.h"

static struct record record;
static struct plan_options options;
static struct costly costly;

static void plan(const char *experiment, const char *key, const char *values)
{
	assert_int_equal(topology_open((struct topology **)&options.topology, "pack:1 core:4 pu:1"), 0);
	assert_int_equal(record_open(&record), 0);
	assert_int_equal(plan_choose(&options, key, values), 0);
	assert_int_equal(experiment_plan(experiment_find(experiment), &options, &record), 0);
	plan_relate(&record);
	record.options = (struct run_options){.visit_ns = 6 * NS_PER_MS, .rounds_most = 1000, .rounds_least = 30};
	assert_true(record.rows_n > 10);
}

static void budget(double rounds_n)
{
	record.options.time_budget_ns = 3600 * NS_PER_S;
	struct rounds_budget all = rounds_budget(&record);
	record.options.time_budget_ns = (uint64_t)(1e9 * (all.before_s + rounds_n * all.round_s));
	assert_true(rounds_budget(&record).rounds_n > rounds_n - 0.01 && rounds_budget(&record).rounds_n < rounds_n + 0.01);
}

static int close_all(void **state)
{
	(void)state;
	record_close(&record);
	topology_close((struct topology *)options.topology);
	options = (struct plan_options){0};
	return 0;
}

static unsigned open_with(const char *key, const char *value)
{
	unsigned open_n = 0;
	for (uint32_t i = 0; i < record.rows_n; i++) {
		const char *is = spec_get(&record.rows[i].spec, key);
		open_n += record.rows[i].state == ROW_OPEN && is && strcmp(is, value) == 0;
	}
	return open_n;
}

static void test_enough(void **state)
{
	(void)state;
	plan("scaling", "size", "64KiB,256MiB");
	budget(7);
	assert_true(costly_find(&record, NULL, &costly));
	assert_int_equal(costly.values_n, 0);
}

static void test_largest_size_first(void **state)
{
	(void)state;
	plan("scaling", "size", "64KiB,256MiB");
	unsigned small_n = open_with("size", "64KiB"), large_n = open_with("size", "256MiB");
	assert_true(small_n > 5 && large_n > 5);
	budget(3);
	assert_true(costly_find(&record, NULL, &costly));
	assert_int_equal(costly.values_n, 1);
	assert_string_equal(costly.value[0].key, "size");
	assert_string_equal(costly.value[0].value, "256MiB");
	assert_int_equal(costly.rows_n, large_n);
	assert_true(costly.all.rounds_n < 3.1 && costly.rest.rounds_n > 6);
	costly_skip(&record, &costly);
	assert_int_equal(open_with("size", "256MiB"), 0);
	assert_int_equal(open_with("size", "64KiB"), small_n);
	for (uint32_t i = 0; i < record.rows_n; i++)
		if (record.rows[i].state == ROW_SKIPPED && strstr(record.rows[i].reason, "left out"))
			assert_non_null(strstr(record.rows[i].reason, "size:256MiB"));
}

static void test_chosen_values_stay(void **state)
{
	(void)state;
	plan("scaling", "size", "64KiB,256MiB");
	budget(3);
	costly_find(&record, &options, &costly);
	for (unsigned i = 0; i < costly.values_n; i++)
		assert_string_not_equal(costly.value[i].key, "size");
	costly_skip(&record, &costly);
	assert_true(open_with("size", "256MiB") > 0 && open_with("size", "64KiB") > 0);
}

// A suite beside an experiment that the user named: its rows stay, those of the suite go.
static void test_named_experiment_stays(void **state)
{
	(void)state;
	plan("scaling", "size", "64KiB,256MiB");
	snprintf(record.options.suite, sizeof record.options.suite, "quick,scaling");
	options.chosen_n = 0;
	budget(3);
	costly_find(&record, &options, &costly);
	assert_int_equal(costly.values_n, 0);
	snprintf(record.options.suite, sizeof record.options.suite, "quick");
	assert_true(costly_find(&record, &options, &costly));
	assert_int_equal(costly.values_n, 1);
}

// Whatever goes, what is left has its baseline, its peer and its limits.
static void test_relations_are_kept(void **state)
{
	(void)state;
	plan("scaling", "kernel", "sum,square,convolve");
	budget(0.5);
	costly_find(&record, NULL, &costly);
	assert_true(costly.values_n > 0);
	costly_skip(&record, &costly);
	unsigned open_n = 0;
	for (uint32_t i = 0; i < record.rows_n; i++) {
		const struct row *row = &record.rows[i];
		const int32_t other[] = {row->baseline, row->peer, row->inplace, row->roof[0], row->roof[1], row->roof[2]};
		if (row->state != ROW_OPEN)
			continue;
		open_n++;
		for (size_t j = 0; j < sizeof other / sizeof *other; j++)
			assert_true(other[j] < 0 || record.rows[other[j]].state == ROW_OPEN);
	}
	assert_true(open_n > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(test_enough, close_all),
		cmocka_unit_test_teardown(test_largest_size_first, close_all),
		cmocka_unit_test_teardown(test_chosen_values_stay, close_all),
		cmocka_unit_test_teardown(test_named_experiment_stays, close_all),
		cmocka_unit_test_teardown(test_relations_are_kept, close_all),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
