// Where the curve of a universal scalability law has its peak, with an interval that may be open.
#ifndef TVP_STATS_LAWS_PEAK_H
#define TVP_STATS_LAWS_PEAK_H

#include "stats/laws/fit.h"

struct law_peak {
	double at;                ///< workers; 0: the curve falls from its first worker on; INFINITY: it never falls
	struct interval interval; ///< by its profile; coverage 0 without degrees of freedom
};

/// Of a fit of `usl`.
struct law_peak law_peak(const struct law_fit *fit, const struct law_points *points, double coverage);

#endif
