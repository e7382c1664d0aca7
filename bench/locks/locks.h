// The locks that are compared, each with the loop that its users run. A further lock is one entry in kinds.c.
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

/// In shared memory, between threads too.
struct locks_shared {
	_Alignas(128) union lock lock;
	union {                       ///< in the cache line of its lock, as most protected data are
		uint64_t counter;         ///< written by the lock's holder only
		_Atomic uint64_t counted; ///< with the kind that has no lock
	};
	_Alignas(128) _Atomic bool stop; ///< the window is over
	uint64_t hold_steps;             ///< steps of arithmetic in the critical section
	struct turn_counts counts[];     ///< per worker; checked_n: increments, fewer than operations where some only read
};

struct lock_kind {
	const char *name;
	bool lockless; ///< process-shared or private makes no difference, and there is no critical section
	bool spins;
	/// shared: between processes. Returns 0 or a positive errno value.
	int (*init)(union lock *lock, bool shared);
	void (*destroy)(union lock *lock);
	/// TIMED. Acquire, do the work, release, repeatedly until shared->stop is set; fills the counts. Returns 0 or a
	/// positive errno value of the lock.
	int (*loop)(struct locks_shared *shared, struct turn_counts *counts);
};

/// NULL where no lock has this name.
const struct lock_kind *lock_kind_find(const char *name);
/// The i-th, or NULL after the last.
const struct lock_kind *lock_kind_at(unsigned i);

/// Steps of the critical section's arithmetic that take hold_ns on this machine. Measures for some 100 µs.
uint64_t hold_calibrate(uint64_t hold_ns);

/// Time windows in which all workers use one lock. Returns 0 or -errno, with a message.
int contention_trial(const struct spec *spec, const struct lock_kind *kind, unsigned workers_n,
                     const struct placement *placement, struct trial *trial);

/// A robust mutex, process-shared or not. Returns 0 or a positive errno value.
int robust_init(union lock *lock, bool shared);

/// Time the recovery of a robust mutex, from its owner's death until the next owner holds it. Returns 0 or -errno, with
/// a message.
int recovery_trial(enum between between, bool shared, const struct placement *placement, struct trial *trial);

#endif
