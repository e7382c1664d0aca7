// Memory of workers, in bytes: what an idle one adds to the machine, by the rows of experiment `memory`, and what the
// work needs of its own.
#ifndef TVP_ADVISE_FOOTPRINT_H
#define TVP_ADVISE_FOOTPRINT_H

#include "advise/costs.h"

/// Learn what one more worker adds (proportional set size), between threads and between processes, by the number of
/// workers. Returns 0 or -ENOMEM.
int footprint_learn(struct costs *costs);

/// Memory of all workers of a setting: idle ones (the caller's own is not counted), the private memory that the
/// workload says, and, where data is sent, a copy of it. Without rows of idle ones only the rest; 0: nothing is known.
double footprint_bytes(const struct costs *costs, const struct workload *workload, const struct point *setting);

#endif
