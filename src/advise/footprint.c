#include "advise/footprint.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "advise/term.h"

static int learn_row(struct costs *costs, uint32_t row)
{
	const struct spec *spec = &costs->record->rows[row].spec;
	const char *between = spec_get(spec, "between"), *workers = spec_get(spec, "workers");
	if (strcmp(spec->experiment, "memory") != 0 || !between || !workers)
		return 0;
	// Of a curve's one point: only the number of workers matters.
	struct cost_point point = {.x = 1, .cost = row_cost(costs->record, row, METRIC_worker_pss_bytes)};
	unsigned workers_n = (unsigned)strtoul(workers, NULL, 10);
	return isfinite(point.cost.ns) ? cost_curves_add(&costs->footprints, between, workers_n, &point) : 0;
}

int footprint_learn(struct costs *costs)
{
	int status = 0;
	for (uint32_t row = 0; row < costs->record->rows_n && status == 0; row++)
		status = learn_row(costs, row);
	return status;
}

static double idle_bytes(const struct costs *costs, const struct point *setting)
{
	const char *between = setting->model->processes ? "processes" : "threads";
	struct cost bytes;
	bool known = cost_curves_at_most(&costs->footprints, between, setting->workers, 1, &bytes) == 0;
	return known ? bytes.ns * setting->workers : 0;
}

double footprint_bytes(const struct costs *costs, const struct workload *workload, const struct point *setting)
{
	double own = workload->memory_bytes * setting_workers(setting);
	if (setting->model->baseline)
		return own;
	double sent = setting->transport ? workload->items_n * (workload->in_bytes + workload->out_bytes) : 0;
	return idle_bytes(costs, setting) + own + sent;
}
