// Data that is sent instead of shared: the caller sends each worker its part, one after the other, and receives the
// results in the same order, while workers that have theirs already compute.
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "advise/terms/dispatch.h"
#include "advise/terms/memory.h"

static const char *const directions[] = {"send", "return"};

static char *key_of(char *out, unsigned direction, const struct point *point)
{
	snprintf(out, CURVE_KEY_BYTES, "%s %s copy:%s", directions[direction], point->model->name, point->transport->name);
	return out;
}

// Of both directions or of one: a job may have no input, or no output.
static bool knows(const struct costs *costs, const struct point *setting)
{
	char send[CURVE_KEY_BYTES], back[CURVE_KEY_BYTES];
	return !setting->transport || cost_curves_have(&costs->curves, key_of(send, 0, setting)) ||
	       cost_curves_have(&costs->curves, key_of(back, 1, setting));
}

static bool learns_from(const struct observation *observation)
{
	return observation->point.transport && strcmp(observation->point.kernel->name, "synthetic") == 0 &&
	       observation_parameter(observation, "item_ns") == 0;
}

// The cost of one message: of a job that does nothing but send, or return, them.
static int learn(struct costs *costs, const struct observation *observation)
{
	struct workload workload;
	struct cost touching;
	double rest_ns;
	observation_workload(&costs->observations, observation, &workload);
	if ((workload.in_bytes > 0) == (workload.out_bytes > 0) || dispatch_take_off(costs, observation, &rest_ns) < 0 ||
	    memory_cost(costs, &workload, &observation->point, &touching) < 0)
		return 0;
	unsigned workers_n = observation->point.workers;
	struct cost_point point = {
		.x = ceil(workload.items_n / workers_n) * (workload.in_bytes + workload.out_bytes),
		.cost = {fmax(rest_ns - touching.ns, 0) / workers_n, observation->wall.doubt_ns / workers_n},
	};
	char key[CURVE_KEY_BYTES];
	return cost_curves_add(&costs->curves, key_of(key, workload.out_bytes > 0, &observation->point), workers_n, &point);
}

static int message_cost(const struct costs *costs, const struct point *setting, unsigned direction, double bytes,
                        struct cost *cost)
{
	char key[CURVE_KEY_BYTES];
	*cost = (struct cost){0};
	return bytes > 0
	           ? cost_curves_at_most(&costs->curves, key_of(key, direction, setting), setting->workers, bytes, cost)
	           : 0;
}

// The caller's clock as it sends, and then receives, in order. Returns when it has the last result.
static double pipeline_ns(unsigned workers_n, double send_ns, double work_ns, double return_ns)
{
	double now = workers_n * send_ns;
	for (unsigned i = 0; i < workers_n; i++)
		now = fmax(now, (i + 1) * send_ns + work_ns) + return_ns;
	return now;
}

static int add(const struct costs *costs, const struct workload *workload, const struct point *setting,
               struct prediction *prediction)
{
	struct cost send, back;
	if (!setting->transport)
		return 0;
	double items_n = ceil(workload->items_n / setting->workers);
	int status = message_cost(costs, setting, 0, items_n * workload->in_bytes, &send);
	if (status == 0)
		status = message_cost(costs, setting, 1, items_n * workload->out_bytes, &back);
	if (status < 0)
		return status;
	double in_place_ns = prediction->busy_ns;
	struct cost *cost = &prediction->term[TERM_copies];
	cost->ns = pipeline_ns(setting->workers, send.ns, in_place_ns, back.ns) - in_place_ns;
	cost->doubt_ns = setting->workers * (send.doubt_ns + back.doubt_ns);
	prediction->cpu_ns += 2 * setting->workers * (send.ns + back.ns);
	// A worker that wakes on the caller's CPU may compute its share before the caller sends to the next one.
	if (setting->workers >= costs->cpus_n && setting->workers > 1)
		prediction->late_ns = shares_of(costs, workload, setting).items_worker * workload_compute_ns(workload);
	return 0;
}

const struct term term_copies = {
	.name = "copies",
	.summary = "sending inputs and results through a channel instead of sharing them",
	.formula = "the caller sends each worker its part in turn, and receives the results in the same order, while those "
			   "that have theirs compute; a message by rows of kernel synthetic of its size, channel and model",
	.learn = learn,
	.knows = knows,
	.learns_from = learns_from,
	.add = add,
};
