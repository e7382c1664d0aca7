// Weak scaling: the problem grows with the workers; `size` is each worker's share. Ideal: the wall time stays.
#include "bench/plan/point.h"
#include "bench/plan/model_grid.h"

static int plan(const struct plan_options *options, struct record *record)
{
	static const struct model_grid grid = {
		.kernel = "sum,square,convolve,sleep",
		.model = "serial,threads,thread_pool,fork,process_pool",
		.workers = "auto",
	};
	return model_grid_plan(&grid, "weak", options, record);
}

const struct experiment experiment_weak = {
	.name = "weak",
	.summary = "a problem that grows with the workers (weak scaling)",
	.suites = "full",
	.axes = "kernel k size model workers pin wait caller memory pages transport schedule",
	.plan = plan,
	.visit = {.prepare = point_prepare, .trial = point_trial},
};
