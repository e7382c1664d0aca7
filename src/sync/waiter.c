// The eventcount: a word, its sleepers, and the argument why no wake-up is lost.
#include "sync/waiter.h"

#include <stdbool.h>
#include <string.h>

#include "base/clock.h"
#include "sync/futex.h"

static const char *const wait_names[WAIT_N] = {"spin", "park", "adaptive"};

const char *wait_name(enum wait wait)
{
	return wait_names[wait];
}

int wait_parse(const char *text, enum wait *wait)
{
	for (int i = 0; i < WAIT_N; i++)
		if (strcmp(text, wait_names[i]) == 0) {
			*wait = (enum wait)i;
			return 0;
		}
	return -EINVAL;
}

static inline bool is_set(const volatile sig_atomic_t *flag)
{
	return flag && *flag;
}

// Spins until the word changes or the wait is abandoned, or for WAIT_ADAPTIVE until its time is up.
static inline __attribute__((always_inline)) bool spin(struct eventcount *eventcount, uint32_t old, enum wait wait,
                                                       const volatile sig_atomic_t *abandoned, uint32_t *value)
{
	enum { LOOKS_PER_CLOCK = 64 };
	uint64_t deadline_ns = 0;
	for (unsigned look = 0;; look++) {
		*value = atomic_load_explicit(&eventcount->word, memory_order_acquire);
		if (*value != old || is_set(abandoned))
			return true;
		cpu_relax();
		if (wait == WAIT_SPIN || look % LOOKS_PER_CLOCK != LOOKS_PER_CLOCK - 1)
			continue;
		uint64_t now_ns = clock_now_ns();
		if (deadline_ns == 0)
			deadline_ns = now_ns + WAIT_ADAPTIVE_SPIN_NS;
		else if (now_ns >= deadline_ns)
			return false;
	}
}

// Dekker's pattern: the sleeper announces itself and then looks at the word (the kernel looks once more, under its
// lock); the waker changes the word and then looks for sleepers. All four are seq_cst, so at least one of them sees the
// other.
static inline __attribute__((always_inline)) uint32_t park(struct eventcount *eventcount, uint32_t old,
                                                           const volatile sig_atomic_t *abandoned)
{
	atomic_fetch_add(&eventcount->sleepers_n, 1);
	uint32_t value;
	while ((value = atomic_load(&eventcount->word)) == old && !is_set(abandoned))
		futex_wait(&eventcount->word, old);
	atomic_fetch_sub(&eventcount->sleepers_n, 1);
	return value;
}

// Inlined twice, so that residents who wait for a command do not look at a flag that is not there.
static inline __attribute__((always_inline)) uint32_t wait_for(struct eventcount *eventcount, uint32_t old,
                                                               enum wait wait, const volatile sig_atomic_t *abandoned)
{
	uint32_t value;
	if (wait != WAIT_PARK && spin(eventcount, old, wait, abandoned, &value))
		return value;
	return park(eventcount, old, abandoned);
}

uint32_t eventcount_wait(struct eventcount *eventcount, uint32_t old, enum wait wait)
{
	return wait_for(eventcount, old, wait, NULL);
}

uint32_t eventcount_wait_or(struct eventcount *eventcount, uint32_t old, enum wait wait,
                            const volatile sig_atomic_t *abandoned)
{
	return wait_for(eventcount, old, wait, abandoned);
}

void eventcount_set(struct eventcount *eventcount, uint32_t value, enum wait wait)
{
	if (wait == WAIT_SPIN) {
		atomic_store_explicit(&eventcount->word, value, memory_order_release);
		return;
	}
	atomic_store(&eventcount->word, value);
	if (atomic_load(&eventcount->sleepers_n) > 0)
		futex_wake(&eventcount->word, INT_MAX);
}

void eventcount_count_down(struct eventcount *eventcount, uint32_t last)
{
	if (atomic_fetch_sub(&eventcount->word, 1) == last + 1 && atomic_load(&eventcount->sleepers_n) > 0)
		futex_wake(&eventcount->word, INT_MAX);
}
