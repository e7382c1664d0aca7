// Experiments whose rows are a cross product of axes they declare themselves: from a table to rows, and back to values.
#ifndef TVP_BENCH_PLAN_AXIS_PRODUCT_H
#define TVP_BENCH_PLAN_AXIS_PRODUCT_H

#include "bench/plan/experiment.h"

/// Plan every combination of the values of an experiment's own axes: the user's where there are any, else the quick or
/// full ones; words among them are expanded (axis_values_expand()). Rows that differ only in `between` stand in one
/// group and are related (see plan_relate()). A row of which the experiment's why_not() gives a reason is planned as
/// skipped, with the reason; a reason that is "" leaves it out: the combination has no meaning. Returns 0 or -EINVAL
/// naming axis and value.
int axis_product_plan(const char *experiment, const struct plan_options *options, struct record *record);
/// The same with some of its own axes: a table ended by one without a key.
int axis_product_plan_axes(const char *experiment, const struct experiment_axis *axes,
                           const struct plan_options *options, struct record *record);

/// Values of a spec's axes, for trials. The numbers: -EINVAL with a message where the axis is missing or no such
/// number.
bool spec_axis_is(const struct spec *spec, const char *key, const char *value);
int spec_axis_count(const struct spec *spec, const char *key, uint64_t least, uint64_t most, uint64_t *count);
int spec_axis_bytes(const struct spec *spec, const char *key, uint64_t *bytes); ///< "0", "1", "4KiB"
int spec_axis_duration(const struct spec *spec, const char *key,
                       uint64_t *duration_ns); ///< "0", "100ns", "1us", "10ms"

/// Checks of struct experiment_axis: any byte count, any duration, any count, any pin, any allowed place.
int check_bytes(const char *value);
int check_duration(const char *value);
int check_workers(const char *value);
int check_pin(const char *value);
int check_place(const char *value);
int check_channel(const char *value);

#endif
