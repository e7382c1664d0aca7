// What handing out work costs, in work: tasks of known length against the same task done by the caller itself. Where a
// model's speedup crosses 1 lies its break-even task size. The empty job shows the bare dispatch.
#include "bench/plan/model_grid.h"
#include "bench/plan/point.h"

#define MODELS "serial,per_dispatch,pools"

static const struct model_grid quick[] = {
	{.kernel = "=null", .model = MODELS, .workers = "all", .wait = "spin,park"},
	{.kernel = "=busy", .size = "1us,10us,100us,1ms,10ms", .model = MODELS, .workers = "all", .wait = "spin,park"},
	{0},
};

// One worker cannot beat serial. A visit of 100 ms of work takes a third of a second: of those one row a model.
static const struct model_grid full[] = {
	{.kernel = "=null", .model = MODELS, .workers = "quick", .wait = "spin,adaptive,park"},
	{.kernel = "=busy",
     .size = "100ns,1us,10us,100us,1ms,10ms",
     .model = MODELS,
     .workers = "all,twice",
     .wait = "spin,adaptive,park"},
	{.kernel = "=busy",
     .size = "100ns,1us,10us,100us",
     .model = "=pools",
     .workers = "all",
     .wait = "spin,adaptive,park",
     .caller = "=works"},
	{.kernel = "=busy", .size = "100ms", .model = MODELS, .workers = "all", .wait = "park"},
	{0},
};

static const struct experiment_plot plots[] = {
	{"size", "lines", "size", "model wait", METRIC_wall_ns, DRAW_SPEEDUP, "Speedup of tasks", "work in the task",
     "speedup (serial wall time ÷ wall time)", NULL},
	{0},
};

const struct experiment experiment_dispatch = {
	.name = "dispatch",
	.summary = "an empty job, and tasks of known length: where a parallel run first beats serial",
	.suites = "ipc full",
	.grids = quick,
	.grids_full = full,
	.plots = plots,
	.break_even = true,
	.visit = {POINT_VISIT, .visit_ns = 3000000},
};
