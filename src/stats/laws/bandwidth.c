// Workers add up until a shared roof is reached: a roofline over workers. After Williams, Waterman & Patterson,
// "Roofline", Comm. ACM 52 (2009) 65-76.
#include "stats/laws/law.h"

#include <math.h>

static double shape(const double *parameter, double n)
{
	return fmin(n, parameter[0]);
}

// The sum of squares has a minimum in each gap between two counts, so the search begins in every one of them.
static bool start(const struct law_points *points, unsigned place, double *parameter)
{
	if (place + 1 >= points->n)
		return false;
	*parameter = sqrt(points->workers[place] * points->workers[place + 1]);
	return true;
}

const struct law law_bandwidth = {
	.name = "bandwidth",
	.title = "bandwidth",
	.formula = "γ min(N, K)",
	.summary = "linear up to K workers, which use up what all share (bandwidth), and flat beyond",
	.weak = true,
	.strong = true,
	.parameters_n = 2,
	.parameter =
		{LAW_SCALE,
         {.symbol = "K", .name = "cap", .summary = "the workers that use up what is shared", .positive = true}},
	.shape = shape,
	.start = start,
};
