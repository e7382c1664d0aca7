// The files that all causes share, and the CPU times.
#include "doctor/reading.h"

#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "doctor/task_table.h"

FILE *reading_open(const char *root, const char *path)
{
	char full[PATH_MAX];
	snprintf(full, sizeof full, "%s%s", root, path);
	return fopen(full, "re");
}

bool reading_line(const char *root, const char *path, char *line, size_t line_bytes)
{
	FILE *file = reading_open(root, path);
	line[0] = '\0';
	bool read = file && fgets(line, (int)line_bytes, file);
	line[strcspn(line, "\n")] = '\0';
	if (file)
		fclose(file);
	return read;
}

static struct cpu_times *cpu_room(struct reading *reading, unsigned cpu)
{
	if (cpu >= reading->cpus_n) {
		struct cpu_times *times = realloc(reading->cpu, (cpu + 1) * sizeof *times);
		if (!times)
			return NULL;
		memset(times + reading->cpus_n, 0, (cpu + 1 - reading->cpus_n) * sizeof *times);
		reading->cpu = times;
		reading->cpus_n = cpu + 1;
	}
	return &reading->cpu[cpu];
}

static void cpu_line_read(struct reading *reading, const char *line)
{
	uint64_t user, nice, system, idle, wait, irq, softirq, steal;
	unsigned cpu;
	if (sscanf(line,
	           "cpu%u %" SCNu64 " %" SCNu64 " %" SCNu64 " %" SCNu64 " %" SCNu64 " %" SCNu64 " %" SCNu64 " %" SCNu64,
	           &cpu, &user, &nice, &system, &idle, &wait, &irq, &softirq, &steal) != 9 ||
	    cpu > 1u << 16)
		return;
	struct cpu_times *times = cpu_room(reading, cpu);
	uint64_t tick_ns = NS_PER_S / (uint64_t)sysconf(_SC_CLK_TCK);
	if (times)
		*times = (struct cpu_times){(user + nice + system + irq + softirq) * tick_ns, steal * tick_ns, true};
}

static void cpus_read(struct reading *reading, const char *root)
{
	char line[256];
	FILE *file = reading_open(root, "/proc/stat");
	while (file && fgets(line, sizeof line, file) && strncmp(line, "cpu", 3) == 0)
		if (line[3] != ' ')
			cpu_line_read(reading, line);
	if (file)
		fclose(file);
}

void reading_take(struct reading *reading, const char *root)
{
	*reading = (struct reading){0};
	noise_read(&reading->noise);
	cpus_read(reading, root);
	task_table_read(reading, root);
}

void reading_close(struct reading *reading)
{
	free(reading->cpu);
	free(reading->task);
	*reading = (struct reading){0};
}
