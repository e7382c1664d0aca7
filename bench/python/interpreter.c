// The start, the requests and the end of an interpreter. Its children hold its pipes, too, so that its death is noticed
// by a pidfd and not by an end of file. They are in its session, which is killed as a whole before it is reaped.
#include "bench/python/interpreter.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/self.h"
#include "base/status.h"
#include "host/task_limits.h"
#include "bench/twin/twin.h"

enum {
	ARGUMENTS_MAX = SPEC_AXES_MAX + 4,
	ARGUMENT_BYTES = SPEC_KEY_BYTES + SPEC_VALUE_BYTES,
	CLOSE_DEADLINE_MS = 20000,
	SHOWN_BYTES = 120
};

static const char *interpreter_name(void)
{
	const char *chosen = getenv("TVP_PYTHON");
	return chosen && *chosen ? chosen : "python3";
}

static int script_find(char *path, size_t path_bytes)
{
	const char *chosen = getenv("TVP_PYTHON_DIR");
	char installed[PATH_MAX];
	self_beside(installed, sizeof installed, TVP_DATA_FROM_BIN "/python");
	const char *const directories[] = {chosen ? chosen : installed, TVP_PYTHON_DIR};
	for (int i = 0; i < (chosen ? 1 : 2); i++) {
		snprintf(path, path_bytes, "%s/python_peer.py", directories[i]);
		if (access(path, R_OK) == 0)
			return 0;
	}
	return status_say(ENOENT, "python_peer.py is not in %s; TVP_PYTHON_DIR names another directory", directories[0]);
}

// No module of the user's may replace one of the standard library, and no compiled files may stay beside the scripts.
static void environment_set(const char *directory)
{
	unsetenv("PYTHONPATH");
	unsetenv("PYTHONHOME");
	setenv("PYTHONNOUSERSITE", "1", 1);
	setenv("PYTHONDONTWRITEBYTECODE", "1", 1);
	setenv("TMPDIR", directory, 1);
}

// What a child needs to become the interpreter.
struct execution {
	char *const *argv;
	const char *directory;
	int input, output, errors; ///< become descriptors 0, 1 and 2
	int failed;                ///< where errno is written on failure
	int parent;
};

// In the child.
_Noreturn static void execute(const struct execution *execution)
{
	environment_set(execution->directory);
	sigset_t none;
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL); // the forkserver needs SIGCHLD
	setsid();
	prctl(PR_SET_PDEATHSIG, SIGKILL); // kept across exec
	if (getppid() == execution->parent && dup2(execution->input, STDIN_FILENO) >= 0 &&
	    dup2(execution->output, STDOUT_FILENO) >= 0 && dup2(execution->errors, STDERR_FILENO) >= 0)
		execvp(execution->argv[0], execution->argv);
	int error = errno;
	if (write(execution->failed, &error, sizeof error) < 0)
		_exit(126);
	_exit(127);
}

static int start(struct interpreter *interpreter, char *const argv[], const char *directory)
{
	int in[2] = {-1, -1}, out[2] = {-1, -1}, failed[2] = {-1, -1}, error = 0, parent = getpid();
	interpreter->errors = memfd_create("python-stderr", MFD_CLOEXEC);
	if (interpreter->errors < 0 || pipe2(in, O_CLOEXEC) < 0 || pipe2(out, O_CLOEXEC) < 0 ||
	    pipe2(failed, O_CLOEXEC) < 0)
		error = errno;
	interpreter->input = in[1];
	interpreter->output = out[0];
	interpreter->pid = error ? -1 : fork();
	if (interpreter->pid == 0)
		execute(&(struct execution){argv, directory, in[0], out[1], interpreter->errors, failed[1], parent});
	error = !error && interpreter->pid < 0 ? errno : error;
	close(in[0]);
	close(out[1]);
	close(failed[1]);
	// At end of file exec has closed the other end.
	if (!error && read(failed[0], &error, sizeof error) <= 0)
		error = 0;
	close(failed[0]);
	if (error == ENOENT)
		return status_say(ENOTSUP, "%s is not on PATH (TVP_PYTHON names another interpreter)", argv[0]);
	if (!error && (interpreter->pid_fd = (int)syscall(SYS_pidfd_open, interpreter->pid, 0)) < 0)
		error = errno;
	return error ? status_fail_task(error, "starting %s", argv[0]) : 0;
}

