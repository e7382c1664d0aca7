// The limits of this process's cgroups, v1 and v2, the smallest on the way up the tree. A cgroup above a container's
// own namespace is not visible: its limits apply, but cannot be read here.
#ifndef TVP_HOST_CGROUP_H
#define TVP_HOST_CGROUP_H

#include <stdbool.h>
#include <stdint.h>

/// CPU time per time, in CPUs: v2 cpu.max, v1 cpu.cfs_quota_us ÷ cpu.cfs_period_us; 0.0 without a quota.
/// root: "" for this machine, or a directory used instead of / (proc/self/cgroup, proc/self/mountinfo, cgroup mounts).
double cgroup_quota_cpus(const char *root);

/// How often and how long a quota kept this process's cgroups, or those above them, from running, since they were made:
/// of cpu.stat (v2 nr_throttled and throttled_usec, v1 throttled_time), added up on the way up the tree.
struct throttled {
	uint64_t periods_n, time_ns;
};
/// Returns false, and all 0, where there is no quota on the way up or no such file.
bool cgroup_throttled(const char *root, struct throttled *throttled);

/// Bytes that the memory cgroups still allow: limit - usage + inactive file pages, which the kernel reclaims before it
/// kills (v2 memory.max, memory.current; v1 memory.limit_in_bytes, memory.usage_in_bytes). UINT64_MAX without a limit.
uint64_t cgroup_memory_available_bytes(const char *root);

/// How many further processes and threads the pids cgroups allow (pids.max - pids.current), of the tightest; *limit_n:
/// its limit. UINT64_MAX without a limit.
uint64_t cgroup_tasks_left(const char *root, uint64_t *limit_n);

#endif
