// Every row of the suite `ipc` that its experiments plan from axes of their own: measured once, between threads and
// between processes, with its counts and payloads checked by its own trial; and its worker killed, at different times.
// Nothing is left behind.
// links: bench
#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/status.h"
#include "bench/plan/axis_product.h"
#include "tests/fixtures/children.h"
#include "tests/fixtures/sanitizers.h"
#include "tests/fixtures/visitor.h"

enum { TEST_DEADLINE_S = 60, VISIT_DEADLINE_S = 20, LONGER = 1000 };

static struct record record;

static int visit(const struct row *row, uint64_t iterations_n, uint32_t batch_n)
{
	alarm(TEST_DEADLINE_S);
	return visit_spec(row->hooks, &row->spec, iterations_n, batch_n, VISIT_DEADLINE_S * NS_PER_S);
}

static void expect_nobody_left(const char *name)
{
	if (waitpid(-1, NULL, WNOHANG) != -1)
		fail_msg("%s: a process is left", name);
}

// Experiment and first axis of mechanisms whose workers exist for longer than one operation, and which need neither a
// second CPU nor anything that a sandbox may refuse.
static const char *const mechanisms[] = {"latency pipe",
                                         "latency socketpair",
                                         "latency tcp",
                                         "latency eventfd",
                                         "latency semaphore",
                                         "latency condvar",
                                         "latency futex",
                                         "latency ring_park",
                                         "bandwidth pipe",
                                         "bandwidth socketpair",
                                         "bandwidth tcp",
                                         "bandwidth shared_memory",
                                         "locks mutex",
                                         "locks robust",
                                         "locks semaphore",
                                         "locks atomic",
                                         "queue ring",
                                         "manager manager",
                                         "manager locked",
                                         "switch 2",
                                         "switch 8",
                                         "address_space fault",
                                         "address_space mmap",
                                         "address_space malloc_large",
                                         "address_space open",
                                         "address_space dup",
                                         "address_space cow",
                                         "memory 1",
                                         "memory 16",
                                         "twin pipe",
                                         "twin socketpair",
                                         "twin eventfd",
                                         "twin futex",
                                         "twin mutex",
                                         NULL};

static void test_every_row(void **state)
{
	(void)state;
	char name[SPEC_NAME_BYTES];
	for (uint32_t i = 0; i < record.rows_n; i++) {
		struct row *row = &record.rows[i];
		if (!row_is_case(row, name))
			continue;
		if (row->hooks->prepare && row->hooks->prepare(&row->spec) < 0)
			fail_msg("%s: %s", name, status_message());
		int status = visit(row, 0, 0);
		if (ran_possible(name, status) && !(visitor.trial->value[METRIC_wall_ns] > 0))
			fail_msg("%s: took no time", name);
		if (status == 0)
			ran_case("%s %s", row->spec.experiment, spec_axis(&row->spec, 0).value);
		row->iterations_n = status == 0 ? visitor.trial->iterations_n : 0;
		row->batch_n = visitor.trial->batch_n;
		expect_nobody_left(name);
	}
	ran_require("spawn pthread");
	ran_require("spawn fork");
	ran_require("isolation process_pool");
	ran_require_all(mechanisms);
}

// A twin has as many workers as the rows it stands beside: the caller wakes all, and the last one wakes it.
static void test_futex_of_many(void **state)
{
	(void)state;
	static const char *const between[] = {"threads", "processes"};
	for (int i = 0; i < 2; i++)
		for (unsigned workers_n = 2; workers_n <= 5; workers_n++) {
			char name[SPEC_NAME_BYTES];
			struct spec spec;
			snprintf(name, sizeof name, "twin/call:futex/between:%s/workers:%u/pin:same", between[i], workers_n);
			assert_int_equal(spec_parse(&spec, name), 0);
			assert_int_equal(visit_spec(&experiment_find("twin")->visit, &spec, 50, 1, 60 * NS_PER_S), 0);
			assert_true(visitor.trial->value[METRIC_switches_voluntary_n] > 0.4 * workers_n);
			expect_nobody_left(name);
		}
}

