// `memory`: every quick row once, with the least memory that a worker needs; a killed worker fails the visit, with its
// name, and no process is left.
// links: bench
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/status.h"
#include "bench/plan/axis_product.h"
#include "tests/fixtures/children.h"
#include "tests/fixtures/ran.h"
#include "tests/fixtures/sanitizers.h"
#include "tests/fixtures/visitor.h"

enum { TEST_DEADLINE_S = 100, VISIT_DEADLINE_S = 50, LONGER = 1000, PAGE_BYTES = 4096 };

static struct record record;

static int visit(const struct spec *spec, uint64_t iterations_n, uint32_t batch_n)
{
	alarm(TEST_DEADLINE_S);
	return visit_spec(&experiment_find("memory")->visit, spec, iterations_n, batch_n, VISIT_DEADLINE_S * NS_PER_S);
}

static void check_row(const struct row *row)
{
	const double *value = visitor.trial->value;
	char name[SPEC_NAME_BYTES];
	spec_name(&row->spec, name, sizeof name);
	if (!ran_possible(name, visit(&row->spec, 1, 1)))
		return;
	double resident_bytes = value[METRIC_worker_resident_bytes], private_bytes = value[METRIC_worker_private_bytes];
	// At least its page of stack; of processes page tables, too.
	if (!(value[METRIC_wall_ns] > 0 && private_bytes >= PAGE_BYTES && resident_bytes >= PAGE_BYTES))
		fail_msg("%s: resident %g, private %g bytes", name, resident_bytes, private_bytes);
	if (spec_axis_is(&row->spec, "between", "processes") &&
	    !(resident_bytes >= private_bytes && value[METRIC_worker_pagetable_bytes] >= PAGE_BYTES &&
	      value[METRIC_worker_pss_bytes] > 0))
		fail_msg("%s: resident %g, PSS %g, private %g, page tables %g bytes", name, resident_bytes,
		         value[METRIC_worker_pss_bytes], private_bytes, value[METRIC_worker_pagetable_bytes]);
	ran_case("%s", name);
}

static void test_every_row(void **state)
{
	(void)state;
	assert_int_equal(record.rows_n, 6);
	for (uint32_t i = 0; i < record.rows_n; i++) {
		check_row(&record.rows[i]);
		assert_no_children();
	}
	// 256 workers may be more than the limit on tasks allows.
	ran_require("memory/workers:1/pin:none/between:threads");
	ran_require("memory/workers:1/pin:none/between:processes");
	ran_require("memory/workers:16/pin:none/between:threads");
	ran_require("memory/workers:16/pin:none/between:processes");
	ran_end(__func__);
}

static int visit_long(const void *spec)
{
	return visit(spec, TRIAL_ITERATIONS_MAX, LONGER);
}

static void test_a_worker_is_killed(void **state)
{
	(void)state;
	if (UNDER_TSAN)
		skip_test(TSAN_LIMITS);
	unsigned killed_n = 0;
	for (uint32_t i = 0; i < record.rows_n; i++) {
		unsigned worker;
		int pid;
		if (!spec_axis_is(&record.rows[i].spec, "between", "processes"))
			continue;
		int status = visit_killing(visit_long, &record.rows[i].spec);
		if (status != -ECHILD || sscanf(status_message(), "worker %u (pid %d) killed by SIGKILL", &worker, &pid) != 2)
			fail_msg("%s", status < 0 ? status_message() : "nobody noticed");
		assert_no_children();
		killed_n++;
	}
	assert_int_equal(killed_n, 3);
}

static int setup(void **state)
{
	(void)state;
	struct plan_options options = {0};
	if (visitor_start(NS_PER_MS / 5) || record_open(&record))
		return -1;
	options.topology = topology;
	return experiment_plan(experiment_find("memory"), &options, &record);
}

static int teardown(void **state)
{
	record_close(&record);
	return visitor_end(state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_row),
		cmocka_unit_test(test_a_worker_is_killed),
	};
	return ran_tests(tests, setup, teardown);
}
