// `switch`, `address_space` and `cores`: every quick row measures and checks what it should, a member that dies during
// a visit is named and leaves nothing behind, and small and large machines get rows that they can run.
// links: bench
#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/status.h"
#include "bench/plan/axis_product.h"
#include "host/place.h"
#include "tests/fixtures/sanitizers.h"
#include "tests/fixtures/visitor.h"

enum { TEST_DEADLINE_S = 100, VISIT_DEADLINE_S = 50 };

static struct record plan_of(const char *experiment, const struct topology *machine, bool full)
{
	struct plan_options options = {.full = full, .topology = machine};
	struct record record;
	assert_int_equal(record_open(&record), 0);
	assert_int_equal(experiment_plan(experiment_find(experiment), &options, &record), 0);
	return record;
}

static int visit(const struct spec *spec, uint64_t iterations_n, uint32_t batch_n)
{
	alarm(TEST_DEADLINE_S);
	return visit_spec(&experiment_find(spec->experiment)->visit, spec, iterations_n, batch_n,
	                  VISIT_DEADLINE_S * NS_PER_S);
}

static void visit_row(const struct row *row)
{
	char name[SPEC_NAME_BYTES];
	if (!row_is_case(row, name))
		return;
	if (visit(&row->spec, 0, 1) < 0)
		fail_msg("%s: %s", name, status_message());
	uint64_t iterations_n = visitor.trial->iterations_n;
	uint32_t batch_n = visitor.trial->batch_n;
	bool moves = visitor.trial->pairs_n > 0; // from pair to pair, which is no part of what it measures
	if (!(visitor.trial->value[METRIC_wall_ns] > 0) || !(moves || visitor.trial->value[METRIC_cpu_ns] > 0))
		fail_msg("%s took no time", name);
	// Like every later visit of a run.
	if (visit(&row->spec, iterations_n, batch_n) < 0)
		fail_msg("%s, again: %s", name, status_message());
	assert_int_equal(visitor.trial->batch_n, batch_n);
	assert_no_children();
	struct axis axis = spec_axis(&row->spec, 0);
	ran_case("%s %s between %s", axis.key, axis.value, spec_get(&row->spec, "between"));
}

static void visit_quick(const char *experiment, uint32_t rows_most)
{
	struct record record = plan_of(experiment, topology, false);
	assert_in_range(record.rows_n, 1, rows_most);
	for (uint32_t i = 0; i < record.rows_n; i++)
		visit_row(&record.rows[i]);
	record_close(&record);
}

static void test_switch_quick(void **state)
{
	(void)state;
	static const char *const tasks[] = {"tasks 2 between threads", "tasks 2 between processes",
	                                    "tasks 8 between threads", "tasks 8 between processes", NULL};
	visit_quick("switch", 18);
	ran_require_all(tasks);
}

static void test_address_space_quick(void **state)
{
	(void)state;
	static const char *const calls[] = {"fault", "mmap", "malloc_large", "open", "dup"};
	visit_quick("address_space", 24);
	for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
		ran_require("call %s between threads", calls[i]);
		ran_require("call %s between processes", calls[i]);
	}
	ran_require("call cow between processes");
	ran_end(__func__);
}

static void test_cores_quick(void **state)
{
	(void)state;
	if (topology_cpus_n(topology) < 2)
		skip_test("only one CPU is allowed");
	visit_quick("cores", 8);
	ran_require("place %s between threads", place_name(place_nearest(topology)));
	ran_require("place %s between processes", place_name(place_nearest(topology)));
	ran_end(__func__);
}

static struct spec spec_of(const char *name)
{
	struct spec spec;
	assert_int_equal(spec_parse(&spec, name), 0);
	return spec;
}

static void visit_name(const char *name)
{
	struct spec spec = spec_of(name);
	if (visit(&spec, 0, 1) < 0)
		fail_msg("%s: %s", name, status_message());
}

