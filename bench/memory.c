// `memory`: the memory that one more worker takes. The workers are idle and unbound, each with a page of stack in use.
// The bytes are the growth of all processes together, per worker, at the first creation of a visit: later threads reuse
// the stacks of ended ones. No file reports what the kernel needs for a task besides page tables (its structures, a
// kernel stack).
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/status.h"
#include "host/task_limits.h"
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
struct memory_shared {
	struct eventcount ready; ///< workers that have not touched their stack page yet
	int pid[WORKERS_MOST];
};

struct memory_run {
	struct team_config config;
	struct trial *trial;
	struct memory_shared *shared;
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
	struct memory_shared *shared = member->context;
	working_set_touch();
	shared->pid[member->index] = getpid();
	eventcount_count_down(&shared->ready, 0);
	while (team_turn_next(member)) {
	}
	return 0;
}

// Reads into memory that is resident already: new memory would be counted as the workers'. The message names no pid, so
// that rows which fail for the same reason are reported together.
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

// A process's private pages become shared when it forks: between processes `private` is that of the workers alone.
static int measure(struct memory_run *run)
{
	unsigned workers_n = run->config.members_n;
	bool processes = run->config.between == BETWEEN_PROCESSES;
	struct footprint workers = {0}, caller = {0};
	double *value = run->trial->value;
	int status = footprint_add(&caller, getpid());
	for (unsigned i = 0; processes && i < workers_n && status == 0; i++)
		status = footprint_add(&workers, run->shared->pid[i]);
	if (status < 0)
		return status;
	if (!processes)
		workers.private_bytes = caller.private_bytes - run->before.private_bytes;
	value[METRIC_worker_resident_bytes] =
		(workers.resident_bytes + caller.resident_bytes - run->before.resident_bytes) / workers_n;
	value[METRIC_worker_pss_bytes] = (workers.pss_bytes + caller.pss_bytes - run->before.pss_bytes) / workers_n;
	value[METRIC_worker_private_bytes] = workers.private_bytes / workers_n;
	value[METRIC_worker_pagetable_bytes] =
		(workers.pagetable_bytes + caller.pagetable_bytes - run->before.pagetable_bytes) / workers_n;
	run->measured = true;
	return 0;
}

static void wait_until_ready(struct eventcount *ready)
{
	uint32_t left_n;
	// Acquire: makes the workers' pids visible.
	while ((left_n = atomic_load_explicit(&ready->word, memory_order_acquire)) > 0)
		eventcount_wait(ready, left_n, WAIT_PARK);
}

static int create_all(void *context)
{
	struct memory_run *run = context;
	struct team *team;
	// Relaxed: creation orders it before everything the workers do.
	atomic_store_explicit(&run->shared->ready.word, run->config.members_n, memory_order_relaxed);
	uint64_t begin_ns = clock_now_ns();
	int status = team_open(&team, &run->config, run->trial);
	if (status < 0)
		return status;
	wait_until_ready(&run->shared->ready);
	run->took_ns = clock_now_ns() - begin_ns;
	if (!run->measured) {
		team_turn_run(team); // all have reached the point where they wait: no page is touched later
		status = measure(run);
	}
	// After a failure the runner ends, and the workers with it.
	return status < 0 ? team_failed(team, status) : team_close(team);
}

static void *do_nothing(void *argument)
{
	return argument;
}

