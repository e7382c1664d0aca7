// CPU time in ns stands in schedstat, of each thread; stat has that of all threads in ticks, which is what is left
// where a process has very many, or the kernel has no schedstat.
#include "doctor/task_table.h"

#include <dirent.h>
#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/array.h"
#include "base/clock.h"

enum { THREADS_MOST = 64, TIME_NS = 250 * 1000 * 1000, LINE_BYTES = 1024, FIELDS = 39 };

/// Fields of stat, counted from 1 as in proc(5).
enum {
	STATE = 3,
	PARENT = 4,
	MINOR = 10,
	MAJOR = 12,
	USER = 14,
	SYSTEM = 15,
	THREADS = 20,
	BEGAN = 22,
	RESIDENT = 24,
	CPU = 39
};

// The fields behind the name, which may hold blanks and parentheses itself.
static bool fields_parse(const char *line, uint64_t field[FIELDS + 1])
{
	const char *at = strrchr(line, ')');
	unsigned n = STATE - 1;
	if (!at || at[1] != ' ' || !at[2])
		return false;
	for (at += 3, n++; n < FIELDS && *at == ' '; n++) {
		char *end;
		field[n + 1] = strtoull(at + 1, &end, 10);
		at = end;
	}
	return n == FIELDS;
}

static bool name_parse(struct task *task, const char *line)
{
	const char *open = strchr(line, '('), *close = strrchr(line, ')');
	if (!open || !close || sscanf(line, "%d", &task->pid) != 1)
		return false;
	snprintf(task->name, sizeof task->name, "%.*s", (int)(close - open - 1), open + 1);
	for (char *at = task->name; *at; at++) // a name may hold anything, and a terminal obeys
		*at = (unsigned char)*at < ' ' || (unsigned char)*at >= 127 ? '?' : *at;
	return true;
}

static unsigned fill(struct task *task, const uint64_t field[FIELDS + 1])
{
	uint64_t ticks_hz = (uint64_t)sysconf(_SC_CLK_TCK);
	task->parent = (int)field[PARENT];
	task->cpu = (int)field[CPU];
	task->began = field[BEGAN];
	task->ran_ns = (field[USER] + field[SYSTEM]) * (NS_PER_S / ticks_hz);
	task->resident_bytes = field[RESIDENT] * (uint64_t)sysconf(_SC_PAGESIZE);
	task->faults_n = field[MINOR] + field[MAJOR];
	return (unsigned)field[THREADS];
}

bool task_parse(struct task *task, const char *line)
{
	uint64_t field[FIELDS + 1];
	*task = (struct task){0};
	if (!name_parse(task, line) || !fields_parse(line, field))
		return false;
	fill(task, field);
	return true;
}

static uint64_t threads_ran_ns(const char *root, int pid)
{
	char path[PATH_MAX], line[96];
	uint64_t sum_ns = 0, ran_ns;
	snprintf(path, sizeof path, "%s/proc/%d/task", root, pid);
	DIR *threads = opendir(path);
	for (struct dirent *entry; threads && (entry = readdir(threads));) {
		snprintf(path, sizeof path, "/proc/%d/task/%.20s/schedstat", pid, entry->d_name);
		if (*entry->d_name != '.' && reading_line(root, path, line, sizeof line) &&
		    sscanf(line, "%" SCNu64, &ran_ns) == 1)
			sum_ns += ran_ns;
	}
	if (threads)
		closedir(threads);
	return sum_ns;
}

// Of what has several threads, those that have ended are in stat alone.
static void refine(struct task *task, unsigned threads_n, const char *root)
{
	char path[64], line[96];
	uint64_t ran_ns = 0;
	snprintf(path, sizeof path, "/proc/%d/schedstat", task->pid);
	if (threads_n == 1 && reading_line(root, path, line, sizeof line))
		sscanf(line, "%" SCNu64, &ran_ns);
	else if (threads_n > 1 && threads_n <= THREADS_MOST)
		ran_ns = threads_ran_ns(root, task->pid);
	if (ran_ns > task->ran_ns)
		task->ran_ns = ran_ns;
}

