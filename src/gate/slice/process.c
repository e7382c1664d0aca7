// What a side runs is a program we know nothing about: it may hang, print forever, or leave children.
#include "gate/slice/process.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/status.h"
#include "host/task_limits.h"
#include "host/orphans.h"

// A slice of 4096 iterations with parts is some 100 KB. A pipe holds at most a piece unless root says otherwise: so
// much is read between two readings of the clock.
enum { OUTPUT_MOST_BYTES = 4 << 20, PIECE_BYTES = 64 << 10, PIECES_MOST = 16, GRACE_S = 5 };

static sigset_t listener_signals(void)
{
	sigset_t set;
	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	struct sigaction hangup;
	if (sigaction(SIGHUP, NULL, &hangup) == 0 && hangup.sa_handler != SIG_IGN)
		sigaddset(&set, SIGHUP);
	return set;
}

int listener_open(struct listener *listener)
{
	sigset_t set = listener_signals();
	signal(SIGCHLD, SIG_DFL);
	signal(SIGPIPE, SIG_IGN);
	sigprocmask(SIG_BLOCK, &set, NULL);
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	*listener =
		(struct listener){.signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK), .grace_ns = GRACE_S * NS_PER_S};
	if (listener->signals < 0)
		return status_fail(errno, "signalfd");
	listener->preexisting_children = children_list();
	return 0;
}

void listener_close(struct listener *listener)
{
	close(listener->signals);
	free(listener->preexisting_children);
	listener->preexisting_children = NULL;
}

bool listener_check(struct listener *listener)
{
	struct signalfd_siginfo info;
	while (read(listener->signals, &info, sizeof info) == sizeof info)
		listener->interrupted |= info.ssi_signo != SIGCHLD;
	return listener->interrupted;
}

