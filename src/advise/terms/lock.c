// One lock that all workers share: they queue for it, and a contended hand-over costs a wake-up.
#include <math.h>
#include <stdio.h>

#include "advise/term.h"

struct queueing {
	double lock_ns; ///< an item holds the lock
	double wait_ns; ///< an item waits for it
	double busy;    ///< the share of time that others hold it: how often it is found taken
	double items_n; ///< of the CPU that has most
};

static struct queueing queueing_of(const struct costs *costs, const struct workload *workload,
                                   const struct point *setting)
{
	struct shares shares = shares_of(costs, workload, setting);
	double lock_ns = workload_compute_ns(workload) * workload->lock_share;
	double cycle = cycle_ns(lock_ns, workload->work_ns - lock_ns, shares.running_n);
	return (struct queueing){
		.lock_ns = lock_ns,
		.wait_ns = cycle - workload->work_ns,
		.busy = fmin((shares.running_n - 1) * lock_ns / cycle, 1),
		.items_n = shares.items_cpu,
	};
}

// Workers with equal items fall into step and hardly ever meet at the lock; those whose items differ do.
static char *key_of(char *out, const struct model *model, bool uneven)
{
	snprintf(out, CURVE_KEY_BYTES, "lock %s%s", model->processes ? "processes" : "threads", uneven ? " uneven" : "");
	return out;
}

// Of the other sort, where that alone was measured.
static char *known_key_of(char *out, const struct costs *costs, const struct model *model, bool uneven)
{
	bool known = cost_curves_have(&costs->curves, key_of(out, model, uneven));
	bool other_known = cost_curves_have(&costs->curves, key_of(out, model, !uneven));
	return key_of(out, model, known ? uneven : other_known && !uneven);
}

static bool learns_from(const struct observation *observation)
{
	return observation_parameter(observation, "lock_pct") > 0 && observation_parameter(observation, "item_ns") > 0 &&
	       observation_parameter(observation, "wait_pct") == 0 && !observation->point.transport &&
	       observation_parameter(observation, "in_bytes") + observation_parameter(observation, "out_bytes") == 0;
}

static int learn(struct costs *costs, const struct observation *observation)
{
	struct workload workload, without;
	struct prediction prediction;
	observation_workload(&costs->observations, observation, &workload);
	struct queueing queueing = queueing_of(costs, &workload, &observation->point);
	without = workload;
	without.lock_share = 0;
	if (queueing.busy == 0 || predict(costs, &without, &observation->point, &prediction) < 0)
		return 0;
	double each_ns = (observation->wall.ns - prediction.wall.ns) / queueing.items_n - queueing.wait_ns;
	struct cost_point point = {
		.x = queueing.lock_ns,
		.cost = {fmax(each_ns, 0) / queueing.busy, observation->wall.doubt_ns / queueing.items_n / queueing.busy},
	};
	char key[CURVE_KEY_BYTES];
	key_of(key, observation->point.model, workload.cv > 0);
	return cost_curves_add(&costs->curves, key, observation->point.workers, &point);
}

static int add(const struct costs *costs, const struct workload *workload, const struct point *setting,
               struct prediction *prediction)
{
	struct queueing queueing = queueing_of(costs, workload, setting);
	struct cost *cost = &prediction->term[TERM_lock], hand_over;
	char key[CURVE_KEY_BYTES];
	if (queueing.busy == 0)
		return 0;
	// A hand-over costs the same after whatever time beyond the longest that was measured.
	known_key_of(key, costs, setting->model, workload->cv > 0);
	double last_ns = cost_curves_last_x(&costs->curves, key, setting->workers);
	int status =
		cost_curves_at_most(&costs->curves, key, setting->workers, fmin(queueing.lock_ns, last_ns), &hand_over);
	if (status < 0)
		return status;
	cost->ns = queueing.items_n * (queueing.wait_ns + queueing.busy * hand_over.ns);
	cost->doubt_ns = queueing.items_n * queueing.busy * hand_over.doubt_ns;
	prediction->busy_ns += cost->ns;
	return 0;
}

const struct term term_lock = {
	.name = "lock",
	.summary = "queueing for the lock that all workers share, and its contended hand-overs",
	.formula = "items × (queue for the lock + share of time that others hold it × hand-over); the queue between even "
			   "cycles and mean value analysis, the hand-over by rows of kernel synthetic with lock_pct",
	.learn = learn,
	.learns_from = learns_from,
	.add = add,
};
