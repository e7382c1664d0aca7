// Processes that share their creator's memory. After vfork the creator waits until the created process, which uses its
// stack, has ended. After clone(CLONE_VM), without CLONE_VFORK and CLONE_THREAD, both run, each on its own stack.
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/status.h"
#include "host/task_limits.h"
#include "bench/spawn/spawn.h"

enum { STACK_BYTES = 64 << 10 };

// ThreadSanitizer's clone() keeps state that the two processes would share.
#if defined(__SANITIZE_THREAD__)
enum { UNDER_TSAN = 1 };
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
enum { UNDER_TSAN = 1 };
#else
enum { UNDER_TSAN = 0 };
#endif
#else
enum { UNDER_TSAN = 0 };
#endif

struct spawn_state {
	char *stacks;
	struct clone_argument {
		struct spawn_stamps *stamps;
		int bind_cpu;
	} argument[SPAWN_BURST_MAX];
};

// A signal handler in the created process would run on its creator's memory: all signals are blocked during the
// creation, and the process inherits the mask. It need not restore it, as it executes nothing.
static sigset_t signals_block(void)
{
	sigset_t all, before;
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &before);
	return before;
}

SPAWN_RAW static int create_vfork(struct spawn_burst *burst, unsigned index)
{
	struct spawn_stamps *stamps = &burst->stamps[index];
	int bind_cpu = burst->bind_cpu;
	sigset_t before = signals_block();
	pid_t pid = vfork();
	// It runs on its creator's stack: it may not return, nor change what the creator will find there.
	if (pid == 0)
		raw_exit(spawn_worker_run(stamps, bind_cpu));
	int error = errno;
	sigprocmask(SIG_SETMASK, &before, NULL);
	burst->pid[index] = pid;
	return pid < 0 ? status_fail_task(error, "vfork of worker %u", index) : 0;
}

static int open_stacks(struct spawn_burst *burst)
{
	if (UNDER_TSAN)
		return status_say(ENOTSUP, "ThreadSanitizer does not let two processes share their memory");
	burst->state = calloc(1, sizeof *burst->state);
	if (!burst->state)
		return status_fail(ENOMEM, "stacks");
	char *stacks = mmap(NULL, (size_t)burst->workers_n * STACK_BYTES, PROT_READ | PROT_WRITE,
	                    MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
	if (stacks == MAP_FAILED)
		return status_fail(errno, "%u stacks", burst->workers_n);
	burst->state->stacks = stacks;
	for (unsigned i = 0; i < burst->workers_n; i++)
		burst->state->argument[i] = (struct clone_argument){&burst->stamps[i], burst->bind_cpu};
	return 0;
}

static void close_stacks(struct spawn_burst *burst)
{
	if (burst->state && burst->state->stacks)
		munmap(burst->state->stacks, (size_t)burst->workers_n * STACK_BYTES);
	free(burst->state);
	burst->state = NULL;
}

// Runs concurrently with its creator and has the same thread-local storage: nothing here may access that.
SPAWN_RAW static int process_body(void *argument)
{
	const struct clone_argument *clone_argument = argument;
	raw_exit(spawn_worker_run(clone_argument->stamps, clone_argument->bind_cpu));
}

static int create_clone(struct spawn_burst *burst, unsigned index)
{
	struct spawn_state *state = burst->state;
	char *top = state->stacks + (size_t)(index + 1) * STACK_BYTES; // stacks grow down on all CPUs that this supports
	sigset_t before = signals_block();
	pid_t pid = clone(process_body, top, CLONE_VM | SIGCHLD, &state->argument[index]);
	int error = errno;
	sigprocmask(SIG_SETMASK, &before, NULL);
	burst->pid[index] = pid;
	return pid < 0 ? status_fail_task(error, "clone of worker %u", index) : 0;
}

const struct spawn_call spawn_vfork = {
	.name = "vfork",
	.create = create_vfork,
	.reap = spawn_reap_process,
};

const struct spawn_call spawn_clone_vm = {
	.name = "clone_vm",
	.open = open_stacks,
	.create = create_clone,
	.reap = spawn_reap_process,
	.close = close_stacks,
};
