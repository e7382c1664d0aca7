// What interrupts long computing.
#ifndef TVP_ADVISE_TERMS_INTERRUPTIONS_H
#define TVP_ADVISE_TERMS_INTERRUPTIONS_H

#include "advise/term.h"

/// By how much longer so much computing takes than if nothing came between; 0 where that was not measured, or where it
/// is so short that most of its runs are not interrupted.
struct cost interruptions_cost(const struct costs *costs, double computing_ns);
/// The same of what the busiest CPU computes.
struct cost interruptions_of(const struct costs *costs, const struct workload *workload, const struct point *setting);

#endif
