#include "stats/trend.h"

#include <math.h>

#include "stats/values.h"

static double polynomial(unsigned degree, double place)
{
	double u = 2 * place - 1;
	return degree == 1 ? u : (3 * u * u - 1) / 2;
}

// Their squares' mean over [0, 1] is 1/(2 degree + 1).
static double coefficient(unsigned degree, const double *place, const double *value, size_t n, double mean)
{
	double sum = 0;
	for (size_t i = 0; i < n; i++)
		sum += (value[i] / mean - 1) * polynomial(degree, place[i]);
	return (2 * degree + 1) * sum / (double)n;
}

static double unless_chance(double found, unsigned degree, double cv, size_t n)
{
	double error = cv * sqrt((2 * degree + 1) / (double)n);
	return fabs(found) > 3 * error ? found : 0;
}

// What one coefficient explains is no chance to the other.
struct trend trend_fit(const double *place, const double *value, size_t n)
{
	double mean = values_mean(value, n);
	if (n < 3 || !(mean > 0))
		return (struct trend){0};
	struct trend trend = {coefficient(1, place, value, n, mean), coefficient(2, place, value, n, mean)};
	double variance = values_variance(value, n) / (mean * mean);
	double rest = sqrt(fmax(variance - trend_variance(&trend), 0));
	return (struct trend){unless_chance(trend.slope, 1, rest, n), unless_chance(trend.bend, 2, rest, n)};
}

static double below(const struct trend *trend, double x)
{
	return x + trend->slope * (x * x - x) + trend->bend * (2 * x * x * x - 3 * x * x + x);
}

double trend_share(const struct trend *trend, double begin, double end)
{
	return fmax(below(trend, end) - below(trend, begin), 0);
}

double trend_variance(const struct trend *trend)
{
	return trend->slope * trend->slope / 3 + trend->bend * trend->bend / 5;
}

double trend_last(const struct trend *trend)
{
	return fmax(1 + trend->slope + trend->bend, 0);
}
