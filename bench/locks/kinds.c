// The table of locks. One operation and one loop are the same text for each, compiled around direct calls of its own
// functions: so nothing but the lock differs.
#include <errno.h>
#include <string.h>

#include "bench/locks/locks.h"

enum { READS_PER_WRITE = 16, CALIBRATION_STEPS = 4096, CALIBRATIONS_N = 8 };

// A chain of which every step needs the one before: no wider or cleverer CPU shortens it, and there is no pause in it
// that would give a sibling more room than real work does. It begins from guarded data and returns a 0 that nobody
// knows before its end: added to those data, it keeps a CPU from starting before the lock is held, or beside the
// section before.
static inline uint64_t hold(uint64_t value, uint64_t steps_n)
{
	uint64_t nothing = 0;
	__asm__ volatile("" : "+r"(nothing));
	for (uint64_t step = 0; step < steps_n; step++) {
		value = value * 6364136223846793005u + 1442695040888963407u;
		__asm__ volatile("" : "+r"(value)); // neither unrolled into a closed form nor left out
	}
	return value & nothing;
}

uint64_t hold_calibrate(uint64_t hold_ns)
{
	uint64_t best_ns = UINT64_MAX;
	for (int i = 0; hold_ns > 0 && i < CALIBRATIONS_N; i++) {
		uint64_t begin_ns = clock_now_ns();
		hold(begin_ns, CALIBRATION_STEPS);
		uint64_t took_ns = clock_now_ns() - begin_ns;
		best_ns = took_ns < best_ns ? took_ns : best_ns; // whatever disturbs, lengthens
	}
	return hold_ns == 0 ? 0 : hold_ns * CALIBRATION_STEPS / (best_ns ? best_ns : 1) + 1;
}

// Relaxed: what the window left behind is ordered by the end of the turn, and the flag only needs to arrive.
static inline bool stopped(struct site *site)
{
	return atomic_load_explicit(&site->stop, memory_order_relaxed);
}

static inline __attribute__((always_inline)) int operate(struct site *site, int (*acquire)(union lock *),
                                                         int (*release)(union lock *))
{
	int failed = acquire(&site->lock);
	site->counter++;
	if (site->hold_steps)
		site->counter += hold(site->counter, site->hold_steps);
	return failed | release(&site->lock);
}

// A call through a pointer around each operation would be 7 % of an uncontended mutex: each kind has a loop of its own.
static inline __attribute__((always_inline)) int hammer(int (*operation)(struct site *), struct site *site,
                                                        struct turn_counts *counts)
{
	uint64_t operations_n = 0;
	int failed = 0;
	turn_counts_begin(counts);
	for (; !stopped(site); operations_n++)
		failed |= operation(site);
	turn_counts_end(counts);
	counts->operations_n = counts->checked_n = operations_n;
	return failed;
}

static int mutex_init(union lock *lock, bool shared, int robust)
{
	pthread_mutexattr_t attributes;
	pthread_mutexattr_init(&attributes);
	pthread_mutexattr_setpshared(&attributes, shared ? PTHREAD_PROCESS_SHARED : PTHREAD_PROCESS_PRIVATE);
	pthread_mutexattr_setrobust(&attributes, robust);
	int error = pthread_mutex_init(&lock->mutex, &attributes);
	pthread_mutexattr_destroy(&attributes);
	return error;
}

static int plain_init(union lock *lock, bool shared)
{
	return mutex_init(lock, shared, PTHREAD_MUTEX_STALLED);
}

int robust_init(union lock *lock, bool shared)
{
	return mutex_init(lock, shared, PTHREAD_MUTEX_ROBUST);
}

static void mutex_destroy(union lock *lock)
{
	pthread_mutex_destroy(&lock->mutex);
}

static inline int mutex_acquire(union lock *lock)
{
	return pthread_mutex_lock(&lock->mutex);
}

static inline int mutex_release(union lock *lock)
{
	return pthread_mutex_unlock(&lock->mutex);
}

static int mutex_operate(struct site *site)
{
	return operate(site, mutex_acquire, mutex_release);
}

static int spin_init(union lock *lock, bool shared)
{
	return pthread_spin_init(&lock->spin, shared ? PTHREAD_PROCESS_SHARED : PTHREAD_PROCESS_PRIVATE);
}

static void spin_destroy(union lock *lock)
{
	pthread_spin_destroy(&lock->spin);
}

static inline int spin_acquire(union lock *lock)
{
	return pthread_spin_lock(&lock->spin);
}

static inline int spin_release(union lock *lock)
{
	return pthread_spin_unlock(&lock->spin);
}

