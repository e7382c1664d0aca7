// All that a worker does which `spawn` or its twins create, the same statements whatever created it: bind itself if
// told to, store time stamps, end. Raw system calls only: some of these workers share their creator's memory,
// thread-local storage included (errno, the state of the C library and of a sanitizer), and one has no C library at
// all.
#ifndef TVP_BENCH_TWIN_SPAWN_WORKER_H
#define TVP_BENCH_TWIN_SPAWN_WORKER_H

#include <stdint.h>
#include <sys/syscall.h>

/// What a created worker reports: one cache line each.
struct spawn_stamps {
	/// CLOCK_MONOTONIC at its first statement; where it binds itself, once it runs on that CPU.
	_Alignas(64) uint64_t running_ns;
	uint64_t ending_ns; ///< at its last statement
	int64_t cpu;        ///< on which it ended
};

/// Exit codes.
enum { SPAWN_DONE = 0, SPAWN_NOT_BOUND = 1, SPAWN_NOT_WRITTEN = 2, SPAWN_NOT_EXECUTED = 127 };

// A sanitizer's checks would write to the creator's state, from a second thread of execution unknown to it.
#define SPAWN_RAW __attribute__((no_sanitize("address"), no_sanitize("thread"), no_sanitize("undefined")))

/// A system call, without the C library on CPUs for which that is written here. Returns the kernel's result: negative
/// on failure.
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
// syscall() has no state but errno, which it writes only on failure.
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
	enum { WORD_BITS = 8 * sizeof(long), WORDS_N = 8192 / WORD_BITS }; // Linux supports at most 8192 CPUs
	volatile unsigned long mask[WORDS_N]; // volatile: or the compiler makes the loop a call of memset()
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

/// cpu: the CPU to bind itself to; -1: it stays on its creator's. Returns an exit code.
SPAWN_RAW static inline long spawn_worker_run(struct spawn_stamps *stamps, int cpu)
{
	unsigned ended_on = 0;
	if (cpu >= 0 && raw_bind((unsigned)cpu) < 0)
		return SPAWN_NOT_BOUND;
	stamps->running_ns = raw_now_ns();
	raw_call(SYS_getcpu, (long)&ended_on, 0, 0, 0);
	stamps->cpu = ended_on;
	stamps->ending_ns = raw_now_ns();
	return SPAWN_DONE;
}

#endif
