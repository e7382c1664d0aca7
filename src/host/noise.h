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
	uint64_t others_ns; ///< busy time of the CPUs we may run on, less our own and that of the children we have reaped:
	                    ///< what others used (in a container, all of the host's others). UINT64_MAX when unknown
	uint64_t throttled_n;  ///< periods in which the cgroup's quota was used up (host/cgroup.h); UINT64_MAX: no quota
	uint64_t throttled_ns; ///< for how long it was; UINT64_MAX: no quota
};

/// Never fails: what cannot be read is 0 (PSI, others, throttled: UINT64_MAX).
void noise_read(struct noise *noise);
/// after - before, member by member (PSI, others and throttled stay UINT64_MAX when unknown).
struct noise noise_between(const struct noise *before, const struct noise *after);

#endif
