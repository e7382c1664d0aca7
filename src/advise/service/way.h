// One way of serving requests: what a request takes of the worker, of the CPUs and of the caller, and from that its
// response at any rate.
#ifndef TVP_ADVISE_SERVICE_WAY_H
#define TVP_ADVISE_SERVICE_WAY_H

#include "advise/costs.h"
#include "advise/workload.h"
#include "stats/queueing.h"

/// What does not depend on the rate. Times in ns.
struct way {
	struct point setting;
	unsigned cpus_n;             ///< that can run at once
	double work_ns, cv;          ///< an item by itself, without data
	double compute_ns;           ///< CPU time of an item: computing, reading, writing, sending and receiving
	struct cost alone;           ///< an item while no other is served
	double crowded_ns;           ///< while all others are busy, too
	double caller_ns;            ///< of the caller: sending, receiving, creating
	struct cost launch, collect; ///< where a worker is created for every request: before and after the item
	double wake_cpu_ns;          ///< CPU time of waking, or creating and ending, a worker
	double rate_most_hz;         ///< what it can sustain
};

/// Put it together. Returns 0, or -ENOENT or -ERANGE with a message: which measurement would be needed.
int way_make(struct way *way, const struct costs *costs, const struct cost_curves *wakes,
             const struct workload *workload, const struct point *setting);

/// At a rate.
struct way_load {
	struct response response;
	double utilisation; ///< of what is used most
	double cpus;        ///< CPU time per time
};

/// Costs are taken as measured, or (sign 1, -1) at the upper or lower end of their doubts. Returns whether it keeps up.
bool way_load(const struct way *way, const struct cost_curves *wakes, double rate_hz, int sign, struct way_load *load);

#endif
