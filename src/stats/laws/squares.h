// The least sum of squares of a law and its points: what fit.c and profile.c have in common.
#ifndef TVP_STATS_LAWS_SQUARES_H
#define TVP_STATS_LAWS_SQUARES_H

#include "stats/laws/fit.h"

struct squares {
	const struct law *law;
	const struct law_points *points;
	enum law_scale scale;
	double last_weight;            ///< of the last point's square; 0: that of all, 1
	bool held[LAW_PARAMETERS_MAX]; ///< parameters that stay where the search begins
};

/// Begin at `searched` (the logarithm of parameters that are positive, the others themselves), and end at the minimum
/// nearby. `variance`, for each parameter, is what a variance of 1 of each point makes of it there, NAN where that has
/// no limit; NULL: not asked for. Returns the sum; INFINITY where there is no minimum.
double squares_least(const struct squares *squares, double *searched, double *variance);
/// The same from wherever the law says to begin, and from `searched` where `warm`.
double squares_least_anywhere(const struct squares *squares, double *searched, bool warm);

/// A point's distance from the law, in the scale's unit; very far where the law has no capacity.
double squares_residual(const struct squares *squares, const double *searched, size_t point);
/// ln C(n); no number where the law has no capacity.
double law_log_capacity(const struct law *law, const double *searched, double n);
void law_parameters(const struct law *law, const double *searched, double *parameter);

#endif
