// The locks that are compared: each with the loop that all its users run. A further lock is one entry in locks_kinds.c.
#ifndef TVP_BENCH_LOCKS_H
#define TVP_BENCH_LOCKS_H

#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdbool.h>

#include "bench/team/team.h"
#include "bench/team/turn_counts.h"

union lock {
	pthread_mutex_t mutex;
	pthread_spinlock_t spin;
	pthread_rwlock_t rwlock;
	sem_t semaphore;
};

/// In shared memory, in every row alike.
struct site {
	_Alignas(128) union lock lock;
	union {                       ///< next to its lock, as most guarded data are
		uint64_t counter;         ///< written by the lock's holder only
		_Atomic uint64_t counted; ///< where there is no lock
	};
	_Alignas(128) _Atomic bool stop; ///< the window is over
	uint64_t hold_steps;             ///< of the arithmetic that fills the critical section
	struct turn_counts counts[];     ///< per worker; checked_n: increments, fewer than operations where some only read
};

struct lock_kind {
	const char *name;
	bool lockless; ///< neither shared nor private, and nothing to hold
	bool spins;
	/// shared: between processes. Returns 0 or a positive errno value.
	int (*init)(union lock *lock, bool shared);
	void (*destroy)(union lock *lock);
	/// TIMED. Take it, work, give it back, over and over until site->stop; told in the counts. Returns 0 or a positive
	/// errno value that the lock gave.
	int (*hammer)(struct site *site, struct turn_counts *counts);
};

/// NULL where there is none of that name.
const struct lock_kind *lock_kind_find(const char *name);
/// The i-th, or NULL after the last.
const struct lock_kind *lock_kind_at(unsigned i);

/// Steps of the critical section's arithmetic that take so long here: measured against the clock, some 100 µs.
uint64_t hold_calibrate(uint64_t hold_ns);

/// Windows of all workers at one lock. Returns 0 or -errno, with a message.
int contest_trial(const struct spec *spec, const struct lock_kind *kind, unsigned workers_n,
                  const struct placement *placement, struct trial *trial);

/// A robust mutex, process-shared or not. Returns 0 or a positive errno value.
int robust_init(union lock *lock, bool shared);

/// From the death of a robust mutex's owner to its next owner's holding it. Returns 0 or -errno, with a message.
int recover_trial(enum between between, bool shared, const struct placement *placement, struct trial *trial);

#endif
