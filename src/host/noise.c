// Steal, busy time and interrupts from /proc/stat, pressure from /proc/pressure/cpu. Ticks are 10 ms on most kernels:
// too coarse for a visit of a few ms, fine enough for a whole round.
#include "host/noise.h"

#include "base/clock.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static void cpu_line_parse(const char *line, struct noise *noise)
{
	uint64_t user, nice, system, idle, iowait, irq, softirq, steal;
	// Guest time is part of user time already.
	if (sscanf(line, "cpu %" SCNu64 " %" SCNu64 " %" SCNu64 " %" SCNu64 " %" SCNu64 " %" SCNu64 " %" SCNu64 " %" SCNu64,
	           &user, &nice, &system, &idle, &iowait, &irq, &softirq, &steal) != 8)
		return;
	long ticks_hz = sysconf(_SC_CLK_TCK);
	uint64_t tick_ns = NS_PER_S / (uint64_t)(ticks_hz > 0 ? ticks_hz : 100);
	noise->busy_ns = (user + nice + system + irq + softirq) * tick_ns;
	noise->steal_ns = steal * tick_ns;
}

static void stat_read(struct noise *noise)
{
	FILE *file = fopen("/proc/stat", "re");
	if (!file)
		return;
	char line[256];
	// The intr line is thousands of characters long on big machines; its total comes first and is all we read.
	while (fgets(line, sizeof line, file)) {
		if (strncmp(line, "cpu ", 4) == 0)
			cpu_line_parse(line, noise);
		if (sscanf(line, "intr %" SCNu64, &noise->interrupts_n) == 1)
			break;
	}
	fclose(file);
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
	*noise = (struct noise){.wall_ns = clock_now_ns(), .psi_cpu_us = psi_read_us()};
	stat_read(noise);
}

// The kernel's tick counts of a virtual machine may step back a little.
static uint64_t grown(uint64_t before, uint64_t after)
{
	return after > before ? after - before : 0;
}

struct noise noise_between(const struct noise *before, const struct noise *after)
{
	bool psi_known = before->psi_cpu_us != UINT64_MAX && after->psi_cpu_us != UINT64_MAX;
	return (struct noise){
		.wall_ns = grown(before->wall_ns, after->wall_ns),
		.steal_ns = grown(before->steal_ns, after->steal_ns),
		.busy_ns = grown(before->busy_ns, after->busy_ns),
		.psi_cpu_us = psi_known ? grown(before->psi_cpu_us, after->psi_cpu_us) : UINT64_MAX,
		.interrupts_n = grown(before->interrupts_n, after->interrupts_n),
	};
}
