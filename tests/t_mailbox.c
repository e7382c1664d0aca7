// Channels in shared memory: messages of any size through slots and rings, between threads and processes; a doorbell
// rung before anyone waits; two channels of one waiter; what the kernel keeps is gone after close; and a pool whose
// worker is killed while its caller waits in a channel.
// links: exec
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

#include "base/arena.h"
#include "base/clock.h"
#include "base/status.h"
#include "exec/exec.h"
#include "fixtures/everywhere.h"
#include "fixtures/sanitizers.h"
#include "fixtures/seccomp.h"

enum { DEADLINE_S = 60, SLOT_BYTES = 4096, BYTES_MOST = 200 * 1024, SMALL_N = 40 };

static const size_t sizes[] = {1, 8, 57, 4095, 4096, 4097, 8192, 10000, 65536, 65537, BYTES_MOST, 3};
enum { SIZES_N = sizeof sizes / sizeof *sizes, TRIPS_N = SIZES_N + SMALL_N };

static struct topology *topology;

static size_t size_of(unsigned number)
{
	return number < SIZES_N ? sizes[number % SIZES_N] : number % 97 + 1;
}

static void fill(unsigned char *message, unsigned number, size_t bytes)
{
	for (size_t at = 0; at < bytes; at++)
		message[at] = (unsigned char)(number * 31 + at * 7 + (at >> 8));
}

// Answers every message with its bytes turned round.
static int answer_all(struct channel *channel)
{
	unsigned char *message = malloc(BYTES_MOST);
	int status = 0;
	for (unsigned number = 0; number < TRIPS_N && status == 0; number++) {
		status = channel->type->recv(channel, 1, message, size_of(number));
		for (size_t at = 0; at < size_of(number); at++)
			message[at] ^= 0xff;
		if (status == 0)
			status = channel->type->send(channel, 1, message, size_of(number));
	}
	free(message);
	return status;
}

static void *answering_thread(void *channel)
{
	return (void *)(intptr_t)answer_all(channel);
}

static void ask_all(struct channel *channel)
{
	unsigned char *message = malloc(BYTES_MOST), *wanted = malloc(BYTES_MOST);
	for (unsigned number = 0; number < TRIPS_N; number++) {
		size_t bytes = size_of(number);
		fill(message, number, bytes);
		fill(wanted, number, bytes);
		for (size_t at = 0; at < bytes; at++)
			wanted[at] ^= 0xff;
		assert_int_equal(channel->type->send(channel, 0, message, bytes), 0);
		assert_int_equal(channel->type->recv(channel, 0, message, bytes), 0);
		if (memcmp(message, wanted, bytes) != 0)
			fail_msg("message %u of %zu bytes changed over %s", number, bytes, channel->type->name);
	}
	assert_int_equal(channel->type->send(channel, 0, message, 0), 0);
	assert_int_equal(channel->type->recv(channel, 0, message, 0), 0);
	free(message);
	free(wanted);
}

static bool opened(struct channel *channel, const struct channel_type *type)
{
	alarm(DEADLINE_S);
	return ran_possible(type->name, channel_open(channel, type, SLOT_BYTES));
}

static void closed(struct channel *channel)
{
	channel->type->close(channel);
	channel->type->close(channel); // safe twice
}

static void test_threads(void **state)
{
	(void)state;
	for (const struct channel_type *const *type = channels; *type; type++) {
		struct channel channel;
		pthread_t thread;
		void *status;
		if (!channel_is_case(*type, JOINS_THREADS) || !opened(&channel, *type))
			continue;
		assert_int_equal(pthread_create(&thread, NULL, answering_thread, &channel), 0);
		ask_all(&channel);
		pthread_join(thread, &status);
		assert_null(status);
		closed(&channel);
		channel_ran(*type, JOINS_THREADS);
	}
	channels_require(JOINS_THREADS, NULL);
	ran_end(__func__);
}

