// A service while it is measured (bursts.c), and the responses of its requests (responses.c).
#ifndef TVP_BENCH_SERVICE_RESPONSES_H
#define TVP_BENCH_SERVICE_RESPONSES_H

#include "base/rng.h"
#include "bench/queue/queue.h"
#include "bench/service/service.h"
#include "bench/team/turn_counts.h"

// Of a worker, in shared memory.
struct served {
	struct turn_counts counts;
	double total; ///< of the kernel's results
};

struct service_run {
	const struct problem *problem;
	double rate;      ///< per ns
	uint64_t burst_n; ///< requests of the current burst: all of the problem's items, or the first ones
	struct rng rng;
	unsigned workers_n; ///< beside the caller: 0: the caller serves
	bool caller_spins;
	struct queue queue;
	struct team *team;
	struct served *served; ///< workers_n of them, or 1
	uint64_t *done_ns;     ///< in shared memory: each request of the burst
	uint64_t *due_ns, *sent_ns;
	uint64_t begin_ns, end_ns; ///< of the counted part of the last burst
	// Of all counted requests since ready().
	double *response_ns, *late_ns;
	uint32_t n, responses_max, late_max;
	double rate_sum;
	unsigned bursts_n;
};

static inline uint64_t requests_n(const struct service_run *run)
{
	return run->burst_n;
}

/// Requests of a burst that only fill the queue.
static inline uint64_t settling_n(const struct service_run *run)
{
	enum { SETTLE_PART = 10 };
	return requests_n(run) / SETTLE_PART;
}

/// After a burst: keep what its requests took. Returns 0 or -ENOMEM.
int responses_note(struct service_run *run);
/// Hooks of the operation.
void responses_ready(void *context);
uint64_t responses_took_ns(void *context);
uint64_t responses_n(void *context);
/// In place of what trial_run() filled in, which is of bursts. Sorts the responses.
void responses_fill(struct service_run *run, double *value);

#endif
