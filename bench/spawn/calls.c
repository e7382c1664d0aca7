// Threads and forked processes: what a program would write itself.
#include <errno.h>
#include <limits.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/hot.h"
#include "base/status.h"
#include "bench/spawn/spawn.h"
#include "exec/exec.h"

enum { SMALL_STACK_BYTES = 64 << 10 };

struct thread {
	struct spawn_life *life;
	int bind_cpu;
};

static struct thread threads[SPAWN_BURST_MAX];
static pthread_attr_t small;

static void *body(void *argument)
{
	const struct thread *thread = argument;
	return spawn_live(thread->life, thread->bind_cpu) == SPAWN_LIVED ? NULL : argument;
}

static int open_threads(struct spawning *spawning)
{
	for (unsigned i = 0; i < spawning->burst_n; i++)
		threads[i] = (struct thread){&spawning->lives[i], spawning->bind_cpu};
	return 0;
}

static int open_small(struct spawning *spawning)
{
	size_t least_bytes = (size_t)PTHREAD_STACK_MIN;
	pthread_attr_init(&small);
	int error = pthread_attr_setstacksize(&small, least_bytes > SMALL_STACK_BYTES ? least_bytes : SMALL_STACK_BYTES);
	return error ? status_fail(error, "a stack of %d bytes", SMALL_STACK_BYTES) : open_threads(spawning);
}

static int create_thread(struct spawning *spawning, unsigned index, const pthread_attr_t *attributes)
{
	int error = pthread_create(&spawning->thread[index], attributes, body, &threads[index]);
	return error ? status_fail(error, "pthread_create of worker %u", index) : 0;
}

static int create_default(struct spawning *spawning, unsigned index)
{
	return create_thread(spawning, index, NULL);
}

static int create_small(struct spawning *spawning, unsigned index)
{
	return create_thread(spawning, index, &small);
}

static int reap_thread(struct spawning *spawning, unsigned index)
{
	void *failed;
	int error = pthread_join(spawning->thread[index], &failed);
	if (error)
		return status_fail(error, "pthread_join of worker %u", index);
	return failed ? status_say(EXDEV, "worker %u could not bind itself to CPU %d", index, spawning->bind_cpu) : 0;
}

HOT_IN_CHILD static int create_fork(struct spawning *spawning, unsigned index)
{
	pid_t pid = fork();
	// Nothing to end it with its creator: it waits for nobody and ends by itself.
	if (pid == 0)
		raw_exit(spawn_live(&spawning->lives[index], spawning->bind_cpu));
	spawning->pid[index] = pid;
	return pid < 0 ? status_fail(errno, "fork of worker %u", index) : 0;
}

static int failure(const struct spawning *spawning, unsigned index, int wait_status)
{
	int pid = spawning->pid[index];
	if (WIFSIGNALED(wait_status))
		return status_say(ECHILD, "worker %u (pid %d) killed by %s", index, pid, signal_text(WTERMSIG(wait_status)));
	switch (WEXITSTATUS(wait_status)) {
	case SPAWN_NOT_BOUND:
		return status_say(EXDEV, "worker %u (pid %d) could not bind itself to CPU %d", index, pid, spawning->bind_cpu);
	case SPAWN_NOT_WRITTEN:
		return status_say(EIO, "worker %u (pid %d) could not write its stamps", index, pid);
	case SPAWN_NOT_EXECUTED:
		return status_say(ENOEXEC, "worker %u (pid %d) could not execute tvp-tiny", index, pid);
	default:
		return status_say(ECHILD, "worker %u (pid %d) exited with code %d", index, pid, WEXITSTATUS(wait_status));
	}
}

int spawn_reap_process(struct spawning *spawning, unsigned index)
{
	int wait_status;
	pid_t pid;
	do
		pid = waitpid(spawning->pid[index], &wait_status, 0);
	while (pid < 0 && errno == EINTR);
	if (pid < 0)
		return status_fail(errno, "waiting for worker %u", index);
	return wait_status == 0 ? 0 : failure(spawning, index, wait_status);
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
