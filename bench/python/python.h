// The rows of the python experiment and the C rows they stand beside.
#ifndef TVP_BENCH_PYTHON_H
#define TVP_BENCH_PYTHON_H

#include "bench/plan/experiment.h"

/// experiment.why_not and experiment.plan of the python experiment.
const char *python_why_not(const struct plan_options *options, const struct spec *spec);
int python_plan(const struct plan_options *options, struct record *record);

#endif
