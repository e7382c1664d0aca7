// What outlives whoever opened a channel is recognised as ours, and removed; and what a machine does not allow has a
// reason.
// links: channel
#include <errno.h>
#include <limits.h>
#include <mqueue.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/resource.h>
#include <sys/sem.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/status.h"
#include "channel/channel.h"
#include "channel/leftovers.h"
#include "fixtures/leftovers.h"
#include "fixtures/ran.h"
#include "fixtures/seccomp.h"

enum { TEST_DEADLINE_S = 60 };

static const int namespaces[] = {SYS_unshare};

// A runner that holds one of each and is killed.
static void hold_all(int ready)
{
	static struct channel channel[64];
	for (unsigned i = 0; channels[i]; i++)
		if (channel_open(&channel[i], channels[i], 0) < 0 && !*status_message())
			_exit(1);
	close(ready);
	for (;;)
		pause();
}

// Returns whether it held them: not where `refused` cannot be arranged.
static bool kill_who_holds(bool refused, unsigned *queues_n)
{
	int ready[2];
	char byte;
	alarm(TEST_DEADLINE_S);
	assert_int_equal(pipe2(ready, O_CLOEXEC), 0);
	int runner = child_begin();
	if (runner == 0) {
		if (refused && seccomp_refuse(EPERM, namespaces, 1) < 0)
			_exit(77);
		close(ready[0]);
		hold_all(ready[1]);
	}
	close(ready[1]);
	while (read(ready[0], &byte, 1) < 0)
		assert_int_equal(errno, EINTR);
	close(ready[0]);
	*queues_n = objects_n("/proc/sysvipc/msg");
	channel_remove_leftovers(); // must not take what a living process holds
	assert_int_equal(objects_n("/proc/sysvipc/msg"), *queues_n);
	kill(runner, SIGKILL);
	int wait_status = child_wait(runner);
	assert_true(WIFSIGNALED(wait_status) || (refused && WEXITSTATUS(wait_status) == 77));
	return WIFSIGNALED(wait_status);
}

static void test_opener_dies(void **state)
{
	(void)state;
	unsigned queues_n;
	assert_true(kill_who_holds(false, &queues_n));
	channel_remove_leftovers();
	assert_nothing_left("the death of who opened them");
	bool refused = kill_who_holds(true, &queues_n);
	assert_int_equal(objects_n("/proc/sysvipc/msg"), queues_n); // what outlives it …
	if (queues_n == 0)
		ran_leave_out("leftovers of a killed process",
		              refused ? "System V queues are not available" : "seccomp filters are not available");
	channel_remove_leftovers(); // … is known as its own
	assert_nothing_left("the death of who opened them, in no namespace of its own");
}

// So that the kernel knows by whom.
static void use(int queue)
{
	struct msgbuf message = {.mtype = 1};
	if (msgsnd(queue, &message, 0, 0) < 0 || msgrcv(queue, &message, 0, 0, 0) < 0)
		_exit(102);
}

// As if killed in the instant between making something and removing its name.
static void leave_orphans(void)
{
	char name[CHANNEL_MQ_NAME_BYTES], path[PATH_MAX];
	channel_mq_name(name);
	int named = mq_open(name, O_RDWR | O_CREAT | O_EXCL, 0600, NULL);
	if (channel_fifo_path(path, sizeof path, 7) < 0 || mkfifo(path, 0600) < 0)
		_exit(101);
	int queue = msgget(channel_key(3), IPC_CREAT | IPC_EXCL | CHANNEL_IPC_MODE);
	if (queue >= 0)
		use(queue);
	int semaphore = semget(channel_key(5), 1, IPC_CREAT | IPC_EXCL | CHANNEL_IPC_MODE);
	if (semaphore >= 0 && semctl(semaphore, 0, SETVAL, 0) < 0)
		_exit(103);
	_exit((named >= 0) + (queue >= 0) + (semaphore >= 0)); // a machine may lack some
}

static void test_orphans_are_removed(void **state)
{
	(void)state;
	int strange = msgget(0x51234567, IPC_CREAT | 0600); // our magic, a dead pid, but not our mark
	if (strange >= 0)
		use(strange);
	// The same mark, a key's pid that lives in another pid namespace only, and a last user who lives: us.
	int shared = msgget(0x5fffffff, IPC_CREAT | CHANNEL_IPC_MODE);
	if (shared >= 0)
		use(shared);
	alarm(TEST_DEADLINE_S);
	assert_int_equal(mknod(path_in("tvp-1-1-1.fifo"), S_IFREG | 0600, 0), 0); // a name like ours, but no FIFO
	int creator = child_begin();
	if (creator == 0)
		leave_orphans();
	int wait_status = child_wait(creator);
	assert_true(WIFEXITED(wait_status));
	unsigned left_n = objects_n("/proc/sysvipc/msg") + objects_n("/proc/sysvipc/sem") + queue_named();
	assert_int_equal(WEXITSTATUS(wait_status) + (shared >= 0), left_n);
	if (left_n < 4)
		ran_leave_out("orphans of every kind",
		              "POSIX queues, System V queues or System V semaphores are not available");
	assert_int_equal(directory_entries(false), 2);
	channel_remove_leftovers();
	assert_int_equal(directory_entries(false), 1);
	assert_int_equal(unlink(path_in("tvp-1-1-1.fifo")), 0);
	if (shared >= 0)
		assert_int_equal(msgctl(shared, IPC_RMID, NULL), 0);
	assert_nothing_left("leftovers were removed");
	if (strange >= 0)
		assert_int_equal(msgctl(strange, IPC_RMID, NULL), 0);
}

