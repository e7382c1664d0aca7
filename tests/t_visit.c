// Visits that go wrong: workers and runners killed in every phase, hangs, interrupts. The supervisor outlives all of it,
// names the signal, and leaves no process behind.
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
#include "bench/point.h"
#include "channel/sweep.h"
#include "fixtures/seccomp.h"
#include "measure/visit.h"

// Ten times the 100 ms within which a death must be noticed; sanitizers make both sides and their neighbours slower.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
enum { NOTICE_MS = 10000 };
#else
enum { NOTICE_MS = 1000 };
#endif
enum { TEST_DEADLINE_S = 60 };

#if defined(__SANITIZE_THREAD__)
enum { UNDER_TSAN = 1 };
#else
enum { UNDER_TSAN = 0 };
#endif
#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
enum { SANITIZED = 1 };
#else
enum { SANITIZED = 0 };
#endif

static struct topology *topology;
static struct visitor visitor;

// cmocka catches these to fail the test; in a runner they must kill.
static int (*trial_wanted)(const struct spec *spec, struct trial *trial);

static int trial_unguarded(const struct spec *spec, struct trial *trial)
{
	signal(SIGSEGV, SIG_DFL);
	return trial_wanted(spec, trial);
}

static int visit(int (*trial)(const struct spec *spec, struct trial *trial), uint64_t deadline_ms)
{
	struct experiment experiment = {.name = "test", .trial = trial_unguarded};
	struct spec spec;
	spec_init(&spec, "test");
	trial_wanted = trial;
	alarm(TEST_DEADLINE_S);
	return visit_run(&visitor, &experiment, &spec, 0, 0, false, deadline_ms * NS_PER_MS);
}

static void assert_no_children(void)
{
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	assert_int_equal(errno, ECHILD);
}

static int do_nothing(void *context)
{
	(void)context;
	return 0;
}

static int trial_fine(const struct spec *spec, struct trial *trial)
{
	(void)spec;
	return trial_run(trial, &(struct operation){.run = do_nothing});
}

static void test_fine(void **state)
{
	(void)state;
	assert_int_equal(visit(trial_fine, 20000), 0);
	assert_true(visitor.trial->iterations_n > 0);
	assert_true(visitor.trial->batch_n > 1); // shorter than 100 clock costs
	assert_true(visitor.trial->value[METRIC_wall_ns] >= 0);
	assert_true(visitor.trial->value[METRIC_wall_min_ns] <= visitor.trial->value[METRIC_wall_max_ns]);
	assert_no_children();
}

static uint64_t ten_microseconds(void *context)
{
	(void)context;
	return 10005;
}

static uint64_t thousand(void *context)
{
	(void)context;
	return 1000;
}

static int trial_counts(const struct spec *spec, struct trial *trial)
{
	(void)spec;
	return trial_run(trial, &(struct operation){.run = do_nothing, .took_ns = ten_microseconds, .operations_n = thousand});
}

// Below a nanosecond: what a run took is of all it did.
static void test_runs_of_many_operations(void **state)
{
	(void)state;
	assert_int_equal(visit(trial_counts, 20000), 0);
	assert_int_equal(visitor.trial->batch_n, 1);
	assert_float_equal(visitor.trial->value[METRIC_wall_ns], 10.005, 1e-9);
	assert_float_equal(visitor.trial->value[METRIC_wall_mean_ns], 10.005, 1e-6);
	assert_float_equal(visitor.trial->value[METRIC_run_operations_n], 1000, 0);
	assert_no_children();
}

static int trial_refuses(const struct spec *spec, struct trial *trial)
{
	(void)spec;
	(void)trial;
	return status_say(EMFILE, "the reason in words");
}

static void test_reason_travels(void **state)
{
	(void)state;
	assert_int_equal(visit(trial_refuses, 20000), -EMFILE);
	assert_string_equal(status_message(), "the reason in words");
}

static int trial_segfaults(const struct spec *spec, struct trial *trial)
{
	(void)spec;
	(void)trial;
	raise(SIGSEGV);
	return 0;
}

static int trial_killed(const struct spec *spec, struct trial *trial)
{
	(void)spec;
	(void)trial;
	raise(SIGKILL);
	return 0;
}

static void *raise_segv(void *argument)
{
	raise(SIGSEGV);
	return argument;
}

static int trial_thread_segfaults(const struct spec *spec, struct trial *trial)
{
	(void)spec;
	(void)trial;
	pthread_t thread;
	pthread_create(&thread, NULL, raise_segv, NULL);
	pthread_join(thread, NULL);
	return 0;
}

