// What memory a further worker takes: idle workers, each with a page of stack in use, unbound. Bytes are what all have
// grown by over the state before, per worker, at a visit's first creation: later threads find the stacks of ended ones.
// What the kernel keeps of a task besides page tables (its structures, a kernel stack) no file tells.
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/status.h"
#include "bench/plan/axis_product.h"
#include "bench/team/team.h"

// Headers of older C libraries lack it.
#ifndef MADV_POPULATE_READ
#define MADV_POPULATE_READ 22
#endif

enum { WORKING_SET_BYTES = 4096, WORKERS_MOST = 1024 };

struct footprint {
	double resident_bytes, pss_bytes, private_bytes, pagetable_bytes;
};

// In shared memory.
struct ward {
	struct eventcount ready; ///< workers that have not touched their working set yet
	int pid[WORKERS_MOST];
};

struct stay {
	struct team_config config;
	struct trial *trial;
	struct ward *ward;
	struct footprint before;
	bool measured;
	uint64_t took_ns;
};

static void working_set_touch(void)
{
	volatile char page[WORKING_SET_BYTES];
	for (size_t i = 0; i < sizeof page; i += 64)
		page[i] = 1;
}

static int idle(struct team_member *member)
{
	struct ward *ward = member->context;
	working_set_touch();
	ward->pid[member->index] = getpid();
	eventcount_count_down(&ward->ready, 0);
	while (team_turn_next(member)) {
	}
	return 0;
}

// Into memory that is resident already: what the reader took would be counted as the workers'. Its message names no
// pid, so that rows which fail alike are told together.
static int proc_read(int pid, const char *name, const char **text)
{
	static char buffer[8192];
	char path[64];
	snprintf(path, sizeof path, "/proc/%d/%s", pid, name);
	int file = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t length = file < 0 ? -1 : read(file, buffer, sizeof buffer - 1);
	int error = errno;
	if (file >= 0)
		close(file);
	if (length <= 0)
		return status_fail(length < 0 ? error : ENODATA, "/proc/PID/%s", name);
	buffer[length] = '\0';
	*text = buffer;
	return 0;
}

static double field_bytes(const char *text, const char *field)
{
	unsigned long kib;
	const char *at = strstr(text, field);
	return at && sscanf(at + strlen(field), " %lu kB", &kib) == 1 ? (double)kib * 1024 : 0;
}

static int footprint_add(struct footprint *sum, int pid)
{
	const char *text;
	int status = proc_read(pid, "smaps_rollup", &text);
	if (status < 0)
		return status;
	sum->resident_bytes += field_bytes(text, "\nRss:");
	sum->pss_bytes += field_bytes(text, "\nPss:");
	sum->private_bytes += field_bytes(text, "\nPrivate_Clean:") + field_bytes(text, "\nPrivate_Dirty:");
	status = proc_read(pid, "status", &text);
	if (status == 0)
		sum->pagetable_bytes += field_bytes(text, "\nVmPTE:");
	return status;
}

// What is a process's own ceases to be so when it forks: of processes, `private` is what the workers have themselves.
static int measure(struct stay *stay)
{
	unsigned workers_n = stay->config.members_n;
	bool processes = stay->config.between == BETWEEN_PROCESSES;
	struct footprint workers = {0}, caller = {0};
	double *value = stay->trial->value;
	int status = footprint_add(&caller, getpid());
	for (unsigned i = 0; processes && i < workers_n && status == 0; i++)
		status = footprint_add(&workers, stay->ward->pid[i]);
	if (status < 0)
		return status;
	if (!processes)
		workers.private_bytes = caller.private_bytes - stay->before.private_bytes;
	value[METRIC_worker_resident_bytes] =
		(workers.resident_bytes + caller.resident_bytes - stay->before.resident_bytes) / workers_n;
	value[METRIC_worker_pss_bytes] = (workers.pss_bytes + caller.pss_bytes - stay->before.pss_bytes) / workers_n;
	value[METRIC_worker_private_bytes] = workers.private_bytes / workers_n;
	value[METRIC_worker_pagetable_bytes] =
		(workers.pagetable_bytes + caller.pagetable_bytes - stay->before.pagetable_bytes) / workers_n;
	stay->measured = true;
	return 0;
}

static void all_ready(struct eventcount *ready)
{
	uint32_t left_n;
	// Acquire: the workers' pids come with it.
	while ((left_n = atomic_load_explicit(&ready->word, memory_order_acquire)) > 0)
		eventcount_wait(ready, left_n, WAIT_PARK);
}

static int create_all(void *context)
{
	struct stay *stay = context;
	struct team *team;
	// Relaxed: creation orders it before everything the workers do.
	atomic_store_explicit(&stay->ward->ready.word, stay->config.members_n, memory_order_relaxed);
	uint64_t begin_ns = clock_now_ns();
	int status = team_open(&team, &stay->config, stay->trial);
	if (status < 0)
		return status;
	all_ready(&stay->ward->ready);
	stay->took_ns = clock_now_ns() - begin_ns;
	if (!stay->measured) {
		team_turn_run(team); // all have been where they wait: no more pages come
		status = measure(stay);
	}
	// After a failure the runner ends, and the workers with it.
	return status < 0 ? team_failed(team, status) : team_close(team);
}

static void *nothing(void *argument)
{
	return argument;
}