struct limit {
	const char *name;
	int (*set)(int level); ///< below 0: it cannot be set here
	int levels_n;
	const char *must_refuse; ///< channels that open under no level
};

enum outcome { OPENS, REFUSES, IS_WRONG, HAS_NO_LIMIT };

// In a child, with which the limit dies: the channel opens, or says why not.
static enum outcome open_limited(const struct limit *limit, int level, const struct channel_type *type)
{
	struct channel channel;
	if (limit->set(level) < 0)
		return HAS_NO_LIMIT;
	int status = channel_open(&channel, type, 0);
	if (status == -ENOTSUP && *status_message())
		return REFUSES;
	if (status == 0)
		type->close(&channel);
	if (status == 0 && !strstr(limit->must_refuse, type->name))
		return OPENS;
	print_error("%s: %d (%s)\n", type->name, status, status_message());
	return IS_WRONG;
}

// Those that need nothing but memory open under every limit.
static void require_memory_only(const struct limit *limit, int level)
{
	static const char *const names[] = {"semaphore", "condvar",   "futex",         "futex_private",
	                                    "spin",      "ring_spin", "ring_adaptive", "ring_park"};
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		ran_require("%s, level %d: %s opens", limit->name, level, names[i]);
}

static void expect_words(const struct limit *limit, int level)
{
	bool limited = true;
	for (const struct channel_type *const *type = channels; *type; type++) {
		int pid = child_begin();
		alarm(TEST_DEADLINE_S);
		if (pid == 0)
			_exit(open_limited(limit, level, *type));
		int wait_status = child_wait(pid);
		if (!WIFEXITED(wait_status) || WEXITSTATUS(wait_status) == IS_WRONG)
			fail_msg("%s, %s, level %d", (*type)->name, limit->name, level);
		limited = limited && WEXITSTATUS(wait_status) != HAS_NO_LIMIT;
		if (limited)
			ran_case("%s, level %d: %s %s", limit->name, level, (*type)->name,
			         WEXITSTATUS(wait_status) == OPENS ? "opens" : "is refused");
	}
	if (limited)
		require_memory_only(limit, level);
	else
		ran_leave_out(limit->name, "the limit cannot be set");
}

static int allow_descriptors(int level)
{
	int next = dup(0);
	struct rlimit limit = {(rlim_t)(next + level), (rlim_t)(next + level)};
	return close(next) < 0 ? -1 : setrlimit(RLIMIT_NOFILE, &limit);
}

static int allow_no_queues(int level)
{
	(void)level;
	return setrlimit(RLIMIT_MSGQUEUE, &(struct rlimit){0, 0});
}

static int allow_no_signals(int level)
{
	(void)level;
	return setrlimit(RLIMIT_SIGPENDING, &(struct rlimit){0, 0});
}

static int refuse_calls(int level)
{
	static const int calls[] = {SYS_socket, SYS_socketpair, SYS_mq_open,          SYS_msgget,
	                            SYS_semget, SYS_unshare,    SYS_rt_tgsigqueueinfo};
	return seccomp_refuse(level == 0 ? EPERM : ENOSYS, calls, sizeof calls / sizeof *calls);
}

static int take_directory(int level)
{
	return setenv("TMPDIR", level == 0 ? "/proc/nonexistent" : "/proc", 1);
}

static void test_limits_have_words(void **state)
{
	(void)state;
	static const struct limit limits[] = {
		{"no descriptors left", allow_descriptors, 1,
	     "pipe socketpair seqpacket fifo unix_stream unix_dgram tcp udp mq"},
		{"few descriptors left", allow_descriptors, 4, ""},
		{"RLIMIT_MSGQUEUE", allow_no_queues, 1, "mq"},
		{"RLIMIT_SIGPENDING", allow_no_signals, 1, "signal"},
		{"a sandbox", refuse_calls, 2, "socketpair seqpacket unix_stream unix_dgram tcp udp mq sysv_msg signal"},
		{"no temporary directory", take_directory, 2, "fifo"},
	};
	for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
		for (int level = 0; level < limits[i].levels_n; level++)
			expect_words(&limits[i], level);
		channel_remove_leftovers();
		assert_nothing_left(limits[i].name);
	}
	// Every process may lower its own limits; only a seccomp filter may be refused.
	for (size_t i = 0; i < sizeof limits / sizeof *limits; i++)
		if (limits[i].set != refuse_calls)
			ran_require("%s, level 0: futex opens", limits[i].name);
	ran_end(__func__);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_opener_dies),
		cmocka_unit_test(test_orphans_are_removed),
		cmocka_unit_test(test_limits_have_words),
	};
	return ran_tests(tests, leftovers_setup, directory_remove);
}
