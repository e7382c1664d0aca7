// Starting, asking and ending an interpreter. Its children hold its pipes as well, so its death is learnt from the
// kernel (a pidfd), not from an end of file; they are in its session, which is killed as a whole before it is reaped.
#include "bench/python/peer.h"

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
#include "bench/twin/twin.h"

enum {
	WORDS_MAX = SPEC_AXES_MAX + 4,
	WORD_BYTES = SPEC_KEY_BYTES + SPEC_VALUE_BYTES,
	CLOSE_DEADLINE_MS = 20000,
	SHOWN_BYTES = 120
};

static const char *interpreter(void)
{
	const char *chosen = getenv("TVP_PYTHON");
	return chosen && *chosen ? chosen : "python3";
}

static int script_find(char *path, size_t path_bytes)
{
	const char *chosen = getenv("TVP_PYTHON_DIR");
	char installed[PATH_MAX];
	self_beside(installed, sizeof installed, TVP_DATA_FROM_BIN "/python");
	const char *const places[] = {chosen ? chosen : TVP_PYTHON_DIR, installed};
	for (int i = 0; i < (chosen ? 1 : 2); i++) {
		snprintf(path, path_bytes, "%s/python_peer.py", places[i]);
		if (access(path, R_OK) == 0)
			return 0;
	}
	return status_say(ENOENT, "no python_peer.py in %s; set TVP_PYTHON_DIR", places[0]);
}

// A module of the user's must not stand in for one of the library's, and what is compiled must not be left beside the
// scripts.
static void environment_set(const char *directory)
{
	unsetenv("PYTHONPATH");
	unsetenv("PYTHONHOME");
	setenv("PYTHONNOUSERSITE", "1", 1);
	setenv("PYTHONDONTWRITEBYTECODE", "1", 1);
	setenv("TMPDIR", directory, 1);
}

// In the child; on failure the parent reads errno from `failed`.
_Noreturn static void become(char *const argv[], const char *directory, const int in[2], const int out[2], int said,
                             int failed, int parent)
{
	environment_set(directory);
	sigset_t none;
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL); // the forkserver learns of its children by SIGCHLD
	setsid();
	prctl(PR_SET_PDEATHSIG, SIGKILL); // kept across exec
	if (getppid() == parent && dup2(in[0], STDIN_FILENO) >= 0 && dup2(out[1], STDOUT_FILENO) >= 0 &&
	    dup2(said, STDERR_FILENO) >= 0)
		execvp(argv[0], argv);
	int error = errno;
	if (write(failed, &error, sizeof error) < 0)
		_exit(126);
	_exit(127);
}

static int start(struct python_peer *peer, char *const argv[], const char *directory)
{
	int in[2] = {-1, -1}, out[2] = {-1, -1}, failed[2] = {-1, -1}, error = 0, parent = getpid();
	peer->said = memfd_create("python-stderr", MFD_CLOEXEC);
	if (peer->said < 0 || pipe2(in, O_CLOEXEC) < 0 || pipe2(out, O_CLOEXEC) < 0 || pipe2(failed, O_CLOEXEC) < 0)
		error = errno;
	peer->to = in[1];
	peer->from = out[0];
	peer->pid = error ? -1 : fork();
	if (peer->pid == 0)
		become(argv, directory, in, out, peer->said, failed[1], parent);
	error = !error && peer->pid < 0 ? errno : error;
	close(in[0]);
	close(out[1]);
	close(failed[1]);
	// End of file: exec closed the other end.
	if (!error && read(failed[0], &error, sizeof error) <= 0)
		error = 0;
	close(failed[0]);
	if (error == ENOENT)
		return status_say(ENOTSUP, "no %s on PATH (TVP_PYTHON names another interpreter)", argv[0]);
	if (!error && (peer->pid_fd = (int)syscall(SYS_pidfd_open, peer->pid, 0)) < 0)
		error = errno;
	return error ? status_fail(error, "starting %s", argv[0]) : 0;
}

int python_peer_open(struct python_peer *peer, const struct spec *spec, const char *cpus, const char *directory)
{
	char script[4096], word[WORDS_MAX][WORD_BYTES], *argv[WORDS_MAX + 1] = {0};
	unsigned words_n = 0;
	*peer = (struct python_peer){.pid = -1, .pid_fd = -1, .to = -1, .from = -1, .said = -1};
	int status = script_find(script, sizeof script);
	if (status < 0)
		return status;
	argv[words_n++] = (char *)interpreter();
	argv[words_n++] = script;
	for (unsigned i = 0; i < spec->axes_n; i++, words_n++) {
		snprintf(word[words_n], WORD_BYTES, "%s=%s", spec_axis(spec, i).key, spec_axis(spec, i).value);
		argv[words_n] = word[words_n];
	}
	if (cpus && *cpus) {
		snprintf(word[words_n], WORD_BYTES, "cpus=%s", cpus);
		argv[words_n] = word[words_n];
	}
	status = start(peer, argv, directory);
	if (status < 0)
		python_peer_kill(peer);
	return status;
}

