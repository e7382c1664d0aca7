// Launch and collect: waking or creating the workers, and noticing that they are done. It depends on how long they
// work, since those who wait fall asleep meanwhile.
#include "advise/terms/dispatch.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>

#include "advise/terms/interruptions.h"
#include "base/status.h"
#include "base/units.h"

// Below that, nothing changes any more; and the logarithm needs a least.
enum { BUSY_LEAST_NS = 100 };
// A share cannot really take less than its part of the serial run: what is more than this is the machine's drift. The
// only worker's share is that run: it never takes less, or a pool of one would be advised for being as fast.
static const double faster_most = 0.01;

static char *key_of(char *out, const char *what, const struct point *point)
{
	const struct model *model = point->model;
	snprintf(out, CURVE_KEY_BYTES, "%s %s%s%s %s", what, model->name, model->resident ? " " : "",
	         model->resident ? wait_name(point->wait) : "", pin_name(point->pin));
	return out;
}

static int learn(struct costs *costs, const struct observation *observation)
{
	if (observation->serial < 0 || observation->point.model->baseline)
		return 0;
	const struct observation *serial = &costs->observations.observation[observation->serial];
	struct workload workload = {.items_n = (double)observation->problem.items_n};
	if (workload.items_n < 1)
		workload.items_n = observation->point.workers;
	struct shares shares = shares_of(costs, &workload, &observation->point);
	double computing_ns = serial->wall.ns - interruptions_cost(costs, serial->wall.ns).ns;
	double share_ns = computing_ns * shares.items_cpu / workload.items_n;
	double busy_ns = share_ns + interruptions_cost(costs, share_ns).ns;
	unsigned workers_n = observation->point.workers;
	double least_ns = workers_n > 1 ? -faster_most * busy_ns : 0;
	struct cost_point point = {
		.x = fmax(busy_ns, BUSY_LEAST_NS),
		.cost = {fmax(observation->wall.ns - busy_ns, least_ns),
	             hypot(observation->wall.doubt_ns, serial->wall.doubt_ns / 2)},
	};
	char key[CURVE_KEY_BYTES];
	int status = cost_curves_add(&costs->curves, key_of(key, "dispatch", &observation->point), workers_n, &point);
	if (status < 0 || !isfinite(observation->cpu_ns))
		return status;
	point.cost = (struct cost){fmax(observation->cpu_ns - serial->wall.ns, 0), 0};
	return cost_curves_add(&costs->curves, key_of(key, "cpu", &observation->point), workers_n, &point);
}

static bool knows(const struct costs *costs, const struct point *setting)
{
	char key[CURVE_KEY_BYTES];
	return setting->model->baseline || cost_curves_have(&costs->curves, key_of(key, "dispatch", setting));
}

// A share of long tasks is how much slower computing side by side is; of short ones it is mostly what comes once a job.
enum { STEADY_NS = 500 * 1000 };

static int too_long(const char *key, double last_ns, double busy_ns)
{
	char last[32], asked[32];
	return status_say(ERANGE, "'%s' was measured with tasks of %s at most, not of %s: tvp run dispatch has longer ones",
	                  key, units_format_ns(last, sizeof last, last_ns), units_format_ns(asked, sizeof asked, busy_ns));
}

// By how many times they are more than were measured: at least 1.
static double more_workers(const struct costs *costs, const char *key, unsigned workers_n)
{
	unsigned last = cost_curves_workers_last(&costs->curves, key);
	return last > 0 && workers_n > last ? (double)workers_n / last : 1;
}

// Beyond the longest task that was measured, the cost is the same share of it; beyond the most workers it grows with
// their number, and all that it grows by is doubted.
static int cost_at(const struct costs *costs, const char *key, unsigned workers_n, double busy_ns, struct cost *cost)
{
	double last_ns = cost_curves_last_x(&costs->curves, key, workers_n), beyond = fmax(busy_ns / last_ns, 1);
	if (last_ns < STEADY_NS && beyond > CURVE_BEYOND)
		return too_long(key, last_ns, busy_ns);
	double more = more_workers(costs, key, workers_n);
	if (more > CURVE_BEYOND)
		return status_say(ENOENT, "'%s' was not measured with %u workers", key, workers_n);
	int status = cost_curves_at_most(&costs->curves, key, workers_n, fmin(fmax(busy_ns, BUSY_LEAST_NS), last_ns), cost);
	cost->ns *= beyond * more;
	cost->doubt_ns = hypot(cost->doubt_ns * beyond * more, cost->ns * (1 - 1 / more));
	return status;
}

int dispatch_cost(const struct costs *costs, const struct point *setting, double busy_ns, struct cost *cost)
{
	char key[CURVE_KEY_BYTES];
	*cost = (struct cost){0};
	if (setting->model->baseline)
		return 0;
	return cost_at(costs, key_of(key, "dispatch", setting), setting->workers, busy_ns, cost);
}

int dispatch_take_off(const struct costs *costs, const struct observation *observation, double *rest_ns)
{
	enum { STEPS_N = 4 };
	int status = 0;
	*rest_ns = observation->wall.ns;
	for (int i = 0; i < STEPS_N && status == 0; i++) {
		struct cost cost;
		status = dispatch_cost(costs, &observation->point, *rest_ns, &cost);
		*rest_ns = observation->wall.ns - cost.ns;
	}
	return status;
}

static int add(const struct costs *costs, const struct workload *workload, const struct point *setting,
               struct prediction *prediction)
{
	char key[CURVE_KEY_BYTES];
	struct cost cpu = {0};
	(void)workload;
	int status = dispatch_cost(costs, setting, prediction->busy_ns, &prediction->term[TERM_dispatch]);
	if (status == 0 && !setting->model->baseline)
		cost_at(costs, key_of(key, "cpu", setting), setting->workers, prediction->busy_ns, &cpu);
	prediction->cpu_ns += cpu.ns;
	return status;
}

const struct term term_dispatch = {
	.name = "dispatch",
	.summary = "launch and collect: creating or waking the workers, noticing that they are done",
	.formula = "wall of a task of known length - its share of the serial run, over the length of the share (rows of "
			   "kernels null and busy), between lengths and numbers of workers by their logarithms",
	.learn = learn,
	.knows = knows,
	.learns_from = observation_is_bare,
	.add = add,
};
