// posix_spawn is clone(CLONE_VM | CLONE_VFORK) and exec: it copies no page tables. A pidfd tells of the end, not an end
// of file: grandchildren may hold the pipe.
#include "bench/command/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/status.h"
#include "base/units.h"
#include "base/words.h"
#include "exec/exec.h"
#include "host/task_limits.h"

enum { PIECE_BYTES = 64 << 10, PIECES_MOST = 16, REAP_DEADLINE_S = 5, REAP_PAUSE_NS = 200000 };

extern char **environ;

// A directory may be entered, which is the same permission.
static bool executable(const char *path)
{
	struct stat status;
	if (access(path, X_OK) < 0 || stat(path, &status) < 0)
		return false;
	errno = EISDIR;
	return !S_ISDIR(status.st_mode);
}

static int find_on_path(const char *name, char *path, size_t path_bytes)
{
	const char *list = getenv("PATH");
	for (const char *at = list ? list : "/usr/local/bin:/usr/bin:/bin";; at++) {
		size_t length = strcspn(at, ":");
		snprintf(path, path_bytes, "%.*s%s%s", (int)length, at, length ? "/" : "", name);
		if (executable(path))
			return 0;
		at += length;
		if (!*at)
			return status_say(ENOENT, "no program '%s' on PATH", name);
	}
}

int command_find(const char *name, char *path, size_t path_bytes)
{
	if (!strchr(name, '/'))
		return find_on_path(name, path, path_bytes);
	snprintf(path, path_bytes, "%s", name);
	return executable(name) ? 0 : status_fail(errno, "the program '%s'", name);
}

// Above the standard descriptors, which this process may have been started without.
static int high(int descriptor)
{
	int moved = descriptor < 0 || descriptor > STDERR_FILENO ? descriptor
	                                                         : fcntl(descriptor, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
	if (moved != descriptor)
		close(descriptor);
	return moved;
}

static int null_device(void)
{
	static int null = -1;
	if (null < 0)
		null = high(open("/dev/null", O_RDWR | O_CLOEXEC));
	return null;
}

// What this process ignores (a runner SIGINT, SIGHUP, SIGPIPE) or blocks, a command must not.
static int attributes_set(posix_spawnattr_t *attributes)
{
	static const int reset[] = {SIGINT, SIGQUIT, SIGHUP, SIGPIPE, SIGTERM, SIGCHLD};
	sigset_t none, defaults;
	sigemptyset(&none);
	sigemptyset(&defaults);
	for (size_t i = 0; i < sizeof reset / sizeof *reset; i++)
		sigaddset(&defaults, reset[i]);
	posix_spawnattr_setsigmask(attributes, &none);
	posix_spawnattr_setsigdefault(attributes, &defaults);
	posix_spawnattr_setpgroup(attributes, 0);
	return posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
}

// Returns a positive errno value or 0.
static int spawn(struct command *command, const struct command_start *start, int output, int errors)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	int null = null_device(), error = null < 0 ? errno : posix_spawn_file_actions_init(&actions);
	if (error)
		return error;
	posix_spawnattr_init(&attributes);
	error = attributes_set(&attributes);
	const int from[] = {start->input < 0 ? null : start->input, output < 0 ? null : output, errors};
	for (int i = 0; i < 3 && !error; i++)
		error = posix_spawn_file_actions_adddup2(&actions, from[i], i);
	command->begin_ns = clock_now_ns();
	if (!error)
		error = posix_spawn(&command->pid, start->path, &actions, &attributes, start->argv,
		                    start->envp ? start->envp : environ);
	posix_spawn_file_actions_destroy(&actions);
	posix_spawnattr_destroy(&attributes);
	return error;
}

static int start_failure(int error, const char *path)
{
	if (error == EAGAIN || error == ENOMEM)
		return status_fail_task(error, "starting %s", path);
	if (error == ENOEXEC)
		return status_say(error, "%s is no program: a script needs a first line such as #!/bin/sh", path);
	if (error == E2BIG)
		return status_say(error, "starting %s: its arguments are longer than the kernel allows", path);
	return status_fail(error, "starting %s", path);
}

// *writing is the end for the command. Returns a positive errno value or 0.
static int stream_open(struct command_stream *stream, int *writing)
{
	int ends[2];
	if (pipe2(ends, O_CLOEXEC) < 0)
		return errno;
	stream->fd = high(ends[0]);
	*writing = high(ends[1]);
	if (stream->fd < 0 || *writing < 0)
		return errno;
	fcntl(stream->fd, F_SETFL, O_NONBLOCK);
	return 0;
}

static void stream_close(struct command_stream *stream)
{
	if (stream->fd >= 0)
		close(stream->fd);
	stream->fd = -1;
}

int command_start_one(struct command *command, const struct command_start *start)
{
	int writing = -1, output = -1;
	*command = command_none();
	int error = stream_open(&command->errors, &writing);
	if (!error && start->keeps_output)
		error = stream_open(&command->printed, &output);
	if (!error)
		error = spawn(command, start, start->keeps_output ? output : start->output, writing);
	close(writing);
	close(output);
	if (!error && (command->pid_fd = (int)syscall(SYS_pidfd_open, command->pid, 0)) < 0)
		error = errno;
	if (!error)
		return 0;
	struct command_end end;
	if (command->pid > 0 && command->pid_fd < 0)
		command_finish(command, true, &end);
	stream_close(&command->errors);
	stream_close(&command->printed);
	*command = command_none();
	return start_failure(error, start->path);
}

