// What the noise means for the gate: blocks of a build and itself are measured, and gates over a slowdown are drawn
// from them.
#ifndef TVP_DOCTOR_FORECAST_H
#define TVP_DOCTOR_FORECAST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "host/topology.h"
#include "measure/spec.h"

enum { FORECASTS_MAX = 2 };

struct forecast {
	char spec[SPEC_NAME_BYTES];
	uint32_t measured_n; ///< blocks that it is from
	double sigma;        ///< standard deviation of their ln(new/old); NAN: too few
	double block_ns;     ///< what one took
	double blocks_n;     ///< until a slowdown by `effect` is found: median; INFINITY: more than FORECAST_BLOCKS_MOST
	double clear_n;      ///< until no slowdown is shown to be none
	double effect;
};

enum { FORECAST_BLOCKS_MOST = 1000 };

/// Blocks until the verdict of a gate over one spec, by the gate's own tests with its usual thresholds: the median of
/// gates drawn from the log ratios d[n] of a build and itself, with either sign, moved by a slowdown of `effect`.
/// slower: until REGRESSED, else until NOT REGRESSED of a gate without any. INFINITY above FORECAST_BLOCKS_MOST.
double forecast_blocks(const double *d, size_t n, double effect, bool slower);

/// Measure blocks of these specs (at most FORECASTS_MAX; ended by NULL), both sides being `program`, for about
/// duration_ns in all. Returns how many forecasts there are, -EINTR or -ENOMEM; of a spec that cannot be measured there
/// is none, and status_message() says why.
int forecast_measure(struct forecast *forecast, const char *program, const char *const *specs,
                     const struct topology *topology, uint64_t duration_ns);

#endif
