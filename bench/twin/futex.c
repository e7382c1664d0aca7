// A bare futex round trip: two workers, one word each way, nothing else. And the clock, the cheapest call of all.
#include <sys/mman.h>

#include "base/clock.h"
#include "bench/twin/twin.h"
#include "sync/futex.h"

// In shared memory. Each word counts; a side sleeps while the other's word has not moved.
struct court {
	struct twin_pair pair;
	_Alignas(128) _Atomic uint32_t ping;
	_Alignas(128) _Atomic uint32_t pong;
	_Atomic bool over;
};

static void sleep_until(_Atomic uint32_t *word, uint32_t wanted)
{
	uint32_t seen;
	while ((seen = atomic_load_explicit(word, memory_order_acquire)) != wanted)
		futex_wait(word, seen);
}

static int answer(struct team_member *member)
{
	struct court *court = member->context;
	for (uint32_t turn = 1;; turn++) {
		sleep_until(&court->ping, turn);
		bool over = atomic_load_explicit(&court->over, memory_order_relaxed); // ordered by ping
		atomic_store_explicit(&court->pong, turn, memory_order_release);
		futex_wake(&court->pong, 1);
		if (over)
			return 0;
	}
}

static int round_trip(void *context)
{
	struct court *court = context;
	uint32_t turn = atomic_load_explicit(&court->ping, memory_order_relaxed) + 1; // nobody else writes it
	atomic_store_explicit(&court->ping, turn, memory_order_release);
	futex_wake(&court->ping, 1);
	sleep_until(&court->pong, turn);
	return 0;
}

static int dismiss(void *context)
{
	struct court *court = context;
	atomic_store_explicit(&court->over, true, memory_order_relaxed); // ordered by ping
	return round_trip(court);
}

static int futex_trial(const struct twin_setup *setup, struct trial *trial)
{
	struct court *court = shared_map(sizeof *court);
	if (!court)
		return -ENOMEM;
	court->pair = (struct twin_pair){.round_trip = round_trip, .answer = answer, .dismiss = dismiss};
	int status = twin_time_pair(setup, &court->pair, trial);
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
