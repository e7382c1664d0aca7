// The limits on processes and threads, in the order in which the kernel checks them.
#include "host/task_limits.h"

#include "base/status.h"
#include "host/cgroup.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

enum { REASON_BYTES = 160 };

static uint64_t file_number(const char *path)
{
	uint64_t number = 0;
	FILE *file = fopen(path, "re");
	if (!file)
		return 0;
	if (fscanf(file, "%" SCNu64, &number) != 1)
		number = 0;
	fclose(file);
	return number;
}

// Threads of one process of this user; 0 of others'.
static uint64_t own_threads_n(const char *pid)
{
	char path[40], line[128];
	unsigned uid = 0;
	uint64_t threads_n = 0;
	snprintf(path, sizeof path, "/proc/%.12s/status", pid);
	FILE *file = fopen(path, "re");
	while (file && fgets(line, sizeof line, file))
		if (sscanf(line, "Uid: %u", &uid) == 1 && uid != getuid())
			break;
		else if (sscanf(line, "Threads: %" SCNu64, &threads_n) == 1)
			break;
	if (file)
		fclose(file);
	return threads_n;
}

static uint64_t user_tasks_n(void)
{
	uint64_t tasks_n = 0;
	DIR *processes = opendir("/proc");
	const struct dirent *entry;
	while (processes && (entry = readdir(processes)))
		if (isdigit((unsigned char)entry->d_name[0]))
			tasks_n += own_threads_n(entry->d_name);
	if (processes)
		closedir(processes);
	return tasks_n;
}

static uint64_t machine_tasks_n(void)
{
	uint64_t tasks_n = 0;
	FILE *file = fopen("/proc/loadavg", "re");
	if (file && fscanf(file, "%*s %*s %*s %*u/%" SCNu64, &tasks_n) != 1)
		tasks_n = 0;
	if (file)
		fclose(file);
	return tasks_n;
}

struct limit {
	const char *what;
	uint64_t limit_n;
	uint64_t left_n; ///< UINT64_MAX: no limit
};

static uint64_t left_of(uint64_t limit_n, uint64_t now_n)
{
	return limit_n > now_n ? limit_n - now_n : 0;
}

// Workers that have ended since have given back their places, so the limit that was reached may have some left again:
// it is the tightest one.
static void again_explain(char reason[REASON_BYTES])
{
	struct rlimit tasks;
	struct limit limits[] = {
		{"this user's RLIMIT_NPROC (ulimit -u)", 0, UINT64_MAX},
		{"the cgroup's pids.max", 0, UINT64_MAX},
		{"kernel.threads-max", file_number("/proc/sys/kernel/threads-max"), UINT64_MAX},
	};
	if (getrlimit(RLIMIT_NPROC, &tasks) == 0 && tasks.rlim_cur != RLIM_INFINITY) {
		limits[0].limit_n = tasks.rlim_cur;
		limits[0].left_n = left_of(tasks.rlim_cur, user_tasks_n());
	}
	limits[1].left_n = cgroup_tasks_left("", &limits[1].limit_n);
	if (limits[2].limit_n > 0)
		limits[2].left_n = left_of(limits[2].limit_n, machine_tasks_n());
	const struct limit *tightest = limits;
	for (size_t i = 1; i < sizeof limits / sizeof *limits; i++)
		tightest = limits[i].left_n < tightest->left_n ? &limits[i] : tightest;
	if (tightest->left_n != UINT64_MAX)
		snprintf(reason, REASON_BYTES, "%s %s: %" PRIu64 " processes and threads", tightest->what,
		         tightest->left_n == 0 ? "is reached" : "was probably reached", tightest->limit_n);
}

static void memory_explain(char reason[REASON_BYTES])
{
	if (file_number("/proc/sys/vm/overcommit_memory") == 2)
		snprintf(reason, REASON_BYTES,
		         "vm.overcommit_memory is 2: the kernel grants no more memory than it could provide, and a fork needs "
		         "that of its caller again");
}

int status_fail_task(int error, const char *format, ...)
{
	char message[200], reason[REASON_BYTES] = "";
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(message, sizeof message, format, arguments);
	va_end(arguments);
	if (error == EAGAIN)
		again_explain(reason);
	else if (error == ENOMEM)
		memory_explain(reason);
	return *reason ? status_say(error, "%s: %s: %s", message, strerror(error), reason)
	               : status_fail(error, "%s", message);
}