// What the C library keeps of its first thread was the runner's and its parent's until now, and becomes the runner's
// alone. On a stack that is ours: one of the C library's would be kept and given to the first worker.
static int first_thread_settle(void)
{
	enum { STACK_BYTES = 1 << 20 };
	pthread_attr_t attributes;
	pthread_t thread;
	char *stack = mmap(NULL, STACK_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
	if (stack == MAP_FAILED)
		return status_fail(errno, "a stack");
	pthread_attr_init(&attributes);
	pthread_attr_setstack(&attributes, stack, STACK_BYTES);
	int error = pthread_create(&thread, &attributes, nothing, NULL);
	if (error == 0)
		pthread_join(thread, NULL);
	pthread_attr_destroy(&attributes);
	munmap(stack, STACK_BYTES);
	return error ? status_fail(error, "a first thread") : 0;
}

// A runner is a young process, which has touched little of its program: it does so now, or the first worker would be
// charged with it. By making a process, for a thread's stack would be kept and given to the first worker.
static int settle(const struct stay *stay)
{
	struct team_config config = stay->config;
	struct team *team;
	config.between = BETWEEN_PROCESSES;
	config.members_n = 1;
	atomic_store_explicit(&stay->ward->ready.word, 1, memory_order_relaxed); // ordered by its creation
	int status = team_open(&team, &config, stay->trial);
	if (status < 0)
		return status;
	team_turn_run(team);
	status = team_close(team);
	if (status == 0 && stay->config.between == BETWEEN_THREADS) // or fork would do more than it has to
		status = first_thread_settle();
	FILE *maps = status < 0 ? NULL : fopen("/proc/self/maps", "re");
	unsigned long begin, end;
	char line[512];
	while (maps && fgets(line, sizeof line, maps))
		if (sscanf(line, "%lx-%lx r", &begin, &end) == 2 && strchr(line, '/'))
			madvise((void *)begin, end - begin, MADV_POPULATE_READ); // older kernels: a few pages are charged
	if (maps)
		fclose(maps);
	return status;
}

// Beside a team of nobody: what every team keeps once for all is not its first worker's.
static int measure_before(struct stay *stay)
{
	struct team_config nobody = {.between = BETWEEN_THREADS, .placement = stay->config.placement, .caller_apart = true};
	struct team *team;
	int status = team_open(&team, &nobody, stay->trial);
	if (status < 0)
		return status;
	status = footprint_add(&stay->before, getpid());
	int closed = team_close(team);
	return status < 0 ? status : closed;
}

static uint64_t took_ns(void *context)
{
	const struct stay *stay = context;
	return stay->took_ns;
}

static int stay_and_time(struct stay *stay, struct trial *trial)
{
	struct footprint warm = {0};
	if (footprint_add(&warm, getpid()) < 0)
		return status_wrap(-ENOTSUP, "no account of memory");
	int status = settle(stay);
	if (status == 0)
		status = measure_before(stay);
	return status < 0 ? status : trial_run(trial, &(struct operation){stay, create_all, .took_ns = took_ns});
}

static int trial(const struct spec *spec, struct trial *trial)
{
	uint64_t workers_n;
	struct placement *placement = NULL;
	struct stay stay = {.trial = trial};
	int status = team_between(spec, &stay.config.between);
	if (status == 0)
		status = spec_axis_count(spec, "workers", 1, WORKERS_MOST, &workers_n);
	if (status == 0)
		status = placement_plan(trial->topology, PIN_NONE, (unsigned)workers_n, &placement);
	if (status < 0)
		return status;
	stay.ward = shared_map(sizeof *stay.ward);
	stay.config.members_n = (unsigned)workers_n;
	stay.config.placement = placement;
	stay.config.caller_apart = true;
	stay.config.context = stay.ward;
	stay.config.body = idle;
	status = stay.ward ? stay_and_time(&stay, trial) : -ENOMEM;
	if (stay.ward)
		munmap(stay.ward, sizeof *stay.ward);
	placement_free(placement);
	return status;
}

static int plan(const struct plan_options *options, struct record *record)
{
	return axis_product_plan("memory", options, record);
}

static const struct experiment_axis axes[] = {
	{"workers", "1,16,256", "1,2,4,8,16,32,64,128,256", "count of workers: 4, auto (1, 2, 4 … CPUs), all (CPUs)",
     check_workers},
	{"pin", "none", NULL, "none: the scheduler decides where workers run", NULL},
	{"between", "threads,processes", NULL, "threads or processes", NULL},
	{0},
};

#define PLOT(name, metric, title)                                                                                     \
	{                                                                                                                 \
		name, "lines", "workers", "between", METRIC_##metric, DRAW_METRIC, title, "idle workers", "bytes per worker", \
			NULL                                                                                                      \
	}
static const struct experiment_plot plots[] = {
	PLOT("resident", worker_resident_bytes, "Resident memory of a worker, shared pages counted"),
	PLOT("pss", worker_pss_bytes, "Memory a worker adds (proportional set size)"),
	PLOT("private", worker_private_bytes, "Memory a worker has to itself"),
	PLOT("pagetables", worker_pagetable_bytes, "Page tables of a worker"),
	{0},
};
#undef PLOT

const struct experiment experiment_memory = {
	.name = "memory",
	.summary = "memory of idle workers, per worker; the wall: all created, until all are ready",
	.axes = "workers pin between",
	.suites = "ipc full",
	.own_axes = axes,
	.figures = "worker_resident_bytes worker_pss_bytes worker_private_bytes worker_pagetable_bytes",
	.plots = plots,
	.plan = plan,
	.visit = {.trial = trial, .visit_ns = 1000000},
};
