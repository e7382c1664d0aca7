#include "advise/observe.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "measure/record_summary.h"
#include "measure/rounds.h"

struct cost row_cost(const struct record *record, uint32_t row, enum metric metric)
{
	struct summary summary = record_summary(record, row, metric);
	struct interval interval = summary.median_interval;
	if (summary.n < ROUNDS_FOR_INTERVAL)
		return (struct cost){summary.median, doubt_unknown_ns};
	double above = interval.high - summary.median, below = summary.median - interval.low;
	// Of ten rounds that interval is all but the extremes, and one visit beside a neighbour is half of it.
	return (struct cost){summary.median, fmin(fmax(above, below), summary_quartile_half_width(&summary))};
}

static bool observed(const struct row *row, struct point *point)
{
	const struct experiment *experiment = experiment_find(row->spec.experiment);
	if (row->last_sample == 0 || !spec_get(&row->spec, "kernel") || !spec_get(&row->spec, "model"))
		return false;
	if (!experiment || experiment->size_per_worker || point_from_spec(point, &row->spec) < 0)
		return false;
	return point->caller == CALLER_WAITS && point->memory == MEMORY_SHARED && !spec_get(&row->spec, "numa");
}

static int add(struct observations *observations, const struct record *record, uint32_t row)
{
	struct observation found = {.serial = -1};
	if (!observed(&record->rows[row], &found.point))
		return 0;
	const struct point *point = &found.point;
	if (problem_plan(&found.problem, point->kernel, &point->size, &point->options) < 0)
		return 0;
	found.wall = row_cost(record, row, METRIC_wall_ns);
	found.launch = row_cost(record, row, METRIC_launch_ns);
	found.collect = row_cost(record, row, METRIC_collect_ns);
	found.cpu_ns = row_cost(record, row, METRIC_cpu_ns).ns;
	int status = array_grow((void **)&observations->observation, observations->n, &observations->max,
	                        sizeof *observations->observation);
	if (status == 0 && isfinite(found.wall.ns))
		observations->observation[observations->n++] = found;
	return status;
}

static bool same_problem(const struct point *a, const struct point *b)
{
	return a->kernel == b->kernel && memcmp(&a->size, &b->size, sizeof a->size) == 0 &&
	       memcmp(&a->options, &b->options, sizeof a->options) == 0 && a->pages == b->pages && a->pin == b->pin;
}

static void relate(struct observations *observations)
{
	for (uint32_t i = 0; i < observations->n; i++)
		for (uint32_t j = 0; j < observations->n && observations->observation[i].serial < 0; j++) {
			const struct point *other = &observations->observation[j].point;
			if (other->model->baseline && same_problem(&observations->observation[i].point, other))
				observations->observation[i].serial = (int32_t)j;
		}
}

int observations_open(struct observations *observations, const struct record *record)
{
	*observations = (struct observations){0};
	int status = 0;
	for (uint32_t row = 0; row < record->rows_n && status == 0; row++)
		status = add(observations, record, row);
	relate(observations);
	return status;
}

void observations_close(struct observations *observations)
{
	free(observations->observation);
	*observations = (struct observations){0};
}

uint64_t observation_parameter(const struct observation *observation, const char *name)
{
	const struct kernel *kernel = observation->point.kernel;
	const struct kernel_parameter *parameter = kernel_parameter_find(kernel, name);
	return parameter ? observation->point.options.value[parameter - kernel->parameters] : 0;
}

static void describe(const struct observation *observation, struct workload *workload)
{
	struct traffic traffic;
	observation->point.kernel->traffic(&observation->problem, &traffic);
	workload->items_n = (double)observation->problem.items_n;
	workload->in_bytes = (double)traffic.read_bytes / workload->items_n;
	workload->out_bytes = (double)traffic.written_bytes / workload->items_n;
}

static void describe_synthetic(const struct observation *observation, struct workload *workload)
{
	workload->work_ns = (double)observation_parameter(observation, "item_ns");
	workload->cv = (double)observation_parameter(observation, "cv_pct") / 100;
	workload->wait_share = (double)observation_parameter(observation, "wait_pct") / 100;
	workload->lock_share = (double)observation_parameter(observation, "lock_pct") / 100;
}

bool observation_workload(const struct observations *observations, const struct observation *observation,
                          struct workload *workload)
{
	*workload = (struct workload){0};
	describe(observation, workload);
	if (strcmp(observation->point.kernel->name, "synthetic") == 0) {
		describe_synthetic(observation, workload);
		return workload->work_ns > 0;
	}
	if (observation->serial < 0 || workload->items_n < 1)
		return false;
	const struct observation *serial = &observations->observation[observation->serial];
	workload->work_ns = serial->wall.ns / workload->items_n;
	workload->touches = true;
	workload->wait_share = strcmp(observation->point.kernel->name, "sleep") == 0 ? 0.999 : 0;
	return workload->work_ns > 0;
}
