// What processes and threads used so far. getrusage() tells of children only once they are reaped; what a living one
// used stands in /proc.
#include "exec/usage.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdbool.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/status.h"

void usage_add_rusage(struct usage *usage, const struct rusage *rusage)
{
	usage->cpu_ns += (uint64_t)(rusage->ru_utime.tv_sec + rusage->ru_stime.tv_sec) * NS_PER_S +
	                 (uint64_t)(rusage->ru_utime.tv_usec + rusage->ru_stime.tv_usec) * NS_PER_US;
	usage->faults_n += (uint64_t)(rusage->ru_minflt + rusage->ru_majflt);
	usage->switches_voluntary_n += (uint64_t)rusage->ru_nvcsw;
	usage->switches_involuntary_n += (uint64_t)rusage->ru_nivcsw;
}

void usage_of(int who, struct usage *usage)
{
	struct rusage rusage;
	if (getrusage(who, &rusage) == 0)
		usage_add_rusage(usage, &rusage);
}

// On the stack and without stdio, whose own page faults would be counted. Returns whether there was text.
static bool path_read(const char *path, char *text, size_t text_bytes)
{
	int file = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t length = file < 0 ? -1 : read(file, text, text_bytes - 1);
	text[length > 0 ? length : 0] = '\0';
	if (file >= 0)
		close(file);
	return length > 0;
}

static bool proc_read(int pid, const char *name, char *text, size_t text_bytes)
{
	char path[64];
	snprintf(path, sizeof path, "/proc/%d/%s", pid, name);
	return path_read(path, text, text_bytes);
}

double usage_queued_ns(int pid)
{
	char text[80];
	double ran_ns, queued_ns;
	bool there = pid > 0 ? proc_read(pid, "schedstat", text, sizeof text)
	                     : path_read("/proc/thread-self/schedstat", text, sizeof text);
	return there && sscanf(text, "%lf %lf", &ran_ns, &queued_ns) == 2 ? queued_ns : NAN;
}

static bool add_faults(int pid, struct usage *usage)
{
	char text[1024];
	unsigned long long minor_n, major_n;
	// The name before it, in parentheses, may hold any character.
	const char *rest = proc_read(pid, "stat", text, sizeof text) ? strrchr(text, ')') : NULL;
	if (!rest || sscanf(rest, ") %*c %*d %*d %*d %*d %*d %*u %llu %*u %llu", &minor_n, &major_n) != 2)
		return false;
	usage->faults_n += minor_n + major_n;
	return true;
}

static bool add_switches(int pid, struct usage *usage)
{
	char text[4096];
	unsigned long long voluntary_n, involuntary_n;
	bool known = proc_read(pid, "status", text, sizeof text);
	const char *rest = known ? strstr(text, "\nvoluntary_ctxt_switches:") : NULL;
	if (!rest || sscanf(rest, " voluntary_ctxt_switches: %llu nonvoluntary_ctxt_switches: %llu", &voluntary_n,
	                    &involuntary_n) != 2)
		return false;
	usage->switches_voluntary_n += voluntary_n;
	usage->switches_involuntary_n += involuntary_n;
	return true;
}

int usage_of_process(int pid, struct usage *usage)
{
	clockid_t clock;
	struct timespec cpu;
	if (clock_getcpuclockid(pid, &clock) != 0 || clock_gettime(clock, &cpu) < 0 || !add_faults(pid, usage) ||
	    !add_switches(pid, usage))
		return status_say(ESRCH, "cannot read what process %d used", pid);
	usage->cpu_ns += (uint64_t)cpu.tv_sec * NS_PER_S + (uint64_t)cpu.tv_nsec;
	return 0;
}
