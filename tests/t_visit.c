// Visits that go wrong: runners killed in every phase, hangs, interrupts. The supervisor outlives all of it,
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
#include "channel/leftovers.h"
#include "fixtures/seccomp.h"
#include "fixtures/visits.h"

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

// The third run (the warming up is the first) takes a hundred times as long as a visit.
static int stumble(void *context)
{
	(void)context;
	static unsigned runs_n;
	uint64_t end_ns = clock_now_ns() + 100 * visitor.trial->visit_ns;
	while (++runs_n == 3 && clock_now_ns() < end_ns)
		runs_n = 2;
	return 0;
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
	return trial_run(trial,
	                 &(struct operation){.run = do_nothing, .took_ns = ten_microseconds, .operations_n = thousand});
}

// An operation that says its own time says it of one run: a batch of them would be divided away.
static int trial_times_itself(const struct spec *spec, struct trial *trial)
{
	(void)spec;
	trial->iterations_n = 3;
	trial->batch_n = 4;
	return trial_run(trial, &(struct operation){.run = do_nothing, .took_ns = ten_microseconds});
}

static void test_no_batch_of_own_times(void **state)
{
	(void)state;
	assert_int_equal(visit(trial_times_itself, 20000), 0);
	assert_int_equal(visitor.trial->batch_n, 1);
	assert_float_equal(visitor.trial->value[METRIC_wall_ns], 10005, 1e-9);
	assert_no_children();
}

static int trial_stumbles(const struct spec *spec, struct trial *trial)
{
	(void)spec;
	return trial_run(trial, &(struct operation){.run = stumble});
}

// A preempted run while calibrating does not leave every visit with one iteration.
static void test_calibration_forgets_the_slowest(void **state)
{
	(void)state;
	assert_int_equal(visit(trial_stumbles, 20000), 0);
	assert_true(visitor.trial->iterations_n * visitor.trial->batch_n > 1);
	assert_no_children();
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
	if (SANITIZED) {
		ran_leave_out("SIGSEGV of a runner", "sanitizers turn it into a report and an exit");
		return;
	}
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
		skip_test("System V queues or seccomp filters are not available");
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
	if (SANITIZED)
		skip_test("sanitizers are too slow for a deadline that a stop can outlast");
	assert_int_equal(visit(trial_outlasts_a_stop, 300), 0);
	assert_no_children();
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
	int wait_status, preexisting = fork();
	if (preexisting == 0)
		for (;;)
			pause();
	assert_int_equal(visitor_open(&heir, topology, 25, NS_PER_MS), 0);
	visitor_close(&visitor);
	visitor = heir;
	uint64_t begin_ns = clock_now_ns();
	assert_int_equal(visit(trial_fine, 20000), 0);
	assert_int_equal(visit(trial_killed, 20000), -ECHILD);
	assert_true(clock_now_ns() - begin_ns < 2 * NOTICE_MS * NS_PER_MS); // nobody waits for it
	assert_int_equal(waitpid(preexisting, NULL, WNOHANG), 0);
	kill(preexisting, SIGKILL);
	assert_int_equal(waitpid(preexisting, &wait_status, 0), preexisting);
	assert_no_children();
}

// The kernel reaps it, and says that it did: waiting for it fails.
static void test_cannot_be_waited_for(void **state)
{
	(void)state;
	struct sigaction before, reaped = {.sa_handler = SIG_DFL, .sa_flags = SA_NOCLDWAIT};
	assert_int_equal(sigaction(SIGCHLD, &reaped, &before), 0);
	uint64_t begin_ns = clock_now_ns();
	int status = visit(trial_fine, 30000);
	uint64_t took_ns = clock_now_ns() - begin_ns;
	assert_int_equal(sigaction(SIGCHLD, &before, NULL), 0);
	assert_int_equal(status, -ECHILD);
	assert_non_null(strstr(status_message(), "waiting for the runner: No child processes"));
	assert_true(took_ns < 20 * NS_PER_S); // and not its deadline
	assert_no_children();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fine),
		cmocka_unit_test(test_no_batch_of_own_times),
		cmocka_unit_test(test_calibration_forgets_the_slowest),
		cmocka_unit_test(test_runs_of_many_operations),
		cmocka_unit_test(test_reason_travels),
		cmocka_unit_test(test_runner_dies),
		cmocka_unit_test(test_killed_runner_is_swept_after),
		cmocka_unit_test(test_children_of_others),
		cmocka_unit_test(test_deadline),
		cmocka_unit_test(test_cannot_be_waited_for),
		cmocka_unit_test(test_stopped),
		cmocka_unit_test(test_signals_ignored_before),
		cmocka_unit_test(test_interrupt),
	};
	return ran_tests(tests, setup, visitor_end);
}
