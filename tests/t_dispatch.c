// The kernel `busy`: its result is exact for every division into spans, and its work grows with its duration. What
// `dispatch` and `transport` plan, with serial rows and rows without transport to compare with; and one visit of each
// way.
// links: bench
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/status.h"
#include "bench/plan/axes.h"
#include "bench/plan/relate.h"
#include "channel/channel.h"
#include "kernel/kernel.h"
#include "measure/visit.h"
#include "tests/fixtures/choices.h"
#include "tests/fixtures/ran.h"
#include "tests/fixtures/sanitizers.h"
#include "tests/fixtures/one_record.h"

enum { TEST_DEADLINE_S = 60 };

static struct topology *topology, *two_cpus;

static void busy_open(struct problem *problem, const char *text)
{
	const struct kernel *kernel = kernel_find("busy");
	struct size size;
	assert_int_equal(size_parse(kernel, text, &size), 0);
	assert_int_equal(problem_plan(problem, kernel, &size, NULL), 0);
	assert_int_equal(kernel->prepare(problem), 0);
}

static double partial_of(const struct problem *problem, uint64_t from, uint64_t to, uint64_t step)
{
	double partial = 0;
	problem->kernel->run(problem, (struct span){from, to, step}, &partial);
	return partial;
}

static void test_busy_is_exact(void **state)
{
	(void)state;
	static const char *const sizes[] = {"1ns", "100ns", "1us", "33us", "300us"};
	static const uint64_t items_n[] = {1, 8, 64, 1024, 1024};
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		struct problem problem;
		busy_open(&problem, sizes[i]);
		uint64_t n = problem.items_n;
		assert_int_equal(n, items_n[i]);
		double whole = partial_of(&problem, 0, n, 1), cut = 0;
		assert_int_equal(problem.kernel->check(&problem, span_whole(&problem), whole), 0);
		for (uint64_t from = 0; from < n; from += 7)
			cut += partial_of(&problem, from, from + 7 < n ? from + 7 : n, 1);
		assert_int_equal(problem.kernel->check(&problem, span_whole(&problem), cut), 0);
		assert_int_equal(problem.kernel->check(&problem, span_whole(&problem),
		                                       partial_of(&problem, 0, n, 2) + partial_of(&problem, 1, n, 2)),
		                 0);
		// One item omitted, or computed twice.
		assert_int_equal(
			problem.kernel->check(&problem, span_whole(&problem), whole - partial_of(&problem, n / 2, n / 2 + 1, 1)),
			-EBADMSG);
		assert_int_equal(problem.kernel->check(&problem, span_whole(&problem), whole + partial_of(&problem, 0, 1, 1)),
		                 -EBADMSG);
		assert_non_null(strstr(status_message(), "busy"));
	}
}

static void test_busy_grows_with_its_duration(void **state)
{
	(void)state;
	struct problem small, large;
	busy_open(&small, "1us");
	busy_open(&large, "10ms");
	assert_true(small.steps_n > 0);
	assert_true(large.steps_n >= small.steps_n * 9990 && large.steps_n <= small.steps_n * 10010);
	assert_int_equal(large.in_bytes + large.out_bytes, 0);
}

static void plan(const char *experiment, struct plan_options options)
{
	assert_int_equal(axes_validate(&options), 0);
	assert_int_equal(experiment_plan(experiment_find(experiment), &options, &record), 0);
	plan_relate(&record);
}

static bool has(const struct row *row, const char *key, const char *value)
{
	const char *own = spec_get(&row->spec, key);
	return own && strcmp(own, value) == 0;
}

// Every row that is not serial is in the family of its serial run, with the same size.
static void expect_serial_neighbours(void)
{
	for (uint32_t i = 0; i < record.rows_n; i++) {
		const struct row *row = &record.rows[i];
		if (has(row, "model", "serial"))
			continue;
		const struct row *serial = &record.rows[row->baseline];
		assert_true(row->baseline >= 0 && has(serial, "model", "serial"));
		assert_int_equal(strcspn(row->group, "|"), strcspn(serial->group, "|"));
		assert_memory_equal(row->group, serial->group, strcspn(row->group, "|"));
		if (spec_get(&row->spec, "size"))
			assert_true(has(serial, "size", spec_get(&row->spec, "size")));
	}
}

// How many models beside the baseline are pools, or are not.
static unsigned models_count(bool resident)
{
	unsigned models_n = 0;
	for (const struct model *const *model = models; *model; model++)
		models_n += !(*model)->baseline && (*model)->resident == resident;
	return models_n;
}

static void test_dispatch_plans(void **state)
{
	(void)state;
	const unsigned problems_n = 6, waits_n = 2, pools_n = models_count(true), others_n = models_count(false);
	plan("dispatch", (struct plan_options){.topology = two_cpus});
	assert_int_equal(record.rows_n, problems_n * (1 + others_n + waits_n * pools_n));
	expect_serial_neighbours();
	for (uint32_t i = 0; i < record.rows_n; i++)
		assert_int_equal(record.rows[i].state, ROW_OPEN);
	record_close(&record);
	assert_int_equal(record_open(&record), 0);
	plan("dispatch", (struct plan_options){.topology = two_cpus, .full = true});
	expect_serial_neighbours();
	unsigned longest_n = 0, shortest_n = 0;
	for (uint32_t i = 0; i < record.rows_n; i++) {
		longest_n += has(&record.rows[i], "size", "100ms");
		shortest_n += has(&record.rows[i], "size", "100ns");
	}
	for (uint32_t i = 0; i < record.rows_n; i++)
		assert_true(has(&record.rows[i], "kernel", "null") || has(&record.rows[i], "model", "serial") ||
		            has(&record.rows[i], "workers", "2") || has(&record.rows[i], "workers", "4"));
	assert_int_equal(longest_n, 1 + others_n + pools_n);
	assert_true(shortest_n > longest_n);
}

