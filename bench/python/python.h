// The plan of `python`: its rows, and the C rows that they are compared with.
#ifndef TVP_BENCH_PYTHON_H
#define TVP_BENCH_PYTHON_H

#include "bench/plan/experiment.h"

/// experiment.why_not and experiment.plan of `python`.
const char *python_why_not(const struct plan_options *options, const struct spec *spec);
int python_plan(const struct plan_options *options, struct record *record);

#endif
