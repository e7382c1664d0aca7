// Resident processes: Python's multiprocessing.Pool, without Python. One such pool per process at a time, since the
// death of a worker is learnt through SIGCHLD, whose handler has to find the pool.
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/status.h"
#include "exec/pool.h"

static struct exec *volatile watched;
static struct sigaction handler_before;
static timer_t knocking;
static bool knocks; // there is such a timer

enum { KNOCK_NS = 10 * 1000 * 1000 };

// The caller may be about to block in a channel that cannot tell that its other end is gone, just when the one signal
// of that death has passed: the timer repeats it, until the caller has looked round.
static void knock_on(void)
{
	channels_abandoned = 1;
	if (knocks)
		timer_settime(knocking, 0, &(struct itimerspec){{0, KNOCK_NS}, {0, KNOCK_NS}}, NULL);
}

// Costs the hot path nothing: it runs only when a worker ends.
static void on_child(int signal)
{
	(void)signal;
	int error = errno;
	struct exec *exec = watched;
	for (unsigned worker = exec ? exec->first : 0; exec && worker < exec->state->born_n; worker++) {
		int wait_status;
		struct slot *slot = &exec->slots[worker];
		if (slot->pid > 0 && waitpid(slot->pid, &wait_status, WNOHANG) == slot->pid) {
			pool_reap(exec, worker, wait_status);
			slot->pid = -slot->pid;
			knock_on();
		}
	}
	errno = error;
}

static void watch(struct exec *exec)
{
	struct sigaction action = {.sa_handler = on_child, .sa_flags = SA_NOCLDSTOP};
	// No SA_RESTART: a caller blocked in a channel must come back and look round.
	sigaction(SIGCHLD, &action, &handler_before);
	struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGCHLD};
	knocks = exec->config.transport && timer_create(CLOCK_MONOTONIC, &event, &knocking) == 0;
	channels_abandoned = 0;
	watched = exec;
}

static void unwatch(struct exec *exec)
{
	if (watched != exec)
		return;
	if (knocks)
		timer_delete(knocking);
	knocks = false;
	sigaction(SIGCHLD, &handler_before, NULL);
	watched = NULL;
	channels_abandoned = 0;
}

static void own_channels(struct exec *exec, unsigned self)
{
	for (unsigned worker = exec->first; exec->state->channels && worker < exec->config.workers_n; worker++)
		channel_own(&exec->state->channels[worker], worker == self ? 1 : -1);
}

_Noreturn static void child(struct exec *exec, unsigned worker, int parent)
{
	watched = NULL;
	signal(SIGCHLD, SIG_DFL);
	worker_process_begin(parent);
	own_channels(exec, worker);
	pool_worker(exec, worker);
	_exit(0);
}

static int start(struct exec *exec)
{
	int status = pool_open(exec);
	if (status < 0)
		return status;
	watch(exec);
	struct model_state *state = exec->state;
	int parent = getpid();
	for (; state->born_n < exec->config.workers_n; state->born_n++) {
		struct slot *slot = &exec->slots[state->born_n];
		int pid = fork();
		if (pid == 0)
			child(exec, state->born_n, parent);
		if (pid < 0)
			return status_fail(errno, "fork of worker %u", state->born_n);
		slot->pid = pid;
	}
	// A worker that died before born_n counted it was not found by the handler.
	raise(SIGCHLD);
	for (unsigned worker = exec->first; state->channels && worker < exec->config.workers_n; worker++)
		channel_own(&state->channels[worker], 0);
	return pool_ready(exec);
}

static bool all_gone(struct exec *exec)
{
	bool gone = true;
	for (unsigned worker = exec->first; worker < exec->state->born_n; worker++) {
		struct slot *slot = &exec->slots[worker];
		if (slot->pid > 0 && waitpid(slot->pid, NULL, WNOHANG) == slot->pid)
			slot->pid = -slot->pid;
		gone = gone && slot->pid <= 0;
	}
	return gone;
}

static void end_workers(struct exec *exec)
{
	// Who does not leave within a second of being told is killed; a broken pool is not asked.
	uint64_t deadline_ns = clock_now_ns() + (exec->state->broken ? 0 : NS_PER_S);
	for (unsigned look = 0; !all_gone(exec) && clock_now_ns() < deadline_ns; look++)
		nanosleep(&(struct timespec){.tv_nsec = look < 10 ? 20000 : 200000}, NULL);
	for (unsigned worker = exec->first; worker < exec->state->born_n; worker++)
		if (exec->slots[worker].pid > 0) {
			kill(exec->slots[worker].pid, SIGKILL);
			waitpid(exec->slots[worker].pid, NULL, 0);
		}
}

static void shut(struct exec *exec)
{
	unwatch(exec);
	pool_dismiss(exec);
	if (exec->state)
		end_workers(exec);
	placement_release(exec->config.placement);
	pool_close(exec);
}

const struct model model_process_pool = {
	.name = "process_pool",
	.summary = "resident forked processes",
	.processes = true,
	.resident = true,
	.peer = "thread_pool",
	.open = start,
	.dispatch = pool_dispatch,
	.usage = pool_usage,
	.close = shut,
};
