// The whole life of a worker that spawn or its twins create, the same statements whatever created it: bind itself if
// told so, stamp, end. Raw system calls only: some of the created share their creator's memory, thread-local storage
// included (its errno, the C library's and a sanitizer's notes on the thread), and one has no C library at all.
#ifndef TVP_BENCH_TWIN_LIFE_H
#define TVP_BENCH_TWIN_LIFE_H

#include <stdint.h>
#include <sys/syscall.h>

/// What it says of itself: one cache line each.
struct spawn_life {
	_Alignas(64) uint64_t
		running_ns;     ///< CLOCK_MONOTONIC at its first statement (where it binds itself: once it stands there)
	uint64_t ending_ns; ///< at its last
	int64_t cpu;        ///< it ended on
};

/// Exit codes.
enum { SPAWN_LIVED = 0, SPAWN_NOT_BOUND = 1, SPAWN_NOT_WRITTEN = 2, SPAWN_NOT_EXECUTED = 127 };

// A sanitizer's checks would write to the creator's notes, from a second thread of control that it knows nothing of.
#define SPAWN_RAW __attribute__((no_sanitize("address"), no_sanitize("thread"), no_sanitize("undefined")))

/// A system call, beside the C library where that is known how. Returns what the kernel said: negative on failure.
#if defined(__x86_64__)
SPAWN_RAW static inline long raw_call(long number, long a, long b, long c, long d)
{
	register long fourth __asm__("r10") = d;
	long result;
	__asm__ volatile("syscall"
	                 : "=a"(result)
	                 : "a"(number), "D"(a), "S"(b), "d"(c), "r"(fourth)
	                 : "rcx", "r11", "memory");
	return result;
}
#elif defined(__aarch64__)
SPAWN_RAW static inline long raw_call(long number, long a, long b, long c, long d)
{
	register long call __asm__("x8") = number;
	register long first __asm__("x0") = a;
	register long second __asm__("x1") = b;
	register long third __asm__("x2") = c;
	register long fourth __asm__("x3") = d;
	__asm__ volatile("svc #0" : "+r"(first) : "r"(call), "r"(second), "r"(third), "r"(fourth) : "memory");
	return first;
}
#else
#include <unistd.h>
// Its only state is errno, written on failure alone.
SPAWN_RAW static inline long raw_call(long number, long a, long b, long c, long d)
{
	return syscall(number, a, b, c, d);
}
#endif

SPAWN_RAW static inline uint64_t raw_now_ns(void)
{
	enum { MONOTONIC = 1 };
	long now[2] = {0};
	raw_call(SYS_clock_gettime, MONOTONIC, (long)now, 0, 0);
	return (uint64_t)now[0] * 1000000000ull + (uint64_t)now[1];
}

SPAWN_RAW static inline long raw_bind(unsigned cpu)
{
	enum { WORD_BITS = 8 * sizeof(long), WORDS_N = 8192 / WORD_BITS }; // Linux knows at most 8192 CPUs
	volatile unsigned long mask[WORDS_N]; // volatile: or the loop becomes a call of memset()
	unsigned word = cpu / WORD_BITS % WORDS_N;
	for (unsigned i = 0; i <= word; i++)
		mask[i] = i == word ? 1ul << cpu % WORD_BITS : 0;
	return raw_call(SYS_sched_setaffinity, 0, (long)((word + 1) * sizeof *mask), (long)mask, 0);
}

_Noreturn SPAWN_RAW static inline void raw_exit(long code)
{
	for (;;)
		raw_call(SYS_exit_group, code, 0, 0, 0);
}

/// cpu: to bind itself to; -1: it stays where it was made. Returns an exit code.
SPAWN_RAW static inline long spawn_live(struct spawn_life *life, int cpu)
{
	unsigned ended_on = 0;
	if (cpu >= 0 && raw_bind((unsigned)cpu) < 0)
		return SPAWN_NOT_BOUND;
	life->running_ns = raw_now_ns();
	raw_call(SYS_getcpu, (long)&ended_on, 0, 0, 0);
	life->cpu = ended_on;
	life->ending_ns = raw_now_ns();
	return SPAWN_LIVED;
}

#endif
