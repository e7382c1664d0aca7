// Weak scaling: the problem grows with the workers; `size` is each worker's share. Ideal: the wall time stays.
#include "bench/plan/model_grid.h"
#include "bench/plan/point.h"

static const struct model_grid grids[] = {
	{.kernel = "sum,square,convolve,sleep", .model = "models", .workers = "auto"},
	{0},
};

const struct experiment experiment_weak = {
	.name = "weak",
	.summary = "a problem that grows with the workers (weak scaling)",
	.suites = "full",
	.grids = grids,
	.size_per_worker = true,
	.visit = {POINT_VISIT},
};