static void test_processes(void **state)
{
	(void)state;
	if (UNDER_TSAN)
		skip_test(TSAN_LIMITS);
	for (const struct channel_type *const *type = channels; *type; type++) {
		struct channel channel;
		if (!channel_is_case(*type, JOINS_PROCESSES) || !opened(&channel, *type))
			continue;
		int wait_status, pid = fork();
		if (pid == 0) {
			channel_own(&channel, 1);
			_exit(answer_all(&channel) < 0);
		}
		channel_own(&channel, 0);
		ask_all(&channel);
		assert_int_equal(waitpid(pid, &wait_status, 0), pid);
		assert_int_equal(wait_status, 0);
		closed(&channel);
		channel_ran(*type, JOINS_PROCESSES);
	}
	channels_require(JOINS_PROCESSES, NULL);
	ran_end(__func__);
}

static void test_null(void **state)
{
	(void)state;
	struct channel channel;
	char message = 'x';
	assert_true(opened(&channel, channel_find("null")));
	assert_true(channel.type->bare);
	assert_int_equal(channel.type->send(&channel, 0, &message, 1), 0);
	assert_int_equal(channel.type->recv(&channel, 0, &message, 1), 0);
	assert_int_equal(message, 'x');
	closed(&channel);
}

// A message sent before anyone waits; then one thread receives from two channels, the other one first.
static void test_two_signals(void **state)
{
	(void)state;
	struct channel channel[2];
	char message = 0;
	sigset_t before, after;
	pthread_sigmask(SIG_SETMASK, NULL, &before);
	for (int i = 0; i < 2; i++)
		assert_true(opened(&channel[i], channel_find("signal")));
	for (char number = 1; number < 4; number++) {
		for (int i = 0; i < 2; i++)
			assert_int_equal(channel[i].type->send(&channel[i], 0, &(char){(char)(number + 10 * i)}, 1), 0);
		for (int i = 1; i >= 0; i--) {
			assert_int_equal(channel[i].type->recv(&channel[i], 1, &message, 1), 0);
			assert_int_equal(message, number + 10 * i);
		}
	}
	// Never received: it must not kill the process once the signal is unblocked.
	for (int i = 0; i < 2; i++)
		assert_int_equal(channel[i].type->send(&channel[i], 0, &message, 1), 0);
	closed(&channel[1]);
	assert_int_equal(channel[0].type->recv(&channel[0], 1, &message, 1), 0);
	closed(&channel[0]);
	pthread_sigmask(SIG_SETMASK, NULL, &after);
	assert_int_equal(sigismember(&before, SIGRTMIN), sigismember(&after, SIGRTMIN));
}

// As in a container: the row is skipped with the reason.
static void test_no_io_uring(void **state)
{
	(void)state;
	static const int calls[] = {SYS_io_uring_setup};
	struct channel channel;
	int wait_status, pid = fork();
	if (pid == 0) {
		if (seccomp_refuse(EPERM, calls, 1) < 0)
			_exit(77);
		int status = channel_open(&channel, channel_find("msg_ring"), 1);
		_exit(status == -ENOTSUP && (strstr(status_message(), "io_uring") || strstr(status_message(), "liburing")) ? 0
		                                                                                                           : 1);
	}
	assert_int_equal(waitpid(pid, &wait_status, 0), pid);
	assert_true(WIFEXITED(wait_status));
	if (WEXITSTATUS(wait_status) == 77)
		skip_test("seccomp filters are not available");
	assert_int_equal(WEXITSTATUS(wait_status), 0);
}

static unsigned semaphore_sets_n(void)
{
	unsigned lines_n = 0;
	FILE *list = fopen("/proc/sysvipc/sem", "re");
	for (int c; list && (c = getc(list)) != EOF;)
		lines_n += c == '\n';
	if (list)
		fclose(list);
	return lines_n;
}

static void test_system_v_is_removed(void **state)
{
	(void)state;
	struct channel channel[2];
	const struct channel_type *type = channel_find("sysv_semaphore");
	if (!opened(&channel[0], type))
		skip_test("System V semaphores are not available");
	unsigned before_n = semaphore_sets_n();
	assert_true(opened(&channel[1], type)); // in the same namespace
	assert_int_equal(semaphore_sets_n(), before_n + 1);
	closed(&channel[0]);
	closed(&channel[1]);
	assert_int_equal(semaphore_sets_n(), before_n - 1);
}

