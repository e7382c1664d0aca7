// The contract of an experiment: it names its axes, turns each point into a row, and runs one trial of a spec.
#ifndef TVP_MEASURE_EXPERIMENT_H
#define TVP_MEASURE_EXPERIMENT_H

#include "host/topology.h"
#include "measure/record.h"
#include "measure/spec.h"

enum { AXIS_VALUES_MAX = 24 };

/// One axis as the user gave it: empty when not given, and then the experiment uses its own values.
struct axis_choice {
	unsigned n;
	char value[AXIS_VALUES_MAX][32];
};

/// What the command line asks an experiment to plan.
struct plan_options {
	bool full; ///< the wide set of points, not the quick one
	const struct topology *topology;
	struct axis_choice kernel, model, workers, pin, wait, memory, pages, caller, transport, size, schedule, k;
};

struct trial;

struct experiment {
	const char *name;
	const char *summary; ///< one line for `tvp list`
	const char *axes;    ///< "kernel size model workers pin": for `tvp list`
	/// Append this experiment's rows to the record. Returns 0 or -EINVAL (an axis value it cannot take), with a message.
	int (*plan)(const struct plan_options *options, struct record *record);
	/// In the supervisor, before any runner of this spec: make what all its visits share (problem data). Untimed. May be NULL.
	int (*prepare)(const struct spec *spec);
	/// In the runner: one visit. Opens what it needs, hands its timed operation to trial_run(), closes. 0 or -errno.
	int (*trial)(const struct spec *spec, struct trial *trial);
};

extern const struct experiment *const experiments[];
const struct experiment *experiment_find(const char *name);

#endif
