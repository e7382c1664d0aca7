// A bare futex round trip: two workers, one word each way, nothing else. And the clock, the cheapest call of all.
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "base/clock.h"
#include "base/status.h"
#include "bench/twin.h"
#include "sync/futex.h"

// In shared memory. Each word counts; a side sleeps while the other's word has not moved.
struct court {
	_Alignas(128) _Atomic uint32_t ping;
	_Alignas(128) _Atomic uint32_t pong;
	_Atomic bool over;
	_Atomic int error;
	const struct twin_setup *setup;
	int partner_pid; ///< 0: a thread of this process
	clockid_t partner_clock;
};

static void sleep_until(_Atomic uint32_t *word, uint32_t wanted)
{
	uint32_t seen;
	while ((seen = atomic_load_explicit(word, memory_order_acquire)) != wanted)
		futex_wait(word, seen);
}

static void *answer(void *argument)
{
	struct court *court = argument;
	atomic_store(&court->error, -twin_pin(court->setup, 1));
	for (uint32_t turn = 1;; turn++) {
		sleep_until(&court->ping, turn);
		bool over = atomic_load_explicit(&court->over, memory_order_relaxed); // ordered by ping
		atomic_store_explicit(&court->pong, turn, memory_order_release);
		futex_wake(&court->pong, 1);
		if (over)
			return NULL;
	}
}

static int round_trip(void *context)
{
	struct court *court = context;
	uint32_t turn = atomic_load_explicit(&court->ping, memory_order_relaxed) + 1;
	atomic_store_explicit(&court->ping, turn, memory_order_release);
	futex_wake(&court->ping, 1);
	sleep_until(&court->pong, turn);
	return 0;
}

// The partner in another process is not reaped yet: its CPU time is read through its clock. Its faults are not counted.
static int usage_of_both(void *context, struct usage *usage)
{
	const struct court *court = context;
	struct timespec cpu = {0};
	*usage = (struct usage){0};
	usage_of(RUSAGE_SELF, usage);
	if (court->partner_pid && clock_gettime(court->partner_clock, &cpu) < 0)
		return status_fail(errno, "CPU time of process %d", court->partner_pid);
	usage->cpu_ns += (uint64_t)cpu.tv_sec * NS_PER_S + (uint64_t)cpu.tv_nsec;
	return 0;
}

static int play(struct court *court, struct trial *trial)
{
	int status = twin_pin(court->setup, 0);
	if (status == 0)
		status = round_trip(court); // the other side has pinned itself before it answers
	if (status == 0 && atomic_load(&court->error))
		status = status_fail(atomic_load(&court->error), "pinning worker 1");
	if (status == 0)
		status = trial_run(trial, &(struct operation){.context = court, .run = round_trip, .usage = usage_of_both});
	atomic_store(&court->over, true);
	round_trip(court);
	return status;
}

static int between_threads(struct court *court, struct trial *trial)
{
	pthread_t thread;
	int error = pthread_create(&thread, NULL, answer, court);
	if (error)
		return status_fail(error, "pthread_create");
	int status = play(court, trial);
	pthread_join(thread, NULL);
	return status;
}

static int between_processes(struct court *court, struct trial *trial)
{
	int parent = getpid(), pid = fork();
	if (pid < 0)
		return status_fail(errno, "fork");
	if (pid == 0) {
		worker_process_begin(parent);
		answer(court);
		_exit(0);
	}
	court->partner_pid = pid;
	int error = clock_getcpuclockid(pid, &court->partner_clock);
	int status = error ? status_fail(error, "CPU clock of process %d", pid) : play(court, trial);
	if (error)
		kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	return status;
}

static int futex_trial(const struct twin_setup *setup, struct trial *trial)
{
	struct court *court = shared_map(sizeof *court);
	if (!court)
		return -ENOMEM;
	court->setup = setup;
	int status = setup->processes ? between_processes(court, trial) : between_threads(court, trial);
	munmap(court, sizeof *court);
	return status;
}

const struct twin twin_futex = {
	.call = "futex",
	.summary = "a futex round trip between two workers, both parked",
	.trial = futex_trial,
};

static int read_clock(void *context)
{
	*(volatile uint64_t *)context = clock_now_ns();
	return 0;
}

static int clock_trial(const struct twin_setup *setup, struct trial *trial)
{
	uint64_t sink;
	int status = twin_pin(setup, 0);
	return status < 0 ? status : trial_run(trial, &(struct operation){.context = &sink, .run = read_clock});
}

const struct twin twin_clock = {
	.call = "clock",
	.summary = "one reading of CLOCK_MONOTONIC",
	.trial = clock_trial,
};
