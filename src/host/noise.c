// Steal, busy time and interrupts from /proc/stat, pressure from /proc/pressure/cpu. Ticks are 10 ms on most kernels:
// too coarse for a visit of a few ms, fine enough for a whole round.
#include "host/noise.h"

#include "base/clock.h"
#include "host/cgroup.h"

#include <inttypes.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

struct cpu_time {
	uint64_t busy_ns, steal_ns;
};

// What follows "cpu " or "cpu7 " on its line.
static bool times_parse(const char *times, struct cpu_time *time)
{
	uint64_t user, nice, system, idle, iowait, irq, softirq, steal;
	// Guest time is part of user time already.
	if (sscanf(times, "%" SCNu64 " %" SCNu64 " %" SCNu64 " %" SCNu64 " %" SCNu64 " %" SCNu64 " %" SCNu64 " %" SCNu64,
	           &user, &nice, &system, &idle, &iowait, &irq, &softirq, &steal) != 8)
		return false;
	long ticks_hz = sysconf(_SC_CLK_TCK);
	uint64_t tick_ns = NS_PER_S / (uint64_t)(ticks_hz > 0 ? ticks_hz : 100);
	*time = (struct cpu_time){(user + nice + system + irq + softirq) * tick_ns, steal * tick_ns};
	return true;
}

// The CPUs we may run on, as they were when first asked: a pin that a caller has for a while is none of others' time.
static bool cpu_is_allowed(unsigned cpu)
{
	static cpu_set_t allowed;
	static bool known;
	if (!known)
		known = sched_getaffinity(0, sizeof allowed, &allowed) == 0;
	return !known || cpu >= CPU_SETSIZE || CPU_ISSET(cpu, &allowed);
}

static uint64_t own_time_ns(void)
{
	uint64_t own_ns = 0;
	const int whose[] = {RUSAGE_SELF, RUSAGE_CHILDREN};
	for (int i = 0; i < 2; i++) {
		struct rusage usage;
		if (getrusage(whose[i], &usage) == 0)
			own_ns += (uint64_t)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * NS_PER_S +
			          (uint64_t)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * NS_PER_US;
	}
	return own_ns;
}

static void stat_read(struct noise *noise)
{
	FILE *file = fopen("/proc/stat", "re");
	if (!file)
		return;
	char line[256];
	unsigned cpu;
	int length;
	uint64_t allowed_ns = 0, own_ns = own_time_ns();
	struct cpu_time time;
	// The intr line is thousands of characters long on big machines; its total comes first and is all we read.
	while (fgets(line, sizeof line, file)) {
		if (strncmp(line, "cpu ", 4) == 0 && times_parse(line + 4, &time)) {
			noise->busy_ns = time.busy_ns;
			noise->steal_ns = time.steal_ns;
		} else if (sscanf(line, "cpu%u %n", &cpu, &length) == 1 && cpu_is_allowed(cpu) &&
		           times_parse(line + length, &time)) {
			allowed_ns += time.busy_ns;
		}
		if (sscanf(line, "intr %" SCNu64, &noise->interrupts_n) == 1)
			break;
	}
	fclose(file);
	if (allowed_ns > own_ns)
		noise->others_ns = allowed_ns - own_ns;
}

static uint64_t psi_read_us(void)
{
	uint64_t total_us = UINT64_MAX;
	FILE *file = fopen("/proc/pressure/cpu", "re");
	if (!file)
		return total_us;
	char line[256];
	if (fgets(line, sizeof line, file) && strncmp(line, "some ", 5) == 0) {
		const char *total = strstr(line, "total=");
		if (!total || sscanf(total, "total=%" SCNu64, &total_us) != 1)
			total_us = UINT64_MAX;
	}
	fclose(file);
	return total_us;
}

void noise_read(struct noise *noise)
{
	*noise = (struct noise){.wall_ns = clock_now_ns(), .psi_cpu_us = psi_read_us(), .others_ns = UINT64_MAX};
	stat_read(noise);
	struct throttled throttled;
	bool limited = cgroup_throttled("", &throttled);
	noise->throttled_n = limited ? throttled.periods_n : UINT64_MAX;
	noise->throttled_ns = limited ? throttled.time_ns : UINT64_MAX;
}

// The kernel's tick counts of a virtual machine may step back a little.
static uint64_t grown(uint64_t before, uint64_t after)
{
	return after > before ? after - before : 0;
}

static uint64_t grown_if_known(uint64_t before, uint64_t after)
{
	return before != UINT64_MAX && after != UINT64_MAX ? grown(before, after) : UINT64_MAX;
}

struct noise noise_between(const struct noise *before, const struct noise *after)
{
	return (struct noise){
		.wall_ns = grown(before->wall_ns, after->wall_ns),
		.steal_ns = grown(before->steal_ns, after->steal_ns),
		.busy_ns = grown(before->busy_ns, after->busy_ns),
		.psi_cpu_us = grown_if_known(before->psi_cpu_us, after->psi_cpu_us),
		.interrupts_n = grown(before->interrupts_n, after->interrupts_n),
		.others_ns = grown_if_known(before->others_ns, after->others_ns),
		.throttled_n = grown_if_known(before->throttled_n, after->throttled_n),
		.throttled_ns = grown_if_known(before->throttled_ns, after->throttled_ns),
	};
}
