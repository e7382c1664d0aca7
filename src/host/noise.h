// Disturbances while a round runs: steal, pressure, interrupts. Read before and after, and subtract.
#ifndef TVP_HOST_NOISE_H
#define TVP_HOST_NOISE_H

#include <stdint.h>

struct noise {
	uint64_t wall_ns;      ///< clock_now_ns() at the reading
	uint64_t steal_ns;     ///< all CPUs, /proc/stat
	uint64_t busy_ns;      ///< all CPUs: user+nice+system+irq+softirq, ours included
	uint64_t psi_cpu_us;   ///< /proc/pressure/cpu "some total"; UINT64_MAX when the kernel has no PSI
	uint64_t interrupts_n; ///< /proc/stat intr
};

/// Never fails: what cannot be read is 0 (PSI: UINT64_MAX).
void noise_read(struct noise *noise);
/// after - before, member by member (PSI stays UINT64_MAX when unknown).
struct noise noise_between(const struct noise *before, const struct noise *after);

#endif
