// The values of one axis: split from text, looked up, and worker counts in words turned into numbers.
#ifndef TVP_BENCH_CHOICE_H
#define TVP_BENCH_CHOICE_H

#include "measure/experiment.h"

void choice_add(struct axis_choice *choice, const char *value);
/// "a,b,c"; NULL: no values.
struct axis_choice choice_split(const char *text);

bool choice_has(const struct axis_choice *choice, const char *value);
/// The same, but an axis the user left open allows everything.
bool choice_allows(const struct axis_choice *choice, const char *value);
bool choice_allows_workers(const struct plan_options *options, unsigned workers_n);

/// The words among worker counts as numbers: "auto" is 1, 2, 4, … CPUs, 2 x CPUs; "quick" the same, thinned to four on
/// large machines; "all" the CPUs. No count twice.
struct axis_choice choice_expand_workers(const struct axis_choice *choice, unsigned cpus_n);

#endif
