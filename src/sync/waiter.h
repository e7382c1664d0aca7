// Waiting for a word of shared memory to change: spin, park on a futex, or spin briefly and then park.
// Works alike between threads and between processes: the words lie in shared memory, the futexes are not private.
#ifndef TVP_SYNC_WAITER_H
#define TVP_SYNC_WAITER_H

#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>

enum wait { WAIT_SPIN, WAIT_PARK, WAIT_ADAPTIVE, WAIT_N };

/// "spin", "park", "adaptive".
const char *wait_name(enum wait wait);
/// Returns 0 or -EINVAL.
int wait_parse(const char *text, enum wait *wait);

/// How long WAIT_ADAPTIVE spins: about what waking an idle CPU costs, so that it never costs more than twice the better
/// choice (Karlin, Li, Manasse & Owicki, "Empirical studies of competitive spinning", SOSP 1991).
enum { WAIT_ADAPTIVE_SPIN_NS = 50000 };

/// An eventcount (Reed & Kanodia, CACM 1979): a word to wait on, and how many sleep there, so that a waker pays for a
/// system call only where someone does.
struct eventcount {
	_Alignas(128) _Atomic uint32_t word;
	uint32_t command;    ///< travels with the word, in its cache line: written before it, read after it
	const void *message; ///< the same
	_Alignas(128) _Atomic uint32_t sleepers_n;
};

/// Tell the CPU that this is a spin loop.
static inline void cpu_relax(void)
{
#if defined(__x86_64__) || defined(__i386__)
	__builtin_ia32_pause();
#elif defined(__aarch64__)
	__asm__ volatile("isb" ::: "memory"); // `yield` is a no-op on most cores; isb waits some cycles as pause does
#endif
}

/// Wait until the eventcount's word differs from `old`; returns it, with acquire order: what its writer did before is
/// visible.
uint32_t eventcount_wait(struct eventcount *eventcount, uint32_t old, enum wait wait);

/// The same, or until *abandoned is set: then it returns `old`. A signal handler that sets the flag must have its
/// signal repeated: one that comes between the check of the flag and the sleep does not interrupt the sleep.
uint32_t eventcount_wait_or(struct eventcount *eventcount, uint32_t old, enum wait wait,
                            const volatile sig_atomic_t *abandoned);

/// Set the word with release order and wake who sleeps. With WAIT_SPIN nobody ever sleeps and this is one plain store.
void eventcount_set(struct eventcount *eventcount, uint32_t value, enum wait wait);

/// Count the word down by one with release order; whoever takes it to `last` wakes the sleepers.
void eventcount_count_down(struct eventcount *eventcount, uint32_t last);

#endif
