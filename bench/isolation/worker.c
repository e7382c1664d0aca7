// Workers that die as told: by abort(), by a write to a page that forbids it, by SIGKILL to themselves, or by "oom":
// RLIMIT_AS is lowered to 8 MiB above what is mapped, memory is mapped until the kernel refuses with ENOMEM, and
// abort() follows, as in most programs that fail to allocate. (The OOM killer itself would need a memory cgroup of its
// own; it sends SIGKILL.)
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/status.h"
#include "host/task_limits.h"
#include "bench/isolation/isolation.h"
#include "exec/exec.h"
#include "sync/futex.h"

// A job is about 25 us of work. The memory used up for "oom" is small enough to be released within a millisecond.
enum { JOB_STEPS = 20000, OOM_BYTES = 8 << 20, OOM_CHUNK_BYTES = 256 << 10 };

static const struct {
	const char *name;
	enum death death;
	int signal;
} deaths[] = {
	{"abort", DEATH_ABORT, SIGABRT},
	{"segv", DEATH_SEGV, SIGSEGV},
	{"kill", DEATH_KILL, SIGKILL},
	{"oom", DEATH_OOM, SIGABRT},
};
enum { DEATHS_N = sizeof deaths / sizeof *deaths };

enum death isolation_death(const char *name)
{
	for (int i = 0; name && i < DEATHS_N; i++)
		if (strcmp(deaths[i].name, name) == 0)
			return deaths[i].death;
	return DEATH_NONE;
}

int isolation_signal(enum death death)
{
	for (int i = 0; i < DEATHS_N; i++)
		if (deaths[i].death == death)
			return deaths[i].signal;
	return 0;
}

uint64_t isolation_result(uint64_t number)
{
	uint64_t value = number;
	for (int i = 0; i < JOB_STEPS; i++) {
		value = value * 6364136223846793005u + 1442695040888963407u;
		__asm__ volatile("" : "+r"(value)); // or the compiler might combine several steps
	}
	return value;
}

// seq_cst, as in eventcount_set(): a sleeper announces itself and then reads the word; this side writes the word and
// then reads the announcement.
void isolation_notify(struct eventcount *events)
{
	atomic_fetch_add(&events->word, 1);
	if (atomic_load(&events->sleepers_n) > 0)
		futex_wake(&events->word, INT_MAX);
}

static void use_up_memory(void)
{
	unsigned long long pages_n = 0;
	FILE *statm = fopen("/proc/self/statm", "re");
	if (!statm || fscanf(statm, "%llu", &pages_n) != 1)
		_exit(1);
	fclose(statm);
	struct rlimit limit;
	getrlimit(RLIMIT_AS, &limit);
	limit.rlim_cur = pages_n * (unsigned long long)sysconf(_SC_PAGESIZE) + OOM_BYTES;
	if (setrlimit(RLIMIT_AS, &limit) < 0)
		_exit(1);
	int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE;
	while (mmap(NULL, OOM_CHUNK_BYTES, PROT_READ | PROT_WRITE, flags, -1, 0) != MAP_FAILED)
		;
}

// Waits until the threads of its process exist: a victim that uses up memory earlier leaves none for their stacks.
static void die(struct isolation_shared *shared, enum death death)
{
	while (atomic_load_explicit(&shared->starting, memory_order_relaxed)) // a flag that no other data depends on
		sched_yield();
	volatile char *forbidden = mmap(NULL, 1, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (death == DEATH_OOM)
		use_up_memory();
	atomic_store(&shared->died_ns, clock_now_ns());
	if (death == DEATH_SEGV)
		*forbidden = 1;
	else if (death == DEATH_KILL)
		kill(getpid(), SIGKILL);
	abort();
}

static void do_job(struct isolation_shared *shared, struct isolation_slot *slot, uint32_t count)
{
	if (slot->go.command != DEATH_NONE)
		die(shared, slot->go.command);
	// A thread that dies with the victim is to be in the middle of its job.
	while (atomic_load_explicit(&shared->died_ns, memory_order_acquire) == 0)
		sched_yield();
	slot->result = isolation_result(slot->number);
	atomic_store_explicit(&slot->done, count, memory_order_release); // after the result
	isolation_notify(&shared->events);
}

static void fail(struct isolation_shared *shared, unsigned worker)
{
	snprintf(shared->failure, sizeof shared->failure, "worker %u: %s", worker, status_message());
	_exit(1);
}

static void worker_run(struct isolation_shared *shared, unsigned worker, uint32_t seen)
{
	if (placement_apply(shared->placement, worker) < 0)
		fail(shared, worker);
	for (;;) {
		seen = eventcount_wait(&shared->slot[worker].go, seen, WAIT_PARK);
		if (atomic_load_explicit(&shared->over, memory_order_relaxed)) // ordered by the eventcount
			return;
		do_job(shared, &shared->slot[worker], seen);
	}
}

// No core dump: it would be timed, and its file would stay. A core_pattern that is a pipe ignores the limit, hence
// both calls.
static void process_begin(int parent)
{
	signal(SIGCHLD, SIG_DFL);
	signal(SIGABRT, SIG_DFL);
	signal(SIGSEGV, SIG_DFL);
	worker_process_begin(parent);
	setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
	prctl(PR_SET_DUMPABLE, 0);
}

_Noreturn void isolation_run_process(struct isolation_shared *shared, unsigned worker, uint32_t seen, int parent)
{
	process_begin(parent);
	worker_run(shared, worker, seen);
	_exit(0);
}

struct isolation_thread {
	pthread_t id;
	struct isolation_shared *shared;
	unsigned worker;
	uint32_t seen;
};

static void *thread_body(void *argument)
{
	struct isolation_thread *thread = argument;
	worker_run(thread->shared, thread->worker, thread->seen);
	return NULL;
}

_Noreturn void isolation_run_threads(struct isolation_shared *shared, const struct isolation_worker *workers,
                                     int parent)
{
	process_begin(parent);
	struct isolation_thread *threads = calloc(shared->workers_n, sizeof *threads);
	if (!threads)
		_exit(1);
	atomic_store_explicit(&shared->starting, true, memory_order_relaxed); // pthread_create orders it before the threads
	for (unsigned i = 0; i < shared->workers_n; i++) {
		threads[i] = (struct isolation_thread){.shared = shared, .worker = i, .seen = workers[i].seen};
		int error = pthread_create(&threads[i].id, NULL, thread_body, &threads[i]);
		if (error) {
			status_fail_task(error, "pthread_create");
			fail(shared, i);
		}
	}
	atomic_store_explicit(&shared->starting, false, memory_order_relaxed);
	for (unsigned i = 0; i < shared->workers_n; i++)
		pthread_join(threads[i].id, NULL);
	free(threads);
	_exit(0);
}
