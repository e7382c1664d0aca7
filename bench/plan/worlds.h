// Why the result of a user's kernel is wrong: what it keeps in static data is shared by threads and private to
// processes, and neither of them sees what prepare() kept.
#ifndef TVP_BENCH_PLAN_WORLDS_H
#define TVP_BENCH_PLAN_WORLDS_H

#include "host/topology.h"
#include "measure/spec.h"

/// After a visit that failed with this status, in the supervisor. Where the result of a kernel from a file was wrong:
/// compute it as that visit did by one worker, by threads and by processes, each of which opens the file anew, untimed,
/// and begin the message with where they differ. Returns the status.
int worlds_explain(const struct spec *spec, int status);

/// In the host of that kernel: compute the spec's problem a few times by its model and workers. *right_n: results that
/// were right before one was wrong. Returns 0; -EBADMSG: one was; or another status with a message.
int worlds_compute(const struct spec *spec, const struct topology *topology, unsigned *right_n);

#endif
