// From declared axes to rows: values, words, choices, reasons, peers; and pairs of CPUs by their distance.
// links: bench
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/status.h"
#include "bench/plan/axes.h"
#include "bench/plan/axis_product.h"
#include "bench/plan/relate.h"
#include "host/place.h"

static struct record record;
static struct plan_options options;

static void machine(const char *description)
{
	assert_int_equal(topology_open((struct topology **)&options.topology, description), 0);
	assert_int_equal(record_open(&record), 0);
}

static void machine_close(void)
{
	record_close(&record);
	topology_close((struct topology *)options.topology);
	options = (struct plan_options){0};
}

static void choose(const char *key, const char *value)
{
	assert_int_equal(plan_choose(&options, key, value), 0);
}

static const struct row *row_named(const char *name)
{
	struct spec spec;
	assert_int_equal(spec_parse(&spec, name), 0);
	int index = record_find(&record, &spec);
	return index < 0 ? NULL : &record.rows[index];
}

static void expect_pair(enum place place, int a, int b)
{
	int cpu[2] = {-1, -1};
	assert_int_equal(place_find(options.topology, place, cpu), a >= 0);
	assert_int_equal(cpu[0], a);
	assert_int_equal(cpu[1], b);
}

static void test_places(void **state)
{
	(void)state;
	machine("pack:2 l3:2 core:2 pu:2");
	expect_pair(PLACE_SAME_CPU, 0, 0);
	expect_pair(PLACE_SMT, 0, 1);
	expect_pair(PLACE_SAME_CACHE, 0, 2);
	expect_pair(PLACE_SAME_PACKAGE, 0, 4);
	expect_pair(PLACE_OTHER_PACKAGE, 0, 8);
	assert_int_equal(place_nearest(options.topology), PLACE_SMT);
	machine_close();
	machine("pack:1 core:1 pu:1");
	expect_pair(PLACE_SMT, -1, -1);
	expect_pair(PLACE_OTHER_PACKAGE, -1, -1);
	assert_int_equal(place_nearest(options.topology), PLACE_SAME_CPU);
	struct placement *placement;
	assert_int_equal(place_plan(options.topology, PLACE_SMT, &placement), -ENOTSUP);
	assert_non_null(strstr(status_message(), "no core has two"));
	machine_close();
}

static void test_places_parse(void **state)
{
	(void)state;
	for (int i = 0; i < PLACE_N; i++) {
		enum place place;
		assert_int_equal(place_parse(place_name((enum place)i), &place), 0);
		assert_int_equal(place, i);
	}
	assert_int_equal(check_place("next_door"), -EINVAL);
}

static void test_rows_of_a_choice(void **state)
{
	(void)state;
	machine("pack:1 l3:1 core:2 pu:1");
	choose("channel", "pipe");
	choose("bytes", "100");
	assert_int_equal(axes_validate(&options), 0);
	assert_int_equal(axis_product_plan("latency", &options, &record), 0);
	assert_int_equal(record.rows_n, 4); // two places, threads and processes
	const struct row *processes = row_named("latency/channel:pipe/bytes:100/place:same_cpu/between:processes");
	const struct row *threads = row_named("latency/channel:pipe/bytes:100/place:same_cpu/between:threads");
	assert_non_null(processes);
	assert_non_null(threads);
	assert_string_equal(processes->group, threads->group);
	plan_relate(&record);
	assert_ptr_equal(&record.rows[processes->peer], threads);
	assert_int_equal(threads->peer, -1);
	assert_int_equal(axis_product_plan("latency", &options, &record), 0);
	assert_int_equal(record.rows_n, 4); // planned once
	machine_close();
}

static void test_values_refused(void **state)
{
	(void)state;
	static const char *const wrong[][3] = {
		{"channel", "shouting", "no channel 'shouting' (null, pipe, "},
		{"bytes", "many", "\"many\" is not a size"},
		{"place", "moon", "place 'moon'"},
		{"between", "friends", "--between='friends': expected threads or processes; switch: "},
		{"taste", "sweet", "--taste: no experiment has such an axis"},
	};
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		machine("core:2 pu:1");
		choose(wrong[i][0], wrong[i][1]);
		assert_int_equal(axes_validate(&options), -EINVAL);
		if (!strstr(status_message(), wrong[i][2]))
			fail_msg("no \"%s\" in \"%s\"", wrong[i][2], status_message());
		machine_close();
	}
}

static void test_reasons(void **state)
{
	(void)state;
	machine("pack:1 core:1 pu:1");
	choose("channel", "pipe");
	choose("place", "smt");
	assert_int_equal(axis_product_plan("latency", &options, &record), 0);
	assert_true(record.rows_n > 0);
	for (uint32_t i = 0; i < record.rows_n; i++) {
		assert_int_equal(record.rows[i].state, ROW_SKIPPED);
		assert_non_null(strstr(record.rows[i].reason, "no CPU pair"));
	}
	machine_close();
}

static void test_another_experiments_axis(void **state)
{
	(void)state;
	machine("core:2 pu:1");
	choose("kernel", "sum");
	assert_int_equal(experiment_plan(experiment_find("latency"), &options, &record), 0);
	assert_int_equal(record.rows_n, 0);
	machine_close();
}

static void test_values_read(void **state)
{
	(void)state;
	struct spec spec;
	uint64_t value;
	assert_int_equal(spec_parse(&spec, "latency/bytes:4KiB/hold:100ns/none:0/workers:3"), 0);
	assert_int_equal(spec_axis_bytes(&spec, "bytes", &value), 0);
	assert_int_equal(value, 4096);
	assert_int_equal(spec_axis_duration(&spec, "hold", &value), 0);
	assert_int_equal(value, 100);
	assert_int_equal(spec_axis_bytes(&spec, "none", &value), 0);
	assert_int_equal(value, 0);
	assert_int_equal(spec_axis_count(&spec, "workers", 1, 8, &value), 0);
	assert_int_equal(value, 3);
	assert_int_equal(spec_axis_count(&spec, "workers", 1, 2, &value), -EINVAL);
	assert_int_equal(spec_axis_count(&spec, "weight", 1, 2, &value), -EINVAL);
	assert_true(spec_axis_is(&spec, "workers", "3") && !spec_axis_is(&spec, "weight", "3"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_places),           cmocka_unit_test(test_places_parse),
		cmocka_unit_test(test_rows_of_a_choice), cmocka_unit_test(test_values_refused),
		cmocka_unit_test(test_reasons),          cmocka_unit_test(test_another_experiments_axis),
		cmocka_unit_test(test_values_read),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
