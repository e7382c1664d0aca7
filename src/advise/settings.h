// Which ways of running a workload there are on a machine.
#ifndef TVP_ADVISE_SETTINGS_H
#define TVP_ADVISE_SETTINGS_H

#include "advise/advice.h"

/// Call `visit` for each: every model, wait, number of workers, pin, transport and schedule that the costs know
/// anything of. Ends early where visit returns less than 0, and returns that.
int settings_each(const struct costs *costs, const struct workload *workload,
                  int (*visit)(void *context, const struct point *setting), void *context);

/// Whether a way is out of the question, whatever it costs, and why: *exclusion, but for settings_n.
bool setting_excluded(const struct costs *costs, const struct workload *workload, const struct point *setting,
                      struct exclusion *exclusion);

#endif
