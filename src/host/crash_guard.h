// A library that may crash or never return in this very process: what to say then, since nothing can be mended.
#ifndef TVP_HOST_CRASH_GUARD_H
#define TVP_HOST_CRASH_GUARD_H

#include <signal.h>

enum { CRASH_GUARD_SIGNALS_N = 5, CRASH_GUARD_S = 10 };

struct crash_guard {
	struct sigaction before[CRASH_GUARD_SIGNALS_N];
};

/// Who tells the user, once for the program: called in a signal handler with the signal (SIGALRM: no end within
/// CRASH_GUARD_S) and with what was being read, so only what is async-signal-safe is allowed, and it must not return.
/// Without one, a crash is a crash.
void crash_guard_report_to(void (*report)(int signal, const char *reading));

/// Between these two a crash is reported. From the only thread; SIGALRM and alarm() are taken. `reading` outlives them.
void crash_guard_begin(struct crash_guard *guard, const char *reading);
void crash_guard_end(const struct crash_guard *guard);

#endif
