// What `command` plans, and how long its visits may take.
#ifndef TVP_BENCH_COMMAND_PLAN_H
#define TVP_BENCH_COMMAND_PLAN_H

#include "bench/plan/experiment.h"

/// What an item is taken to need as long as none has run: for estimates.
enum { COMMAND_ASSUMED_MS = 50 };
#define COMMAND_ASSUMED_TEXT "50 ms"

/// The hook of struct experiment.
int command_plan(const struct plan_options *options, struct record *record);
/// The hook of struct visit_hooks. A pass is ended by the runner before it.
uint64_t command_visit_deadline_ns(const struct spec *spec);

#endif
