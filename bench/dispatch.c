// What handing out work costs, in work: tasks of known length against the same task done by the caller itself. Where a
// model's speedup crosses 1 lies its break-even task size. The empty job shows the bare dispatch.
#include <stdio.h>

#include "bench/plan/point.h"
#include "bench/plan/model_grid.h"

#define MODELS "serial,threads,fork,thread_pool,process_pool"
// One worker cannot beat serial, and 2 x CPUs is not among the words for worker counts.
#define ALL_AND_TWICE NULL
#define POOLS "=thread_pool,process_pool"

static const struct model_grid quick[] = {
	{.kernel = "=null", .model = MODELS, .workers = "all", .wait = "spin,park"},
	{.kernel = "=busy", .size = "1us,10us,100us,1ms,10ms", .model = MODELS, .workers = "all", .wait = "spin,park"},
};

// A visit of 100 ms of work takes a third of a second: of those one row a model.
static const struct model_grid full[] = {
	{.kernel = "=null", .model = MODELS, .workers = "quick", .wait = "spin,adaptive,park"},
	{.kernel = "=busy",
     .size = "100ns,1us,10us,100us,1ms,10ms",
     .model = MODELS,
     .workers = ALL_AND_TWICE,
     .wait = "spin,adaptive,park"},
	{.kernel = "=busy",
     .size = "100ns,1us,10us,100us",
     .model = POOLS,
     .workers = "all",
     .wait = "spin,adaptive,park",
     .caller = "=works"},
	{.kernel = "=busy", .size = "100ms", .model = MODELS, .workers = "all", .wait = "park"},
};

static int plan(const struct plan_options *options, struct record *record)
{
	const struct model_grid *grids = options->full ? full : quick;
	size_t grids_n = options->full ? sizeof full / sizeof *full : sizeof quick / sizeof *quick;
	char workers[32];
	int status = 0;
	snprintf(workers, sizeof workers, "all,%u", 2 * topology_cpus_n(options->topology));
	for (size_t i = 0; i < grids_n && status == 0; i++) {
		struct model_grid grid = grids[i];
		if (grid.workers == ALL_AND_TWICE)
			grid.workers = workers;
		status = model_grid_plan(&grid, "dispatch", options, record);
	}
	return status;
}

static const struct experiment_plot plots[] = {
	{"size", "lines", "size", "model wait", METRIC_wall_ns, DRAW_SPEEDUP, "Speedup of tasks", "work in the task",
     "speedup (serial wall time ÷ wall time)", NULL},
	{0},
};

const struct experiment experiment_dispatch = {
	.name = "dispatch",
	.summary = "an empty job, and tasks of known length: where a parallel run first beats serial",
	.suites = "ipc full",
	.axes = "kernel size model workers pin wait caller memory pages schedule",
	.plots = plots,
	.break_even = true,
	.plan = plan,
	.visit = {.prepare = point_prepare, .trial = point_trial, .visit_ns = 3000000},
};
