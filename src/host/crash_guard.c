// Handlers for the signals of a crash, and an alarm.
#include "host/crash_guard.h"

#include <stddef.h>
#include <unistd.h>

static const int crash_signals[CRASH_GUARD_SIGNALS_N] = {SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGALRM};
static void (*report_to)(int signal, const char *reading);
static const char *being_read;

void crash_guard_report_to(void (*report)(int signal, const char *reading))
{
	report_to = report;
}

static void crashed(int signal)
{
	report_to(signal, being_read);
}

void crash_guard_begin(struct crash_guard *guard, const char *reading)
{
	if (!report_to)
		return;
	being_read = reading;
	struct sigaction action = {.sa_handler = crashed};
	for (size_t i = 0; i < CRASH_GUARD_SIGNALS_N; i++)
		sigaction(crash_signals[i], &action, &guard->before[i]);
	alarm(CRASH_GUARD_S);
}

void crash_guard_end(const struct crash_guard *guard)
{
	if (!report_to)
		return;
	alarm(0);
	for (size_t i = 0; i < CRASH_GUARD_SIGNALS_N; i++)
		sigaction(crash_signals[i], &guard->before[i], NULL);
}
