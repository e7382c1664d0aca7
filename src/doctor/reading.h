// What several causes need of /proc, read at one moment: CPU times, processes, the noise counters of every round.
#ifndef TVP_DOCTOR_READING_H
#define TVP_DOCTOR_READING_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "host/noise.h"
#include "host/topology.h"

/// One CPU's times since boot; ticks of 10 ms on most kernels.
struct cpu_times {
	uint64_t busy_ns, steal_ns;
	bool known;
};

/// One process, with all its threads, as /proc tells it.
struct task {
	int pid, parent;
	int cpu; ///< it ran on last, by the kernel's number
	char name[17];
	uint64_t began;  ///< ticks since boot: tells processes of the same pid apart
	uint64_t ran_ns; ///< of all its threads
	uint64_t resident_bytes, faults_n;
};

struct reading {
	struct noise noise;
	struct cpu_times *cpu; ///< by the kernel's number; malloc'd
	unsigned cpus_n;       ///< the highest number + 1; 0: /proc/stat cannot be read
	struct task *task;     ///< malloc'd, by pid
	uint32_t tasks_n, tasks_max;
	uint32_t unread_n; ///< processes that there was no time to read
	int beside;        ///< a run that is watched: it and its descendants are no disturbance; 0: none
};

/// Read all of it; what cannot be read is empty. root: "" or a directory used instead of /.
void reading_take(struct reading *reading, const char *root);
void reading_close(struct reading *reading);

/// What a process did between two readings.
struct task_use {
	const struct task *task; ///< in the later one
	double cpus;             ///< CPU time ÷ time
	double faults_hz;
};
enum { USES_MOST = 8 };
struct task_uses {
	struct task_use use[USES_MOST]; ///< the largest first
	unsigned n;
	double sum_cpus; ///< of all, those not in use[] too
};

/// What the processes other than this one, its children and those of the watched run used of these CPUs between two
/// readings, by where each ran last; topology NULL: of all CPUs.
struct task_uses reading_uses(const struct reading *before, const struct reading *after,
                              const struct topology *topology);

/// Open a file below root; NULL with errno.
FILE *reading_open(const char *root, const char *path);
/// The first line of such a file, without its newline; false, and "", where it cannot be read.
bool reading_line(const char *root, const char *path, char *line, size_t line_bytes);

#endif
