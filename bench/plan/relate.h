// How rows relate to others: known once everything is planned.
#ifndef TVP_BENCH_PLAN_RELATE_H
#define TVP_BENCH_PLAN_RELATE_H

#include "measure/record.h"

/// Relate each row to the row of its group that differs in one thing only: a model of processes to its model of
/// threads, `between:processes` to `between:threads` (where the experiment has not set another peer), and data that is
/// sent to data in place.
void plan_relate(struct record *record);

#endif
