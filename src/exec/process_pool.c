// Resident processes: Python's multiprocessing.Pool, without Python. One such pool per process at a time, since
// SIGCHLD tells of the death of a worker, and its handler has to find the pool.
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/status.h"
#include "host/task_limits.h"
#include "exec/pool.h"

static struct exec *volatile watched; // whose workers the handler reaps
static struct sigaction handler_before;
static timer_t repeat_timer;
static bool has_repeat_timer;

enum { REPEAT_NS = 10 * 1000 * 1000 };

// The caller may be about to block in a channel that does not show that its other end is gone, just after the one
// signal of that death: the timer repeats the signal until the caller has given up waiting.
static void channels_abandon(void)
{
	channels_abandoned = 1;
	if (has_repeat_timer)
		timer_settime(repeat_timer, 0, &(struct itimerspec){{0, REPEAT_NS}, {0, REPEAT_NS}}, NULL);
}

// Costs the hot path nothing: it runs only when a worker ends.
static void on_child(int signal)
{
	(void)signal;
	int error = errno;
	struct exec *exec = watched;
	for (unsigned worker = exec ? exec->first : 0; exec && worker < exec->state->created_n; worker++) {
		int wait_status;
		struct slot *slot = &exec->slots[worker];
		if (slot->pid > 0 && waitpid(slot->pid, &wait_status, WNOHANG) == slot->pid) {
			pool_reap(exec, worker, wait_status);
			slot->pid = -slot->pid;
			channels_abandon();
		}
	}
	errno = error;
}

static int handler_install(struct exec *exec)
{
	struct sigaction action = {.sa_handler = on_child, .sa_flags = SA_NOCLDSTOP};
	// No SA_RESTART: a caller blocked in a channel must return from its system call.
	if (sigaction(SIGCHLD, &action, &handler_before) < 0)
		return status_fail(errno, "a handler for the deaths of workers");
	struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGCHLD};
	has_repeat_timer = exec->config.transport && timer_create(CLOCK_MONOTONIC, &event, &repeat_timer) == 0;
	channels_abandoned = 0;
	watched = exec;
	return 0;
}

static void handler_remove(struct exec *exec)
{
	if (watched != exec)
		return;
	if (has_repeat_timer)
		timer_delete(repeat_timer);
	has_repeat_timer = false;
	sigaction(SIGCHLD, &handler_before, NULL);
	watched = NULL;
	channels_abandoned = 0;
}

static void own_channels(struct exec *exec, unsigned self)
{
	for (unsigned worker = exec->first; exec->state->channels && worker < exec->config.workers_n; worker++)
		channel_own(&exec->state->channels[worker], worker == self ? 1 : -1);
}

_Noreturn static void worker_process(struct exec *exec, unsigned worker, int parent)
{
	watched = NULL;
	signal(SIGCHLD, SIG_DFL);
	worker_process_begin(parent);
	own_channels(exec, worker);
	pool_worker(exec, worker);
	_exit(0);
}

static int open_pool(struct exec *exec)
{
	int status = pool_open(exec);
	if (status == 0)
		status = handler_install(exec);
	if (status < 0)
		return status;
	struct model_state *state = exec->state;
	int parent = getpid();
	for (; state->created_n < exec->config.workers_n; state->created_n++) {
		struct slot *slot = &exec->slots[state->created_n];
		int pid = fork();
		if (pid == 0)
			worker_process(exec, state->created_n, parent);
		if (pid < 0)
			return status_fail_task(errno, "fork of worker %u", state->created_n);
		slot->pid = pid;
	}
	// A worker that died before created_n counted it was not found by the handler.
	raise(SIGCHLD);
	for (unsigned worker = exec->first; state->channels && worker < exec->config.workers_n; worker++)
		channel_own(&state->channels[worker], 0);
	return pool_ready(exec);
}

static bool all_reaped(struct exec *exec)
{
	bool all = true;
	for (unsigned worker = exec->first; worker < exec->state->created_n; worker++) {
		struct slot *slot = &exec->slots[worker];
		if (slot->pid > 0 && waitpid(slot->pid, NULL, WNOHANG) == slot->pid)
			slot->pid = -slot->pid;
		all = all && slot->pid <= 0;
	}
	return all;
}

static void end_workers(struct exec *exec)
{
	// Workers that do not exit within a second of being told to are killed, in a broken pool at once.
	uint64_t deadline_ns = clock_now_ns() + (exec->state->broken ? 0 : NS_PER_S);
	for (unsigned look = 0; !all_reaped(exec) && clock_now_ns() < deadline_ns; look++)
		nanosleep(&(struct timespec){.tv_nsec = look < 10 ? 20000 : 200000}, NULL);
	for (unsigned worker = exec->first; worker < exec->state->created_n; worker++)
		if (exec->slots[worker].pid > 0) {
			kill(exec->slots[worker].pid, SIGKILL);
			waitpid(exec->slots[worker].pid, NULL, 0);
		}
}

static void close_pool(struct exec *exec)
{
	handler_remove(exec);
	pool_stop(exec);
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
	.open = open_pool,
	.dispatch = pool_dispatch,
	.usage = pool_usage,
	.close = close_pool,
};
