// Strong scaling: one problem, more workers. Speedup over the serial run of the same problem, paired within rounds.
#include "bench/plan/point.h"
#include "bench/plan/model_grid.h"

#define ALL_MODELS "serial,threads,thread_pool,fork,process_pool"
#define POOLS "=thread_pool,process_pool"

static const struct model_grid quick[] = {
	{.kernel = "null,sum,square,convolve,sleep", .model = ALL_MODELS, .workers = "quick", .roofs = true},
	{.kernel = "=convolve", .pin = "=none", .model = ALL_MODELS, .workers = "quick"},
	{.kernel = "=convolve", .model = POOLS, .workers = "quick", .transport = "=copy:pipe"},
};

static const struct model_grid full[] = {
	{.kernel = "null,sleep", .model = ALL_MODELS, .workers = "auto"},
	{.kernel = "=sum", .size = "256KiB,32MiB,256MiB", .model = ALL_MODELS, .workers = "auto", .roofs = true},
	{.kernel = "=square", .size = "128KiB,16MiB,128MiB", .model = ALL_MODELS, .workers = "auto", .roofs = true},
	{.kernel = "=convolve",
     .k = "3,5,7",
     .size = "640x480,1920x1080,3840x2160,1000",
     .model = ALL_MODELS,
     .workers = "auto",
     .roofs = true},
	{.kernel = "=null,sum,convolve", .pin = "=none,spread,same", .model = ALL_MODELS, .workers = "auto"},
	{.kernel = "=null,sum,convolve", .model = POOLS, .workers = "auto", .wait = "=spin,park", .caller = "waits,works"},
	{.kernel = "=sum,square,convolve",
     .model = ALL_MODELS,
     .workers = "auto",
     .pages = "=4k",
     .memory = "shared,private",
     .roofs = true},
	{.kernel = "=sum,convolve", .model = ALL_MODELS, .workers = "auto", .schedule = "=strided"},
	{.kernel = "=convolve", .model = ALL_MODELS, .workers = "auto", .schedule = "=dynamic:16"},
	{.kernel = "=sum,square,convolve", .model = POOLS, .workers = "auto", .transport = "=copy:pipe,copy:socketpair"},
};

static int plan(const struct plan_options *options, struct record *record)
{
	const struct model_grid *grids = options->full ? full : quick;
	size_t grids_n = options->full ? sizeof full / sizeof *full : sizeof quick / sizeof *quick;
	int status = 0;
	for (size_t i = 0; i < grids_n && status == 0; i++)
		status = model_grid_plan(&grids[i], "scaling", options, record);
	return status;
}

const struct experiment experiment_scaling = {
	.name = "scaling",
	.summary = "one problem on more and more workers: speedup over serial (strong scaling)",
	.suites = "quick full",
	.axes = "kernel k size model workers pin wait caller memory pages transport schedule",
	.plan = plan,
	.visit = {.prepare = point_prepare, .trial = point_trial},
};
