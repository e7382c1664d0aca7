// Why the result of a user's kernel is wrong: what it keeps in static data is shared by threads and private to
// processes.
#ifndef TVP_BENCH_PLAN_WORLDS_H
#define TVP_BENCH_PLAN_WORLDS_H

#include "kernel/kernel.h"
#include "measure/trial.h"

/// After a wrong result (status, with its message): compute the problem by two processes and by two threads, untimed,
/// and where one of these is right, add to the message which. Returns the status.
int worlds_explain(int status, const struct problem *problem, const struct trial *trial);

#endif