static void tail_add(struct command_tail *tail, const char *piece, size_t bytes)
{
	const size_t room = sizeof tail->text;
	tail->cut |= bytes + tail->bytes > room;
	if (bytes > room) {
		piece += bytes - room;
		bytes = room;
	}
	size_t kept = tail->bytes < room - bytes ? tail->bytes : room - bytes;
	memmove(tail->text, tail->text + tail->bytes - kept, kept);
	memcpy(tail->text + kept, piece, bytes);
	tail->bytes = kept + bytes;
}

static void stream_drain(struct command_stream *stream)
{
	static char piece[PIECE_BYTES];
	for (int pieces = 0; stream->fd >= 0 && pieces < PIECES_MOST; pieces++) {
		ssize_t got = read(stream->fd, piece, sizeof piece);
		if (got > 0)
			tail_add(&stream->tail, piece, (size_t)got);
		else if (got == 0 || (errno != EAGAIN && errno != EINTR))
			stream_close(stream);
		if (got < (ssize_t)sizeof piece)
			return;
	}
}

void command_drain(struct command *command)
{
	stream_drain(&command->errors);
	stream_drain(&command->printed);
}

// Killed again in every turn: a process that was just being forked missed the last signal.
static void group_end(pid_t group)
{
	const uint64_t deadline_ns = clock_now_ns() + REAP_DEADLINE_S * NS_PER_S;
	pid_t reaped;
	while ((reaped = waitpid(-group, NULL, WNOHANG)) >= 0 && clock_now_ns() < deadline_ns) {
		kill(-group, SIGKILL);
		if (reaped == 0)
			nanosleep(&(struct timespec){.tv_nsec = REAP_PAUSE_NS}, NULL);
	}
}

static uint64_t own_peak_kib(void)
{
	struct rusage own;
	return getrusage(RUSAGE_SELF, &own) == 0 ? (uint64_t)own.ru_maxrss : 0;
}

void command_finish(struct command *command, bool kill_it, struct command_end *end)
{
	struct rusage rusage;
	*end = (struct command_end){.timed_out = kill_it};
	// Not reaped yet, so that its number cannot be another group's.
	kill(-command->pid, SIGKILL);
	while (wait4(command->pid, &end->wait_status, 0, &rusage) < 0 && errno == EINTR)
		;
	end->wall_ns = clock_now_ns() - command->begin_ns;
	command_drain(command);
	end->tail = command->errors.tail;
	end->printed = command->printed.tail;
	usage_add_rusage(&end->usage, &rusage);
	// Until its exec it shares this process's memory, whose peak the kernel counts as its own.
	end->floor_bytes = own_peak_kib() << 10;
	if ((uint64_t)rusage.ru_maxrss << 10 > end->floor_bytes)
		end->peak_bytes = (uint64_t)rusage.ru_maxrss << 10;
	group_end(command->pid);
	stream_close(&command->errors);
	stream_close(&command->printed);
	if (command->pid_fd >= 0)
		close(command->pid_fd);
	*command = command_none();
}

// Returns whether it ended in time.
static bool await(struct command *command, uint64_t deadline_ns)
{
	for (;;) {
		struct pollfd ends[] = {{.fd = command->pid_fd, .events = POLLIN},
		                        {.fd = command->errors.fd, .events = POLLIN},
		                        {.fd = command->printed.fd, .events = POLLIN}};
		uint64_t now_ns = clock_now_ns();
		if (now_ns >= deadline_ns)
			return false;
		uint64_t left_ms = (deadline_ns - now_ns) / NS_PER_MS + 1;
		poll(ends, 3, left_ms < INT_MAX ? (int)left_ms : INT_MAX);
		if (ends[1].revents || ends[2].revents)
			command_drain(command);
		if (ends[0].revents)
			return true;
	}
}

int command_run(const struct command_start *start, uint64_t allowed_ns, struct command_end *end)
{
	struct command command;
	int status = command_start_one(&command, start);
	if (status < 0)
		return status;
	bool ended = await(&command, command.begin_ns + allowed_ns);
	command_finish(&command, !ended, end);
	end->allowed_ns = allowed_ns;
	return 0;
}

bool command_failed(const struct command_end *end)
{
	return end->timed_out || !WIFEXITED(end->wait_status) || WEXITSTATUS(end->wait_status) != 0;
}

char *command_end_text(const struct command_end *end, char *out, size_t out_bytes)
{
	char allowed[32];
	if (end->timed_out)
		snprintf(out, out_bytes, "did not end within %s and was killed",
		         units_format_ns(allowed, sizeof allowed, (double)end->allowed_ns));
	else if (WIFSIGNALED(end->wait_status))
		snprintf(out, out_bytes, "was killed by %s", signal_text(WTERMSIG(end->wait_status)));
	else
		snprintf(out, out_bytes, "exited with code %d", WEXITSTATUS(end->wait_status));
	return out;
}

char *command_tail_line(const struct command_tail *tail, char *out, size_t out_bytes)
{
	char text[COMMAND_TAIL_BYTES + 1];
	size_t length = tail->bytes;
	memcpy(text, tail->text, length);
	while (length > 0 && (unsigned char)text[length - 1] <= ' ')
		length--;
	text[length] = '\0';
	for (size_t i = 0; i < length; i++)
		if (text[i] == '\0' || (text[i] != '\n' && (unsigned char)text[i] < ' ') || text[i] == 0x7f)
			text[i] = ' ';
	const char *line = strrchr(text, '\n');
	return text_fit(out, out_bytes, line ? line + 1 : text);
}
