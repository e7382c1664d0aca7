// Twins that make a futex round trip, with two workers and one word each way, and that read the clock.
#include <sys/mman.h>

#include "base/clock.h"
#include "bench/twin/twin.h"
#include "sync/futex.h"

// In shared memory. Each word counts round trips; a worker sleeps until the other's word has changed.
struct futex_shared {
	struct twin_pair pair;
	_Alignas(128) _Atomic uint32_t ping;
	_Alignas(128) _Atomic uint32_t pong;
	_Atomic bool over;
};

static void wait_for_word(_Atomic uint32_t *word, uint32_t expected)
{
	uint32_t seen;
	while ((seen = atomic_load_explicit(word, memory_order_acquire)) != expected)
		futex_wait(word, seen);
}

static int answer(struct team_member *member)
{
	struct futex_shared *shared = member->context;
	for (uint32_t trip = 1;; trip++) {
		wait_for_word(&shared->ping, trip);
		bool over = atomic_load_explicit(&shared->over, memory_order_relaxed); // ordered by ping
		atomic_store_explicit(&shared->pong, trip, memory_order_release);
		futex_wake(&shared->pong, 1);
		if (over)
			return 0;
	}
}

static int round_trip(void *context)
{
	struct futex_shared *shared = context;
	uint32_t trip = atomic_load_explicit(&shared->ping, memory_order_relaxed) + 1; // only this worker writes it
	atomic_store_explicit(&shared->ping, trip, memory_order_release);
	futex_wake(&shared->ping, 1);
	wait_for_word(&shared->pong, trip);
	return 0;
}

static int stop(void *context)
{
	struct futex_shared *shared = context;
	atomic_store_explicit(&shared->over, true, memory_order_relaxed); // ordered by ping
	return round_trip(shared);
}

static int futex_trial(const struct twin_setup *setup, struct trial *trial)
{
	struct futex_shared *shared = shared_map(sizeof *shared);
	if (!shared)
		return -ENOMEM;
	shared->pair = (struct twin_pair){.round_trip = round_trip, .answer = answer, .stop = stop};
	int status = twin_time_pair(setup, &shared->pair, trial);
	munmap(shared, sizeof *shared);
	return status;
}

const struct twin twin_futex = {
	.call = "futex",
	.summary = "a futex round trip between two workers, both parked",
	.trial = futex_trial,
	.workers_most = 2,
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
	.workers_most = 1,
};
