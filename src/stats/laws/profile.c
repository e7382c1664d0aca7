// Intervals where the least sum of squares with something held, or with a further point, has grown by as much as F
// allows: one search for parameters, peaks and predictions.
#include "stats/laws/profile.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <string.h>

static const double stray = 0.10; // of a law, for each doubling of the workers beyond those it was fitted to

enum { STRIDES_MAX = 40, BISECTIONS_MAX = 40 };

struct profile {
	struct squares squares;
	double searched[LAW_PARAMETERS_MAX]; ///< of the fit
	double last[LAW_PARAMETERS_MAX];     ///< where the last search ended: a good place to begin the next
	double *value;                       ///< what is held, in `last`; NULL: it is the further point's
	double *capacity;                    ///< the further point's
	double least, allowed;               ///< the sum may grow by `allowed`
};

// How far the sum is above what is allowed, as a multiple of it: -1 at the estimate, 0 at the end of the interval.
static double excess(struct profile *profile, double value)
{
	if (profile->value)
		*profile->value = value;
	else
		*profile->capacity = profile->squares.scale == LAW_LOGS ? exp(value) : value;
	double sum = squares_least_anywhere(&profile->squares, profile->last, true);
	return sqrt(fmax(sum - profile->least, 0) / profile->allowed) - 1;
}

// Nearly linear in the value, so the secant finds it at once and bisection is for the others.
static double end_between(struct profile *profile, double inside, double outside, double outside_excess)
{
	double inside_excess = -1, tolerance = 1e-4 * fabs(outside - inside);
	for (int i = 0; i < BISECTIONS_MAX && fabs(outside - inside) > tolerance; i++) {
		double share = -inside_excess / (outside_excess - inside_excess);
		double value = inside + (outside - inside) * (i % 3 == 2 ? 0.5 : fmin(fmax(share, 0.01), 0.99));
		double here = excess(profile, value);
		if (fabs(here) < 1e-4)
			return value;
		if (here < 0) {
			inside = value;
			inside_excess = here;
		} else {
			outside = value;
			outside_excess = here;
		}
	}
	return (inside + outside) / 2;
}

// From the estimate towards `limit`, which may be infinite, with a first stride that would do were all linear.
static double end_find(struct profile *profile, double estimate, double stride, double limit)
{
	double inside = estimate;
	memcpy(profile->last, profile->searched, sizeof profile->last);
	for (int i = 0; i < STRIDES_MAX && inside != limit; i++) {
		double value = stride > 0 ? fmin(inside + stride, limit) : fmax(inside + stride, limit);
		double here = excess(profile, value);
		if (here >= 0)
			return end_between(profile, inside, value, here);
		inside = value;
		stride *= i > 0 ? 1.5 : 0.2;
	}
	return limit;
}

static double allowed_by(const struct law_fit *fit, double coverage)
{
	double t = gsl_cdf_tdist_Pinv((1 + coverage) / 2, (double)(fit->points_n - fit->law->parameters_n));
	return t * t * fit->sigma * fit->sigma * fit->inflation;
}

struct interval profile_held(const struct law_fit *fit, const struct held *held, double coverage)
{
	double at[LAW_PARAMETERS_MAX], variance[LAW_PARAMETERS_MAX], estimate = held->searched[held->parameter];
	struct profile profile = {.squares = *held->squares, .least = fit->squares, .allowed = allowed_by(fit, coverage)};
	memcpy(profile.searched, held->searched, sizeof profile.searched);
	memcpy(at, held->searched, sizeof at);
	squares_least(&profile.squares, at, variance);
	double stride = sqrt(profile.allowed * (variance[held->parameter] > 0 ? variance[held->parameter] : 1));
	profile.squares.held[held->parameter] = true;
	profile.value = &profile.last[held->parameter];
	double low = end_find(&profile, estimate, -stride, held->low_limit);
	return (struct interval){low, end_find(&profile, estimate, stride, held->high_limit), coverage};
}

struct interval law_parameter_interval(const struct law_fit *fit, const struct law_points *points, unsigned parameter,
                                       double coverage)
{
	struct squares squares = {.law = fit->law, .points = points, .scale = fit->scale};
	struct held held = {&squares, fit->searched, parameter, -INFINITY, INFINITY};
	if (fit->points_n <= fit->law->parameters_n)
		return (struct interval){-INFINITY, INFINITY, 0};
	struct interval interval = profile_held(fit, &held, coverage);
	if (!fit->law->parameter[parameter].positive)
		return interval;
	return (struct interval){exp(interval.low), exp(interval.high), coverage};
}

struct interval law_prediction_interval(const struct law_fit *fit, const struct law_points *points, double n,
                                        double coverage)
{
	double workers[LAW_POINTS_MAX + 1], capacity[LAW_POINTS_MAX + 1];
	if (fit->points_n <= fit->law->parameters_n)
		return (struct interval){-INFINITY, INFINITY, 0};
	memcpy(workers, points->workers, points->n * sizeof *workers);
	memcpy(capacity, points->capacity, points->n * sizeof *capacity);
	workers[points->n] = n;
	struct law_points further = {points->n + 1, workers, capacity};
	struct profile profile = {
		.squares = {.law = fit->law, .points = &further, .scale = fit->scale, .last_weight = fit->inflation},
		.capacity = &capacity[points->n],
		.least = fit->squares,
		.allowed = allowed_by(fit, coverage)};
	memcpy(profile.searched, fit->searched, sizeof profile.searched);
	bool logs = fit->scale == LAW_LOGS;
	double estimate = logs ? log(law_capacity(fit, n)) : law_capacity(fit, n), stride = 1.2 * sqrt(profile.allowed);
	double low = end_find(&profile, estimate, -stride, -INFINITY),
		   high = end_find(&profile, estimate, stride, INFINITY);
	return (struct interval){logs ? exp(low) : low, logs ? exp(high) : high, coverage};
}

static double doublings_beyond(const struct law_points *points, double n)
{
	double first = points->workers[0], last = points->workers[points->n - 1];
	return n > last ? log2(n / last) : n < first ? log2(first / n) : 0;
}

struct interval law_forecast(const struct law_fit *fit, const struct law_points *points, double n, double coverage)
{
	struct interval interval = law_prediction_interval(fit, points, n, coverage);
	double z = gsl_cdf_ugaussian_Pinv((1 + coverage) / 2), at = law_capacity(fit, n);
	double further = z * stray * doublings_beyond(points, n);
	if (fit->scale != LAW_LOGS || further <= 0 || interval.coverage <= 0)
		return interval;
	interval.low = at * exp(-hypot(log(at / interval.low), further));
	interval.high = at * exp(hypot(log(interval.high / at), further));
	return interval;
}
