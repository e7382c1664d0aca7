// Every way to die, in processes and in threads: one visit each recovers, counts what was lost, and leaves nothing
// behind.
// links: bench
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/status.h"
#include "bench/plan/axis_product.h"
#include "bench/isolation/isolation.h"
#include "bench/plan/relate.h"
#include "tests/fixtures/choices.h"
#include "tests/fixtures/sanitizers.h"
#include "tests/fixtures/visitor.h"

enum { TEST_DEADLINE_S = 60, DEATHS_N = 4 };

static void plan(struct record *record, struct plan_options options)
{
	options.topology = topology;
	assert_int_equal(record_open(record), 0);
	assert_int_equal(experiment_plan(experiment_find("isolation"), &options, record), 0);
	plan_relate(record);
}

static bool is_threads(const struct spec *spec)
{
	return spec_axis_is(spec, "model", "thread_pool");
}

static void expect_recovery(const struct spec *spec)
{
	char name[SPEC_NAME_BYTES];
	unsigned workers_n = (unsigned)atoi(spec_get(spec, "workers"));
	alarm(TEST_DEADLINE_S);
	if (visit_spec(&experiment_find("isolation")->visit, spec, DEATHS_N, 1, 50 * NS_PER_S) < 0)
		fail_msg("%s: %s", spec_name(spec, name, sizeof name), status_message());
	const double *value = visitor.trial->value;
	assert_true(value[METRIC_noticed_ns] > 0);
	assert_true(value[METRIC_replaced_ns] > value[METRIC_noticed_ns]);
	assert_true(value[METRIC_wall_ns] == value[METRIC_replaced_ns]);
	// Of processes only the victim's job; a thread may finish its own while its process goes down.
	assert_true(value[METRIC_lost_n] >= 1);
	assert_true(value[METRIC_lost_n] <= (is_threads(spec) ? workers_n : 1));
	assert_no_children(); // the visitor reaps all orphans
	assert_int_equal(access("core", F_OK), -1);
	ran_case("%s %s", spec_get(spec, "model"), spec_get(spec, "death"));
}

static void expect_recovery_where_seen(const struct spec *spec)
{
	char name[SPEC_NAME_BYTES];
	if (UNDER_TSAN && is_threads(spec))
		ran_leave_out(spec_name(spec, name, sizeof name), TSAN_LIMITS);
	else
		expect_recovery(spec);
}

static void require_death(const char *death)
{
	if (!UNDER_TSAN)
		ran_require("thread_pool %s", death);
	ran_require("process_pool %s", death);
}

static void test_every_death(void **state)
{
	(void)state;
	static const char *const deaths[] = {"abort", "segv", "kill", "oom"};
	struct record record;
	plan(&record, (struct plan_options){0});
	assert_int_equal(record.rows_n, 8);
	for (uint32_t i = 0; i < record.rows_n; i++) {
		const struct row *row = &record.rows[i];
		assert_int_equal(row->peer >= 0, !is_threads(&row->spec));
		expect_recovery_where_seen(&row->spec);
	}
	record_close(&record);
	for (size_t i = 0; i < sizeof deaths / sizeof *deaths; i++)
		require_death(deaths[i]);
	ran_end(__func__);
}

static void test_more_workers_than_two(void **state)
{
	(void)state;
	struct record record;
	plan(&record, plan_choices(NULL, "workers=1,5 death=segv"));
	assert_int_equal(record.rows_n, 4);
	for (uint32_t i = 0; i < record.rows_n; i++) {
		const struct row *row = &record.rows[i];
		assert_int_equal(row->state, spec_axis_is(&row->spec, "workers", "1") ? ROW_SKIPPED : ROW_OPEN);
		if (row->state == ROW_OPEN)
			expect_recovery_where_seen(&row->spec);
	}
	record_close(&record);
	require_death("segv");
	ran_end(__func__);
}

// An unintended death fails the visit, with the signal's name.
static void test_other_deaths_are_failures(void **state)
{
	(void)state;
	struct placement *placement;
	struct isolation_process processes[2] = {0};
	struct isolation_worker workers[2] = {0};
	assert_int_equal(placement_plan(topology, PIN_NONE, 2, &placement), 0);
	size_t bytes = sizeof(struct isolation_shared) + 2 * sizeof(struct isolation_slot);
	struct isolation_run run = {.shared = shared_map(bytes),
	                            .processes = processes,
	                            .processes_n = 2,
	                            .workers = workers,
	                            .death = DEATH_ABORT};
	sigset_t set, before;
	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	run.shared->workers_n = 2;
	run.shared->placement = placement;
	alarm(TEST_DEADLINE_S);
	sigprocmask(SIG_UNBLOCK, &set, &before);
	assert_int_equal(isolation_start(&run), 0);
	assert_int_equal(isolation_recover(&run), 0);
	assert_int_equal(run.lost_n, 1);
	kill(processes[1].pid, SIGUSR2);
	assert_int_equal(isolation_recover(&run), -ECHILD);
	assert_non_null(strstr(status_message(), "SIGUSR2"));
	isolation_stop(&run, false);
	assert_no_children();
	sigprocmask(SIG_SETMASK, &before, NULL);
	placement_free(placement);
	munmap(run.shared, bytes);
}

static int setup(void **state)
{
	(void)state;
	return visitor_start(NS_PER_MS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_death),
		cmocka_unit_test(test_more_workers_than_two),
		cmocka_unit_test(test_other_deaths_are_failures),
	};
	return ran_tests(tests, setup, visitor_end);
}