static void task_read(struct reading *reading, const char *root, const char *pid)
{
	char path[64], line[LINE_BYTES];
	struct task task = {0};
	uint64_t field[FIELDS + 1];
	void *tasks = reading->task;
	snprintf(path, sizeof path, "/proc/%.20s/stat", pid);
	if (!reading_line(root, path, line, sizeof line) || !name_parse(&task, line) || !fields_parse(line, field))
		return;
	refine(&task, fill(&task, field), root);
	if (array_grow(&tasks, reading->tasks_n, &reading->tasks_max, sizeof task) < 0)
		return;
	reading->task = tasks;
	reading->task[reading->tasks_n++] = task;
}

static int compare_pids(const void *left, const void *right)
{
	return ((const struct task *)left)->pid - ((const struct task *)right)->pid;
}

void task_table_read(struct reading *reading, const char *root)
{
	char path[PATH_MAX];
	uint64_t begin_ns = clock_now_ns();
	snprintf(path, sizeof path, "%s/proc", root);
	DIR *processes = opendir(path);
	for (struct dirent *entry; processes && (entry = readdir(processes));) {
		if (*entry->d_name < '0' || *entry->d_name > '9')
			continue;
		if (clock_now_ns() - begin_ns < TIME_NS)
			task_read(reading, root, entry->d_name);
		else
			reading->unread_n++;
	}
	if (processes)
		closedir(processes);
	if (reading->tasks_n > 1)
		qsort(reading->task, reading->tasks_n, sizeof *reading->task, compare_pids);
}

static const struct task *task_find(const struct reading *reading, int pid)
{
	const struct task wanted = {.pid = pid};
	if (reading->tasks_n == 0)
		return NULL;
	return bsearch(&wanted, reading->task, reading->tasks_n, sizeof wanted, compare_pids);
}

static const struct task *earlier(const struct reading *before, const struct task *task)
{
	const struct task *found = task_find(before, task->pid);
	return found && found->began == task->began ? found : NULL;
}

static uint64_t grown(uint64_t before, uint64_t after)
{
	return after > before ? after - before : 0;
}

// Generations are limited: a table read while processes come and go may have circles.
static bool is_ours(const struct reading *reading, const struct task *task)
{
	enum { GENERATIONS = 16 };
	for (int i = 0; task && i < GENERATIONS; i++) {
		if (task->pid == getpid() || task->parent == getpid() || (reading->beside && task->pid == reading->beside))
			return true;
		task = reading->beside ? task_find(reading, task->parent) : NULL;
	}
	return false;
}

static bool is_on(const struct topology *topology, int cpu)
{
	bool found = !topology;
	for (unsigned i = 0; !found && i < topology_cpus_n(topology); i++)
		found = topology_cpus(topology)[i].os_index == cpu;
	return found;
}

static void use_insert(struct task_uses *uses, struct task_use use)
{
	unsigned at = uses->n;
	while (at > 0 && uses->use[at - 1].cpus < use.cpus)
		at--;
	if (at == USES_MOST)
		return;
	uses->n += uses->n < USES_MOST;
	memmove(uses->use + at + 1, uses->use + at, (uses->n - at - 1) * sizeof use);
	uses->use[at] = use;
}

struct task_uses reading_uses(const struct reading *before, const struct reading *after,
                              const struct topology *topology)
{
	double took_ns = (double)(after->noise.wall_ns - before->noise.wall_ns);
	struct task_uses uses = {0};
	for (uint32_t i = 0; i < after->tasks_n; i++) {
		const struct task *now = &after->task[i], *then = earlier(before, now);
		uint64_t ran_ns = grown(then ? then->ran_ns : 0, now->ran_ns);
		uint64_t faults_n = grown(then ? then->faults_n : 0, now->faults_n);
		if (is_ours(after, now) || ran_ns == 0 || !is_on(topology, now->cpu))
			continue;
		struct task_use use = {now, (double)ran_ns / took_ns, (double)faults_n * 1e9 / took_ns};
		uses.sum_cpus += use.cpus;
		use_insert(&uses, use);
	}
	return uses;
}
