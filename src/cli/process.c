// on_exit() is where every end of the program passes: main's, argp's after --help, and that of a library which gives
// up.
#include "cli/process.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "cli/options/exit_code.h"
#include "host/crash_guard.h"

static const char *name = "tvp";
static pid_t begun;
static bool ended; // by a command's own exit code

// Opened the wrong way round, so that using what the parent has closed still fails.
static void descriptors_take(void)
{
	static const int flags[] = {O_WRONLY, O_RDONLY, O_RDONLY};
	for (int fd = 0; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0 && errno == EBADF && open("/dev/null", flags[fd]) != fd)
			_exit(EXIT_ENVIRONMENT);
}

static bool is_the_parents(int number)
{
	static const int theirs[] = {SIGINT, SIGQUIT, SIGHUP, SIGTSTP, SIGTTIN, SIGTTOU};
	for (size_t i = 0; i < sizeof theirs / sizeof *theirs; i++)
		if (theirs[i] == number)
			return true;
	return false;
}

static void signals_reset(void)
{
	struct sigaction action;
	sigset_t none;
	for (int number = 1; number < NSIG; number++)
		if (!is_the_parents(number) && sigaction(number, NULL, &action) == 0 && action.sa_handler == SIG_IGN)
			signal(number, SIG_DFL);
	signal(SIGXFSZ, SIG_IGN);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

// A pool of 1,024 workers with a channel each needs more descriptors than the usual soft limit.
static void descriptor_limit_raise(void)
{
	struct rlimit limit;
	if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < limit.rlim_max) {
		limit.rlim_cur = limit.rlim_max;
		setrlimit(RLIMIT_NOFILE, &limit);
	}
}

static void say(const char *text)
{
	ssize_t written = write(STDERR_FILENO, text, strlen(text));
	(void)written; // there is nobody else to tell
}

// In a signal handler.
static void crash_report(int number, const char *reading)
{
	static const struct {
		int number;
		const char *text;
	} ends[] = {
		{SIGABRT, "crashed (SIGABRT) while reading"}, {SIGSEGV, "crashed (SIGSEGV) while reading"},
		{SIGBUS, "crashed (SIGBUS) while reading"},   {SIGFPE, "crashed (SIGFPE) while reading"},
		{SIGALRM, "took more than 10 s to read"},
	};
	_Static_assert(CRASH_GUARD_S == 10, "the text above names it");
	say(name);
	say(": hwloc ");
	for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
		if (ends[i].number == number)
			say(ends[i].text);
	say(" the topology of ");
	say(reading);
	say("\n");
	_exit(EXIT_ENVIRONMENT);
}

static bool stdout_flush(int exit_code)
{
	errno = 0;
	if (fflush(stdout) == 0 && !ferror(stdout))
		return true;
	if (exit_code != EXIT_ENVIRONMENT) // else the command has said so where it met it
		fprintf(stderr, "%s: cannot write to standard output%s%s\n", name, errno ? ": " : "",
		        errno ? strerror(errno) : "");
	return false;
}

static void check_end(int exit_code, void *unused)
{
	(void)unused;
	if (getpid() != begun) // a child's end is not the command's, and neither is the output it has inherited
		_exit(exit_code);
	bool written = stdout_flush(exit_code), asked = ended || exit_code == EXIT_OK || exit_code == EXIT_USAGE;
	if (!asked)
		fprintf(stderr, "%s: a library ended the program with exit status %d\n", name, exit_code);
	if (!asked || (!written && exit_code == EXIT_OK))
		_exit(EXIT_ENVIRONMENT);
}

static void check_start(int exit_code, void *unused)
{
	(void)unused;
	if (begun != 0) // then check_end() has seen it
		return;
	say("tvp: a library ended the program before it began, as where memory is short\n");
	_exit(exit_code == EXIT_OK ? EXIT_OK : EXIT_ENVIRONMENT);
}

// Before the constructors of libraries that are linked statically: libgomp's ends the program where malloc() fails.
__attribute__((constructor(101))) static void begin_first(void)
{
	on_exit(check_start, NULL);
}

void process_begin(void)
{
	descriptors_take();
	signals_reset();
	descriptor_limit_raise();
	crash_guard_report_to(crash_report);
	begun = getpid();
	on_exit(check_end, NULL);
}

void process_name(const char *command)
{
	name = command;
}

int process_end(int exit_code)
{
	ended = true;
	return exit_code;
}
