// The timer's ticks, the host and its other guests: none of them in the middle run of a short task, about 1 % of long
// ones here.
#include "advise/terms/interruptions.h"

#include <math.h>
#include <string.h>

static const char key[] = "interruptions";
// Of tasks so short the middle run is not interrupted.
enum { SHORT_NS = 100 * 1000 };

static double nominal_ns(const struct observation *observation)
{
	return (double)observation->problem.items_n * (double)observation_parameter(observation, "item_ns");
}

static bool learns_from(const struct observation *observation)
{
	return observation->point.model->baseline && strcmp(observation->point.kernel->name, "synthetic") == 0 &&
	       observation_is_bare(observation) && nominal_ns(observation) > SHORT_NS;
}

static int learn(struct costs *costs, const struct observation *observation)
{
	double computing_ns = nominal_ns(observation);
	struct cost_point point = {
		.x = computing_ns,
		.cost = {fmax(observation->wall.ns - computing_ns, 0), observation->wall.doubt_ns},
	};
	int status = cost_curves_add(&costs->curves, key, 1, &(struct cost_point){.x = SHORT_NS});
	return status < 0 ? status : cost_curves_add(&costs->curves, key, 1, &point);
}

struct cost interruptions_cost(const struct costs *costs, double computing_ns)
{
	double last_ns = cost_curves_last_x(&costs->curves, key, 1), beyond = fmax(computing_ns / last_ns, 1);
	struct cost cost = {0};
	if (computing_ns > SHORT_NS && isfinite(last_ns))
		cost_curves_at(&costs->curves, key, 1, fmin(computing_ns, last_ns), &cost);
	return (struct cost){cost.ns * beyond, cost.doubt_ns * beyond};
}

struct cost interruptions_of(const struct costs *costs, const struct workload *workload, const struct point *setting)
{
	double items_n = shares_of(costs, workload, setting).items_cpu;
	return interruptions_cost(costs, items_n * workload_compute_ns(workload));
}

// Work that was measured as it ran has them in it.
static int add(const struct costs *costs, const struct workload *workload, const struct point *setting,
               struct prediction *prediction)
{
	if (workload->touches)
		return 0;
	prediction->term[TERM_interruptions] = interruptions_of(costs, workload, setting);
	prediction->busy_ns += prediction->term[TERM_interruptions].ns;
	return 0;
}

const struct term term_interruptions = {
	.name = "interruptions",
	.summary = "what comes between: the timer's ticks, the host and its other guests",
	.formula =
		"by how much longer than its work so much computing takes one after the other, by rows of kernel synthetic; "
		"0 up to 100 µs, and of work that was measured as it ran",
	.learn = learn,
	.learns_from = learns_from,
	.add = add,
};
