// Requests that arrive by themselves, and the workers that serve them: what `service` times (bursts.c).
#ifndef TVP_BENCH_SERVICE_H
#define TVP_BENCH_SERVICE_H

#include "bench/plan/point.h"

enum { SERVICE_WORKERS_MOST = 64, SERVICE_REQUESTS_MOST = 1000000 };

/// What a row runs. Returns 0 or -EINVAL, with a message.
int service_point(const struct spec *spec, struct point *point);

/// Send a burst of requests, one for each item of the problem, at random times whose mean rate is this, as often as the
/// trial wants; fill in the percentiles of their responses. The point's model is the baseline or a pool. Returns 0 or
/// -errno, with a message.
int service_measure(const struct point *point, const struct problem *problem, double rate_hz, struct trial *trial);

#endif
