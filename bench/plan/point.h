// One point of the experiments that run a kernel through a model: the typed form of such a spec, and its trial.
#ifndef TVP_BENCH_PLAN_POINT_H
#define TVP_BENCH_PLAN_POINT_H

#include "base/arena.h"
#include "bench/plan/experiment.h"
#include "bench/plan/worlds.h"
#include "exec/exec.h"
#include "host/numa.h"
#include "measure/trial.h"

/// One member for each line of bench/axes.def. The size is that of a whole run; where it grows with the workers, of one
/// worker's share. transport: NULL: in place.
struct point {
#define AXIS(key, type, subject, named, preset, about, values) type key;
#include "bench/axes.def"
#undef AXIS
	struct kernel_options options; ///< the values of the kernel's own parameters
	bool size_per_worker;          ///< see struct experiment
};

/// Every axis at its preset.
struct point point_default(void);

/// Set one axis from its text, as in a spec: a core axis or a parameter of the point's kernel, the kernel itself first.
/// Returns 0 or -EINVAL with a message that names axis and value, and says what is accepted.
int point_set(struct point *point, const char *key, const char *value);

/// The spec of a point. Returns 0 or -EINVAL with a message.
int point_to_spec(const struct point *point, const char *experiment, struct spec *spec);
/// The inverse. Axes that a point does not have are left alone. Returns 0 or -EINVAL with a message naming the axis.
int point_from_spec(struct point *point, const struct spec *spec);

/// struct visit_hooks for specs made of points: warm up, time, check the result. The supervisor lends the problem's
/// memory to the runners; private inputs, too, as long as fork has room for them.
#define POINT_VISIT                                                                                         \
	.prepare = point_prepare, .inherit = point_inherit, .give_back = point_give_back, .trial = point_trial, \
	.explain = worlds_explain
int point_prepare(const struct spec *spec);
void point_inherit(const struct spec *spec, bool inherited);
bool point_give_back(const struct spec *spec);
int point_trial(const struct spec *spec, struct trial *trial);

/// The point's problem, prepared: see problems_get().
int point_problem(const struct point *point, const struct problem **problem);

/// What point_trial() does once it has the problem: open the model, warm up on a poisoned output, time, check.
int point_measure(const struct point *point, const struct problem *problem, struct trial *trial);

/// point_trial() with another way to measure.
int point_trial_by(const struct spec *spec, struct trial *trial,
                   int (*measure)(const struct point *point, const struct problem *problem, struct trial *trial));

/// How its model is to be opened, but for what a trial adds.
struct exec_config point_exec_config(const struct point *point, const struct placement *placement);

/// The size of the whole problem: the point's, times its workers where it is per worker.
struct size point_whole_size(const struct point *point);

/// NULL, or why its model cannot run it here, or send this kernel's data: kept until the next call in this thread.
const char *point_why_not(const struct point *point, const struct topology *topology);

/// NULL, or why its memory cannot be had on the NUMA nodes asked for: kept until the next call in this thread.
const char *point_memory_why_not(const struct point *point, const struct topology *topology);

/// Add the row of a point to the record, with its traffic, unless it is there already. family: see struct row.
/// Returns the row's index or a negative status.
int point_add_row(struct record *record, const struct point *point, const char *experiment, const char *family);

/// Add the machine's limits that bound this (serial) row to its family, and relate them to it. Returns 0 or -errno.
int point_add_roofs(struct record *record, const struct point *point, const char *family, int row);

#endif