// Creates a first thread, because the C library's memory for threads, shared with the parent until now, becomes private
// by it. On a stack of its own: the C library would reuse one of its stacks for the first worker.
static int warm_up_thread(void)
{
	enum { STACK_BYTES = 1 << 20 };
	pthread_attr_t attributes;
	pthread_t thread;
	char *stack = mmap(NULL, STACK_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
	if (stack == MAP_FAILED)
		return status_fail(errno, "a stack");
	pthread_attr_init(&attributes);
	pthread_attr_setstack(&attributes, stack, STACK_BYTES);
	int error = pthread_create(&thread, &attributes, do_nothing, NULL);
	if (error == 0)
		pthread_join(thread, NULL);
	pthread_attr_destroy(&attributes);
	munmap(stack, STACK_BYTES);
	return error ? status_fail_task(error, "a first thread") : 0;
}

// A runner was forked recently and has touched little of its program. It does so here, or those pages would be counted
// as the first worker's. It creates a process for that: a thread's stack would be reused for the first worker.
static int warm_up(const struct memory_run *run)
{
	struct team_config config = run->config;
	struct team *team;
	config.between = BETWEEN_PROCESSES;
	config.members_n = 1;
	atomic_store_explicit(&run->shared->ready.word, 1, memory_order_relaxed); // ordered by its creation
	int status = team_open(&team, &config, run->trial);
	if (status < 0)
		return status;
	team_turn_run(team);
	status = team_close(team);
	if (status == 0 && run->config.between == BETWEEN_THREADS) // with processes it would only make fork slower
		status = warm_up_thread();
	FILE *maps = status < 0 ? NULL : fopen("/proc/self/maps", "re");
	unsigned long begin, end;
	char line[512];
	while (maps && fgets(line, sizeof line, maps))
		if (sscanf(line, "%lx-%lx r", &begin, &end) == 2 && strchr(line, '/'))
			madvise((void *)begin, end - begin, MADV_POPULATE_READ); // older kernels: a few pages are counted
	if (maps)
		fclose(maps);
	return status;
}

// With an empty team: the memory of a team as such is not counted as its first worker's.
static int measure_before(struct memory_run *run)
{
	struct team_config empty = {.between = BETWEEN_THREADS, .placement = run->config.placement, .caller_apart = true};
	struct team *team;
	int status = team_open(&team, &empty, run->trial);
	if (status < 0)
		return status;
	status = footprint_add(&run->before, getpid());
	int closed = team_close(team);
	return status < 0 ? status : closed;
}

// Own clock: took_ns() returns creation until all are ready, because reading their memory does not count.
static uint64_t took_ns(void *context)
{
	const struct memory_run *run = context;
	return run->took_ns;
}

static int time_creation(struct memory_run *run, struct trial *trial)
{
	struct footprint warm = {0};
	if (footprint_add(&warm, getpid()) < 0)
		return status_wrap(-ENOTSUP, "the kernel does not report memory");
	int status = warm_up(run);
	if (status == 0)
		status = measure_before(run);
	return status < 0 ? status : trial_run(trial, &(struct operation){run, create_all, .took_ns = took_ns});
}

static int trial(const struct spec *spec, struct trial *trial)
{
	uint64_t workers_n;
	struct placement *placement = NULL;
	struct memory_run run = {.trial = trial};
	int status = team_between(spec, &run.config.between);
	if (status == 0)
		status = spec_axis_count(spec, "workers", 1, WORKERS_MOST, &workers_n);
	if (status == 0)
		status = placement_plan(trial->topology, PIN_NONE, (unsigned)workers_n, &placement);
	if (status < 0)
		return status;
	run.shared = shared_map(sizeof *run.shared);
	run.config.members_n = (unsigned)workers_n;
	run.config.placement = placement;
	run.config.caller_apart = true;
	run.config.context = run.shared;
	run.config.body = idle;
	status = run.shared ? time_creation(&run, trial) : -ENOMEM;
	if (run.shared)
		munmap(run.shared, sizeof *run.shared);
	placement_free(placement);
	return status;
}

static const struct experiment_axis axes[] = {
	{"workers", "1,16,256", "1,2,4,8,16,32,64,128,256", "worker counts: 4, auto (1, 2, 4 … CPUs), all (CPUs)",
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
	PLOT("resident", worker_resident_bytes, "Resident memory of a worker, shared pages included"),
	PLOT("pss", worker_pss_bytes, "Memory added by a worker (proportional set size)"),
	PLOT("private", worker_private_bytes, "Private memory of a worker"),
	PLOT("pagetables", worker_pagetable_bytes, "Page tables of a worker"),
	{0},
};
#undef PLOT

const struct experiment experiment_memory = {
	.name = "memory",
	.summary = "memory of idle workers, per worker; wall: from the creation of all until all are ready",
	.suites = "ipc full",
	.own_axes = axes,
	.answer = "worker_pss_bytes",
	.figures = "worker_resident_bytes worker_pss_bytes worker_private_bytes worker_pagetable_bytes",
	.plots = plots,
	.visit = {.trial = trial, .visit_ns = 1000000},
};
