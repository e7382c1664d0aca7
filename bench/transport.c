// What it costs to send a job's data instead of sharing it: the same kernel through a pool with its data in place, and
// copied over each channel there and back, as Python pickles do. Each copy beside its row in place and the serial run
// of its size.
#include <stdio.h>

#include "base/words.h"
#include "bench/plan/point.h"
#include "bench/plan/model_grid.h"
#include "channel/channel.h"

#define POOLS "serial,thread_pool,process_pool"

static const struct model_grid quick[] = {
	{.kernel = "convolve", .size = "128x128,512x512,1920x1080", .model = POOLS, .workers = "all"},
};
static const char quick_channels[] = "pipe,socketpair,futex";

static const struct model_grid full[] = {
	{.kernel = "=convolve", .size = "128x128,512x512,1920x1080", .model = POOLS, .workers = "all"},
	{.kernel = "=sum", .size = "64KiB,1MiB,16MiB", .model = POOLS, .workers = "all"},
};

// "inplace,copy:pipe,…": of the channels in the registry those listed, or, without a list, all.
static void transports_list(const char *list, char *out, size_t out_bytes)
{
	size_t used = (size_t)snprintf(out, out_bytes, "inplace");
	for (const struct channel_type *const *type = channels; *type; type++)
		if (!(*type)->bare && (!list || words_have(list, ',', (*type)->name)) && used < out_bytes)
			used += (size_t)snprintf(out + used, out_bytes - used, ",copy:%s", (*type)->name);
}

static int plan(const struct plan_options *options, struct record *record)
{
	const struct model_grid *grids = options->full ? full : quick;
	size_t grids_n = options->full ? sizeof full / sizeof *full : sizeof quick / sizeof *quick;
	char transports[1024];
	int status = 0;
	transports_list(options->full ? NULL : quick_channels, transports, sizeof transports);
	for (size_t i = 0; i < grids_n && status == 0; i++) {
		struct model_grid grid = grids[i];
		grid.transport = transports;
		status = model_grid_plan(&grid, "transport", options, record);
	}
	return status;
}

static const struct experiment_plot plots[] = {
	{"size", "lines", "size", "model transport", METRIC_wall_ns, DRAW_SPEEDUP, "Data in place and copied", "size",
     "speedup (serial wall time ÷ wall time)", NULL},
	{0},
};

const struct experiment experiment_transport = {
	.name = "transport",
	.summary = "the same job with its data in place and copied over each channel, there and back",
	.suites = "ipc full",
	.axes = "kernel k size model workers pin wait caller memory pages transport",
	.plots = plots,
	.break_even = true,
	.plan = plan,
	.visit = {.prepare = point_prepare, .trial = point_trial, .visit_ns = 3000000},
};
