// What it costs to send a job's data instead of sharing it: the same kernel through a pool with its data in place, and
// copied over each channel there and back, as Python pickles do. Each copy beside its row in place and the serial run
// of its size.
#include "bench/plan/model_grid.h"
#include "bench/plan/point.h"

static const struct model_grid quick[] = {
	{.kernel = "convolve",
     .size = "128x128,512x512,1920x1080",
     .model = "serial,pools",
     .workers = "all",
     .transport = "inplace,copy:pipe,copy:socketpair,copy:futex"},
	{0},
};

static const struct model_grid full[] = {
	{.kernel = "=convolve",
     .size = "128x128,512x512,1920x1080",
     .model = "serial,pools",
     .workers = "all",
     .transport = "inplace,channels"},
	{.kernel = "=sum",
     .size = "64KiB,1MiB,16MiB",
     .model = "serial,pools",
     .workers = "all",
     .transport = "inplace,channels"},
	{0},
};

static const struct experiment_plot plots[] = {
	{"size", "lines", "size", "model transport", METRIC_wall_ns, DRAW_SPEEDUP, "Data in place and copied", "size",
     "speedup (serial wall time ÷ wall time)", NULL},
	{0},
};

const struct experiment experiment_transport = {
	.name = "transport",
	.summary = "the same job with its data in place and copied over each channel, there and back",
	.suites = "ipc full",
	.grids = quick,
	.grids_full = full,
	.plots = plots,
	.break_even = true,
	.visit = {POINT_VISIT, .visit_ns = 3000000},
};
