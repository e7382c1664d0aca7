// One fork and waitpid per worker and dispatch: what Python's Process.start() and join() do.
#include <errno.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/hot.h"
#include "base/status.h"
#include "host/task_limits.h"
#include "exec/exec.h"

// In shared memory: the children advance the same cursor.
struct model_state {
	_Alignas(128) _Atomic uint64_t cursor;
};

static int open_fork(struct exec *exec)
{
	exec->state = shared_map(sizeof *exec->state);
	return exec->state ? 0 : -ENOMEM;
}

static struct slot *slot_of(struct exec *exec, int pid, unsigned likely)
{
	unsigned workers_n = exec->config.workers_n;
	for (unsigned i = 0; i < workers_n; i++) {
		struct slot *slot = &exec->slots[(likely + i) % workers_n];
		if (slot->pid == pid)
			return slot;
	}
	return NULL;
}

// In the order they end, so that a death is noticed at once; then the others are killed.
static void reap(struct exec *exec, unsigned forked_n)
{
	bool dying = false;
	for (unsigned reaped_n = exec->first; reaped_n < forked_n;) {
		int wait_status, pid = waitpid(-1, &wait_status, 0);
		if (pid < 0 && errno != EINTR)
			return;
		struct slot *slot = pid > 0 ? slot_of(exec, pid, reaped_n) : NULL;
		if (!slot)
			continue;
		reaped_n++;
		slot->pid = -pid;
		if (wait_status == 0 || dying)
			continue;
		dying = true;
		slot->wait_status = wait_status;
		atomic_store_explicit(&slot->status, SLOT_DEAD, memory_order_release);
		for (unsigned worker = exec->first; worker < forked_n; worker++)
			if (exec->slots[worker].pid > 0)
				kill(exec->slots[worker].pid, SIGKILL);
	}
}

HOT_IN_CHILD static int dispatch(struct exec *exec, const struct job *job)
{
	unsigned workers_n = exec->config.workers_n, forked_n = exec->first;
	exec->generation++;
	atomic_store_explicit(&exec->state->cursor, 0, memory_order_relaxed);

	int status = 0, parent = getpid();
	for (; forked_n < workers_n && status == 0; forked_n += status == 0) {
		// Not straight into the slot: that is shared memory, and the child's 0 would land there too.
		int pid = fork();
		if (pid == 0) {
			worker_process_begin(parent);
			exec_share(exec, job, forked_n, &exec->state->cursor);
			_exit(0);
		}
		// While those made so far live: the limit that was reached is named.
		status = pid < 0 ? status_fail_task(errno, "fork of worker %u", forked_n) : 0;
		exec->slots[forked_n].pid = pid;
	}
	if (exec->first == 1 && status == 0)
		exec_share(exec, job, 0, &exec->state->cursor);
	reap(exec, forked_n);
	// The next children must not inherit worker 0's pin.
	if (exec->first == 1)
		placement_release(exec->config.placement);
	return status < 0 ? status : exec_gather(exec);
}

static void close_fork(struct exec *exec)
{
	if (exec->state)
		munmap(exec->state, sizeof *exec->state);
	exec->state = NULL;
}

const struct model model_fork = {
	.name = "fork",
	.summary = "fork and waitpid per dispatch",
	.processes = true,
	.peer = "threads",
	.open = open_fork,
	.dispatch = dispatch,
	.close = close_fork,
};
