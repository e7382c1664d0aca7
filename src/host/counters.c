// perf_event_open without a library. A counter that could not include the kernel's share is not opened at all: numbers
// that mean something else on another machine are worse than none.
#include "host/counters.h"

#include <errno.h>
#include <linux/perf_event.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static const struct {
	const char *name;
	uint32_t type;
	uint64_t config;
} events[COUNTER_N] = {
	[COUNTER_CYCLES] = {"cycles", PERF_TYPE_HARDWARE, PERF_COUNT_HW_CPU_CYCLES},
	[COUNTER_INSTRUCTIONS] = {"instructions", PERF_TYPE_HARDWARE, PERF_COUNT_HW_INSTRUCTIONS},
	[COUNTER_CACHE_MISSES] = {"cache_misses", PERF_TYPE_HARDWARE, PERF_COUNT_HW_CACHE_MISSES},
	[COUNTER_BRANCH_MISSES] = {"branch_misses", PERF_TYPE_HARDWARE, PERF_COUNT_HW_BRANCH_MISSES},
	[COUNTER_MIGRATIONS] = {"cpu_migrations", PERF_TYPE_SOFTWARE, PERF_COUNT_SW_CPU_MIGRATIONS},
	[COUNTER_CONTEXT_SWITCHES] = {"context_switches", PERF_TYPE_SOFTWARE, PERF_COUNT_SW_CONTEXT_SWITCHES},
};

const char *counter_name(enum counter counter)
{
	return events[counter].name;
}

static int counter_open(enum counter counter)
{
	struct perf_event_attr attr = {
		.size = sizeof attr,
		.type = events[counter].type,
		.config = events[counter].config,
		.read_format = PERF_FORMAT_TOTAL_TIME_ENABLED | PERF_FORMAT_TOTAL_TIME_RUNNING,
		.inherit = 1,
		.exclude_hv = 1,
	};
	return (int)syscall(SYS_perf_event_open, &attr, 0, -1, -1, PERF_FLAG_FD_CLOEXEC);
}

void counters_open(struct counters *counters)
{
	for (int i = 0; i < COUNTER_N; i++)
		counters->fd[i] = counter_open((enum counter)i);
}

static uint64_t counter_read(int fd)
{
	struct {
		uint64_t value, enabled_ns, running_ns;
	} count;
	if (fd < 0 || read(fd, &count, sizeof count) != (ssize_t)sizeof count)
		return UINT64_MAX;
	if (count.running_ns == count.enabled_ns)
		return count.value;
	// Multiplexed: it ran part of the time and is scaled to the whole; one that never ran has counted nothing.
	if (count.running_ns == 0)
		return UINT64_MAX;
	return (uint64_t)((double)count.value * (double)count.enabled_ns / (double)count.running_ns);
}

void counters_read(const struct counters *counters, uint64_t value[COUNTER_N])
{
	for (int i = 0; i < COUNTER_N; i++)
		value[i] = counter_read(counters->fd[i]);
}

void counters_close(struct counters *counters)
{
	for (int i = 0; i < COUNTER_N; i++) {
		if (counters->fd[i] >= 0)
			close(counters->fd[i]);
		counters->fd[i] = -1;
	}
}

static int paranoid_read(void)
{
	int paranoid = -1;
	FILE *file = fopen("/proc/sys/kernel/perf_event_paranoid", "re");
	if (file) {
		if (fscanf(file, "%d", &paranoid) != 1)
			paranoid = -1;
		fclose(file);
	}
	return paranoid;
}

static void refusal_explain(int error, char *out, size_t out_bytes)
{
	int paranoid = paranoid_read();
	// What paranoid forbids is EACCES, and forbids nobody who has CAP_PERFMON: of an EPERM it is not the cause.
	if (error == EACCES && paranoid > 1)
		snprintf(out, out_bytes,
		         "not available here: kernel.perf_event_paranoid is %d (counters need 1 or less, or CAP_PERFMON)",
		         paranoid);
	else if (error == EACCES || error == EPERM)
		snprintf(out, out_bytes,
		         "not available here: perf_event_open is not permitted (most likely by a container's seccomp filter)");
	else if (error == ENOENT || error == EOPNOTSUPP || error == ENODEV)
		snprintf(out, out_bytes,
		         "not available here: this machine has no hardware counters (most virtual machines hide them)");
	else if (error == ENOSYS)
		snprintf(out, out_bytes, "not available here: this kernel has no perf_event_open");
	else
		snprintf(out, out_bytes, "not available here: perf_event_open: %s", strerror(error));
}

const char *counters_why_not(void)
{
	static _Thread_local char reason[160];
	int fd = counter_open(COUNTER_CYCLES);
	if (fd < 0) {
		refusal_explain(errno, reason, sizeof reason);
		return reason;
	}
	close(fd);
	return NULL;
}
