// The roof over all who read and write memory at once.
#ifndef TVP_ADVISE_TERMS_STREAMING_H
#define TVP_ADVISE_TERMS_STREAMING_H

#include "advise/term.h"

/// Rows of kernels sum and square, which do little else, on the threads of a pool.
bool streaming_learns_from(const struct observation *observation);
int streaming_learn(struct costs *costs, const struct observation *observation);

/// What so many workers take at least to read all inputs and write all outputs of a job once, as quickly as this
/// machine can. 0 where that was not measured.
struct cost streaming_cost(const struct costs *costs, const struct workload *workload, const struct point *setting);

#endif
