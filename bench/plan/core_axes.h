// The core axes as a table, from bench/axes.def: what reads and writes each, and what it is about.
#ifndef TVP_BENCH_PLAN_CORE_AXES_H
#define TVP_BENCH_PLAN_CORE_AXES_H

#include <stdbool.h>
#include <stddef.h>

struct point;

/// What an axis is about; see bench/axes.def. Rows are planned with the first varying slowest.
enum axis_subject { AXIS_PROBLEM, AXIS_PLACEMENT, AXIS_EXECUTION, AXIS_SUBJECTS_N };

enum core_axis_index {
#define AXIS(key, type, subject, named, preset, about, values) CORE_AXIS_##key,
#include "bench/axes.def"
#undef AXIS
	CORE_AXES_N
};

enum axis_named { AXIS_ALWAYS, AXIS_IF_CHANGED };

struct core_axis {
	const char *key, *preset, *about, *values;
	enum axis_subject subject;
	enum axis_named named;
	/// Set the point's member from its text: a value as in specs, no word that stands for several. A size is read once
	/// the kernel is known. Returns 0 or -EINVAL with a message that says what the axis takes.
	int (*read)(struct point *point, const char *text);
	/// The canonical text: read() makes the same of it. "": the point has no such axis.
	char *(*write)(const struct point *point, char *out, size_t out_bytes);
};

extern const struct core_axis core_axes[CORE_AXES_N];

/// NULL where no core axis is called so.
const struct core_axis *core_axis_find(const char *key);
/// Its `values` with the registries' names put in; for the program's life.
const char *core_axis_values(const struct core_axis *axis);

#endif