// The last line of its standard error that has text: of a traceback, what was wrong.
static void last_words(const struct python_peer *peer, char *out, size_t out_bytes)
{
	char text[1024];
	off_t end = lseek(peer->said, 0, SEEK_END), from = end > (off_t)sizeof text - 1 ? end - (off_t)sizeof text + 1 : 0;
	ssize_t length = pread(peer->said, text, sizeof text - 1, from);
	length = length < 0 ? 0 : length;
	while (length > 0 && strchr(" \n", text[length - 1]))
		length--;
	text[length] = '\0';
	const char *line = strrchr(text, '\n');
	snprintf(out, out_bytes, "%s%.100s", length ? ": " : "", line ? line + 1 : text);
}

// It has ended: its session first, while the number of its leader cannot be another's.
static int reap(struct python_peer *peer)
{
	int wait_status = 0;
	kill(-peer->pid, SIGKILL);
	kill(peer->pid, SIGKILL); // it may not lead a session yet
	waitpid(peer->pid, &wait_status, 0);
	peer->pid = -1;
	return wait_status;
}

static int death(struct python_peer *peer)
{
	char words[SHOWN_BYTES];
	int pid = peer->pid, wait_status = reap(peer);
	last_words(peer, words, sizeof words);
	if (WIFSIGNALED(wait_status))
		return status_say(ECHILD, "%s (pid %d) was killed by %s%s", interpreter(), pid,
		                  signal_text(WTERMSIG(wait_status)), words);
	return status_say(ECHILD, "%s (pid %d) exited with code %d%s", interpreter(), pid, WEXITSTATUS(wait_status), words);
}

// Up to the end of a line. More than a line was not asked for.
static int line_read(struct python_peer *peer)
{
	size_t used = 0;
	struct pollfd ends[2] = {{.fd = peer->from, .events = POLLIN}, {.fd = peer->pid_fd, .events = POLLIN}};
	while (used == 0 || peer->line[used - 1] != '\n') {
		if (poll(ends, 2, -1) < 0 && errno != EINTR)
			return status_fail(errno, "waiting for %s", interpreter());
		// What it said before it died comes first.
		ssize_t length = ends[0].revents ? read(peer->from, peer->line + used, sizeof peer->line - 1 - used) : 0;
		if (length <= 0 && !ends[1].revents && ends[0].revents) {
			ends[0].fd = -1; // it closed its output: its end is what is left to wait for
			ends[0].revents = 0;
		} else if (length <= 0 && ends[1].revents) {
			return death(peer);
		}
		used += length > 0 ? (size_t)length : 0;
		if (used == sizeof peer->line - 1)
			break;
	}
	peer->line[used] = '\0';
	char *end = strchr(peer->line, '\n');
	if (!end || end[1])
		return status_say(EPROTO, "%s said more than the one line asked for: \"%.60s\"", interpreter(), peer->line);
	*end = '\0';
	return 0;
}

int python_peer_ask(struct python_peer *peer, const char *request)
{
	if (peer->pid < 0)
		return status_say(ECHILD, "%s has ended", interpreter());
	// Shorter than a pipe holds. Where nobody reads any more, the waiting says why.
	if (request && dprintf(peer->to, "%s\n", request) < 0 && errno != EPIPE)
		return status_fail(errno, "asking %s", interpreter());
	int status = line_read(peer);
	if (status == 0 && strncmp(peer->line, "unsupported ", 12) == 0)
		return status_say(ENOTSUP, "%s", peer->line + 12);
	if (status == 0 && strncmp(peer->line, "error ", 6) == 0)
		return status_say(EPROTO, "%s: %s", interpreter(), peer->line + 6);
	return status;
}

// Whoever ends between being listed and being read is in what its parent reaped, a moment later.
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

int python_peer_usage(struct python_peer *peer, struct usage *usage)
{
	unsigned long long cpu_ns, faults_n, voluntary_n, involuntary_n;
	int status = python_peer_ask(peer, "usage");
	if (status < 0)
		return status;
	if (sscanf(peer->line, "%llu %llu %llu %llu", &cpu_ns, &faults_n, &voluntary_n, &involuntary_n) != 4)
		return status_say(EPROTO, "%s answered \"%.60s\", not what it used", interpreter(), peer->line);
	usage->cpu_ns += cpu_ns;
	usage->faults_n += faults_n;
	usage->switches_voluntary_n += voluntary_n;
	usage->switches_involuntary_n += involuntary_n;
	add_children(peer->pid, usage);
	return 0;
}

static void descriptors_close(struct python_peer *peer)
{
	int *const all[] = {&peer->pid_fd, &peer->to, &peer->from, &peer->said};
	for (int i = 0; i < 4; i++) {
		if (*all[i] >= 0)
			close(*all[i]);
		*all[i] = -1;
	}
}

int python_peer_close(struct python_peer *peer)
{
	close(peer->to);
	peer->to = -1;
	int ended = 0;
	while ((ended = poll(&(struct pollfd){.fd = peer->pid_fd, .events = POLLIN}, 1, CLOSE_DEADLINE_MS)) < 0 &&
	       errno == EINTR)
		;
	if (ended <= 0)
		return status_say(ETIMEDOUT, "%s does not end", interpreter());
	siginfo_t how = {0};
	waitid(P_PID, (id_t)peer->pid, &how, WEXITED | WNOWAIT);
	int status = how.si_code == CLD_EXITED && how.si_status == 0 ? 0 : death(peer);
	python_peer_kill(peer);
	return status;
}

void python_peer_kill(struct python_peer *peer)
{
	if (peer->pid > 0)
		reap(peer);
	descriptors_close(peer);
}
