// Twins when something fails: a killed partner is noticed and named. And the resources used by processes and threads.
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
#include "bench/plan/experiment.h"
#include "bench/twin/twin.h"
#include "tests/fixtures/children.h"
#include "tests/fixtures/sanitizers.h"
#include "tests/fixtures/visitor.h"

enum { TEST_DEADLINE_S = 60, SLEEPS_N = 10, REPEATS_N = 10 };

static const char *const pairs[] = {"futex", "pipe", "socketpair", "eventfd", "mq"};
static const char *const betweens[] = {"threads", "processes"};

static int twin_visit(const char *call, const char *between, uint64_t iterations_n, uint32_t batch_n)
{
	struct spec spec;
	spec_init(&spec, "twin");
	spec_set(&spec, "call", call);
	spec_set(&spec, "between", between);
	spec_set(&spec, "workers", strcmp(call, "mutex") == 0 ? "1" : "2");
	spec_set(&spec, "pin", "same");
	alarm(TEST_DEADLINE_S);
	return visit_spec(&experiment_find("twin")->visit, &spec, iterations_n, batch_n, 50 * NS_PER_S);
}

struct kill {
	int signal, pid;
	uint64_t when_ns;
};

static void *kill_partner(void *argument)
{
	struct kill *order = argument;
	while (!order->pid) {
		nanosleep(&(struct timespec){.tv_nsec = 20 * 1000 * 1000}, NULL);
		order->pid = worker_of_runner(1);
	}
	nanosleep(&(struct timespec){.tv_nsec = 20 * 1000 * 1000}, NULL);
	order->when_ns = clock_now_ns();
	kill(order->pid, order->signal);
	return NULL;
}

static void expect_partner_death(const char *call, int signal, const char *name)
{
	struct kill order = {.signal = signal};
	pthread_t killer;
	char expected[64];
	pthread_create(&killer, NULL, kill_partner, &order);
	int status = twin_visit(call, "processes", TRIAL_ITERATIONS_MAX, 1000000);
	uint64_t now_ns = clock_now_ns();
	pthread_join(killer, NULL);
	assert_int_equal(status, -ECHILD);
	snprintf(expected, sizeof expected, "worker 0 (pid %d) killed by %s", order.pid, name);
	assert_string_equal(status_message(), expected);
	assert_true(now_ns - order.when_ns < NOTICE_MS * NS_PER_MS);
	assert_no_children();
}

static void test_partner_dies(void **state)
{
	(void)state;
	if (UNDER_TSAN)
		skip_test(TSAN_LIMITS);
	for (size_t i = 0; i < sizeof pairs / sizeof *pairs - 1; i++) // message queues may not be available
		expect_partner_death(pairs[i], SIGKILL, "SIGKILL");
	expect_partner_death("futex", SIGTERM, "SIGTERM");
}

static void test_both_workers_sleep(void **state)
{
	(void)state;
	if (UNDER_TSAN)
		skip_test(TSAN_LIMITS);
	for (size_t i = 0; i < 2 * sizeof pairs / sizeof *pairs; i++) {
		if (!ran_possible(pairs[i / 2], twin_visit(pairs[i / 2], betweens[i % 2], 1000, 1)))
			continue;
		assert_true(visitor.trial->value[METRIC_switches_voluntary_n] >= 0.9);
		assert_true(visitor.trial->value[METRIC_cpu_ns] > 0);
		ran_case("%s between %s", pairs[i / 2], betweens[i % 2]);
	}
	for (size_t i = 0; i < 2 * (sizeof pairs / sizeof *pairs - 1); i++) // message queues may not be available
		ran_require("%s between %s", pairs[i / 2], betweens[i % 2]);
	ran_end(__func__);
}

// The end of a partner must not interrupt the caller's last read.
static void test_end_is_no_interrupt(void **state)
{
	(void)state;
	if (UNDER_TSAN)
		skip_test(TSAN_LIMITS);
	for (int i = 0; i < 20; i++)
		if (twin_visit("socketpair", "processes", 10, 1) < 0)
			fail_msg("%s", status_message());
}

static void test_mutex(void **state)
{
	(void)state;
	for (int i = 0; i < 2; i++) {
		if (twin_visit("mutex", betweens[i], 10, 1) < 0)
			fail_msg("between %s: %s", betweens[i], status_message());
		assert_true(visitor.trial->value[METRIC_wall_ns] > 0);
	}
}

static void test_usage_of_a_process(void **state)
{
	(void)state;
	int ready[2];
	char byte;
	assert_int_equal(pipe(ready), 0);
	int pid = fork();
	if (pid == 0) {
		for (int i = 0; i < SLEEPS_N; i++)
			nanosleep(&(struct timespec){.tv_nsec = 1000 * 1000}, NULL);
		close(ready[0]);
		close(ready[1]);
		for (;;)
			pause();
	}
	close(ready[1]);
	assert_int_equal(read(ready[0], &byte, 1), 0);
	close(ready[0]);
	struct usage usage = {.faults_n = 1000000};
	assert_int_equal(usage_of_process(pid, &usage), 0);
	assert_true(usage.switches_voluntary_n >= SLEEPS_N);
	assert_true(usage.faults_n > 1000000);
	assert_true(usage.cpu_ns > 0);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	assert_int_equal(usage_of_process(pid, &usage), -ESRCH);
}

static int use_cpu(struct team_member *member)
{
	_Atomic bool *over = member->context;
	while (!*over)
		cpu_relax();
	return 0;
}

// The kernel accounts a running thread's time at ticks: the time since the last tick must not be missing from the sum.
static void test_usage_of_a_running_thread(void **state)
{
	(void)state;
	_Atomic bool over;
	struct placement *placement;
	struct team *team;
	struct usage before, after;
	assert_int_equal(placement_plan(topology, PIN_NONE, 1, &placement), 0);
	struct team_config config = {.between = BETWEEN_THREADS,
	                             .members_n = 1,
	                             .placement = placement,
	                             .context = &over,
	                             .caller_apart = true,
	                             .body = use_cpu};
	alarm(TEST_DEADLINE_S);
	for (int i = 0; i < REPEATS_N; i++) {
		over = false;
		assert_int_equal(team_open(&team, &config, visitor.trial), 0);
		assert_int_equal(team_usage(team, &before), 0);
		do { // on a busy machine it may have to wait for a CPU
			nanosleep(&(struct timespec){.tv_nsec = 7 * 1000 * 1000}, NULL);
			assert_int_equal(team_usage(team, &after), 0);
		} while (after.other_cpu_ns == before.other_cpu_ns);
		over = true;
		assert_int_equal(team_close(team), 0);
		assert_true(after.cpu_ns - before.cpu_ns >= after.other_cpu_ns - before.other_cpu_ns);
	}
	placement_free(placement);
}

static int setup(void **state)
{
	(void)state;
	return visitor_start(NS_PER_MS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_partner_dies),        cmocka_unit_test(test_both_workers_sleep),
		cmocka_unit_test(test_end_is_no_interrupt), cmocka_unit_test(test_mutex),
		cmocka_unit_test(test_usage_of_a_process),  cmocka_unit_test(test_usage_of_a_running_thread),
	};
	return ran_tests(tests, setup, visitor_end);
}
