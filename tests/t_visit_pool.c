// A worker of a pool, or the runner that dispatches to it, is killed before or during a dispatch, with every wait and
// channel: the supervisor names the worker and the signal, and leaves no process behind.
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
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/status.h"
#include "bench/plan/point.h"
#include "fixtures/everywhere.h"
#include "fixtures/visits.h"

// A pool of two processes, of which worker 1 is killed at a chosen moment.
enum phase { BEFORE_DISPATCH, IN_DISPATCH, RUNNER_IN_DISPATCH };
static enum phase phase;
static enum wait pool_wait;
static const struct channel_type *pool_transport;
static enum caller pool_caller;
static int victim_signal;

static void *kill_soon(void *argument)
{
	nanosleep(&(struct timespec){.tv_nsec = 20 * 1000 * 1000}, NULL);
	kill(*(int *)argument, victim_signal);
	return NULL;
}

static int trial_pool(const struct spec *spec, struct trial *trial)
{
	(void)spec;
	struct placement *placement = NULL;
	struct size size = {.form = SIZE_ITEMS, .items_n = 100};
	struct problem problem;
	struct exec exec;
	struct job job = {.problem = &problem, .schedule = {.kind = SCHEDULE_STATIC}};
	const struct kernel *kernel = kernel_find("sleep"); // 10 ms a worker: deaths happen inside a dispatch
	int status = problem_plan(&problem, kernel, &size, NULL);
	status = status ? status : kernel->prepare(&problem);
	status = status ? status : placement_plan(trial->topology, PIN_SAME, 2, &placement);
	struct exec_config config = {
		.model = model_find("process_pool"),
		.workers_n = 2,
		.wait = pool_wait,
		.caller = pool_caller,
		.placement = placement,
		.transport = pool_transport,
		.pages = PAGES_4K,
	};
	status = status ? status : exec_open(&exec, &config);
	if (status < 0)
		return status;
	int victim = phase == RUNNER_IN_DISPATCH ? getpid() : exec.slots[1].pid;
	pthread_t killer;
	if (phase == BEFORE_DISPATCH) {
		kill(victim, victim_signal);
		nanosleep(&(struct timespec){.tv_nsec = 20 * 1000 * 1000}, NULL);
	} else
		pthread_create(&killer, NULL, kill_soon, &victim);
	for (int i = 0; i < 1000 && status == 0; i++)
		status = exec_dispatch(&exec, &job);
	char message[256];
	strncpy(message, status_message(), sizeof message - 1);
	message[255] = '\0';
	exec_close(&exec);
	return status < 0 ? status_say(-status, "%s", message) : 0;
}

static void expect_pool_death(enum phase when, const char *name)
{
	phase = when;
	uint64_t begin_ns = clock_now_ns();
	int status = visit(trial_pool, 20000);
	if (status == -ENOTSUP && pool_transport) {
		ran_leave_out(pool_transport->name, status_message());
		return;
	}
	assert_int_equal(status, -ECHILD);
	assert_true(clock_now_ns() - begin_ns < NOTICE_MS * NS_PER_MS);
	if (!strstr(status_message(), name))
		fail_msg("'%s' does not name %s", status_message(), name);
	if (when != RUNNER_IN_DISPATCH)
		assert_non_null(strstr(status_message(), "worker 1"));
	assert_no_children();
	if (pool_transport)
		channel_ran(pool_transport, JOINS_PROCESSES);
}

static void test_pool_worker_dies(void **state)
{
	(void)state;
	if (UNDER_TSAN)
		skip_test(TSAN_LIMITS);
	static const struct {
		int signal;
		const char *name;
	} deaths[] = {{SIGKILL, "SIGKILL"}, {SIGSEGV, "SIGSEGV"}};
	for (unsigned i = 0; i < (SANITIZED ? 1 : 2); i++)
		for (int wait = WAIT_PARK; wait <= WAIT_ADAPTIVE; wait++)
			for (int caller = CALLER_WAITS; caller <= CALLER_WORKS; caller++)
				for (int when = BEFORE_DISPATCH; when <= IN_DISPATCH; when++) {
					victim_signal = deaths[i].signal;
					pool_wait = wait;
					pool_caller = caller;
					expect_pool_death(when, deaths[i].name);
				}
}

// A channel that spins is refused between processes on one CPU.
static bool lets_sleep(const struct channel_type *type)
{
	return !type->spins;
}

static void test_transport_worker_dies(void **state)
{
	(void)state;
	if (UNDER_TSAN)
		skip_test(TSAN_LIMITS);
	victim_signal = SIGKILL;
	pool_wait = WAIT_PARK;
	pool_caller = CALLER_WAITS;
	for (const struct channel_type *const *type = channels; *type; type++) {
		if (!channel_is_case(*type, JOINS_PROCESSES) || !lets_sleep(*type))
			continue;
		pool_transport = *type;
		expect_pool_death(BEFORE_DISPATCH, "SIGKILL");
		expect_pool_death(IN_DISPATCH, "SIGKILL");
	}
	pool_transport = NULL;
	channels_require(JOINS_PROCESSES, lets_sleep);
	ran_end(__func__);
}

static void test_runner_of_pool_dies(void **state)
{
	(void)state;
	if (UNDER_TSAN)
		skip_test(TSAN_LIMITS);
	victim_signal = SIGKILL;
	pool_wait = WAIT_PARK;
	expect_pool_death(RUNNER_IN_DISPATCH, "SIGKILL");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pool_worker_dies),
		cmocka_unit_test(test_transport_worker_dies),
		cmocka_unit_test(test_runner_of_pool_dies),
	};
	return ran_tests(tests, setup, visitor_end);
}
