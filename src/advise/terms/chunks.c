// Dynamic shares: workers take their chunks from one counter that all share, and whose cache line goes from CPU to CPU.
#include <math.h>
#include <stdio.h>

#include "advise/term.h"

static char *key_of(char *out, const struct model *model)
{
	snprintf(out, CURVE_KEY_BYTES, "chunks %s", model->processes ? "processes" : "threads");
	return out;
}

static double chunk_ns(const struct workload *workload, const struct point *setting)
{
	return workload->work_ns * (double)setting->schedule.chunk_items;
}

static double chunks_of(const struct costs *costs, const struct workload *workload, const struct point *setting)
{
	return shares_of(costs, workload, setting).items_cpu / (double)setting->schedule.chunk_items;
}

// Workers with equal items fall into step and hardly ever meet at the counter.
static bool learns_from(const struct observation *observation)
{
	static const char *const without[] = {"wait_pct", "lock_pct", "in_bytes", "out_bytes"};
	for (size_t i = 0; i < sizeof without / sizeof *without; i++)
		if (observation_parameter(observation, without[i]) > 0)
			return false;
	return observation->point.schedule.kind == SCHEDULE_DYNAMIC && !observation->point.transport &&
	       observation_parameter(observation, "item_ns") > 0 && observation_parameter(observation, "cv_pct") > 0;
}

static int learn(struct costs *costs, const struct observation *observation)
{
	struct workload workload;
	struct prediction prediction;
	observation_workload(&costs->observations, observation, &workload);
	if (predict(costs, &workload, &observation->point, &prediction) < 0)
		return 0;
	double chunks_n = chunks_of(costs, &workload, &observation->point);
	double rest_ns = observation->wall.ns - (prediction.wall.ns - prediction.term[TERM_chunks].ns);
	struct cost_point point = {
		.x = chunk_ns(&workload, &observation->point),
		.cost = {fmax(rest_ns, 0) / chunks_n, observation->wall.doubt_ns / chunks_n},
	};
	char key[CURVE_KEY_BYTES];
	return cost_curves_add(&costs->curves, key_of(key, observation->point.model), observation->point.workers, &point);
}

static int add(const struct costs *costs, const struct workload *workload, const struct point *setting,
               struct prediction *prediction)
{
	struct cost each;
	char key[CURVE_KEY_BYTES];
	if (setting->schedule.kind != SCHEDULE_DYNAMIC || !cost_curves_have(&costs->curves, key_of(key, setting->model)))
		return 0;
	int status = cost_curves_limited(&costs->curves, key, setting->workers, chunk_ns(workload, setting), &each);
	if (status < 0)
		return status;
	double chunks_n = chunks_of(costs, workload, setting);
	prediction->term[TERM_chunks] = (struct cost){chunks_n * each.ns, chunks_n * each.doubt_ns};
	prediction->busy_ns += chunks_n * each.ns;
	prediction->cpu_ns += chunks_n * each.ns * shares_of(costs, workload, setting).running_n;
	return 0;
}

const struct term term_chunks = {
	.name = "chunks",
	.summary = "dynamic shares: taking chunks from the counter that all workers share",
	.formula =
		"chunks of the busiest CPU × taking one, by rows of kernel synthetic with dynamic shares, by the chunk's work",
	.learn = learn,
	.learns_from = learns_from,
	.add = add,
};
