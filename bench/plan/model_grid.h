// The cross product of axis values as rows of a record, each family with its serial baseline and the limits above it.
#ifndef TVP_BENCH_PLAN_MODEL_GRID_H
#define TVP_BENCH_PLAN_MODEL_GRID_H

#include "bench/plan/experiment.h"

/// Comma-separated values per axis, used where the user gave none. NULL: the axis's default. Words among workers:
/// choice.h. A kernel runs at those sizes whose form it takes, at its default size where there is none. A text that
/// begins with '=' is fixed: where the user chose values for that axis, only those that stand in both remain.
struct model_grid {
	const char *kernel, *k, *size, *memory, *pages, *pin, *model, *workers, *wait, *caller, *transport, *schedule;
	bool roofs; ///< add the machine's limits to every family
};

/// Check every value the user gave, alone; sizes against the kernels: each must suit one, and each kernel the user
/// named must take one. Returns 0 or -EINVAL naming axis and value.
int model_grid_validate(const struct plan_options *options);

/// Add the sweep's rows for `experiment`. Combinations that cannot run are added as skipped, with the reason.
/// Returns 0 or -EINVAL naming the axis and the value.
int model_grid_plan(const struct model_grid *grid, const char *experiment, const struct plan_options *options,
                    struct record *record);

/// Once everything is planned: relate each row of processes to the row of its group that differs only in being threads.
void model_grid_relate_peers(struct record *record);
/// And each row whose data is sent to the row of its group that differs only in having it in place.
void model_grid_relate_inplace(struct record *record);

#endif