static void test_dispatch_obeys(void **state)
{
	(void)state;
	plan("dispatch", plan_choices(two_cpus, "size=50us model=fork"));
	assert_int_equal(record.rows_n, 4);
	assert_true(has(&record.rows[2], "size", "50us") && has(&record.rows[2], "model", "serial"));
	assert_true(has(&record.rows[3], "size", "50us") && has(&record.rows[3], "model", "fork"));
	assert_int_equal(record.rows[2].waited_ns, 50000);
	record_close(&record);
	assert_int_equal(record_open(&record), 0);
	plan("dispatch", plan_choices(two_cpus, "kernel=sum"));
	assert_int_equal(record.rows_n, 0);
}

static unsigned channels_that_join(unsigned joins)
{
	unsigned channels_n = 0;
	for (const struct channel_type *const *type = channels; *type; type++)
		channels_n += !(*type)->bare && (*type)->joins & joins;
	return channels_n;
}

static void test_transport_plans(void **state)
{
	(void)state;
	plan("transport", (struct plan_options){.topology = two_cpus});
	assert_true(record.rows_n <= 36);
	expect_serial_neighbours();
	record_close(&record);
	assert_int_equal(record_open(&record), 0);
	struct plan_options full = plan_choices(two_cpus, "kernel=sum size=64KiB");
	full.full = true;
	plan("transport", full);
	unsigned sent_n = 0, skipped_n = 0;
	for (uint32_t i = 0; i < record.rows_n; i++) {
		const struct row *row = &record.rows[i];
		if (!spec_get(&row->spec, "transport")) {
			assert_int_equal(row->inplace, -1);
			continue;
		}
		const struct row *inplace = &record.rows[row->inplace];
		assert_true(row->inplace >= 0 && !spec_get(&inplace->spec, "transport"));
		assert_true(has(inplace, "model", spec_get(&row->spec, "model")));
		assert_string_equal(inplace->group, row->group);
		assert_false(has(row, "transport", "copy:null"));
		assert_true(row->state == ROW_OPEN || *row->reason);
		sent_n++;
		skipped_n += row->state == ROW_SKIPPED;
	}
	assert_true(sent_n - skipped_n <= channels_that_join(JOINS_THREADS) + channels_that_join(JOINS_PROCESSES));
	assert_true(sent_n > skipped_n);
}

static void test_transport_obeys(void **state)
{
	(void)state;
	plan("transport", plan_choices(two_cpus, "transport=inplace,copy:pipe model=process_pool size=64x64"));
	assert_int_equal(record.rows_n, 3);
	assert_int_equal(record.rows[2].inplace, 1);
}

static void visit_row(struct visitor *visitor, const struct row *row)
{
	const struct model *model = model_find(spec_get(&row->spec, "model"));
	char name[SPEC_NAME_BYTES];
	spec_name(&row->spec, name, sizeof name);
	if (row->state == ROW_SKIPPED || (UNDER_TSAN && model->processes)) {
		ran_leave_out(name, row->state == ROW_SKIPPED ? row->reason : TSAN_LIMITS);
		return;
	}
	alarm(TEST_DEADLINE_S);
	assert_int_equal(row->hooks->prepare(&row->spec), 0);
	struct visit_request request = {
		.hooks = row->hooks, .spec = &row->spec, .iterations_n = 5, .batch_n = 1, .deadline_ns = 50 * NS_PER_S};
	if (visit_run(visitor, &request) < 0)
		fail_msg("%s: %s", name, status_message());
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	ran_case("%s %s", row->spec.experiment, model->name);
}

static void test_every_way_runs(void **state)
{
	(void)state;
	static const char *const ways[] = {"dispatch serial",       "dispatch threads",      "dispatch fork",
	                                   "dispatch thread_pool",  "dispatch process_pool", "transport serial",
	                                   "transport thread_pool", "transport process_pool"};
	struct visitor visitor;
	struct plan_options options = plan_choices(topology, "size=20us wait=park");
	plan("dispatch", options);
	options = plan_choices(topology, "size=16x16 transport=inplace,copy:pipe");
	plan("transport", options);
	assert_int_equal(visitor_open(&visitor, topology, 25, NS_PER_MS), 0);
	for (uint32_t i = 0; i < record.rows_n; i++)
		visit_row(&visitor, &record.rows[i]);
	for (size_t i = 0; i < sizeof ways / sizeof *ways; i++)
		if (!UNDER_TSAN || !model_find(strchr(ways[i], ' ') + 1)->processes)
			ran_require("%s", ways[i]);
	ran_end(__func__);
	visitor_close(&visitor);
}

static int setup(void **state)
{
	(void)state;
	return topology_open(&topology, NULL) || topology_open(&two_cpus, "core:2 pu:1");
}

static int teardown(void **state)
{
	(void)state;
	topology_close(topology);
	topology_close(two_cpus);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_busy_is_exact),
		cmocka_unit_test(test_busy_grows_with_its_duration),
		cmocka_unit_test_setup_teardown(test_dispatch_plans, record_begin, record_end),
		cmocka_unit_test_setup_teardown(test_dispatch_obeys, record_begin, record_end),
		cmocka_unit_test_setup_teardown(test_transport_plans, record_begin, record_end),
		cmocka_unit_test_setup_teardown(test_transport_obeys, record_begin, record_end),
		cmocka_unit_test_setup_teardown(test_every_way_runs, record_begin, record_end),
	};
	return ran_tests(tests, setup, teardown);
}