struct kill {
	uint64_t delay_ns;
	_Atomic bool over;
	int pid;
	uint64_t when_ns;
};

// The runner is our only child, its worker the runner's first. Repeated until the visit ends: some workers exist only
// for one operation, and one that had ended already was not killed.
static void *kill_worker(void *argument)
{
	struct kill *order = argument;
	uint64_t first_ns = 0;
	while (!order->over) {
		int worker = worker_of_runner(1);
		if (worker && first_ns == 0)
			first_ns = clock_now_ns();
		if (!worker || worker == order->pid || clock_now_ns() < first_ns + order->delay_ns) {
			nanosleep(&(struct timespec){.tv_nsec = 100000}, NULL);
			continue;
		}
		order->pid = worker;
		order->when_ns = clock_now_ns();
		kill(worker, SIGKILL);
	}
	return NULL;
}

static void expect_death_noticed(const struct row *row, uint64_t delay_ns)
{
	struct kill order = {.delay_ns = delay_ns};
	pthread_t killer;
	char name[SPEC_NAME_BYTES];
	spec_name(&row->spec, name, sizeof name);
	pthread_create(&killer, NULL, kill_worker, &order);
	int status = visit(row, TRIAL_ITERATIONS_MAX, row->batch_n * LONGER);
	uint64_t now_ns = clock_now_ns();
	order.over = true;
	pthread_join(killer, NULL);
	if (status == 0)
		fail_msg("%s: a killed worker was not noticed", name);
	if (!strstr(status_message(), "SIGKILL"))
		fail_msg("%s: SIGKILL is not named: %s", name, status_message());
	if (now_ns - order.when_ns > NOTICE_MS * NS_PER_MS)
		fail_msg("%s: noticed after %llu ms", name, (unsigned long long)((now_ns - order.when_ns) / NS_PER_MS));
	expect_nobody_left(name);
}

// One row of each mechanism, which the first axis names.
static bool first_of_its_kind(uint32_t index)
{
	const struct spec *spec = &record.rows[index].spec;
	for (uint32_t i = 0; i < index; i++) {
		const struct spec *before = &record.rows[i].spec;
		if (record.rows[i].iterations_n > 0 && spec_axis_is(before, "between", "processes") &&
		    !strcmp(before->experiment, spec->experiment) &&
		    !strcmp(spec_axis(before, 0).value, spec_axis(spec, 0).value))
			return false;
	}
	return true;
}

static bool expects_deaths(const struct row *row)
{
	return row->hooks->expects_deaths && row->hooks->expects_deaths(&row->spec);
}

static void test_workers_killed(void **state)
{
	(void)state;
	if (UNDER_TSAN)
		skip_test(TSAN_LIMITS);
	static const uint64_t delays_ns[] = {0, 500000, 5000000};
	unsigned kills_n = 0;
	for (uint32_t i = 0; i < record.rows_n; i++) {
		const struct row *row = &record.rows[i];
		if (row->iterations_n == 0 || expects_deaths(row) || !spec_axis_is(&row->spec, "between", "processes") ||
		    !first_of_its_kind(i))
			continue;
		expect_death_noticed(row, delays_ns[kills_n++ % 3]);
		ran_case("%s %s", row->spec.experiment, spec_axis(&row->spec, 0).value);
	}
	ran_require_all(mechanisms);
}

static bool in_suite(const struct experiment *experiment)
{
	return experiment->suites && strstr(experiment->suites, "ipc") && experiment->own_axes;
}

static int setup(void **state)
{
	(void)state;
	struct plan_options options = {0};
	if (visitor_start(NS_PER_MS / 5) || record_open(&record))
		return -1;
	options.topology = topology;
	for (const struct experiment *const *experiment = experiments; *experiment; experiment++)
		if (in_suite(*experiment) && experiment_plan(*experiment, &options, &record) < 0)
			return -1;
	return 0;
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
		cmocka_unit_test(test_futex_of_many),
		cmocka_unit_test(test_workers_killed),
	};
	return ran_tests(tests, setup, teardown);
}
