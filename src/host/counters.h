// Counters of perf_event_open over this process and everything it creates afterwards (inherit), user and kernel.
// Inherited counters make every fork and thread creation slower, so they are read in visits whose times are not used.
#ifndef TVP_HOST_COUNTERS_H
#define TVP_HOST_COUNTERS_H

#include <stdint.h>

enum counter {
	COUNTER_CYCLES,
	COUNTER_INSTRUCTIONS,
	COUNTER_CACHE_MISSES,
	COUNTER_BRANCH_MISSES,
	COUNTER_MIGRATIONS,       ///< software: works in most virtual machines
	COUNTER_CONTEXT_SWITCHES, ///< software
	COUNTER_N
};

/// "cycles", "instructions", "cache_misses", "branch_misses", "cpu_migrations", "context_switches".
const char *counter_name(enum counter counter);

struct counters {
	int fd[COUNTER_N]; ///< -1: not available
};

/// Open what this machine has, counting from now on. Never fails: see counters_why_not().
void counters_open(struct counters *counters);
/// value[i] = count so far (scaled when multiplexed), UINT64_MAX where not available. Workers count, alive or
/// gone; only their difference over a region says what happened in it.
void counters_read(const struct counters *counters, uint64_t value[COUNTER_N]);
void counters_close(struct counters *counters);

/// NULL when hardware counters work here, else the reason: "not available here: …".
const char *counters_why_not(void);

#endif
