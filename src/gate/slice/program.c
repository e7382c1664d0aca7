// One process from its start to its end. SIGCHLD interrupts the wait for its standard error, so that neither a process
// that says nothing nor a grandchild that keeps the pipe open delays the reading of the clock.
#include "gate/slice/program.h"

#include "base/clock.h"
#include "base/status.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { TAIL_BYTES = 4096 };

struct tail {
	int fd;
	char text[2 * TAIL_BYTES + 1];
	size_t bytes;
};

static void tail_read(struct tail *tail)
{
	for (;;) {
		ssize_t got = read(tail->fd, tail->text + tail->bytes, sizeof tail->text - 1 - tail->bytes);
		if (got <= 0)
			return;
		tail->bytes += (size_t)got;
		if (tail->bytes > TAIL_BYTES) {
			memmove(tail->text, tail->text + tail->bytes - TAIL_BYTES, TAIL_BYTES);
			tail->bytes = TAIL_BYTES;
		}
	}
}

// The last line that is not empty.
static void last_line(struct tail *tail, char *out, size_t out_bytes)
{
	while (tail->bytes > 0 && strchr(" \r\n\t", tail->text[tail->bytes - 1]))
		tail->bytes--;
	tail->text[tail->bytes] = '\0';
	const char *line = strrchr(tail->text, '\n');
	snprintf(out, out_bytes, "%.*s", (int)out_bytes - 1, line ? line + 1 : tail->text);
	slice_plain(out);
}

static void nothing(int signal)
{
	(void)signal;
}

// SIGCHLD is blocked but for the wait.
static void signals_set(sigset_t *waiting)
{
	sigset_t child;
	sigaction(SIGCHLD, &(struct sigaction){.sa_handler = nothing}, NULL);
	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	sigprocmask(SIG_BLOCK, &child, waiting);
	sigdelset(waiting, SIGCHLD);
}

static int start(const char *const *words, int out_fd, int error_fd, pid_t *pid)
{
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attributes;
	sigset_t none, reset;
	sigemptyset(&none);
	sigemptyset(&reset);
	sigaddset(&reset, SIGCHLD);
	sigaddset(&reset, SIGPIPE);
	posix_spawn_file_actions_init(&files);
	posix_spawnattr_init(&attributes);
	posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	if (out_fd < 0)
		posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
	else
		posix_spawn_file_actions_adddup2(&files, out_fd, STDOUT_FILENO);
	posix_spawn_file_actions_adddup2(&files, error_fd, STDERR_FILENO);
	posix_spawnattr_setsigmask(&attributes, &none);
	posix_spawnattr_setsigdefault(&attributes, &reset);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
	int error = posix_spawnp(pid, words[0], &files, &attributes, (char *const *)words, environ);
	posix_spawnattr_destroy(&attributes);
	posix_spawn_file_actions_destroy(&files);
	return error == 0 ? 0 : status_fail(error, "cannot run %s", words[0]);
}

static int finish(pid_t pid, uint64_t end_ns, const sigset_t *waiting, struct tail *tail, struct program_run *run)
{
	int wait_status;
	while (wait4(pid, &wait_status, WNOHANG, &run->usage) == 0) {
		uint64_t now_ns = clock_now_ns(), left_ns = end_ns > now_ns ? end_ns - now_ns : 0;
		struct timespec left = {(time_t)(left_ns / NS_PER_S), (long)(left_ns % NS_PER_S)};
		struct pollfd error = {.fd = tail->fd, .events = POLLIN};
		if (left_ns == 0) {
			kill(pid, SIGKILL);
			waitpid(pid, NULL, 0);
			return status_say(ETIMEDOUT, "it did not finish within its deadline and was killed");
		}
		if (ppoll(&error, error.fd >= 0, &left, waiting) > 0)
			tail_read(tail);
		if (error.revents & POLLHUP && tail->fd >= 0) { // it closed its standard error
			close(tail->fd);
			tail->fd = -1;
		}
	}
	run->exit_code = WIFEXITED(wait_status) ? WEXITSTATUS(wait_status) : 128 + WTERMSIG(wait_status);
	return 0;
}

int program_run(const char *const *words, int out_fd, uint64_t deadline_ns, struct program_run *run)
{
	struct tail tail = {0};
	int ends[2];
	sigset_t waiting;
	pid_t pid;
	if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) < 0)
		return status_fail(errno, "a pipe");
	fcntl(ends[1], F_SETFL, 0); // it may block; we do not
	tail.fd = ends[0];
	signals_set(&waiting);
	uint64_t begin_ns = clock_now_ns();
	int status = start(words, out_fd, ends[1], &pid);
	close(ends[1]);
	if (status == 0)
		status = finish(pid, begin_ns + deadline_ns, &waiting, &tail, run);
	run->wall_ns = clock_now_ns() - begin_ns;
	if (tail.fd >= 0) {
		tail_read(&tail);
		close(tail.fd);
	}
	last_line(&tail, run->error, sizeof run->error);
	return status;
}