static void expect_death(int (*trial)(const struct spec *spec, struct trial *trial), const char *signal)
{
	uint64_t begin_ns = clock_now_ns();
	assert_int_equal(visit(trial, 20000), -ECHILD);
	assert_true(clock_now_ns() - begin_ns < NOTICE_MS * NS_PER_MS);
	if (!strstr(status_message(), signal))
		fail_msg("'%s' does not name %s", status_message(), signal);
	assert_no_children();
	assert_int_equal(visit(trial_fine, 20000), 0); // the run goes on
}

static void test_runner_dies(void **state)
{
	(void)state;
	expect_death(trial_killed, "SIGKILL");
	if (SANITIZED) // sanitizers turn SIGSEGV into a report and an exit
		return;
	expect_death(trial_segfaults, "SIGSEGV");
	expect_death(trial_thread_segfaults, "SIGSEGV");
}

// A runner without an IPC namespace of its own dies with System V queues that the kernel keeps.
static int trial_killed_with_queues(const struct spec *spec, struct trial *trial)
{
	static const int calls[] = {SYS_unshare};
	struct channel channel;
	(void)spec;
	if (seccomp_refuse(EPERM, calls, 1) == 0 && channel_open(&channel, channel_find("sysv_msg"), 0) == 0)
		trial->value[METRIC_lost_n] = channel_key(0); // here: where they are
	raise(SIGKILL);
	return 0;
}

static bool queue_is_left(int key)
{
	char line[256];
	int listed;
	bool left = false;
	FILE *list = fopen("/proc/sysvipc/msg", "re");
	while (list && fgets(line, sizeof line, list))
		left = left || (sscanf(line, "%d", &listed) == 1 && listed == key);
	if (list)
		fclose(list);
	return left;
}

static void test_killed_runner_is_swept_after(void **state)
{
	(void)state;
	assert_int_equal(visit(trial_killed_with_queues, 20000), -ECHILD);
	if (!(visitor.trial->value[METRIC_lost_n] > 0))
		skip(); // no System V queues here, or no seccomp
	assert_false(queue_is_left((int)visitor.trial->value[METRIC_lost_n]));
}

static int trial_hangs(const struct spec *spec, struct trial *trial)
{
	(void)spec;
	(void)trial;
	pause();
	return 0;
}

static void test_deadline(void **state)
{
	(void)state;
	assert_int_equal(visit(trial_hangs, 200), -ETIMEDOUT);
	assert_non_null(strstr(status_message(), "0.2 s"));
	assert_no_children();
}

// Ctrl-Z, for longer than the deadline, and fg.
static int trial_outlasts_a_stop(const struct spec *spec, struct trial *trial)
{
	kill(getppid(), SIGSTOP);
	nanosleep(&(struct timespec){.tv_nsec = 400 * 1000 * 1000}, NULL);
	kill(getppid(), SIGCONT);
	nanosleep(&(struct timespec){.tv_nsec = 100 * 1000 * 1000}, NULL);
	return trial_fine(spec, trial);
}

static void test_stopped(void **state)
{
	(void)state;
	if (SANITIZED) // too slow for a deadline that a stop can outlast
		skip();
	assert_int_equal(visit(trial_outlasts_a_stop, 300), 0);
	assert_no_children();
}

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
	struct job job = {&problem, {.kind = SCHEDULE_STATIC}};
	const struct kernel *kernel = kernel_find("sleep"); // 10 ms a worker: deaths happen inside a dispatch
	int status = problem_plan(&problem, kernel, &size, &(struct kernel_options){0});
	status = status ? status : kernel->prepare(&problem);
	status = status ? status : placement_plan(trial->topology, PIN_SAME, 2, &placement);
	struct exec_config config = {model_find("process_pool"), 2, pool_wait, pool_caller, placement, pool_transport, PAGES_4K};
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
	assert_int_equal(visit(trial_pool, 20000), -ECHILD);
	assert_true(clock_now_ns() - begin_ns < NOTICE_MS * NS_PER_MS);
	if (!strstr(status_message(), name))
		fail_msg("'%s' does not name %s", status_message(), name);
	if (when != RUNNER_IN_DISPATCH)
		assert_non_null(strstr(status_message(), "worker 1"));
	assert_no_children();
}

