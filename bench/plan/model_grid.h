// The cross product of axis values as rows of a record, each family with its serial baseline and the limits above it.
#ifndef TVP_BENCH_PLAN_MODEL_GRID_H
#define TVP_BENCH_PLAN_MODEL_GRID_H

#include "bench/plan/experiment.h"
#include "kernel/kernel.h"

/// Comma-separated values per core axis (bench/axes.def), used where the user gave none. NULL: the axis's preset. Words
/// among them: axis_values_expand(). A kernel runs at those sizes whose form it takes, at its default size where there
/// is none. A text that begins with '=' is fixed: where the user chose values for that axis, only those that stand in
/// both remain.
struct model_grid {
#define AXIS(key, type, subject, named, preset, about, values) const char *key;
#include "bench/axes.def"
#undef AXIS
	const char *parameters; ///< of kernels: "k=3,5,7 depth=1,2". NULL: all preset
	bool roofs;             ///< add the machine's limits to every family
};

/// Check the sizes the user gave against the kernels: each must suit one, and each kernel the user named must take one;
/// and the parameters of kernels likewise. Returns 0 or -EINVAL naming axis and value.
int model_grid_validate(const struct plan_options *options);

/// Plan the grids of an experiment: `quick`, or, where the plan is full and there are any, `full`. Combinations that
/// cannot run are added as skipped, with the reason. Returns 0 or -EINVAL naming the axis and the value.
int model_grids_plan(const char *experiment, const struct plan_options *options, struct record *record);

/// Whether a kernel can be among an experiment's rows.
bool model_grids_allow(const struct experiment *experiment, const struct kernel *kernel);

#endif
