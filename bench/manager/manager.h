// The bursts of appends that `manager` times (burst.c).
#ifndef TVP_BENCH_MANAGER_H
#define TVP_BENCH_MANAGER_H

#include "bench/team/team.h"
#include "channel/channel.h"

enum { MANAGER_WORKERS_MOST = 64 };

/// Time bursts of appends by workers_n workers: to a server's list, over one channel per worker, or (type NULL) to an
/// array in shared memory under a mutex. Placement: the server, where there is one, then the workers. Returns 0 or
/// -errno, with a message; -ENOTSUP where poll() cannot wait for the channel.
int manager_trial(const struct channel_type *type, unsigned workers_n, enum between between,
                  const struct placement *placement, struct trial *trial);

#endif
