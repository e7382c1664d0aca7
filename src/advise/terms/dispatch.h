// What handing out a job costs by itself: other terms take it off what they learn from.
#ifndef TVP_ADVISE_TERMS_DISPATCH_H
#define TVP_ADVISE_TERMS_DISPATCH_H

#include "advise/term.h"

/// Launch and collect of a dispatch whose busiest CPU works so long. Returns as cost_curves_at(); 0 for the serial
/// model.
int dispatch_cost(const struct costs *costs, const struct point *setting, double busy_ns, struct cost *cost);

/// The rest of an observed wall when its dispatch is taken off, which depends on that rest. Negative where the dispatch
/// alone takes longer. Returns as cost_curves_at().
int dispatch_take_off(const struct costs *costs, const struct observation *observation, double *rest_ns);

#endif
