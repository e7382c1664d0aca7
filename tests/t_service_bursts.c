// `service`: rows of each model, what a service that cannot keep up shows, and workers killed.
// links: bench
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/fixtures/experiment_rows.h"

#include <math.h>

static char *name_of(char *out, const char *work, const char *rest)
{
	snprintf(out, SPEC_NAME_BYTES, "service/%s/input:100/output:50/locked:0/%s", work, rest);
	return out;
}

static double value_of(enum metric metric)
{
	return visitor.trial->value[metric];
}

static void visit(const char *work, const char *rest)
{
	char name[SPEC_NAME_BYTES];
	if (visit_row(name_of(name, work, rest), 2) < 0)
		fail_msg("%s: %s", name, status_message());
	assert_no_children();
}

static void test_models(void **state)
{
	(void)state;
	static const char *const rows[] = {
		"requests:100/model:serial/workers:1/pin:compact/wait:adaptive/rate:4000",
		"requests:101/model:thread_pool/workers:1/pin:compact/wait:adaptive/rate:4000",
		"requests:20/model:thread_pool/workers:3/pin:none/wait:park/rate:1000",
		"requests:100/model:process_pool/workers:2/pin:compact/wait:park/rate:4000",
		"requests:97/model:process_pool/workers:5/pin:same/wait:adaptive/rate:8000",
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		visit("work:20us/cv:50/waiting:0", rows[i]);
		assert_true(value_of(METRIC_wall_min_ns) > 0);
		assert_true(value_of(METRIC_wall_min_ns) <= value_of(METRIC_wall_ns));
		assert_true(value_of(METRIC_wall_ns) <= value_of(METRIC_wall_p99_ns));
		assert_true(value_of(METRIC_wall_p99_ns) <= value_of(METRIC_wall_max_ns));
		assert_true(value_of(METRIC_wall_mean_ns) < value_of(METRIC_wall_max_ns));
		assert_true(value_of(METRIC_rate_hz) > 0 && value_of(METRIC_cpu_ns) > 0);
		assert_true(i == 0 ? isnan(value_of(METRIC_late_ns)) : value_of(METRIC_late_ns) >= 0);
	}
}

static void test_quick_rows(void **state)
{
	(void)state;
	assert_int_equal(visit_quick_rows("service", 15), 15);
}

// Each item sleeps its share in full, whoever slept before.
static void test_items_wait(void **state)
{
	(void)state;
	visit("work:1ms/cv:0/waiting:80", "requests:20/model:thread_pool/workers:2/pin:none/wait:park/rate:500");
	assert_true(value_of(METRIC_wall_min_ns) >= 800000);
}

// Requests are due when they are due: what they wait before they are sent, or served, is in their responses.
static void test_backlog_counts(void **state)
{
	(void)state;
	static const char *const models[] = {"serial/workers:1", "thread_pool/workers:1", "process_pool/workers:1"};
	char rest[200];
	for (int i = 0; i < 3; i++) {
		snprintf(rest, sizeof rest, "requests:200/model:%s/pin:compact/wait:park/rate:50000", models[i]);
		visit("work:100us/cv:0/waiting:0", rest);
		// The median one has some hundred before it, which take 0.1 ms each and arrive in 0.02.
		assert_true(value_of(METRIC_wall_ns) > 4e6);
		assert_true(value_of(METRIC_rate_hz) < 20000);
		assert_string_equal(visitor.trial->label, "does not keep up");
	}
}

static void test_what_it_refuses(void **state)
{
	(void)state;
	char name[SPEC_NAME_BYTES];
	static const char *const rests[] = {
		"requests:100/model:fork/workers:1/pin:compact/wait:park/rate:1000",
		"requests:100/model:thread_pool/workers:65/pin:compact/wait:park/rate:1000",
		"requests:10/model:thread_pool/workers:1/pin:compact/wait:park/rate:1000",
		"requests:100/model:thread_pool/workers:1/pin:compact/wait:park/rate:0",
	};
	for (int i = 0; i < 4; i++)
		assert_int_equal(visit_row(name_of(name, "work:1us/cv:0/waiting:0", rests[i]), 1), -EINVAL);
}

static void test_planned_once(void **state)
{
	(void)state;
	struct plan_options options = {.topology = topology};
	struct record record;
	unsigned serial_n = 0;
	assert_int_equal(record_open(&record), 0);
	assert_int_equal(plan_choose(&options, "workers", "2,3"), 0);
	assert_int_equal(plan_choose(&options, "wait", "spin,park"), 0);
	assert_int_equal(experiment_plan(experiment_find("service"), &options, &record), 0);
	for (uint32_t i = 0; i < record.rows_n; i++)
		serial_n += strcmp(spec_get(&record.rows[i].spec, "model"), "serial") == 0;
	assert_int_equal(serial_n, 3); // one for each rate
	assert_int_equal(record.rows_n, 3 + 3 * 2 * 2 * 2);
	record_close(&record);
}

static void test_worker_dies(void **state)
{
	(void)state;
	char name[SPEC_NAME_BYTES];
	if (UNDER_TSAN)
		skip_test(TSAN_LIMITS);
	for (int wanted = 1; wanted <= 2; wanted++)
		expect_member_death(name_of(name, "work:20us/cv:0/waiting:0",
		                            "requests:1000/model:process_pool/workers:2/pin:none/wait:park/rate:2000"),
		                    wanted);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_quick_rows),      cmocka_unit_test(test_models),
		cmocka_unit_test(test_items_wait),      cmocka_unit_test(test_backlog_counts),
		cmocka_unit_test(test_what_it_refuses), cmocka_unit_test(test_planned_once),
		cmocka_unit_test(test_worker_dies),
	};
	return ran_tests(tests, rows_setup, visitor_end);
}
