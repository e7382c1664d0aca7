// One lock that all workers share: they queue for it, and a contended hand-over costs a wake-up.
#include <math.h>
#include <stdio.h>

#include "advise/term.h"

// The CV of the uneven rows, from which on it is taken to make no difference.
static const double uneven_cv = 0.3;

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

static char *key_of(char *out, const struct model *model, bool uneven)
{
	snprintf(out, CURVE_KEY_BYTES, "lock %s%s", model->processes ? "processes" : "threads", uneven ? " uneven" : "");
	return out;
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

// After longer than was measured a hand-over costs as much.
static int hand_over_of(const struct costs *costs, const struct point *setting, bool uneven, double lock_ns,
                        struct cost *cost)
{
	char key[CURVE_KEY_BYTES];
	key_of(key, setting->model, uneven);
	return cost_curves_limited(&costs->curves, key, setting->workers, lock_ns, cost);
}

// Workers with equal items fall into step and hardly ever meet at the lock; the more items differ, the sooner they are
// out of it again, and those of the uneven rows always are. Where one sort alone was measured, that.
static int hand_over(const struct costs *costs, const struct workload *workload, const struct point *setting,
                     double lock_ns, struct cost *cost)
{
	struct cost even = {0}, uneven = {0};
	int uneven_status = hand_over_of(costs, setting, true, lock_ns, &uneven);
	int even_status = hand_over_of(costs, setting, false, lock_ns, &even);
	double share = uneven_status < 0 ? 0 : even_status < 0 ? 1 : fmin(workload->cv / uneven_cv, 1);
	*cost = cost_between(even, uneven, share);
	return uneven_status < 0 ? even_status : 0;
}

static int add(const struct costs *costs, const struct workload *workload, const struct point *setting,
               struct prediction *prediction)
{
	struct queueing queueing = queueing_of(costs, workload, setting);
	struct cost *cost = &prediction->term[TERM_lock], each;
	if (queueing.busy == 0)
		return 0;
	int status = hand_over(costs, workload, setting, queueing.lock_ns, &each);
	if (status < 0)
		return status;
	cost->ns = queueing.items_n * (queueing.wait_ns + queueing.busy * each.ns);
	cost->doubt_ns = queueing.items_n * queueing.busy * each.doubt_ns;
	prediction->busy_ns += cost->ns;
	return 0;
}

const struct term term_lock = {
	.name = "lock",
	.summary = "queueing for the lock that all workers share, and its contended hand-overs",
	.formula =
		"items × (queue for the lock + share of time that others hold it × hand-over); the queue between even "
		"cycles and mean value analysis, the hand-over by rows of kernel synthetic with lock_pct, between those with "
		"cv_pct=0 and those with 30",
	.learn = learn,
	.learns_from = learns_from,
	.add = add,
};