int interpreter_open(struct interpreter *interpreter, const struct spec *spec, const char *cpus, const char *directory)
{
	char script[4096], argument[ARGUMENTS_MAX][ARGUMENT_BYTES], *argv[ARGUMENTS_MAX + 1] = {0};
	unsigned arguments_n = 0;
	*interpreter = (struct interpreter){.pid = -1, .pid_fd = -1, .input = -1, .output = -1, .errors = -1};
	int status = script_find(script, sizeof script);
	if (status < 0)
		return status;
	argv[arguments_n++] = (char *)interpreter_name();
	argv[arguments_n++] = script;
	for (unsigned i = 0; i < spec->axes_n; i++, arguments_n++) {
		snprintf(argument[arguments_n], ARGUMENT_BYTES, "%s=%s", spec_axis(spec, i).key, spec_axis(spec, i).value);
		argv[arguments_n] = argument[arguments_n];
	}
	if (cpus && *cpus) {
		snprintf(argument[arguments_n], ARGUMENT_BYTES, "cpus=%s", cpus);
		argv[arguments_n] = argument[arguments_n];
	}
	status = start(interpreter, argv, directory);
	if (status < 0)
		interpreter_kill(interpreter);
	return status;
}

// The last line of its standard error that is not empty: of a traceback, the error.
static void last_error(const struct interpreter *interpreter, char *out, size_t out_bytes)
{
	char text[1024];
	off_t end = lseek(interpreter->errors, 0, SEEK_END),
		  from = end > (off_t)sizeof text - 1 ? end - (off_t)sizeof text + 1 : 0;
	ssize_t length = pread(interpreter->errors, text, sizeof text - 1, from);
	length = length < 0 ? 0 : length;
	while (length > 0 && strchr(" \n", text[length - 1]))
		length--;
	text[length] = '\0';
	const char *line = strrchr(text, '\n');
	snprintf(out, out_bytes, "%s%.100s", length ? ": " : "", line ? line + 1 : text);
}

// It has ended: its session is killed before it is reaped, while its pid cannot be reused.
static int reap(struct interpreter *interpreter)
{
	int wait_status = 0;
	kill(-interpreter->pid, SIGKILL);
	kill(interpreter->pid, SIGKILL); // it may not lead a session yet
	waitpid(interpreter->pid, &wait_status, 0);
	interpreter->pid = -1;
	return wait_status;
}

static int interpreter_died(struct interpreter *interpreter)
{
	char text[SHOWN_BYTES];
	int pid = interpreter->pid, wait_status = reap(interpreter);
	last_error(interpreter, text, sizeof text);
	if (WIFSIGNALED(wait_status))
		return status_say(ECHILD, "%s (pid %d) was killed by %s%s", interpreter_name(), pid,
		                  signal_text(WTERMSIG(wait_status)), text);
	return status_say(ECHILD, "%s (pid %d) exited with code %d%s", interpreter_name(), pid, WEXITSTATUS(wait_status),
	                  text);
}

// Reads one line. More than that is an error.
static int line_read(struct interpreter *interpreter)
{
	size_t used = 0;
	struct pollfd ends[2] = {{.fd = interpreter->output, .events = POLLIN},
	                         {.fd = interpreter->pid_fd, .events = POLLIN}};
	while (used == 0 || interpreter->line[used - 1] != '\n') {
		if (poll(ends, 2, -1) < 0 && errno != EINTR)
			return status_fail(errno, "waiting for %s", interpreter_name());
		// Its last output comes before its death.
		ssize_t length = ends[0].revents
		                     ? read(interpreter->output, interpreter->line + used, sizeof interpreter->line - 1 - used)
		                     : 0;
		if (length <= 0 && !ends[1].revents && ends[0].revents) {
			ends[0].fd = -1; // it closed its output: only its end is left to wait for
			ends[0].revents = 0;
		} else if (length <= 0 && ends[1].revents) {
			return interpreter_died(interpreter);
		}
		used += length > 0 ? (size_t)length : 0;
		if (used == sizeof interpreter->line - 1)
			break;
	}
	interpreter->line[used] = '\0';
	char *end = strchr(interpreter->line, '\n');
	if (!end || end[1])
		return status_say(EPROTO, "%s did not answer with one line: \"%.60s\"", interpreter_name(), interpreter->line);
	*end = '\0';
	return 0;
}

