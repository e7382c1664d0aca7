// Handlers for the signals of a crash, and an alarm.
#include "host/crash_guard.h"

#include <stddef.h>
#include <unistd.h>

static const int crash_signals[CRASH_GUARD_SIGNALS_N] = {SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGALRM};
static void (*report_to)(int signal);

void crash_guard_report_to(void (*report)(int signal))
{
	report_to = report;
}

void crash_guard_begin(struct crash_guard *guard)
{
	if (!report_to)
		return;
	struct sigaction action = {.sa_handler = report_to};
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
