// A service: requests that arrive by themselves at a rate, each an item of the described work, served by workers in the
// order of their arrival. Every way of serving them, predicted and ranked by the time that 99 % of requests take.
#ifndef TVP_ADVISE_SERVICE_SERVICE_H
#define TVP_ADVISE_SERVICE_SERVICE_H

#include "advise/advice.h"
#include "advise/service/way.h"

/// ns, with the ends of its 95 % interval; high: INFINITY where, as far as the costs are known, the queue might grow
/// without end.
struct estimate {
	double ns, low_ns, high_ns;
};

/// A way of serving them that can keep up.
struct server {
	struct way way;
	struct estimate mean, p50, p99; ///< of responses: from a request's arrival to its end
	double utilisation;             ///< of what is used most: workers, CPUs or the caller
	double cpus;                    ///< CPU time per time, of caller and workers
	double memory_bytes;            ///< of all workers: footprint_bytes(); 0: nothing is known
};

/// From one rate on (or from any, where from_hz is 0) this way is to be chosen, up to the next one's.
struct rate_range {
	double from_hz;
	struct point setting;
};

enum { RATE_RANGES_MAX = 24 };

struct service {
	struct advice base;          ///< costs, the workload, and what is left out; no candidates
	double rate_hz, goal_p99_ns; ///< the goal: 0: none
	struct cost_curves wakes;
	struct way *way; ///< malloc'd: all that can be predicted
	uint32_t ways_n, ways_max;
	struct server *server; ///< malloc'd; the one to choose first
	uint32_t n, max;
	uint32_t equal_n;    ///< so many are as good as the best one: the fewest CPUs first
	bool meets_goal;     ///< whether those meet it
	double rate_most_hz; ///< beyond it nothing here can keep up
	struct rate_range range[RATE_RANGES_MAX];
	unsigned ranges_n;
};

/// Predict and rank. The workload's items_n is ignored; goal_p99_ns 0: none. Returns 0, -ENOMEM, -EINVAL (see
/// workload_check()), or -ERANGE (nothing keeps up, or can be predicted: the message says why, or which measurement is
/// missing).
int service_open(struct service *service, const struct costs *costs, const struct workload *workload, double rate_hz,
                 double goal_p99_ns);
void service_close(struct service *service);
/// Fill in the ranges: a scan over rates, three decades to either side.
int service_find_ranges(struct service *service);

#endif
