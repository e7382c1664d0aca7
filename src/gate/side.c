// Running one slice of a side: a process group of its own, its output collected, its deadline kept, an interrupt passed on.
#include "gate/side.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/status.h"

// A slice of 4096 iterations with parts is some 100 KB; one that has to be asked to end gets this long.
enum { OUTPUT_MOST_BYTES = 4 << 20, COMPLAINT_BYTES = 4096, MERCY_S = 5, ARGUMENTS_MAX = SIDE_PREFIX_MAX + 8 };

static sigset_t heard_signals(void)
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
	sigset_t set = heard_signals();
	signal(SIGCHLD, SIG_DFL);
	signal(SIGPIPE, SIG_IGN);
	sigprocmask(SIG_BLOCK, &set, NULL);
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	*listener = (struct listener){.signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK)};
	return listener->signals < 0 ? status_fail(errno, "signalfd") : 0;
}

void listener_close(struct listener *listener)
{
	close(listener->signals);
}

bool listener_look(struct listener *listener)
{
	struct signalfd_siginfo info;
	while (read(listener->signals, &info, sizeof info) == sizeof info)
		listener->interrupted |= info.ssi_signo != SIGCHLD;
	return listener->interrupted;
}

int side_check(const struct side *side)
{
	struct stat file;
	if (!strchr(side->program, '/'))
		return 0; // PATH decides
	if (stat(side->program, &file) < 0)
		return status_fail(errno, "%s: %s", side->name, side->program);
	if (!S_ISREG(file.st_mode))
		return status_say(EACCES, "%s: %s is no regular file", side->name, side->program);
	return access(side->program, X_OK) == 0 ? 0 : status_fail(errno, "%s: %s cannot be executed", side->name, side->program);
}

struct process {
	int pid;
	int out, err; ///< our ends; -1 once at their end
	char *text;   ///< what it printed
	size_t text_bytes, room_bytes;
	char complaint[COMPLAINT_BYTES]; ///< the beginning of what it printed on stderr
	size_t complaint_bytes;
	bool too_much;
};

static void environment_set(const struct side *side, unsigned pad_bytes)
{
	char pad[SIDE_PAD_MAX + 1];
	for (unsigned i = 0; i < side->env_n; i++)
		putenv((char *)side->env[i]);
	pad_bytes = pad_bytes < SIDE_PAD_MAX ? pad_bytes : SIDE_PAD_MAX;
	memset(pad, 'x', pad_bytes);
	pad[pad_bytes] = '\0';
	setenv("TVP_PAD", pad, 1);
}

static void arguments_make(const struct side *side, const struct slice_request *request, char text[3][48], const char **argument)
{
	unsigned n = 0;
	for (unsigned i = 0; i < side->prefix_n; i++)
		argument[n++] = side->prefix[i];
	argument[n++] = side->program;
	argument[n++] = "slice";
	argument[n++] = request->spec;
	snprintf(text[0], sizeof text[0], "--deadline=%llums", (unsigned long long)(request->deadline_ns / NS_PER_MS));
	argument[n++] = text[0];
	if (request->iterations_n) {
		snprintf(text[1], sizeof text[1], "--iterations=%llu", (unsigned long long)request->iterations_n);
		snprintf(text[2], sizeof text[2], "--batch=%u", request->batch_n);
		argument[n++] = text[1];
		argument[n++] = text[2];
	} else {
		snprintf(text[1], sizeof text[1], "--time=%lluus", (unsigned long long)(request->time_ns / NS_PER_US));
		argument[n++] = text[1];
	}
	argument[n] = NULL;
}

