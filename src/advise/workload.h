// The user's work, as far as the cost model asks: what would run, whoever runs it.
#ifndef TVP_ADVISE_WORKLOAD_H
#define TVP_ADVISE_WORKLOAD_H

#include <stdbool.h>

#include "stats/trend.h"

struct workload {
	double items_n;      ///< of one job; whole
	double work_ns;      ///< of an item run alone, its mean: computing and waiting
	bool touches;        ///< work_ns includes reading the input and writing the output, as where it was measured
	double cv;           ///< standard deviation ÷ mean of the items' work
	struct trend trend;  ///< of the items' work along their order, which static shares divide; a part of cv
	double in_bytes;     ///< that an item reads
	double out_bytes;    ///< that an item writes
	double wait_share;   ///< of work_ns, what the item waits (for I/O, a timer) without using a CPU: 0 to below 1
	double lock_share;   ///< of the computing, what holds one lock that all workers share: 0 to below 1
	bool isolation;      ///< a crash of one worker must not end the others, nor the caller
	double memory_bytes; ///< private memory that each worker needs for its work
};

/// Computing and waiting of an item.
static inline double workload_compute_ns(const struct workload *workload)
{
	return workload->work_ns * (1 - workload->wait_share);
}

static inline double workload_wait_ns(const struct workload *workload)
{
	return workload->work_ns * workload->wait_share;
}

/// 0, or -EINVAL with a message that names what is out of its range.
int workload_check(const struct workload *workload);

#endif
