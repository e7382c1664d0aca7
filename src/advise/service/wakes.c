#include "advise/service/wakes.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "advise/term.h"

// The logarithm needs a least.
enum { LEAST_NS = 100 };

static char *key_of(char *out, const char *what, const struct point *point)
{
	snprintf(out, CURVE_KEY_BYTES, "%s %s %s", what, point->model->name, pin_name(point->pin));
	return out;
}

static int add(struct cost_curves *wakes, const char *what, const struct observation *observation,
               const struct cost_point *point)
{
	char key[CURVE_KEY_BYTES];
	if (!isfinite(point->cost.ns))
		return 0;
	return cost_curves_add(wakes, key_of(key, what, &observation->point), 1, point);
}

// The caller sleeps while the worker computes, and wakes as a worker would that slept as long. One that spins first has
// a CPU of its own, and so wakes from where a worker does; but it sleeps only in long jobs, the others park.
static int learn_wake(struct cost_curves *wakes, const struct observation *observation, double busy_ns)
{
	bool long_job = busy_ns > 1.5 * WAIT_ADAPTIVE_SPIN_NS;
	double spun_ns = observation->point.wait == WAIT_ADAPTIVE ? WAIT_ADAPTIVE_SPIN_NS : 0;
	if (observation->point.wait != (long_job ? WAIT_ADAPTIVE : WAIT_PARK))
		return 0;
	struct cost_point point = {.x = fmax(busy_ns - spun_ns, LEAST_NS), .cost = observation->collect};
	return add(wakes, "wake", observation, &point);
}

static int learn_creation(struct cost_curves *wakes, const struct observation *observation, double busy_ns)
{
	struct cost_point launch = {.x = fmax(busy_ns, LEAST_NS), .cost = observation->launch};
	struct cost_point collect = {.x = launch.x, .cost = observation->collect};
	int status = add(wakes, "launch", observation, &launch);
	return status < 0 ? status : add(wakes, "collect", observation, &collect);
}

static int learn_cpu(struct cost_curves *wakes, const struct observation *observation)
{
	bool sleeps = !observation->point.model->resident || observation->point.wait == WAIT_PARK;
	struct cost_point point = {.cost = {observation->cpu_ns, 0}};
	return sleeps && strcmp(observation->point.kernel->name, "null") == 0 ? add(wakes, "cpu", observation, &point) : 0;
}

static int learn(struct cost_curves *wakes, const struct costs *costs, const struct observation *observation)
{
	const struct model *model = observation->point.model;
	if (model->baseline || observation->serial < 0 || observation->point.workers != 1 ||
	    !observation_is_bare(observation))
		return 0;
	double busy_ns = costs->observations.observation[observation->serial].wall.ns;
	int status =
		model->resident ? learn_wake(wakes, observation, busy_ns) : learn_creation(wakes, observation, busy_ns);
	return status < 0 ? status : learn_cpu(wakes, observation);
}

int wakes_open(struct cost_curves *wakes, const struct costs *costs)
{
	int status = 0;
	*wakes = (struct cost_curves){0};
	for (uint32_t i = 0; i < costs->observations.n && status == 0; i++)
		status = learn(wakes, costs, &costs->observations.observation[i]);
	return status;
}

// Beyond the longest time that was measured nothing changes any more.
static int cost_at(const struct cost_curves *wakes, const char *what, const struct point *setting, double x,
                   struct cost *cost)
{
	char key[CURVE_KEY_BYTES];
	double last = cost_curves_last_x(wakes, key_of(key, what, setting), 1);
	return cost_curves_at(wakes, key, 1, fmin(fmax(x, LEAST_NS), last), cost);
}

int wake_cost(const struct cost_curves *wakes, const struct point *setting, double slept_ns, struct cost *cost)
{
	return cost_at(wakes, "wake", setting, slept_ns, cost);
}

int launch_cost(const struct cost_curves *wakes, const struct point *setting, double busy_ns, struct cost *cost)
{
	*cost = (struct cost){0};
	return setting->model->resident ? 0 : cost_at(wakes, "launch", setting, busy_ns, cost);
}

int collect_cost(const struct cost_curves *wakes, const struct point *setting, double busy_ns, struct cost *cost)
{
	*cost = (struct cost){0};
	return setting->model->resident ? 0 : cost_at(wakes, "collect", setting, busy_ns, cost);
}

// Where no row has it: as if a CPU were busy while the worker wakes.
int wake_cpu(const struct cost_curves *wakes, const struct point *setting, double *cpu_ns)
{
	struct cost cost;
	int status = cost_at(wakes, "cpu", setting, LEAST_NS, &cost);
	if (status < 0 && setting->model->resident)
		status = wake_cost(wakes, setting, LEAST_NS, &cost);
	*cpu_ns = cost.ns;
	return status;
}
