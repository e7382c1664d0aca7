// The experiment `items`: what it plans, what it says of kernels whose items are known, and that a long problem is only
// sampled.
// links: bench
#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/status.h"
#include "bench/plan/experiment.h"
#include "exec/usage.h"
#include "host/placement.h"
#include "measure/record.h"
#include "tests/fixtures/choices.h"
#include "tests/fixtures/visitor.h"

enum { TEST_DEADLINE_S = 60 };

static void plan(struct record *record, const char *choices)
{
	struct plan_options options = plan_choices(topology, choices);
	assert_int_equal(record_open(record), 0);
	assert_int_equal(experiment_plan(experiment_find("items"), &options, record), 0);
}

// The numbers of one visit of the only row that these choices make.
static void measure(const char *choices, double value[METRIC_N])
{
	struct record record;
	plan(&record, choices);
	assert_int_equal(record.rows_n, 1);
	const struct row *row = &record.rows[0];
	alarm(TEST_DEADLINE_S);
	assert_int_equal(row->hooks->prepare(&row->spec), 0);
	if (visit_spec(row->hooks, &row->spec, 0, 0, 50 * NS_PER_S) < 0)
		fail_msg("%s: %s", choices, status_message());
	memcpy(value, visitor.trial->value, METRIC_N * sizeof *value);
	record_close(&record);
}

static void test_rows_are_serial(void **state)
{
	(void)state;
	struct record record;
	char name[SPEC_NAME_BYTES];
	plan(&record, "kernel=sum,sleep workers=1,2");
	assert_int_equal(record.rows_n, 2);
	assert_string_equal(spec_name(&record.rows[0].spec, name, sizeof name),
	                    "items/kernel:sum/size:32MiB/model:serial/workers:1/pin:compact");
	record_close(&record);
}

// Others who have the CPU in all passes over an item make it look long: the least of a few visits.
static void measure_calmly(const char *choices, double value[METRIC_N])
{
	double again[METRIC_N];
	measure(choices, value);
	for (int i = 1; i < 5; i++) {
		measure(choices, again);
		if (again[METRIC_item_cv] < value[METRIC_item_cv])
			memcpy(value, again, sizeof again);
	}
}

static void test_equal_and_unequal_items(void **state)
{
	(void)state;
	double equal[METRIC_N], unequal[METRIC_N];
	measure_calmly("kernel=synthetic item_ns=20000 size=256 in_bytes=100 out_bytes=0", equal);
	measure_calmly("kernel=synthetic item_ns=20000 size=256 cv_pct=100 in_bytes=100 out_bytes=0", unequal);
	assert_true(unequal[METRIC_item_cv] > 0.5 && unequal[METRIC_item_cv] > 2 * equal[METRIC_item_cv]);
	assert_true(unequal[METRIC_item_max_ns] > 3 * unequal[METRIC_item_median_ns]);
	assert_true(unequal[METRIC_item_median_ns] > 0 && unequal[METRIC_cpu_ns] > 0);
	assert_true(equal[METRIC_item_in_bytes] == 104 && equal[METRIC_item_out_bytes] == 0);
	assert_true(equal[METRIC_checked] == 1);
}

// Items far shorter than what a clock can tell are timed in groups; those of a kernel that waits one by one.
static void test_short_and_waiting_items(void **state)
{
	(void)state;
	double value[METRIC_N];
	measure("kernel=sum size=1MiB", value);
	assert_true(value[METRIC_wall_ns] > 0 && value[METRIC_wall_ns] < 1000);
	assert_true(value[METRIC_item_in_bytes] == 8 && value[METRIC_item_out_bytes] == 0);
	measure("kernel=sleep size=20", value);
	assert_true(value[METRIC_wall_ns] > 200000 && value[METRIC_item_median_ns] > 200000);
	assert_true(value[METRIC_cpu_ns] < value[METRIC_wall_ns] / 2);
	measure("kernel=null", value);
	assert_true(value[METRIC_item_in_bytes] == 0);
}

// Never returns: a loop without effects may be taken to end, and what follows would run twice.
static void keep_busy(void)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (volatile unsigned long turns = 0;; turns++)
		;
}

// One busy process on each CPU: wherever the kernel places the visit, somebody else is there.
static void others_start(pid_t *pid, unsigned n)
{
	struct placement *placement;
	assert_int_equal(placement_plan(topology, PIN_COMPACT, n, &placement), 0);
	for (unsigned i = 0; i < n; i++) {
		pid[i] = fork();
		if (pid[i] == 0) {
			placement_apply(placement, i);
			keep_busy();
		}
		assert_true(pid[i] > 0);
	}
	placement_free(placement);
}

// Time without a CPU that others have is no wait of the item's; time that it sleeps is.
static void test_queueing_is_no_waiting(void **state)
{
	(void)state;
	double value[METRIC_N];
	pid_t pid[16];
	unsigned n = (unsigned)fmin((double)sysconf(_SC_NPROCESSORS_ONLN), 16);
	others_start(pid, n);
	measure("kernel=synthetic item_ns=100000 size=1000", value);
	for (unsigned i = 0; i < n; i++) // unless the visit has ended it as a process that was left
		if (kill(pid[i], SIGKILL) == 0)
			waitpid(pid[i], NULL, 0);
	assert_true(value[METRIC_item_wait_ns] < 0.05 * value[METRIC_wall_mean_ns]);
	if (n < 16)
		assert_true(value[METRIC_switches_involuntary_n] > 0);
	measure("kernel=sleep size=20", value);
	assert_true(value[METRIC_item_wait_ns] > 60e3);
}

static double children_cpu_ns(void)
{
	struct usage usage = {0};
	usage_of(RUSAGE_CHILDREN, &usage);
	return (double)usage.cpu_ns;
}

// Ten seconds of work, in short items and in long ones: a visit computes a part of the one, and no item of the other
// more often than it must.
static void test_long_problems_are_sampled(void **state)
{
	(void)state;
	double value[METRIC_N];
	double before_ns = children_cpu_ns();
	measure("kernel=synthetic item_ns=1000000 size=10000", value);
	assert_true(isnan(value[METRIC_checked]));
	assert_true(children_cpu_ns() - before_ns < 3e9);
	assert_true(value[METRIC_run_operations_n] >= 2);
	before_ns = children_cpu_ns();
	measure("kernel=synthetic item_ns=100000000 size=100 cv_pct=50", value);
	assert_true(children_cpu_ns() - before_ns < 3e9);
	assert_true(value[METRIC_item_max_ns] > 0);
}

static int setup(void **state)
{
	(void)state;
	return visitor_start(NS_PER_MS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows_are_serial),           cmocka_unit_test(test_equal_and_unequal_items),
		cmocka_unit_test(test_short_and_waiting_items),   cmocka_unit_test(test_queueing_is_no_waiting),
		cmocka_unit_test(test_long_problems_are_sampled),
	};
	return ran_group("items", tests, sizeof tests / sizeof *tests, setup, visitor_end);
}