_Noreturn static void child(int out, int err, int parent, process_exec *exec, const void *context)
{
	sigset_t none;
	setpgid(0, 0);
	// SIGTERM, not SIGKILL, when the gate dies: the slice cleans up after its own workers.
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (getppid() != parent)
		_exit(127);
	int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
	dup2(null, STDIN_FILENO);
	dup2(out, STDOUT_FILENO);
	dup2(err, STDERR_FILENO);
	signal(SIGPIPE, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	exec(context);
	_exit(127);
}

// Numbers above the standard descriptors, which the gate itself may have been started without: dup2() of a descriptor
// to itself would leave it to be closed by exec.
static int pipe_high(int ends[2])
{
	int low[2];
	if (pipe2(low, O_CLOEXEC) < 0)
		return status_fail(errno, "pipe");
	for (int i = 0; i < 2; i++)
		ends[i] = fcntl(low[i], F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
	int error = errno;
	close(low[0]);
	close(low[1]);
	if (ends[0] >= 0 && ends[1] >= 0)
		return 0;
	for (int i = 0; i < 2; i++)
		if (ends[i] >= 0)
			close(ends[i]);
	return status_fail(error, "pipe");
}

int process_start(struct process *process, process_exec *exec, const void *context)
{
	int out[2], err[2], parent = getpid();
	*process = (struct process){.pid = -1, .out = -1, .err = -1};
	int status = pipe_high(out);
	if (status < 0)
		return status;
	process->out = out[0];
	status = pipe_high(err);
	if (status < 0) {
		close(out[1]);
		return status;
	}
	process->err = err[0];
	fflush(NULL);
	process->pid = fork();
	int error = errno;
	if (process->pid == 0)
		child(out[1], err[1], parent, exec, context);
	close(out[1]);
	close(err[1]);
	if (process->pid < 0)
		return status_fail_task(error, "fork");
	setpgid(process->pid, process->pid); // as the child does, whoever is first
	fcntl(process->out, F_SETFL, O_NONBLOCK);
	fcntl(process->err, F_SETFL, O_NONBLOCK);
	return 0;
}

static void descriptor_end(int *descriptor)
{
	if (*descriptor >= 0)
		close(*descriptor);
	*descriptor = -1;
}

// What goes on writing then gets SIGPIPE.
static void out_stop(struct process *process, int error)
{
	process->status = -error;
	descriptor_end(&process->out);
}

static void out_read(struct process *process)
{
	for (int pieces = 0; process->out >= 0 && pieces < PIECES_MOST; pieces++) {
		if (process->room_bytes - process->text_bytes < PIECE_BYTES) {
			size_t more_bytes = 2 * process->room_bytes + PIECE_BYTES;
			char *text = realloc(process->text, more_bytes);
			if (!text) {
				out_stop(process, ENOMEM);
				return;
			}
			process->text = text;
			process->room_bytes = more_bytes;
		}
		ssize_t got = read(process->out, process->text + process->text_bytes, PIECE_BYTES);
		if (got == 0)
			descriptor_end(&process->out);
		if (got <= 0)
			return;
		process->text_bytes += (size_t)got;
		if (process->text_bytes > OUTPUT_MOST_BYTES)
			out_stop(process, EFBIG);
	}
}

// Everything is read, so that no writer waits for room in the pipe, and the beginning is kept.
static void err_read(struct process *process)
{
	char piece[4096];
	for (int pieces = 0; process->err >= 0 && pieces < PIECES_MOST; pieces++) {
		ssize_t got = read(process->err, piece, sizeof piece);
		if (got == 0)
			descriptor_end(&process->err);
		if (got <= 0)
			return;
		size_t room = sizeof process->errors - 1 - process->errors_bytes;
		size_t kept = (size_t)got < room ? (size_t)got : room;
		memcpy(process->errors + process->errors_bytes, piece, kept);
		process->errors_bytes += kept;
	}
}

static int left_ms(uint64_t deadline_ns)
{
	uint64_t now_ns = clock_now_ns(), left_ms = now_ns >= deadline_ns ? 0 : (deadline_ns - now_ns) / NS_PER_MS + 1;
	return left_ms < INT_MAX ? (int)left_ms : INT_MAX;
}

// Left unreaped: as long as it is, no other group can have its number.
static bool has_ended(const struct process *process)
{
	siginfo_t info = {0};
	return waitid(P_PID, (id_t)process->pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid == process->pid;
}

// Wait until it has ended, collecting what it prints. Returns 0; -ETIMEDOUT; or, where interruptible, -EINTR or why its
// output is not collected any more.
static int process_await(struct process *process, struct listener *listener, uint64_t deadline_ns, bool interruptible)
{
	for (;;) {
		struct pollfd wait[] = {{listener->signals, POLLIN, 0}, {process->out, POLLIN, 0}, {process->err, POLLIN, 0}};
		int wait_ms = left_ms(deadline_ns);
		poll(wait, 3, wait_ms);
		out_read(process);
		err_read(process);
		listener_check(listener);
		if (has_ended(process))
			return 0;
		if (interruptible && listener->interrupted)
			return -EINTR;
		if (interruptible && process->status)
			return process->status;
		if (wait_ms == 0) // it was checked once more, after the deadline
			return -ETIMEDOUT;
	}
}

static void process_signal(const struct process *process, int signal)
{
	kill(-process->pid, signal);
	kill(process->pid, signal); // where it went into another group
}

int process_finish(struct process *process, struct listener *listener, uint64_t deadline_ns, int *wait_status)
{
	int waited = process_await(process, listener, deadline_ns, true);
	if (waited < 0) {
		process_signal(process, SIGTERM);
		process_signal(process, SIGCONT); // a stopped process would not receive the other
		process_await(process, listener, clock_now_ns() + listener->grace_ns, false);
	}
	// Its group, whether it has ended or not: others of it may live.
	process_signal(process, SIGKILL);
	while (waitpid(process->pid, wait_status, 0) < 0 && errno == EINTR)
		;
	process->pid = -1;
	orphans_end(listener->preexisting_children);
	out_read(process); // what it printed last
	err_read(process);
	return waited < 0 ? waited : process->status;
}

void process_close(struct process *process)
{
	descriptor_end(&process->out);
	descriptor_end(&process->err);
	free(process->text);
	process->text = NULL;
}
