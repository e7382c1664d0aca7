// The profile of one parameter: how the least sum of squares grows as it is held elsewhere.
#ifndef TVP_STATS_LAWS_PROFILE_H
#define TVP_STATS_LAWS_PROFILE_H

#include "stats/laws/squares.h"

struct held {
	const struct squares *squares; ///< perhaps of the fit's law written by other parameters
	const double *searched;        ///< all parameters at the minimum
	unsigned parameter;
	double low_limit, high_limit; ///< no need to search beyond
};

/// The interval of that parameter as it is searched; a limit where it reaches that. The fit says what the sum is, and
/// how many degrees of freedom it leaves: at least one.
struct interval profile_held(const struct law_fit *fit, const struct held *held, double coverage);

#endif