static void test_pool_worker_dies(void **state)
{
	(void)state;
	if (UNDER_TSAN)
		skip();
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

static void test_transport_worker_dies(void **state)
{
	(void)state;
	if (UNDER_TSAN)
		skip();
	victim_signal = SIGKILL;
	pool_wait = WAIT_PARK;
	pool_caller = CALLER_WAITS;
	for (const struct channel_type *const *type = channels; *type; type++) {
		if ((*type)->bare || (*type)->spins || !((*type)->joins & JOINS_PROCESSES))
			continue; // refused, between processes on one CPU
		pool_transport = *type;
		expect_pool_death(BEFORE_DISPATCH, "SIGKILL");
		expect_pool_death(IN_DISPATCH, "SIGKILL");
	}
	pool_transport = NULL;
}

static void test_runner_of_pool_dies(void **state)
{
	(void)state;
	if (UNDER_TSAN)
		skip();
	victim_signal = SIGKILL;
	pool_wait = WAIT_PARK;
	expect_pool_death(RUNNER_IN_DISPATCH, "SIGKILL");
}

static void *interrupt_soon(void *argument)
{
	nanosleep(&(struct timespec){.tv_nsec = 20 * 1000 * 1000}, NULL);
	kill(getpid(), SIGINT);
	return argument;
}

static void test_interrupt(void **state)
{
	(void)state;
	pthread_t thread;
	pthread_create(&thread, NULL, interrupt_soon, NULL);
	assert_int_equal(visit(trial_hangs, 20000), -EINTR);
	pthread_join(thread, NULL);
	assert_true(visitor.interrupted);
	assert_no_children();
}

static void *hang_up_soon(void *argument)
{
	nanosleep(&(struct timespec){.tv_nsec = 20 * 1000 * 1000}, NULL);
	kill(getpid(), SIGHUP);
	return argument;
}

// As nohup starts a program, and as does who does not care for its children.
static void test_signals_ignored_before(void **state)
{
	(void)state;
	struct visitor careless;
	sigset_t hangup, before;
	pthread_t thread;
	sigemptyset(&hangup);
	sigaddset(&hangup, SIGHUP);
	sigprocmask(SIG_UNBLOCK, &hangup, &before);
	signal(SIGHUP, SIG_IGN);
	signal(SIGCHLD, SIG_IGN);
	assert_int_equal(visitor_open(&careless, topology, 25, NS_PER_MS), 0);
	visitor_close(&careless);
	pthread_create(&thread, NULL, hang_up_soon, NULL);
	assert_int_equal(visit(trial_hangs, 200), -ETIMEDOUT);
	pthread_join(thread, NULL);
	assert_int_equal(visit(trial_fine, 20000), 0);
	assert_no_children();
	signal(SIGHUP, SIG_DFL);
	sigprocmask(SIG_SETMASK, &before, NULL);
}

// A shell that runs one more program and becomes us leaves us its child.
static void test_children_of_others(void **state)
{
	(void)state;
	struct visitor heir;
	int wait_status, stranger = fork();
	if (stranger == 0)
		for (;;)
			pause();
	assert_int_equal(visitor_open(&heir, topology, 25, NS_PER_MS), 0);
	visitor_close(&visitor);
	visitor = heir;
	uint64_t begin_ns = clock_now_ns();
	assert_int_equal(visit(trial_fine, 20000), 0);
	assert_int_equal(visit(trial_killed, 20000), -ECHILD);
	assert_true(clock_now_ns() - begin_ns < 2 * NOTICE_MS * NS_PER_MS); // nobody waits for it
	assert_int_equal(waitpid(stranger, NULL, WNOHANG), 0);
	kill(stranger, SIGKILL);
	assert_int_equal(waitpid(stranger, &wait_status, 0), stranger);
	assert_no_children();
}

static int setup(void **state)
{
	(void)state;
	return topology_open(&topology, NULL) || visitor_open(&visitor, topology, 25, NS_PER_MS);
}

static int teardown(void **state)
{
	(void)state;
	visitor_close(&visitor);
	topology_close(topology);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fine),
		cmocka_unit_test(test_runs_of_many_operations),
		cmocka_unit_test(test_reason_travels),
		cmocka_unit_test(test_runner_dies),
		cmocka_unit_test(test_killed_runner_is_swept_after),
		cmocka_unit_test(test_children_of_others),
		cmocka_unit_test(test_deadline),
		cmocka_unit_test(test_stopped),
		cmocka_unit_test(test_pool_worker_dies),
		cmocka_unit_test(test_transport_worker_dies),
		cmocka_unit_test(test_runner_of_pool_dies),
		cmocka_unit_test(test_signals_ignored_before),
		cmocka_unit_test(test_interrupt),
	};
	return cmocka_run_group_tests(tests, setup, teardown);
}
