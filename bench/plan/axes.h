// Every axis there is, wherever it is declared: in bench/axes.def, by a kernel, or by an experiment.
#ifndef TVP_BENCH_PLAN_AXES_H
#define TVP_BENCH_PLAN_AXES_H

#include "bench/plan/experiment.h"

/// Who declares an axis.
enum axis_origin { AXIS_OF_CORE, AXIS_OF_KERNELS, AXIS_OF_EXPERIMENTS };

/// An axis that values can be chosen of: the option `--KEY=LIST`.
struct known_axis {
	const char *key;
	const char *help; ///< what it is, and the values it takes of all kernels or experiments that declare it
	enum axis_origin origin;
};

/// All of them, each key once: the core axes in their order with the kernels' parameters behind `kernel`, then those of
/// the experiments. Ended by one without a key; for the program's life.
const struct known_axis *known_axes(void);
/// NULL where there is none.
const struct known_axis *known_axis_find(const char *key);

/// Check every value that was chosen, by itself: something must take it. Returns 0 or -EINVAL naming axis and value.
int axes_validate(const struct plan_options *options);

/// Whether an experiment's axis takes a value: 0 or -EINVAL with a message.
int experiment_axis_takes(const struct experiment_axis *axis, const char *value);
/// Whether an experiment has an axis: one of its own; of grids, a core axis or a parameter of a kernel they allow; or
/// one that its `axes` name.
bool experiment_has_axis(const struct experiment *experiment, const char *key);
/// The keys of an experiment's axes, in the order of its specs' names: "kernel k size model".
char *experiment_axes(const struct experiment *experiment, char *out, size_t out_bytes);

#endif
