// How values change along their order: a parabola by least squares.
#ifndef TVP_STATS_TREND_H
#define TVP_STATS_TREND_H

#include <stddef.h>

/// At place x, from 0 to 1, a value is 1 + slope u + bend (3u² - 1)/2 times the mean, with u = 2x - 1: the first two
/// Legendre polynomials, each of which is fitted by itself. So the last values are 1 + slope + bend, the first ones
/// 1 - slope + bend. All zero: no trend.
struct trend {
	double slope, bend;
};

/// Of values at places that lie evenly in [0, 1]. A coefficient within three standard errors of 0 is taken to be
/// chance, and 0. Fewer than three values, or a mean that is not positive, have no trend.
struct trend trend_fit(const double *place, const double *value, size_t n);

/// What lies between two places, of a whole of 1. Never negative for begin <= end.
double trend_share(const struct trend *trend, double begin, double end);

/// Of all values' squared coefficient of variation, what the trend explains.
double trend_variance(const struct trend *trend);

/// The last values, relative to the mean; not negative.
double trend_last(const struct trend *trend);

#endif