int interpreter_ask(struct interpreter *interpreter, const char *request)
{
	if (interpreter->pid < 0)
		return status_say(ECHILD, "%s has ended", interpreter_name());
	// A request fits into the pipe. Where the reader has ended, line_read() reports why.
	if (request && dprintf(interpreter->input, "%s\n", request) < 0 && errno != EPIPE)
		return status_fail(errno, "a request to %s", interpreter_name());
	int status = line_read(interpreter);
	if (status == 0 && strncmp(interpreter->line, "unsupported ", 12) == 0)
		return status_say(ENOTSUP, "%s", interpreter->line + 12);
	if (status == 0 && strncmp(interpreter->line, "error ", 6) == 0)
		return status_say(EPROTO, "%s: %s", interpreter_name(), interpreter->line + 6);
	return status;
}

// A child that ends between the listing and the reading is soon counted among those that its parent has reaped.
static void add_children(int pid, struct usage *usage)
{
	char path[64];
	int child;
	snprintf(path, sizeof path, "/proc/%d/task/%d/children", pid, pid);
	FILE *children = fopen(path, "re");
	while (children && fscanf(children, "%d", &child) == 1)
		if (usage_of_process(child, usage) == 0)
			add_children(child, usage);
	if (children)
		fclose(children);
}

int interpreter_usage(struct interpreter *interpreter, struct usage *usage)
{
	unsigned long long cpu_ns, faults_n, voluntary_n, involuntary_n;
	int status = interpreter_ask(interpreter, "usage");
	if (status < 0)
		return status;
	if (sscanf(interpreter->line, "%llu %llu %llu %llu", &cpu_ns, &faults_n, &voluntary_n, &involuntary_n) != 4)
		return status_say(EPROTO, "%s answered \"%.60s\" instead of its usage", interpreter_name(), interpreter->line);
	usage->cpu_ns += cpu_ns;
	usage->faults_n += faults_n;
	usage->switches_voluntary_n += voluntary_n;
	usage->switches_involuntary_n += involuntary_n;
	add_children(interpreter->pid, usage);
	return 0;
}

static void descriptors_close(struct interpreter *interpreter)
{
	int *const all[] = {&interpreter->pid_fd, &interpreter->input, &interpreter->output, &interpreter->errors};
	for (int i = 0; i < 4; i++) {
		if (*all[i] >= 0)
			close(*all[i]);
		*all[i] = -1;
	}
}

int interpreter_close(struct interpreter *interpreter)
{
	close(interpreter->input);
	interpreter->input = -1;
	int ended = 0;
	while ((ended = poll(&(struct pollfd){.fd = interpreter->pid_fd, .events = POLLIN}, 1, CLOSE_DEADLINE_MS)) < 0 &&
	       errno == EINTR)
		;
	if (ended <= 0)
		return status_say(ETIMEDOUT, "%s did not end within %d s", interpreter_name(), CLOSE_DEADLINE_MS / 1000);
	siginfo_t how = {0};
	waitid(P_PID, (id_t)interpreter->pid, &how, WEXITED | WNOWAIT);
	int status = how.si_code == CLD_EXITED && how.si_status == 0 ? 0 : interpreter_died(interpreter);
	interpreter_kill(interpreter);
	return status;
}

void interpreter_kill(struct interpreter *interpreter)
{
	if (interpreter->pid > 0)
		reap(interpreter);
	descriptors_close(interpreter);
}
