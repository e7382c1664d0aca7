// Reading inputs and writing outputs: a worker's part takes the longer the more workers share the memory's bandwidth,
// and a new process also faults its pages in.
#include "advise/terms/memory.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "advise/terms/dispatch.h"
#include "advise/terms/streaming.h"

static const char *const directions[] = {"read", "write"};

// Threads that are made for a job share the caller's memory as residents do.
static char *key_of(char *out, unsigned direction, const struct costs *costs, const struct model *model)
{
	snprintf(out, CURVE_KEY_BYTES, "%s %s", directions[direction], model->name);
	if (!cost_curves_have(&costs->curves, out) && (model->resident || !model->processes))
		snprintf(out, CURVE_KEY_BYTES, "%s thread_pool", directions[direction]);
	return out;
}

static bool touches_only(const struct observation *observation)
{
	const struct problem *problem = &observation->problem;
	return strcmp(observation->point.kernel->name, "synthetic") == 0 && !observation->point.transport &&
	       observation_parameter(observation, "item_ns") == 0 && problem->in_bytes + problem->out_bytes > 0;
}

static bool learns_from(const struct observation *observation)
{
	return touches_only(observation) || streaming_learns_from(observation);
}

static int learn(struct costs *costs, const struct observation *observation)
{
	struct workload workload;
	double rest_ns;
	if (!touches_only(observation))
		return streaming_learn(costs, observation);
	observation_workload(&costs->observations, observation, &workload);
	if ((workload.in_bytes > 0) == (workload.out_bytes > 0) || dispatch_take_off(costs, observation, &rest_ns) < 0)
		return 0;
	unsigned direction = workload.out_bytes > 0;
	struct shares shares = shares_of(costs, &workload, &observation->point);
	struct cost_point point = {
		.x = shares.items_cpu * (workload.in_bytes + workload.out_bytes),
		.cost = {fmax(rest_ns, 0), observation->wall.doubt_ns},
	};
	char key[CURVE_KEY_BYTES];
	snprintf(key, sizeof key, "%s %s", directions[direction], observation->point.model->name);
	return cost_curves_add(&costs->curves, key, setting_workers(&observation->point), &point);
}

int memory_cost(const struct costs *costs, const struct workload *workload, const struct point *setting,
                struct cost *cost)
{
	double items_n = shares_of(costs, workload, setting).items_cpu;
	double bytes[] = {items_n * workload->in_bytes, items_n * workload->out_bytes};
	int status = 0;
	*cost = (struct cost){0};
	for (unsigned i = 0; i < 2 && status == 0; i++) {
		char key[CURVE_KEY_BYTES];
		struct cost part = {0};
		if (bytes[i] > 0)
			status = cost_curves_at_most(&costs->curves, key_of(key, i, costs, setting->model),
			                             setting_workers(setting), bytes[i], &part);
		cost->ns += part.ns;
		cost->doubt_ns += part.doubt_ns;
	}
	return status;
}

// Work that was measured has in it what reading and writing take one worker. Several at once take longer, by as much as
// they take longer to read and write alone, and no less than the roof lets through.
static int longer_than_alone(const struct costs *costs, const struct workload *workload, const struct point *setting,
                             double work_ns, struct cost *cost)
{
	struct shares shares = shares_of(costs, workload, setting);
	struct point serial = *setting;
	struct cost alone;
	serial.model = model_baseline();
	int status = memory_cost(costs, workload, &serial, &alone);
	// By so much longer than alone, of as much of the work as reading and writing can have been.
	double share = shares.items_cpu / workload->items_n;
	double known_ns = fmin(alone.ns * share, work_ns);
	double longer = alone.ns > 0 ? fmax(cost->ns / (alone.ns * share) - 1, 0) : 0;
	*cost = (struct cost){known_ns * longer, fmin(cost->doubt_ns, known_ns)};
	struct cost roof = streaming_cost(costs, workload, setting);
	if (shares.running_n > 1 && roof.ns - work_ns > cost->ns)
		*cost = (struct cost){roof.ns - work_ns, roof.doubt_ns};
	return status;
}

static int add(const struct costs *costs, const struct workload *workload, const struct point *setting,
               struct prediction *prediction)
{
	struct cost *cost = &prediction->term[TERM_memory];
	int status = memory_cost(costs, workload, setting, cost);
	if (status < 0)
		return status;
	if (workload->touches)
		status = longer_than_alone(costs, workload, setting, prediction->term[TERM_work].ns, cost);
	prediction->busy_ns += cost->ns;
	prediction->cpu_ns += cost->ns * shares_of(costs, workload, setting).running_n;
	return status;
}

const struct term term_memory = {
	.name = "memory",
	.summary = "reading inputs and writing outputs, all workers at once, with the page faults of new processes",
	.formula =
		"bytes of the busiest CPU, by rows of kernel synthetic that only read, or only write, as many with as "
		"many workers; of measured work only what that is more than one worker alone takes, and at least what kernels "
		"sum and square take for as many bytes in all",
	.learn = learn,
	.learns_from = learns_from,
	.add = add,
};
