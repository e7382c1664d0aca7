// The machine's own roofline, on one CPU and on all, per kind of pages; the clock and the futex beside it.
#include "bench/plan/model_grid.h"
#include "bench/plan/point.h"
#include "bench/twin/twin.h"

static const struct model_grid grids[] = {
	{.kernel = "=read,copy,copy_stream",
     .size = "256MiB",
     .model = "serial,thread_pool",
     .workers = "all",
     .pages = "huge,4k"},
	{.kernel = "=fma", .model = "serial,thread_pool", .workers = "all"},
	{0},
};

static int plan(const struct plan_options *options, struct record *record)
{
	int status = model_grids_plan("limits", options, record);
	// The costs of the machine's primitives belong to no kernel: a choice of kernels leaves them out.
	if (status == 0 && !plan_axis_given(options, "kernel"))
		status = twin_plan_limits(options, record);
	return status;
}

const struct experiment experiment_limits = {
	.name = "limits",
	.summary = "the machine's limits: read and copy bandwidth, FMA peak, clock and futex costs",
	.suites = "full",
	.grids = grids,
	.plan = plan,
	.visit = {POINT_VISIT},
};
