// How long items take that workers fetch one after another from a list: what `xargs -P` does, and a pool.
#ifndef TVP_ADVISE_LIST_SCHEDULE_H
#define TVP_ADVISE_LIST_SCHEDULE_H

#include <stddef.h>

struct list_schedule {
	unsigned workers_n;
	size_t batch_n; ///< items fetched at once; at least 1
	/// How fast each of n workers goes that are busy at once: where their items use `busy` CPUs while they run (below
	/// 1: they wait; above: they have threads of their own), and there are cpus_n, min(1, cpus_n / (n busy)).
	double cpus_n, busy;
};

/// From the first item's begin to the last one's end: item_ns[i] is what the i-th takes alone. Returns NAN where there
/// is no memory.
double list_schedule_ns(const struct list_schedule *schedule, const double *item_ns, size_t n);
/// The same if the work could be divided evenly: what no order of the items can be below.
double list_schedule_even_ns(const struct list_schedule *schedule, double sum_ns);

#endif
