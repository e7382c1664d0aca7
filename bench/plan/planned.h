// The check behind "nothing asked for is dropped silently": of what the user chose, what stands in no row.
#ifndef TVP_BENCH_PLAN_PLANNED_H
#define TVP_BENCH_PLAN_PLANNED_H

#include "bench/plan/experiment.h"

/// Whether a row has this value of an axis, however it is written (64M is 64MiB), at its preset or as "none" even if
/// its name leaves the axis out. A skipped row has it, too: it says why.
bool row_has_value(const struct row *row, const char *key, const char *value);

/// The value of each axis that a user chose and that none of the rows has: `tell` is called for each. A word that
/// stands for several is missing where all of them are.
void planned_missing(const struct plan_options *options, const struct record *record,
                     void (*tell)(void *context, const char *key, const char *value), void *context);

#endif
