// Where the memory of points lies on this machine, planned once: equal plans are one.
#ifndef TVP_BENCH_PLAN_NUMA_PLANS_H
#define TVP_BENCH_PLAN_NUMA_PLANS_H

#include "bench/plan/point.h"

/// *plan: NULL where memory has no parts (one node, or workers that are not pinned), else for the program's life.
/// Call it in the supervisor first, which then opens the topology. Returns 0; -ENOTSUP or -ENOMEM, with a message.
int numa_plan_of(const struct point *point, const struct numa_plan **plan);

#endif
