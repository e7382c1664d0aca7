// Caches that several CPUs share, and the memory behind them, give all of them together so many bytes a second: what
// one worker can already use up does not get faster with two.
#include "advise/terms/streaming.h"

#include <math.h>
#include <string.h>

#include "advise/terms/dispatch.h"

static const char *key_of(const struct workload *workload)
{
	return workload->out_bytes > 0 ? "stream copy" : "stream read";
}

static double bytes_of(const struct workload *workload)
{
	return workload->items_n * (workload->in_bytes + workload->out_bytes);
}

bool streaming_learns_from(const struct observation *observation)
{
	const struct point *point = &observation->point;
	const char *kernel = point->kernel->name;
	return (strcmp(kernel, "sum") == 0 || strcmp(kernel, "square") == 0) &&
	       strcmp(point->model->name, "thread_pool") == 0 && !point->transport &&
	       point->schedule.kind == SCHEDULE_STATIC && point->pin == PIN_COMPACT &&
	       point->pages == point_default().pages;
}

int streaming_learn(struct costs *costs, const struct observation *observation)
{
	struct workload workload;
	double rest_ns;
	if (!observation_workload(&costs->observations, observation, &workload) ||
	    dispatch_take_off(costs, observation, &rest_ns) < 0)
		return 0;
	struct cost_point point = {.x = bytes_of(&workload), .cost = {fmax(rest_ns, 0), observation->wall.doubt_ns}};
	return cost_curves_add(&costs->curves, key_of(&workload), observation->point.workers, &point);
}

struct cost streaming_cost(const struct costs *costs, const struct workload *workload, const struct point *setting)
{
	struct cost cost = {0};
	const char *key = key_of(workload);
	unsigned workers_n = setting_workers(setting);
	double bytes = bytes_of(workload), first = cost_curves_first_x(&costs->curves, key, workers_n);
	double known = fmin(fmax(bytes, first), cost_curves_last_x(&costs->curves, key, workers_n));
	if (first == 0 || cost_curves_at_most(&costs->curves, key, workers_n, known, &cost) < 0)
		return (struct cost){0};
	double factor = bytes / known; // fewer bytes than were measured, or more than any cache holds: as fast
	return (struct cost){cost.ns * factor, cost.doubt_ns * factor};
}