_Noreturn static void child(const struct side *side, const struct slice_request *request, int out, int err, int parent)
{
	char text[3][48];
	const char *argument[ARGUMENTS_MAX];
	sigset_t none;
	setpgid(0, 0);
	// Asked, not killed, when the gate dies: the slice cleans up after its own workers.
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (getppid() != parent)
		_exit(127);
	int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
	dup2(null, STDIN_FILENO);
	dup2(out, STDOUT_FILENO);
	dup2(err, STDERR_FILENO);
	environment_set(side, request->pad_bytes);
	arguments_make(side, request, text, argument);
	signal(SIGPIPE, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	execvp(argument[0], (char *const *)argument);
	dprintf(STDERR_FILENO, "cannot run %s: %s\n", argument[0], strerror(errno));
	_exit(127);
}

static int process_start(struct process *process, const struct side *side, const struct slice_request *request)
{
	int out[2], err[2], parent = getpid();
	*process = (struct process){.pid = -1, .out = -1, .err = -1};
	if (pipe2(out, O_CLOEXEC) < 0)
		return status_fail(errno, "pipe");
	if (pipe2(err, O_CLOEXEC) < 0) {
		int error = errno;
		close(out[0]);
		close(out[1]);
		return status_fail(error, "pipe");
	}
	fflush(NULL);
	process->pid = fork();
	int error = errno;
	if (process->pid == 0)
		child(side, request, out[1], err[1], parent);
	close(out[1]);
	close(err[1]);
	process->out = out[0];
	process->err = err[0];
	if (process->pid < 0)
		return status_fail(error, "fork");
	setpgid(process->pid, process->pid); // as the child does, whoever is first
	fcntl(process->out, F_SETFL, O_NONBLOCK);
	fcntl(process->err, F_SETFL, O_NONBLOCK);
	return 0;
}

static void descriptor_end(int *descriptor)
{
	close(*descriptor);
	*descriptor = -1;
}

static void out_take(struct process *process)
{
	while (process->out >= 0 && !process->too_much) {
		if (process->room_bytes - process->text_bytes < 65536) {
			char *text = realloc(process->text, process->room_bytes + 262144);
			if (!text)
				return;
			process->text = text;
			process->room_bytes += 262144;
		}
		ssize_t got = read(process->out, process->text + process->text_bytes, process->room_bytes - process->text_bytes);
		if (got == 0)
			descriptor_end(&process->out);
		if (got <= 0)
			return;
		process->text_bytes += (size_t)got;
		process->too_much = process->text_bytes > OUTPUT_MOST_BYTES;
	}
}

// Everything is read, the beginning kept: there the cause stands.
static void err_take(struct process *process)
{
	char piece[4096];
	while (process->err >= 0) {
		ssize_t got = read(process->err, piece, sizeof piece);
		if (got == 0)
			descriptor_end(&process->err);
		if (got <= 0)
			return;
		size_t room = sizeof process->complaint - 1 - process->complaint_bytes;
		size_t kept = (size_t)got < room ? (size_t)got : room;
		memcpy(process->complaint + process->complaint_bytes, piece, kept);
		process->complaint_bytes += kept;
	}
}

static int left_ms(uint64_t deadline_ns)
{
	uint64_t now_ns = clock_now_ns();
	return now_ns >= deadline_ns ? 0 : (int)((deadline_ns - now_ns) / NS_PER_MS + 1);
}

// Until it has ended, collecting what it prints. Returns 0 with *wait_status; -ETIMEDOUT; -EINTR; -EFBIG.
static int process_await(struct process *process, struct listener *listener, uint64_t deadline_ns, bool heed, int *wait_status)
{
	for (;;) {
		struct pollfd wait[] = {{listener->signals, POLLIN, 0}, {process->out, POLLIN, 0}, {process->err, POLLIN, 0}};
		int ready_n = poll(wait, 3, left_ms(deadline_ns));
		out_take(process);
		err_take(process);
		listener_look(listener);
		if (waitpid(process->pid, wait_status, WNOHANG) == process->pid) {
			out_take(process);
			err_take(process);
			return 0;
		}
		if (heed && listener->interrupted)
			return -EINTR;
		if (heed && process->too_much)
			return -EFBIG;
		if (ready_n == 0)
			return -ETIMEDOUT;
	}
}

static void process_end(struct process *process, struct listener *listener)
{
	int wait_status;
	kill(-process->pid, SIGTERM);
	if (process_await(process, listener, clock_now_ns() + MERCY_S * NS_PER_S, false, &wait_status) == 0)
		return;
	kill(-process->pid, SIGKILL);
	waitpid(process->pid, &wait_status, 0);
}

static void process_close(struct process *process)
{
	if (process->out >= 0)
		close(process->out);
	if (process->err >= 0)
		close(process->err);
	free(process->text);
	// Orphans of it, if any, have died with their runner: only zombies are left.
	while (waitpid(-1, NULL, WNOHANG) > 0)
		;
}

// "…: its first line on stderr", or nothing.
static const char *complaint_text(struct process *process)
{
	static char text[300];
	process->complaint[process->complaint_bytes] = '\0';
	char *line = process->complaint + strspn(process->complaint, " \n");
	line[strcspn(line, "\n")] = '\0';
	snprintf(text, sizeof text, "%s%.280s", *line ? ": " : "", line);
	return text;
}

static int ended_badly(const struct side *side, struct process *process, int wait_status)
{
	if (WIFSIGNALED(wait_status))
		return status_say(ECHILD, "%s: %s was killed by %s%s", side->name, side->program, strsignal(WTERMSIG(wait_status)),
		                  complaint_text(process));
	return status_say(ECHILD, "%s: %s ended with exit code %d%s", side->name, side->program, WEXITSTATUS(wait_status),
	                  complaint_text(process));
}

static int slice_take(struct side *side, const struct slice_request *request, struct process *process, int wait_status,
                      struct slice_times *slice)
{
	bool ended_well = WIFEXITED(wait_status) && WEXITSTATUS(wait_status) == 0;
	int status = slice_parse(slice, process->text ? process->text : "", process->text_bytes);
	if (status < 0 && !ended_well && status != -EPROTO)
		return ended_badly(side, process, wait_status);
	if (status < 0)
		return status_wrap(status, "%s: %s", side->name, side->program);
	snprintf(side->revision, sizeof side->revision, "%s", slice->revision);
	if (slice->state == SLICE_FAILED)
		status = status_say(ECHILD, "%s: %s: %s", side->name, side->program, slice->message);
	else if (!ended_well)
		status = ended_badly(side, process, wait_status);
	else if (strcmp(slice->spec, request->spec) != 0)
		status = status_say(EBADMSG, "%s: %s ran another spec: %s", side->name, side->program, slice->spec);
	else if (slice->state == SLICE_MEASURED && request->iterations_n &&
	         (slice->iterations_n != request->iterations_n || slice->batch_n != request->batch_n))
		status = status_say(EBADMSG, "%s: %s did not do the iterations it was asked for", side->name, side->program);
	if (status < 0)
		slice_close(slice);
	return status;
}

static int waited_badly(const struct side *side, const struct slice_request *request, int waited)
{
	if (waited == -EINTR)
		return status_say(EINTR, "interrupted");
	if (waited == -EFBIG)
		return status_say(EBADMSG, "%s: %s prints and prints: its output is no slice", side->name, side->program);
	return status_say(ETIMEDOUT, "%s: %s gave no answer within %.1f s and was ended", side->name, side->program,
	                  (double)request->deadline_ns / 1e9);
}

int side_run(struct side *side, struct listener *listener, const struct slice_request *request, struct slice_times *slice,
             struct slice_cost *cost)
{
	struct process process;
	int wait_status = 0;
	uint64_t begin_ns = clock_now_ns();
	int status = process_start(&process, side, request);
	if (status < 0) {
		process_close(&process);
		return status;
	}
	int waited = process_await(&process, listener, begin_ns + request->deadline_ns, true, &wait_status);
	if (waited < 0)
		process_end(&process, listener);
	cost->took_ns = clock_now_ns() - begin_ns;
	status = waited < 0 ? waited_badly(side, request, waited) : slice_take(side, request, &process, wait_status, slice);
	if (status == 0)
		cost->start_ns = slice->begun_ns > begin_ns ? slice->begun_ns - begin_ns : 0;
	process_close(&process);
	return status;
}
