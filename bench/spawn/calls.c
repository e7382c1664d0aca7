// Threads, and forked processes that execute nothing.
#include <errno.h>
#include <limits.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/hot.h"
#include "base/status.h"
#include "host/task_limits.h"
#include "bench/spawn/spawn.h"
#include "exec/exec.h"

enum { SMALL_STACK_BYTES = 64 << 10 };

struct thread_argument {
	struct spawn_stamps *stamps;
	int bind_cpu;
};

static struct thread_argument arguments[SPAWN_BURST_MAX];
static pthread_attr_t small_stack;

static void *thread_body(void *argument)
{
	const struct thread_argument *thread = argument;
	return spawn_worker_run(thread->stamps, thread->bind_cpu) == SPAWN_DONE ? NULL : argument;
}

static int open_threads(struct spawn_burst *burst)
{
	for (unsigned i = 0; i < burst->workers_n; i++)
		arguments[i] = (struct thread_argument){&burst->stamps[i], burst->bind_cpu};
	return 0;
}

static int open_small(struct spawn_burst *burst)
{
	size_t least_bytes = (size_t)PTHREAD_STACK_MIN;
	pthread_attr_init(&small_stack);
	int error =
		pthread_attr_setstacksize(&small_stack, least_bytes > SMALL_STACK_BYTES ? least_bytes : SMALL_STACK_BYTES);
	return error ? status_fail(error, "a stack of %d bytes", SMALL_STACK_BYTES) : open_threads(burst);
}

static int create_thread(struct spawn_burst *burst, unsigned index, const pthread_attr_t *attributes)
{
	int error = pthread_create(&burst->thread[index], attributes, thread_body, &arguments[index]);
	return error ? status_fail_task(error, "pthread_create of worker %u", index) : 0;
}

static int create_default(struct spawn_burst *burst, unsigned index)
{
	return create_thread(burst, index, NULL);
}

static int create_small(struct spawn_burst *burst, unsigned index)
{
	return create_thread(burst, index, &small_stack);
}

static int reap_thread(struct spawn_burst *burst, unsigned index)
{
	void *failed;
	int error = pthread_join(burst->thread[index], &failed);
	if (error)
		return status_fail(error, "pthread_join of worker %u", index);
	return failed ? status_say(EXDEV, "worker %u could not bind itself to CPU %d", index, burst->bind_cpu) : 0;
}

HOT_IN_CHILD static int create_fork(struct spawn_burst *burst, unsigned index)
{
	pid_t pid = fork();
	// It need not end with its creator, as other workers do: it waits for nothing and ends by itself.
	if (pid == 0)
		raw_exit(spawn_worker_run(&burst->stamps[index], burst->bind_cpu));
	burst->pid[index] = pid;
	return pid < 0 ? status_fail_task(errno, "fork of worker %u", index) : 0;
}

static int worker_failure(const struct spawn_burst *burst, unsigned index, int wait_status)
{
	int pid = burst->pid[index];
	if (WIFSIGNALED(wait_status))
		return status_say(ECHILD, "worker %u (pid %d) killed by %s", index, pid, signal_text(WTERMSIG(wait_status)));
	switch (WEXITSTATUS(wait_status)) {
	case SPAWN_NOT_BOUND:
		return status_say(EXDEV, "worker %u (pid %d) could not bind itself to CPU %d", index, pid, burst->bind_cpu);
	case SPAWN_NOT_WRITTEN:
		return status_say(EIO, "worker %u (pid %d) could not write its time stamps", index, pid);
	case SPAWN_NOT_EXECUTED:
		return status_say(ENOEXEC, "worker %u (pid %d) could not execute tvp-tiny", index, pid);
	default:
		return status_say(ECHILD, "worker %u (pid %d) exited with code %d", index, pid, WEXITSTATUS(wait_status));
	}
}

int spawn_reap_process(struct spawn_burst *burst, unsigned index)
{
	int wait_status;
	pid_t pid;
	do
		pid = waitpid(burst->pid[index], &wait_status, 0);
	while (pid < 0 && errno == EINTR);
	if (pid < 0)
		return status_fail(errno, "waiting for worker %u", index);
	return wait_status == 0 ? 0 : worker_failure(burst, index, wait_status);
}

const struct spawn_call spawn_pthread = {
	.name = "pthread",
	.open = open_threads,
	.create = create_default,
	.reap = reap_thread,
};

const struct spawn_call spawn_pthread_small = {
	.name = "pthread_small",
	.open = open_small,
	.create = create_small,
	.reap = reap_thread,
};

const struct spawn_call spawn_fork = {
	.name = "fork",
	.create = create_fork,
	.reap = spawn_reap_process,
};
