// Processes that share their creator's memory. vfork holds its creator until the created ends, on the creator's stack;
// clone(CLONE_VM), without CLONE_VFORK and CLONE_THREAD, does not: a process beside it, on a stack of its own.
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/status.h"
#include "bench/spawn/spawn.h"

enum { STACK_BYTES = 64 << 10 };

// Its clone() keeps notes that the two would share.
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
	struct born {
		struct spawn_life *life;
		int bind_cpu;
	} born[SPAWN_BURST_MAX];
};

// A handler that ran in the created would do so on its creator's memory: all signals are blocked while it is made, and
// it inherits the mask. It has no other to restore, as it executes nothing.
static sigset_t signals_block(void)
{
	sigset_t all, before;
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &before);
	return before;
}

SPAWN_RAW static int create_vfork(struct spawning *spawning, unsigned index)
{
	struct spawn_life *life = &spawning->lives[index];
	int bind_cpu = spawning->bind_cpu;
	sigset_t before = signals_block();
	pid_t pid = vfork();
	// On its creator's stack: it may not return, nor change what the creator is to find there.
	if (pid == 0)
		raw_exit(spawn_live(life, bind_cpu));
	int error = errno;
	sigprocmask(SIG_SETMASK, &before, NULL);
	spawning->pid[index] = pid;
	return pid < 0 ? status_fail(error, "vfork of worker %u", index) : 0;
}

static int start(struct spawning *spawning)
{
	if (UNDER_TSAN)
		return status_say(ENOTSUP, "ThreadSanitizer does not let two processes share their memory");
	spawning->state = calloc(1, sizeof *spawning->state);
	if (!spawning->state)
		return status_fail(ENOMEM, "stacks");
	char *stacks = mmap(NULL, (size_t)spawning->burst_n * STACK_BYTES, PROT_READ | PROT_WRITE,
	                    MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
	if (stacks == MAP_FAILED)
		return status_fail(errno, "%u stacks", spawning->burst_n);
	spawning->state->stacks = stacks;
	for (unsigned i = 0; i < spawning->burst_n; i++)
		spawning->state->born[i] = (struct born){&spawning->lives[i], spawning->bind_cpu};
	return 0;
}

static void shut(struct spawning *spawning)
{
	if (spawning->state && spawning->state->stacks)
		munmap(spawning->state->stacks, (size_t)spawning->burst_n * STACK_BYTES);
	free(spawning->state);
	spawning->state = NULL;
}

// Beside its creator and with the same thread-local storage: nothing here may touch that.
SPAWN_RAW static int body(void *argument)
{
	const struct born *born = argument;
	raw_exit(spawn_live(born->life, born->bind_cpu));
}

static int create_clone(struct spawning *spawning, unsigned index)
{
	struct spawn_state *state = spawning->state;
	char *top = state->stacks + (size_t)(index + 1) * STACK_BYTES; // it grows down, as everywhere Linux still runs
	sigset_t before = signals_block();
	pid_t pid = clone(body, top, CLONE_VM | SIGCHLD, &state->born[index]);
	int error = errno;
	sigprocmask(SIG_SETMASK, &before, NULL);
	spawning->pid[index] = pid;
	return pid < 0 ? status_fail(error, "clone of worker %u", index) : 0;
}

const struct spawn_call spawn_vfork = {
	.name = "vfork",
	.create = create_vfork,
	.reap = spawn_reap_process,
};

const struct spawn_call spawn_clone_vm = {
	.name = "clone_vm",
	.open = start,
	.create = create_clone,
	.reap = spawn_reap_process,
	.close = shut,
};
