// A signal handler: of the C library only what is safe in one.
#include "host/terminate.h"

#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"

enum { REAP_DEADLINE_S = 5, REAP_PAUSE_NS = 1000000, MOMENT_NS = 100000000 };

// A number counts with the space behind it: what was cut would be another process.
static void children_signal(int number)
{
	char list[4096];
	int pid = 0, file = open("/proc/thread-self/children", O_RDONLY | O_CLOEXEC);
	ssize_t got = file < 0 ? 0 : read(file, list, sizeof list);
	for (ssize_t i = 0; i < got; i++) {
		if (list[i] == ' ' && pid > 1)
			kill(pid, number);
		pid = list[i] == ' ' ? 0 : 10 * pid + (list[i] - '0');
	}
	if (file >= 0)
		close(file);
}

// Who heeds SIGTERM has a moment to remove its temporary files: compilers do. Children of those that were killed become
// ours in turn.
static void on_terminate(int number)
{
	const uint64_t begin_ns = clock_now_ns(), deadline_ns = begin_ns + REAP_DEADLINE_S * NS_PER_S;
	pid_t reaped;
	children_signal(SIGTERM);
	while ((reaped = waitpid(-1, NULL, WNOHANG)) >= 0 && clock_now_ns() < deadline_ns) {
		if (clock_now_ns() - begin_ns > MOMENT_NS)
			children_signal(SIGKILL);
		if (reaped == 0)
			nanosleep(&(struct timespec){.tv_nsec = REAP_PAUSE_NS}, NULL);
	}
	signal(number, SIG_DFL);
	raise(number); // delivered at the handler's return
}

// SIGTERM is what a parent's death sends: whoever started us with it ignored did not mean that.
void terminate_with_children(void)
{
	static const int numbers[] = {SIGTERM, SIGINT, SIGHUP};
	struct sigaction action = {.sa_handler = on_terminate}, before;
	for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
		sigaddset(&action.sa_mask, numbers[i]);
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
		if (numbers[i] == SIGTERM || (sigaction(numbers[i], NULL, &before) == 0 && before.sa_handler != SIG_IGN))
			sigaction(numbers[i], &action, NULL);
}

void terminate_with_parent(int parent)
{
	setpgid(0, 0);
	terminate_with_children();
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (getppid() != parent) // it may have died before that call
		_exit(1);
}
