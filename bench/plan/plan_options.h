// What a user asks to be planned: values of axes, each as a list of text.
#ifndef TVP_BENCH_PLAN_PLAN_OPTIONS_H
#define TVP_BENCH_PLAN_PLAN_OPTIONS_H

#include <stdbool.h>

#include "host/topology.h"

enum { PLAN_AXES_MAX = 128, AXIS_VALUES_MAX = 128 };

struct plan_options {
	bool full; ///< the wide set of points, not the quick one
	const struct topology *topology;
	struct {
		const char *key, *values; ///< "workers", "1,2,auto": both interned
	} chosen[PLAN_AXES_MAX];
	unsigned chosen_n;
};

/// Values of one axis, in order; interned texts.
struct axis_values {
	unsigned n;
	const char *value[AXIS_VALUES_MAX];
};

/// Choose the values of an axis, "a,b,c", in place of those chosen before. Returns 0, or -EINVAL with a message: an
/// empty value, too many, or one too long for a spec. Whether anything has such an axis or takes such a value: see
/// axes_validate().
int plan_choose(struct plan_options *options, const char *key, const char *values);
/// The list chosen for an axis; NULL where nothing is.
const char *plan_chosen(const struct plan_options *options, const char *key);
static inline bool plan_axis_given(const struct plan_options *options, const char *key)
{
	return plan_chosen(options, key);
}
/// Whether the choices leave room for this value: it is chosen, or its axis is open.
bool plan_allows(const struct plan_options *options, const char *key, const char *value);
bool plan_allows_workers(const struct plan_options *options, unsigned workers_n);

/// Append a value. Returns 0, or -EINVAL with a message where there are AXIS_VALUES_MAX already; -ENOMEM.
int axis_values_add(struct axis_values *values, const char *value);
/// "a,b,c"; NULL: no values. Returns 0 or as axis_values_add().
int axis_values_split(struct axis_values *values, const char *text);
bool axis_values_has(const struct axis_values *values, const char *value);

/// Put what they stand for in place of the words among the values of axis `key`, each value once:
///   workers    auto: 1, 2, 4, … CPUs, 2 x CPUs; quick: the same, thinned to four on large machines; all: CPUs; twice
///   model      models: every model; pools: those with resident workers; per_dispatch: those that create theirs anew
///   transport  channels: copy:NAME of every channel that sends
///   others     channels, places, cpus, nodes: every channel, each place the machine has, the allowed CPUs
///              (AXIS_CPUS_MAX of them, evenly, on larger machines), the NUMA nodes with memory
/// Returns 0 or as axis_values_add().
int axis_values_expand(struct axis_values *values, const char *key, const struct topology *topology);
/// Whether a value of axis `key` is one of these words, of those that only this axis has.
bool axis_word_known(const char *key, const char *value);

enum { AXIS_CPUS_MAX = 64 };

#endif
