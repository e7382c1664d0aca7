// The items themselves, evenly divided: what the user says or what was measured of one item. All that is learned is how
// late those wake that waited.
#include <math.h>

#include "advise/term.h"
#include "advise/terms/dispatch.h"

// The time of a cycle of one item of each of n workers on one CPU: each computes, alone on the CPU, and then waits.
// Where computing fills the CPU it is n times the computing, else that of one worker alone; in between workers queue.
// Mean value analysis of a closed system with one server (Reiser & Lavenberg, J. ACM 27, 1980) has twice the queue that
// even cycles have: half of it.
static double cycle_ns(double compute_ns, double wait_ns, unsigned n)
{
	double queue = 0, cycle = compute_ns + wait_ns;
	for (unsigned i = 1; i <= n; i++) {
		double response = compute_ns * (1 + queue);
		cycle = response + wait_ns;
		queue = i * response / cycle;
	}
	double least = fmax(n * compute_ns, compute_ns + wait_ns);
	return (least + fmax(least, cycle)) / 2;
}

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
	return shares.items_worker * cycle_ns(compute_ns, wait_ns, shares.crowd_n);
}

static int learn_one(struct costs *costs, const struct observation *observation)
{
	struct workload workload;
	double rest_ns;
	observation_workload(&costs->observations, observation, &workload);
	if (dispatch_take_off(costs, observation, &rest_ns) < 0)
		return 0;
	struct cost_point point = {
		.x = workload_wait_ns(&workload),
		.cost = {fmax(rest_ns - even_ns(costs, &workload, &observation->point), 0), observation->wall.doubt_ns},
		.row = observation->row,
	};
	unsigned workers_n = observation->point.model->baseline ? 1 : observation->point.workers;
	return cost_curves_add(&costs->curves, "wake", workers_n, &point);
}

static int learn(struct costs *costs)
{
	int status = 0;
	for (uint32_t i = 0; i < costs->observations.n && status == 0; i++)
		if (learns_from(&costs->observations.observation[i]))
			status = learn_one(costs, &costs->observations.observation[i]);
	return status;
}

// Where nothing is known of it, nothing is added: it is little beside the waits.
static int add(const struct costs *costs, const struct workload *workload, const struct point *setting,
               struct prediction *prediction)
{
	double wall_ns = even_ns(costs, workload, setting), wait_ns = workload_wait_ns(workload);
	unsigned workers_n = setting->model->baseline ? 1 : setting->workers;
	struct cost late = {0};
	if (wait_ns > 0 && cost_curves_at(&costs->curves, "wake", workers_n, wait_ns, &late) == 0)
		wall_ns += late.ns;
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
		"n × computing and computing + waiting, and mean value analysis; once what waking takes, by rows of kernel "
		"synthetic with wait_pct",
	.learn = learn,
	.learns_from = learns_from,
	.add = add,
};
