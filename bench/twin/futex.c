// Twins that make a futex round trip, with one word each way and as many workers as asked for, and that read the clock.
#include <sys/mman.h>

#include "base/clock.h"
#include "bench/twin/twin.h"
#include "sync/futex.h"

// In shared memory. Each word counts round trips; a worker sleeps until the other's word has changed. Of several
// workers that answer, the last one does so for all.
struct futex_shared {
	struct twin_pair pair;
	_Alignas(128) _Atomic uint32_t ping;
	_Alignas(128) _Atomic uint32_t pong;
	_Atomic bool over;
	_Alignas(128) _Atomic uint32_t answered_n; ///< in all trips; not used by a single one
	uint32_t members_n;
};

static void wait_for_word(_Atomic uint32_t *word, uint32_t expected)
{
	uint32_t seen;
	while ((seen = atomic_load_explicit(word, memory_order_acquire)) != expected)
		futex_wait(word, seen);
}

// Whether all others have answered this trip. Acquire and release, so that the last one hands on what all have done.
static bool is_last(struct futex_shared *shared, uint32_t trip)
{
	if (shared->members_n == 1)
		return true;
	return atomic_fetch_add_explicit(&shared->answered_n, 1, memory_order_acq_rel) + 1 == trip * shared->members_n;
}

static int answer(struct team_member *member)
{
	struct futex_shared *shared = member->context;
	for (uint32_t trip = 1;; trip++) {
		wait_for_word(&shared->ping, trip);
		bool over = atomic_load_explicit(&shared->over, memory_order_relaxed); // ordered by ping
		if (is_last(shared, trip)) {
			atomic_store_explicit(&shared->pong, trip, memory_order_release);
			futex_wake(&shared->pong, 1);
		}
		if (over)
			return 0;
	}
}

static int round_trip(void *context)
{
	struct futex_shared *shared = context;
	uint32_t trip = atomic_load_explicit(&shared->ping, memory_order_relaxed) + 1; // only this worker writes it
	atomic_store_explicit(&shared->ping, trip, memory_order_release);
	futex_wake(&shared->ping, shared->members_n);
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
	shared->members_n = setup->workers_n - 1;
	shared->pair = (struct twin_pair){.round_trip = round_trip, .answer = answer, .stop = stop};
	int status = twin_time_pair(setup, &shared->pair, trial);
	munmap(shared, sizeof *shared);
	return status;
}

const struct twin twin_futex = {
	.call = "futex",
	.summary = "a futex round trip from a worker to all others and back, all parked",
	.trial = futex_trial,
	.workers_least = 2,
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
