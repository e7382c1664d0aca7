// One point of the experiments that run a kernel through a model: the typed form of such a spec, and its trial.
#ifndef TVP_BENCH_POINT_H
#define TVP_BENCH_POINT_H

#include "base/arena.h"
#include "exec/exec.h"
#include "bench/plan/experiment.h"
#include "measure/trial.h"

struct point {
	const struct kernel *kernel;
	struct size size; ///< of a whole run; in weak scaling of one worker's share
	bool weak;
	unsigned k;
	const struct model *model;
	unsigned workers_n;
	enum pin pin;
	enum wait wait;
	enum caller caller;
	enum memory memory;
	enum pages pages;
	const struct channel_type *transport; ///< NULL: in place
	struct schedule schedule;
};

/// Everything at its default: null, serial, one worker, compact, adaptive, waits, shared, huge, in place, static.
struct point point_default(void);

/// The spec of a point. Axes at their default stay out of the name, except kernel, size, model, workers and pin.
void point_to_spec(const struct point *point, const char *experiment, struct spec *spec);
/// The inverse. Returns 0 or -EINVAL with a message naming the axis.
int point_from_spec(struct point *point, const struct spec *spec);

/// visit_hooks.prepare and visit_hooks.trial for specs made of points: warm up on a poisoned output, time, check the
/// result.
int point_prepare(const struct spec *spec);
int point_trial(const struct spec *spec, struct trial *trial);

/// Set one axis from its text, as on the command line. Returns 0 or -EINVAL with a message that names axis and value.
int point_set(struct point *point, const char *axis, const char *value);

/// The size of the whole problem: the point's, times its workers in weak scaling.
struct size point_whole_size(const struct point *point);

/// Add the row of a point to the record, with its traffic, unless it is there already. family: see struct row.
/// Returns the row's index or a negative status.
int point_add_row(struct record *record, const struct point *point, const char *experiment, const char *family);

/// Add the machine's limits that bound this (serial) row to its family, and relate them to it. Returns 0 or -errno.
int point_add_roofs(struct record *record, const struct point *point, const char *family, int row);

#endif
