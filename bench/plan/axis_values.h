// The values of one axis: split from text, looked up, and worker counts in words turned into numbers.
#ifndef TVP_BENCH_PLAN_AXIS_VALUES_H
#define TVP_BENCH_PLAN_AXIS_VALUES_H

#include "bench/plan/experiment.h"

void axis_values_add(struct axis_values *values, const char *value);
/// "a,b,c"; NULL: no values.
struct axis_values axis_values_split(const char *text);

bool axis_values_has(const struct axis_values *values, const char *value);
/// The same, but an axis the user left open allows everything.
bool axis_values_allows(const struct axis_values *values, const char *value);
bool axis_values_allows_workers(const struct plan_options *options, unsigned workers_n);

/// The words among worker counts as numbers: "auto" is 1, 2, 4, … CPUs, 2 x CPUs; "quick" the same, thinned to four on
/// large machines; "all" the CPUs. No count twice.
struct axis_values axis_values_expand_workers(const struct axis_values *values, unsigned cpus_n);

#endif