// The time that one task alone needs is subtracted from the ring's hop in the same visit.
static void test_switch_subtracts(void **state)
{
	(void)state;
	const double *value = visitor.trial->value;
	visit_name("switch/tasks:3/bytes:5000/pin:same/between:processes");
	assert_true(value[METRIC_alone_ns] > 0);
	assert_true(value[METRIC_switch_ns] == value[METRIC_wall_ns] - value[METRIC_alone_ns]);
	assert_int_equal(visitor.trial->batch_n % 3, 0);
	visit_name("switch/tasks:3/bytes:5000/pin:same/between:alone");
	assert_true(isnan(value[METRIC_switch_ns]));
}

static void test_full_only_calls(void **state)
{
	(void)state;
	visit_name("address_space/call:mprotect/workers:3/pages:4k/pin:compact/between:threads");
	visit_name("address_space/call:brk/workers:3/pages:4k/pin:compact/between:processes");
	visit_name("address_space/call:malloc_small/workers:3/pages:4k/pin:compact/between:threads");
}

// Each worker faults once per page, whatever the pages were before; no other faults are counted.
static void test_faults_are_counted(void **state)
{
	(void)state;
	const double *value = visitor.trial->value;
	visit_name("address_space/call:fault/workers:2/pages:4k/pin:compact/between:threads");
	assert_true(value[METRIC_faults_n] >= 2);
	visit_name("address_space/call:cow/workers:2/pages:4k/pin:compact/between:processes");
	assert_true(value[METRIC_faults_n] >= 2);
}

// A machine may lack huge pages: they are measured, or refused with a reason.
static void test_huge_pages(void **state)
{
	(void)state;
	static const char *const names[] = {"address_space/call:fault/workers:1/pages:huge/pin:compact/between:threads",
	                                    "address_space/call:cow/workers:1/pages:huge/pin:compact/between:processes"};
	for (int i = 0; i < 2; i++) {
		struct spec spec = spec_of(names[i]);
		if (ran_possible(names[i], visit(&spec, 0, 1)) && i == 1)
			assert_true(*visitor.trial->label);
	}
}

static void children_of(int parent, int *children, int children_most)
{
	char path[64];
	memset(children, 0, (size_t)children_most * sizeof *children);
	snprintf(path, sizeof path, "/proc/%d/task/%d/children", parent, parent);
	FILE *file = fopen(path, "re");
	for (int i = 0; file && i < children_most && fscanf(file, "%d", &children[i]) == 1; i++)
		;
	if (file)
		fclose(file);
}

struct killed {
	_Atomic int pid;
};

// A process of its own: kills the visit's runner, or its first member.
static void killer(int parent, bool member, struct killed *killed)
{
	for (int victim = 0; !victim;) {
		int children[2], members[1];
		nanosleep(&(struct timespec){.tv_nsec = 20 * 1000 * 1000}, NULL);
		children_of(parent, children, 2);
		int runner = children[0] == getpid() ? children[1] : children[0];
		children_of(runner, members, 1);
		victim = member && runner ? members[0] : runner;
		if (victim) {
			nanosleep(&(struct timespec){.tv_nsec = 20 * 1000 * 1000}, NULL);
			killed->pid = victim;
			kill(victim, SIGKILL);
		}
	}
	_exit(0);
}

static void expect_death(const char *name, uint32_t batch_n)
{
	struct spec spec = spec_of(name);
	bool member = spec_axis_is(&spec, "between", "processes");
	struct killed *killed = shared_map(sizeof *killed);
	char expected[80];
	int parent = getpid(), pid = fork();
	assert_non_null(killed);
	if (pid == 0)
		killer(parent, member, killed);
	int status = visit(&spec, TRIAL_ITERATIONS_MAX, batch_n);
	if (status != -ECHILD)
		fail_msg("%s: %d, %s", name, status, status == 0 ? "measured" : status_message());
	snprintf(expected, sizeof expected,
	         member ? "worker 0 (pid %d) killed by SIGKILL" : "the runner was killed by SIGKILL", killed->pid);
	assert_string_equal(status_message(), expected);
	assert_no_children();
}