// Stops the worker, so that the caller comes to wait in the channel, and then kills it. Its own end would be another
// SIGCHLD.
static int start_killer(int victim)
{
	int pid = fork();
	if (pid != 0)
		return pid;
	nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
	kill(victim, SIGSTOP);
	nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
	kill(victim, SIGKILL);
	for (;;)
		pause();
}

// One dispatch after another until the worker is gone.
static int dispatch_until_killed(struct exec *exec, const struct job *job)
{
	int killer = start_killer(exec->slots[0].pid), status = 0;
	uint64_t begin_ns = clock_now_ns();
	while (status == 0 && clock_now_ns() - begin_ns < 10 * NOTICE_MS * NS_PER_MS)
		status = exec_dispatch(exec, job);
	assert_true(clock_now_ns() - begin_ns < NOTICE_MS * NS_PER_MS);
	kill(killer, SIGKILL);
	while (waitpid(killer, NULL, 0) < 0 && errno == EINTR)
		;
	return status;
}

static void kill_and_go_on(const struct exec_config *config, const struct job *job)
{
	for (int life = 0; life < 2; life++) {
		struct exec exec;
		alarm(DEADLINE_S);
		int status = exec_open(&exec, config);
		if (!ran_possible(config->transport->name, status))
			return;
		assert_int_equal(exec_dispatch(&exec, job), 0);
		assert_int_equal(job->problem->kernel->check(job->problem, span_whole(job->problem), exec.total), 0);
		status = dispatch_until_killed(&exec, job);
		if (status != -ECHILD || !strstr(status_message(), "SIGKILL"))
			fail_msg("%s: %d '%s' does not name SIGKILL", config->transport->name, status, status_message());
		exec_close(&exec);
		assert_int_equal(channels_abandoned, 0);
	}
	channel_ran(config->transport, JOINS_PROCESSES);
}

// The caller of a pool spins, too.
static bool has_cpus(const struct channel_type *type)
{
	return !type->spins || topology_cpus_n(topology) > 1;
}

static void test_pool_worker_killed(void **state)
{
	(void)state;
	if (UNDER_TSAN)
		skip_test(TSAN_LIMITS);
	struct problem problem;
	struct arena arena;
	struct size size;
	assert_int_equal(size_parse(kernel_find("square"), "1MiB", &size), 0);
	assert_int_equal(problem_plan(&problem, kernel_find("square"), &size, NULL), 0);
	assert_int_equal(arena_open(&arena, problem_arena_bytes(&problem), MEMORY_SHARED, PAGES_4K), 0);
	problem.in = arena_alloc(&arena, problem.in_bytes, 64);
	problem.out = arena_alloc(&arena, problem.out_bytes, 64);
	assert_int_equal(problem.kernel->prepare(&problem), 0);
	struct job job = {.problem = &problem, .schedule = {.kind = SCHEDULE_STATIC}};
	for (const struct channel_type *const *type = channels; *type; type++) {
		struct placement *placement;
		assert_int_equal(placement_plan(topology, PIN_NONE, 1, &placement), 0);
		struct exec_config config = {
			.model = model_find("process_pool"),
			.workers_n = 1,
			.wait = WAIT_PARK,
			.caller = CALLER_WAITS,
			.placement = placement,
			.transport = *type,
			.pages = PAGES_4K,
		};
		const char *why_not = exec_unsupported(&config);
		if (!why_not)
			kill_and_go_on(&config, &job);
		else if (channel_is_case(*type, JOINS_PROCESSES))
			ran_leave_out((*type)->name, why_not);
		placement_free(placement);
	}
	channels_require(JOINS_PROCESSES, has_cpus);
	ran_end(__func__);
	arena_close(&arena);
}

static int setup(void **state)
{
	(void)state;
	signal(SIGPIPE, SIG_IGN);
	return topology_open(&topology, NULL);
}

static int teardown(void **state)
{
	(void)state;
	topology_close(topology);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_threads),
		cmocka_unit_test(test_processes),
		cmocka_unit_test(test_null),
		cmocka_unit_test(test_no_io_uring),
		cmocka_unit_test(test_two_signals),
		cmocka_unit_test(test_system_v_is_removed),
		cmocka_unit_test(test_pool_worker_killed),
	};
	return ran_tests(tests, setup, teardown);
}
