#include "host/guarded.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/status.h"
#include "base/words.h"
#include "host/orphans.h"
#include "host/task_limits.h"
#include "host/terminate.h"

struct answer {
	bool answered;
	int status;
	char message[400];
};

_Noreturn static void child(int (*call)(void *), void *context, struct answer *answer, int parent)
{
	sigset_t none;
	terminate_with_parent(parent);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	answer->status = call(context);
	text_fit(answer->message, sizeof answer->message, answer->status < 0 ? status_message() : "");
	answer->answered = true;
	orphans_end(NULL);
	_exit(0);
}

static bool interrupt_waits(void)
{
	static const int numbers[] = {SIGINT, SIGTERM, SIGHUP};
	sigset_t pending;
	if (sigpending(&pending) < 0)
		return false;
	for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
		if (sigismember(&pending, numbers[i]))
			return true;
	return false;
}

// Polled, since SIGCHLD may be blocked here or not. Returns 0, -EINTR, or -errno with a message.
static int await(int pid)
{
	uint64_t pause_ns = 100 * NS_PER_US;
	bool interrupted = false;
	for (;;) {
		int ended = waitpid(pid, NULL, WNOHANG);
		if (ended == pid)
			return interrupted ? status_say(EINTR, "interrupted") : 0;
		if (ended < 0 && errno != EINTR)
			return status_fail(errno, "waiting for a child process");
		if (!interrupted && interrupt_waits()) {
			interrupted = true;
			kill(pid, SIGTERM);
		}
		nanosleep(&(struct timespec){.tv_nsec = (long)pause_ns}, NULL);
		pause_ns = pause_ns < 5 * NS_PER_MS ? pause_ns * 5 / 4 : pause_ns;
	}
}

static int run(int (*call)(void *), void *context, struct answer *answer)
{
	int parent = getpid();
	signal(SIGCHLD, SIG_DFL); // where our parent had it ignored, we could not wait
	fflush(NULL);
	int pid = fork();
	if (pid == 0)
		child(call, context, answer, parent);
	if (pid < 0)
		return status_fail_task(errno, "fork");
	int status = await(pid);
	if (status < 0)
		return status;
	if (!answer->answered)
		return status_say(ECHILD, "a child process was killed");
	return answer->status < 0 ? status_say(-answer->status, "%s", answer->message) : answer->status;
}

int guarded_call(int (*call)(void *context), void *context)
{
	struct answer *answer = shared_map(sizeof *answer);
	if (!answer)
		return -ENOMEM;
	int status = run(call, context, answer);
	munmap(answer, sizeof *answer);
	return status;
}
