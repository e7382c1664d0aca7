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

// Stands in `pong` once the partner is dead: no turn ever counts that far.
static const uint32_t partner_died = UINT32_MAX;

// In shared memory. Each word counts; a side sleeps while the other's word has not moved.
struct court {
	_Alignas(128) _Atomic uint32_t ping;
	_Alignas(128) _Atomic uint32_t pong;
	_Atomic bool over;
	_Atomic int error;
	const struct twin_setup *setup;
	int partner_pid; ///< 0: a thread of this process
	volatile sig_atomic_t partner_wait_status;
};

static struct court *watched; // by the handler of SIGCHLD

// Whoever looks at `pong` next, or sleeps on it and is interrupted, finds that there is nobody to wait for.
static void partner_ended(int signal)
{
	int error = errno, wait_status;
	(void)signal;
	if (waitpid(-1, &wait_status, WNOHANG) > 0 && wait_status != 0) { // it is the only child
		watched->partner_wait_status = wait_status;
		atomic_store_explicit(&watched->pong, partner_died, memory_order_release);
	}
	errno = error;
}

static int partner_failure(const struct court *court)
{
	int wait_status = court->partner_wait_status, pid = court->partner_pid;
	if (WIFSIGNALED(wait_status))
		return status_say(ECHILD, "partner (pid %d) killed by %s", pid, signal_text(WTERMSIG(wait_status)));
	return status_say(ECHILD, "partner (pid %d) exited with code %d", pid, WEXITSTATUS(wait_status));
}

// Returns what the word then is: `wanted`, or partner_died.
static uint32_t sleep_until(_Atomic uint32_t *word, uint32_t wanted)
{
	uint32_t seen;
	while ((seen = atomic_load_explicit(word, memory_order_acquire)) != wanted && seen != partner_died)
		futex_wait(word, seen);
	return seen;
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
	return sleep_until(&court->pong, turn) == turn ? 0 : partner_failure(court);
}

// The partner in another process is not reaped yet: what it used so far is asked of the kernel.
static int usage_of_both(void *context, struct usage *usage)
{
	const struct court *court = context;
	*usage = (struct usage){0};
	int status = court->partner_pid ? twin_add_usage(court->partner_pid, usage) : 0;
	usage_of(RUSAGE_SELF, usage);
	return status < 0 && atomic_load(&court->pong) == partner_died ? partner_failure(court) : status;
}

// A loop that never sleeps would pass for a cheap futex.
static int check_slept(const struct trial *trial)
{
	double switches_n = trial->value[METRIC_switches_voluntary_n];
	if (switches_n < 0.9)
		return status_say(EPROTO, "did not sleep: %.2f voluntary switches per round trip", switches_n);
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
	if (status == 0)
		status = check_slept(trial);
	atomic_store(&court->over, true);
	int farewell = round_trip(court);
	return status < 0 ? status : farewell;
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
	// No SA_RESTART: the caller must come back from its futex.
	struct sigaction handled = {.sa_handler = partner_ended, .sa_flags = SA_NOCLDSTOP}, before;
	int parent = getpid();
	watched = court;
	sigaction(SIGCHLD, &handled, &before);
	int pid = fork();
	if (pid == 0) {
		worker_process_begin(parent);
		answer(court);
		_exit(0);
	}
	int status = pid < 0 ? status_fail(errno, "fork") : 0;
	if (status == 0) {
		court->partner_pid = pid;
		status = play(court, trial);
	}
	sigaction(SIGCHLD, &before, NULL);
	if (pid > 0)
		waitpid(pid, NULL, 0); // unless the handler did
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