static int spin_operate(struct site *site)
{
	return operate(site, spin_acquire, spin_release);
}

static int rwlock_init(union lock *lock, bool shared)
{
	pthread_rwlockattr_t attributes;
	pthread_rwlockattr_init(&attributes);
	pthread_rwlockattr_setpshared(&attributes, shared ? PTHREAD_PROCESS_SHARED : PTHREAD_PROCESS_PRIVATE);
	int error = pthread_rwlock_init(&lock->rwlock, &attributes);
	pthread_rwlockattr_destroy(&attributes);
	return error;
}

static void rwlock_destroy(union lock *lock)
{
	pthread_rwlock_destroy(&lock->rwlock);
}

static inline int rwlock_acquire(union lock *lock)
{
	return pthread_rwlock_wrlock(&lock->rwlock);
}

static inline int rwlock_release(union lock *lock)
{
	return pthread_rwlock_unlock(&lock->rwlock);
}

static int rwlock_operate(struct site *site)
{
	return operate(site, rwlock_acquire, rwlock_release);
}

// Mostly readers: one operation of sixteen writes. A counter that went back under a reader's eyes is an error.
static int rwlock_read_hammer(struct site *site, struct turn_counts *counts)
{
	uint64_t operations_n = 0, increments_n = 0, seen = 0, held = 0;
	int failed = 0;
	turn_counts_begin(counts);
	while (!stopped(site)) {
		bool writes = operations_n++ % READS_PER_WRITE == 0;
		failed |= writes ? rwlock_acquire(&site->lock) : pthread_rwlock_rdlock(&site->lock.rwlock);
		if (writes) {
			site->counter++;
			increments_n++;
		}
		failed |= site->counter < seen ? EBADMSG : 0;
		seen = site->counter;
		if (site->hold_steps)
			held = hold(site->counter + held, site->hold_steps);
		failed |= rwlock_release(&site->lock);
	}
	turn_counts_end(counts);
	counts->operations_n = operations_n;
	counts->checked_n = increments_n;
	return failed;
}

static int semaphore_init(union lock *lock, bool shared)
{
	return sem_init(&lock->semaphore, shared, 1) == 0 ? 0 : errno;
}

static void semaphore_destroy(union lock *lock)
{
	sem_destroy(&lock->semaphore);
}

static inline int semaphore_acquire(union lock *lock)
{
	while (sem_wait(&lock->semaphore) < 0)
		if (errno != EINTR) // a signal's handler ran
			return errno;
	return 0;
}

static inline int semaphore_release(union lock *lock)
{
	return sem_post(&lock->semaphore) == 0 ? 0 : errno;
}

static int semaphore_operate(struct site *site)
{
	return operate(site, semaphore_acquire, semaphore_release);
}

static int no_init(union lock *lock, bool shared)
{
	(void)lock;
	(void)shared;
	return 0;
}

static void no_destroy(union lock *lock)
{
	(void)lock;
}

// Relaxed: the counter orders nothing else, and that no addition is lost is what atomic means.
static int atomic_operate(struct site *site)
{
	atomic_fetch_add_explicit(&site->counted, 1, memory_order_relaxed);
	return 0;
}

#define HAMMER(kind_name)                                                        \
	static int kind_name##_hammer(struct site *site, struct turn_counts *counts) \
	{                                                                            \
		return hammer(kind_name##_operate, site, counts);                        \
	}
HAMMER(mutex)
HAMMER(spin)
HAMMER(rwlock)
HAMMER(semaphore)
HAMMER(atomic)
#undef HAMMER

static const struct lock_kind kinds[] = {
	{"mutex", false, false, plain_init, mutex_destroy, mutex_hammer},
	{"robust", false, false, robust_init, mutex_destroy, mutex_hammer},
	{"spinlock", false, true, spin_init, spin_destroy, spin_hammer},
	{"rwlock", false, false, rwlock_init, rwlock_destroy, rwlock_hammer},
	{"rwlock_read", false, false, rwlock_init, rwlock_destroy, rwlock_read_hammer},
	{"semaphore", false, false, semaphore_init, semaphore_destroy, semaphore_hammer},
	{"atomic", true, false, no_init, no_destroy, atomic_hammer},
};

const struct lock_kind *lock_kind_at(unsigned i)
{
	return i < sizeof kinds / sizeof *kinds ? &kinds[i] : NULL;
}

const struct lock_kind *lock_kind_find(const char *name)
{
	for (unsigned i = 0; name && lock_kind_at(i); i++)
		if (strcmp(kinds[i].name, name) == 0)
			return &kinds[i];
	return NULL;
}
