// The table of locks. All have the same operation and the same loop, compiled with direct calls of the lock's own
// functions, so that only the lock differs.
#include <errno.h>
#include <string.h>

#include "bench/locks/locks.h"

enum { READS_PER_WRITE = 16, CALIBRATION_STEPS = 4096, CALIBRATIONS_N = 8 };

// A chain of dependent steps: instruction-level parallelism does not shorten it, and it has no pause instruction, which
// would leave an SMT sibling more of the core than real work does. It starts from protected data and returns 0 in a way
// that the CPU cannot predict: the result is added to those data, so that the CPU cannot start the chain before the
// lock is held, or overlap it with the critical section before.
static inline uint64_t hold(uint64_t value, uint64_t steps_n)
{
	uint64_t zero = 0;
	__asm__ volatile("" : "+r"(zero));
	for (uint64_t step = 0; step < steps_n; step++) {
		value = value * 6364136223846793005u + 1442695040888963407u;
		__asm__ volatile("" : "+r"(value)); // or the compiler might replace the loop by a closed form
	}
	return value & zero;
}

uint64_t hold_calibrate(uint64_t hold_ns)
{
	uint64_t best_ns = UINT64_MAX;
	for (int i = 0; hold_ns > 0 && i < CALIBRATIONS_N; i++) {
		uint64_t begin_ns = clock_now_ns();
		hold(begin_ns, CALIBRATION_STEPS);
		uint64_t took_ns = clock_now_ns() - begin_ns;
		best_ns = took_ns < best_ns ? took_ns : best_ns; // a disturbance only lengthens it
	}
	return hold_ns == 0 ? 0 : hold_ns * CALIBRATION_STEPS / (best_ns ? best_ns : 1) + 1;
}

// Relaxed: the results of a window are ordered by the end of the turn; no other data depends on the flag.
static inline bool stopped(struct locks_shared *shared)
{
	return atomic_load_explicit(&shared->stop, memory_order_relaxed);
}

static inline __attribute__((always_inline)) int operate(struct locks_shared *shared, int (*acquire)(union lock *),
                                                         int (*release)(union lock *))
{
	int failed = acquire(&shared->lock);
	shared->counter++;
	if (shared->hold_steps)
		shared->counter += hold(shared->counter, shared->hold_steps);
	return failed | release(&shared->lock);
}

// Each kind has its own copy of the loop: a call through a pointer per operation would be 7 % of an uncontended mutex.
static inline __attribute__((always_inline)) int loop(int (*operation)(struct locks_shared *),
                                                      struct locks_shared *shared, struct turn_counts *counts)
{
	uint64_t operations_n = 0;
	int failed = 0;
	turn_counts_begin(counts);
	for (; !stopped(shared); operations_n++)
		failed |= operation(shared);
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

static int mutex_operate(struct locks_shared *shared)
{
	return operate(shared, mutex_acquire, mutex_release);
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

static int spin_operate(struct locks_shared *shared)
{
	return operate(shared, spin_acquire, spin_release);
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

static int rwlock_operate(struct locks_shared *shared)
{
	return operate(shared, rwlock_acquire, rwlock_release);
}

// One operation of sixteen writes. A counter that a reader sees decrease is an error.
static int rwlock_read_loop(struct locks_shared *shared, struct turn_counts *counts)
{
	uint64_t operations_n = 0, increments_n = 0, seen = 0, held = 0;
	int failed = 0;
	turn_counts_begin(counts);
	while (!stopped(shared)) {
		bool writes = operations_n++ % READS_PER_WRITE == 0;
		failed |= writes ? rwlock_acquire(&shared->lock) : pthread_rwlock_rdlock(&shared->lock.rwlock);
		if (writes) {
			shared->counter++;
			increments_n++;
		}
		failed |= shared->counter < seen ? EBADMSG : 0;
		seen = shared->counter;
		if (shared->hold_steps)
			held = hold(shared->counter + held, shared->hold_steps);
		failed |= rwlock_release(&shared->lock);
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
		if (errno != EINTR) // a signal handler ran
			return errno;
	return 0;
}

static inline int semaphore_release(union lock *lock)
{
	return sem_post(&lock->semaphore) == 0 ? 0 : errno;
}

static int semaphore_operate(struct locks_shared *shared)
{
	return operate(shared, semaphore_acquire, semaphore_release);
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

// Relaxed: the counter orders nothing else, and atomicity alone prevents lost additions.
static int atomic_operate(struct locks_shared *shared)
{
	atomic_fetch_add_explicit(&shared->counted, 1, memory_order_relaxed);
	return 0;
}

#define LOOP(kind_name)                                                                  \
	static int kind_name##_loop(struct locks_shared *shared, struct turn_counts *counts) \
	{                                                                                    \
		return loop(kind_name##_operate, shared, counts);                                \
	}
LOOP(mutex)
LOOP(spin)
LOOP(rwlock)
LOOP(semaphore)
LOOP(atomic)
#undef LOOP

static const struct lock_kind kinds[] = {
	{"mutex", false, false, plain_init, mutex_destroy, mutex_loop},
	{"robust", false, false, robust_init, mutex_destroy, mutex_loop},
	{"spinlock", false, true, spin_init, spin_destroy, spin_loop},
	{"rwlock", false, false, rwlock_init, rwlock_destroy, rwlock_loop},
	{"rwlock_read", false, false, rwlock_init, rwlock_destroy, rwlock_read_loop},
	{"semaphore", false, false, semaphore_init, semaphore_destroy, semaphore_loop},
	{"atomic", true, false, no_init, no_destroy, atomic_loop},
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
