// The items themselves, evenly divided: what the user says or what was measured of one item. All that is learned is how
// late those wake that waited.
#include <math.h>

#include "advise/term.h"
#include "advise/terms/dispatch.h"
#include "advise/terms/interruptions.h"

static bool learns_from(const struct observation *observation)
{
	return observation_parameter(observation, "wait_pct") > 0 && observation_parameter(observation, "cv_pct") == 0 &&
	       observation_parameter(observation, "lock_pct") == 0 && !observation->point.transport &&
	       observation->problem.out_bytes == 0 && observation_parameter(observation, "in_bytes") == 0;
}

static double even_ns(const struct costs *costs, const struct workload *workload, const struct point *setting)
{
	struct shares shares = shares_of(costs, workload, setting);
	double compute_ns = workload_compute_ns(workload), wait_ns = workload_wait_ns(workload);
	if (wait_ns == 0)
		return shares.items_cpu * compute_ns;
	// All begin at once: the last of a CPU begins when the others have computed their first item.
	double begin_ns = (shares.crowd_n - 1) * compute_ns, cycle = cycle_ns(compute_ns, wait_ns, shares.crowd_n);
	return fmax(shares.items_worker - 1, 0) * cycle + begin_ns + compute_ns + wait_ns;
}

static int learn(struct costs *costs, const struct observation *observation)
{
	struct workload workload;
	double rest_ns;
	observation_workload(&costs->observations, observation, &workload);
	if (dispatch_take_off(costs, observation, &rest_ns) < 0)
		return 0;
	rest_ns -= interruptions_of(costs, &workload, &observation->point).ns;
	struct cost_point point = {
		.x = workload_wait_ns(&workload),
		.cost = {fmax(rest_ns - even_ns(costs, &workload, &observation->point), 0), observation->wall.doubt_ns},
	};
	return cost_curves_add(&costs->curves, "wake", setting_workers(&observation->point), &point);
}

// How late sleepers wake; where that was not measured, nothing is added, and nobody knows how much is missing.
static struct cost waking(const struct costs *costs, double wait_ns, unsigned workers_n)
{
	struct cost late = {0};
	if (wait_ns > 0 && cost_curves_limited(&costs->curves, "wake", workers_n, wait_ns, &late) < 0)
		late.doubt_ns = doubt_unknown_ns;
	return late;
}

static int add(const struct costs *costs, const struct workload *workload, const struct point *setting,
               struct prediction *prediction)
{
	struct cost late = waking(costs, workload_wait_ns(workload), setting_workers(setting));
	double wall_ns = even_ns(costs, workload, setting) + late.ns;
	prediction->term[TERM_work] = (struct cost){wall_ns, late.doubt_ns};
	prediction->busy_ns += wall_ns;
	prediction->cpu_ns += workload->items_n * workload_compute_ns(workload);
	return 0;
}

const struct term term_work = {
	.name = "work",
	.summary = "the items, divided evenly among the workers",
	.formula =
		"items of the worker with most × one item; of n workers on a CPU whose items wait: between the larger of "
		"n × computing and computing + waiting, and mean value analysis, and the last to begin; once what waking takes, "
		"by rows of kernel synthetic with wait_pct",
	.learn = learn,
	.learns_from = learns_from,
	.add = add,
};
