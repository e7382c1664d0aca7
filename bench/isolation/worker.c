// Workers that die as told: abort(); a write to a page that forbids it; SIGKILL to oneself; or "oom": RLIMIT_AS is
// lowered to 8 MiB above what is mapped, memory is mapped and touched until the kernel refuses with ENOMEM, and that
// ends in abort(), as allocation failures do in most programs. (The OOM killer itself needs a memory cgroup of one's
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
#include "bench/isolation/isolation.h"
#include "exec/exec.h"
#include "sync/futex.h"

// A job is about 25 us of work. Room and chunks: enough to be memory, little enough to be torn down within a
// millisecond.
enum { JOB_STEPS = 20000, ROOM_BYTES = 8 << 20, CHUNK_BYTES = 256 << 10 };

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
		__asm__ volatile("" : "+r"(value)); // or the compiler might take several steps at once
	}
	return value;
}

// seq_cst, as in eventcount_set(): the sleeper announces itself and then looks at the word, this side the other way
// round.
void isolation_bump(struct eventcount *news)
{
	atomic_fetch_add(&news->word, 1);
	if (atomic_load(&news->sleepers_n) > 0)
		futex_wake(&news->word, INT_MAX);
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
	limit.rlim_cur = pages_n * (unsigned long long)sysconf(_SC_PAGESIZE) + ROOM_BYTES;
	if (setrlimit(RLIMIT_AS, &limit) < 0)
		_exit(1);
	int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE;
	while (mmap(NULL, CHUNK_BYTES, PROT_READ | PROT_WRITE, flags, -1, 0) != MAP_FAILED)
		;
}

// A victim that uses up the memory of its process before its siblings are born leaves none for their stacks.
static void die(struct ward *ward, enum death death)
{
	while (atomic_load_explicit(&ward->moving_in, memory_order_relaxed)) // a flag and nothing behind it
		sched_yield();
	volatile char *forbidden = mmap(NULL, 1, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (death == DEATH_OOM)
		use_up_memory();
	atomic_store(&ward->died_ns, clock_now_ns());
	if (death == DEATH_SEGV)
		*forbidden = 1;
	else if (death == DEATH_KILL)
		kill(getpid(), SIGKILL);
	abort();
}

static void work(struct ward *ward, struct desk *desk, uint32_t count)
{
	if (desk->go.command != DEATH_NONE)
		die(ward, desk->go.command);
	// Whoever shares the fate of the victim, if anybody does, is to be in the middle of a job.
	while (atomic_load_explicit(&ward->died_ns, memory_order_acquire) == 0)
		sched_yield();
	desk->result = isolation_result(desk->number);
	atomic_store_explicit(&desk->done, count, memory_order_release); // the result before the word that it is there
	isolation_bump(&ward->news);
}

static void fail(struct ward *ward, unsigned worker)
{
	snprintf(ward->failure, sizeof ward->failure, "worker %u: %s", worker, status_message());
	_exit(1);
}

static void live(struct ward *ward, unsigned worker, uint32_t seen)
{
	if (placement_apply(ward->placement, worker) < 0)
		fail(ward, worker);
	for (;;) {
		seen = eventcount_wait(&ward->desk[worker].go, seen, WAIT_PARK);
		if (atomic_load_explicit(&ward->over, memory_order_relaxed)) // ordered by the eventcount
			return;
		work(ward, &ward->desk[worker], seen);
	}
}

// No core dump: it would be timed, and left behind. A core_pattern that is a pipe ignores the limit, hence both.
static void process_begin(int parent)
{
	signal(SIGCHLD, SIG_DFL);
	signal(SIGABRT, SIG_DFL);
	signal(SIGSEGV, SIG_DFL);
	worker_process_begin(parent);
	setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
	prctl(PR_SET_DUMPABLE, 0);
}

_Noreturn void isolation_process(struct ward *ward, unsigned worker, uint32_t seen, int parent)
{
	process_begin(parent);
	live(ward, worker, seen);
	_exit(0);
}

struct thread {
	pthread_t id;
	struct ward *ward;
	unsigned worker;
	uint32_t seen;
};

static void *thread_body(void *argument)
{
	struct thread *thread = argument;
	live(thread->ward, thread->worker, thread->seen);
	return NULL;
}

_Noreturn void isolation_threads(struct ward *ward, const struct post *posts, int parent)
{
	process_begin(parent);
	struct thread *threads = calloc(ward->workers_n, sizeof *threads);
	if (!threads)
		_exit(1);
	atomic_store_explicit(&ward->moving_in, true, memory_order_relaxed); // pthread_create orders it before the threads
	for (unsigned i = 0; i < ward->workers_n; i++) {
		threads[i] = (struct thread){.ward = ward, .worker = i, .seen = posts[i].seen};
		int error = pthread_create(&threads[i].id, NULL, thread_body, &threads[i]);
		if (error) {
			status_fail(error, "pthread_create");
			fail(ward, i);
		}
	}
	atomic_store_explicit(&ward->moving_in, false, memory_order_relaxed);
	for (unsigned i = 0; i < ward->workers_n; i++)
		pthread_join(threads[i].id, NULL);
	free(threads);
	_exit(0);
}
