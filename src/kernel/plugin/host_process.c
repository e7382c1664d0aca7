// The host is in a process group of its own, which is killed as soon as it has ended or its time is over.
#include "kernel/plugin/host_process.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/self.h"
#include "base/status.h"
#include "host/guarded.h"
#include "host/task_limits.h"

#define PROGRAM "tvp-kernel-host"
enum { NOT_EXECUTED = 127 };

struct plugin_request *plugin_request_open(const char *path, enum plugin_task task, int *file)
{
	struct plugin_request *request = shared_map_file(sizeof *request, file);
	if (!request)
		return NULL;
	request->protocol = PLUGIN_PROTOCOL;
	request->bytes = sizeof *request;
	request->task = task;
	snprintf(request->path, sizeof request->path, "%s", path);
	return request;
}

void plugin_request_close(struct plugin_request *request, int file)
{
	munmap(request, sizeof *request);
	close(file);
}

static const char *program_path(void)
{
	static char path[PATH_MAX];
	static const char *const paths[] = {PROGRAM, TVP_LIBEXEC_FROM_BIN "/" PROGRAM};
	for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
		if (access(self_beside(path, sizeof path, paths[i]), X_OK) == 0)
			return path;
	return NULL;
}

static void inherit(int file)
{
	if (file > 0)
		fcntl(file, F_SETFD, 0);
}

int host_exec(const struct plugin_request *request, int file)
{
	const char *path = program_path();
	char number[16];
	if (!path)
		return status_say(ENOENT,
		                  PROGRAM ", which opens kernels from files, is neither in this program's directory nor "
		                          "in " TVP_LIBEXEC_FROM_BIN " relative to it");
	snprintf(number, sizeof number, "%d", file);
	inherit(file);
	inherit(request->plugin_file);
	inherit(request->arena_file);
	inherit(request->trial_file);
	dup2(STDERR_FILENO, STDOUT_FILENO); // what a plug-in prints must not end up among the results
	execv(path, (char *[]){(char[]){PROGRAM}, number, NULL});
	return status_fail(errno, "%s", path);
}

static void input_close(void)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	dup2(null, STDIN_FILENO);
}

#if defined __SANITIZE_ADDRESS__ || defined __SANITIZE_THREAD__
#define MAPS_ALL // the sanitizers reserve terabytes
#elif defined __has_feature
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define MAPS_ALL
#endif
#endif

// So much memory beside the problem's: to fill it may take as much as the machine has.
static void memory_bound(const struct plugin_request *request)
{
#ifdef MAPS_ALL
	(void)request;
#else
	rlim_t bytes = (rlim_t)4 << 30;
	if (request->task == PLUGIN_PREPARE || request->task == PLUGIN_TRY)
		bytes += 2 * request->arena_bytes + (rlim_t)sysconf(_SC_PHYS_PAGES) * (rlim_t)sysconf(_SC_PAGESIZE);
	struct rlimit limit;
	if (getrlimit(RLIMIT_AS, &limit) == 0 && bytes < limit.rlim_cur)
		setrlimit(RLIMIT_AS, &(struct rlimit){bytes, limit.rlim_max});
#endif
}

_Noreturn static void child(struct plugin_request *request, int file, int parent)
{
	sigset_t none;
	setpgid(0, 0);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(NOT_EXECUTED);
	setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
	memory_bound(request);
	signal(SIGPIPE, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	input_close();
	host_exec(request, file);
	snprintf(request->message, sizeof request->message, "%s", status_message());
	_exit(NOT_EXECUTED);
}

// Returns 0 with *wait_status, or -ETIMEDOUT.
static int await(int pid, uint64_t allowed_ns, int *wait_status)
{
	uint64_t deadline_ns = clock_now_ns() + allowed_ns, pause_ns = 100 * NS_PER_US;
	for (;;) {
		int ended = waitpid(pid, wait_status, WNOHANG);
		if (ended == pid)
			return 0;
		if (ended < 0 && errno != EINTR)
			return -errno;
		if (clock_now_ns() > deadline_ns)
			return -ETIMEDOUT;
		nanosleep(&(struct timespec){.tv_nsec = (long)pause_ns}, NULL);
		pause_ns = pause_ns < 5 * NS_PER_MS ? pause_ns * 5 / 4 : pause_ns;
	}
}

static const char *phase_text(int phase)
{
	static const char *const text[] = {
		[PHASE_START] = "its host",          [PHASE_OPEN] = "opening it",   [PHASE_NEED] = "need()",
		[PHASE_TRAFFIC] = "traffic()",       [PHASE_PREPARE] = "prepare()", [PHASE_RUN] = "run()",
		[PHASE_SPAN_BYTES] = "span_bytes()", [PHASE_CHECK] = "check()",     [PHASE_OURS] = "its host",
	};
	return phase >= 0 && phase <= PHASE_OURS ? text[phase] : text[PHASE_OURS];
}

static int killed(const struct plugin_request *request, int signal)
{
	const char *name = sigabbrev_np(signal), *what = phase_text(request->phase);
	const char *why = signal == SIGABRT ? ": a failed assertion, or a C++ exception that nothing caught"
	                  : signal == SIGBUS || signal == SIGSEGV
	                      ? request->phase == PHASE_RUN
	                            ? ": it read or wrote where it must not; `in` is read-only in run()"
	                            : ": it read or wrote where it must not"
	                      : "";
	if (signal == SIGSYS)
		return status_say(EPROTO, "%s: %s started a thread or a process: tvp divides the work, a kernel must not",
		                  request->path, what);
	return status_say(EPROTO, "%s: %s crashed (SIG%s%s)", request->path, what, name ? name : "???", why);
}

static int outcome(struct plugin_request *request, int waited, int wait_status, uint64_t allowed_ns)
{
	request->message[sizeof request->message - 1] = '\0';
	if (waited == -ETIMEDOUT)
		return status_say(EPROTO, "%s: %s did not end within %.3g s, and was killed", request->path,
		                  phase_text(request->phase), (double)allowed_ns / 1e9);
	if (waited < 0)
		return status_fail(-waited, "%s: waiting for its host", request->path);
	if (WIFSIGNALED(wait_status))
		return killed(request, WTERMSIG(wait_status));
	if (WEXITSTATUS(wait_status) == NOT_EXECUTED && request->phase == PHASE_START)
		return status_say(EPROTO, "%s: %s", request->path,
		                  *request->message ? request->message : PROGRAM " is of another build than this tvp");
	if (!request->answered)
		return status_say(EPROTO, "%s: %s ended the process, by exit(%d) or the like", request->path,
		                  phase_text(request->phase), WEXITSTATUS(wait_status));
	if (request->status < 0)
		return status_say(-request->status, "%s: %s", request->path, request->message);
	return 0;
}

struct asked {
	struct plugin_request *request;
	int file;
	uint64_t deadline_ns;
};

static int run(void *context)
{
	const struct asked *asked = context;
	int parent = getpid(), wait_status = 0, pid = fork();
	if (pid == 0)
		child(asked->request, asked->file, parent);
	if (pid < 0)
		return status_fail_task(errno, "fork of a host for %s", asked->request->path);
	setpgid(pid, pid); // as the child does, whoever is first
	int waited = await(pid, asked->deadline_ns, &wait_status);
	kill(-pid, SIGKILL);
	if (waited < 0)
		waitpid(pid, NULL, 0);
	return outcome(asked->request, waited, wait_status, asked->deadline_ns);
}

int host_run(struct plugin_request *request, int file, uint64_t deadline_ns)
{
	return guarded_call(run, &(struct asked){request, file, deadline_ns});
}