static void test_a_death_is_named(void **state)
{
	(void)state;
	if (UNDER_TSAN) // delays signal handlers while a caller sleeps in read(), so that it would not see the death that
	                // wakes it
		skip_test(TSAN_LIMITS);
	expect_death("switch/tasks:8/bytes:64KiB/pin:same/between:processes", 64);
	expect_death("switch/tasks:8/bytes:64KiB/pin:same/between:threads", 64);
	expect_death("address_space/call:dup/workers:2/pages:4k/pin:compact/between:processes", 4096);
	expect_death("address_space/call:dup/workers:2/pages:4k/pin:compact/between:threads", 4096);
	if (topology_cpus_n(topology) < 2) {
		ran_leave_out("a death on another core", "only one CPU is allowed");
		return;
	}
	const struct topology_cpu *cpus = topology_cpus(topology);
	static const char *const between[] = {"processes", "threads"};
	for (int i = 0; i < 2; i++) {
		char name[SPEC_NAME_BYTES];
		snprintf(name, sizeof name, "cores/from:%d/to:%d/between:%s", cpus[0].os_index, cpus[1].os_index, between[i]);
		expect_death(name, 10000);
		snprintf(name, sizeof name, "cores/place:%s/between:%s", place_name(place_nearest(topology)), between[i]);
		expect_death(name, 4096);
	}
}

static void test_too_few_descriptors(void **state)
{
	(void)state;
	struct rlimit before, low;
	struct spec spec = spec_of("switch/tasks:64/bytes:0/pin:same/between:threads");
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
	low = (struct rlimit){.rlim_cur = 64, .rlim_max = before.rlim_max};
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &low), 0);
	int status = visit(&spec, 0, 1);
	setrlimit(RLIMIT_NOFILE, &before);
	assert_int_equal(status, -ENOTSUP);
	assert_string_equal(status_message(), "RLIMIT_NOFILE is too low for 64 pipes");
}

static void expect_cores(const char *machine, bool full, uint32_t rows_n, bool skipped)
{
	struct topology *described;
	assert_int_equal(topology_open(&described, machine), 0);
	struct record record = plan_of("cores", described, full);
	assert_int_equal(record.rows_n, rows_n);
	for (uint32_t i = 0; i < record.rows_n; i++)
		assert_int_equal(record.rows[i].state, skipped ? ROW_SKIPPED : ROW_OPEN);
	record_close(&record);
	topology_close(described);
}

static void test_cores_by_machine(void **state)
{
	(void)state;
	expect_cores("core:1 pu:1", false, 1, true); // one row with the reason stands for both threads and processes
	expect_cores("core:2 pu:1", false, 2, false);
	expect_cores("core:2 pu:1", true, 2, false);
	expect_cores("core:2 pu:2", false, 4, false);
	expect_cores("pack:2 core:4 pu:1", false, 4, false);
	expect_cores("pack:2 l3:4 core:8 pu:2", false, 8, false); // 128 CPUs: four classes
	expect_cores("pack:8 l3:8 core:8 pu:2", true, 8, false);  // 1,024
}

static int setup(void **state)
{
	(void)state;
	return visitor_start(NS_PER_MS / 10);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_switch_quick),        cmocka_unit_test(test_address_space_quick),
		cmocka_unit_test(test_cores_quick),         cmocka_unit_test(test_switch_subtracts),
		cmocka_unit_test(test_full_only_calls),     cmocka_unit_test(test_faults_are_counted),
		cmocka_unit_test(test_huge_pages),          cmocka_unit_test(test_a_death_is_named),
		cmocka_unit_test(test_too_few_descriptors), cmocka_unit_test(test_cores_by_machine),
	};
	return ran_tests(tests, setup, visitor_end);
}
