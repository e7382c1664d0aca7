// The machine's own roofline, on one CPU and on all, per kind of pages; the clock and the futex beside it.
#include "bench/plan/point.h"
#include "bench/plan/model_grid.h"
#include "bench/twin/twin.h"

static const struct model_grid grids[] = {
	{.kernel = "=read,copy,copy_stream",
     .size = "256MiB",
     .model = "serial,thread_pool",
     .workers = "all",
     .pages = "huge,4k"},
	{.kernel = "=fma", .model = "serial,thread_pool", .workers = "all"},
};

static int plan(const struct plan_options *options, struct record *record)
{
	int status = 0;
	for (size_t i = 0; i < sizeof grids / sizeof *grids && status == 0; i++)
		status = model_grid_plan(&grids[i], "limits", options, record);
	// The costs of the machine's primitives belong to no kernel: a choice of kernels leaves them out.
	if (status == 0 && options->kernel.n == 0)
		status = twin_plan_limits(options, record);
	return status;
}

const struct experiment experiment_limits = {
	.name = "limits",
	.summary = "the machine's limits: read and copy bandwidth, FMA peak, clock and futex costs",
	.suites = "full",
	.axes = "kernel size model workers pin wait caller memory pages transport schedule",
	.plan = plan,
	.visit = {.prepare = point_prepare, .trial = point_trial},
};
