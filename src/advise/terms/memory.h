// Reading inputs and writing outputs.
#ifndef TVP_ADVISE_TERMS_MEMORY_H
#define TVP_ADVISE_TERMS_MEMORY_H

#include "advise/term.h"

/// What the worker with most items takes to read their input and write their output, first faults included, all
/// workers doing so at once. Returns as cost_curves_at().
int memory_cost(const struct costs *costs, const struct workload *workload, const struct point *setting,
                struct cost *cost);

#endif
