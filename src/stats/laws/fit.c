// A fit, its standard errors and its AICc.
#include "stats/laws/fit.h"

#include "base/status.h"
#include "stats/laws/squares.h"

#include <errno.h>
#include <math.h>
#include <string.h>

static const double rounding = 1e-12; // times are whole nanoseconds: no point is better than about one in a million

double law_capacity(const struct law_fit *fit, double n)
{
	return exp(law_log_capacity(fit->law, fit->searched, n));
}

static double aicc_of(const struct law_fit *fit)
{
	double n = (double)fit->points_n, k = fit->law->parameters_n + 1.0;
	if (fit->points_n < law_points_least(fit->law))
		return INFINITY;
	return n * log(fit->squares / n) + 2 * k + 2 * k * (k + 1) / (n - k - 1);
}

static double squares_of_rounding(const struct law_points *points, enum law_scale scale)
{
	double sum = 0;
	for (size_t i = 0; i < points->n; i++)
		sum += scale == LAW_LOGS ? 1 : points->capacity[i] * points->capacity[i];
	return rounding * sum;
}

static double inflation_of(const struct squares *squares, const double *searched)
{
	double sum = 0, products = 0, before = 0;
	for (size_t i = 0; i < squares->points->n; i++) {
		double off = squares_residual(squares, searched, i);
		sum += off * off;
		products += off * before;
		before = off;
	}
	double r = sum > 0 ? fmin(fmax(products / sum, 0), 0.95) : 0;
	return (1 + r) / (1 - r);
}

void law_standard_errors(const struct law_fit *fit, const struct law_points *points, double error[LAW_PARAMETERS_MAX])
{
	const struct squares squares = {.law = fit->law, .points = points, .scale = fit->scale};
	double variance[LAW_PARAMETERS_MAX], at[LAW_PARAMETERS_MAX];
	memcpy(at, fit->searched, sizeof at);
	squares_least(&squares, at, variance);
	for (unsigned i = 0; i < fit->law->parameters_n; i++)
		error[i] = fit->sigma * sqrt(variance[i]) * (fit->law->parameter[i].positive ? fit->parameter[i] : 1);
}

int law_fit(struct law_fit *fit, const struct law *law, const struct law_points *points, enum law_scale scale)
{
	struct squares squares = {.law = law, .points = points, .scale = scale};
	*fit = (struct law_fit){.law = law, .scale = scale, .points_n = points->n};
	if (points->n < law->parameters_n)
		return status_say(EINVAL, "%zu points are too few for %u parameters", points->n, law->parameters_n);
	double least = squares_least_anywhere(&squares, fit->searched, false);
	if (!isfinite(least))
		return status_say(EDOM, "no parameters of the law %s describe these points", law->name);
	law_parameters(law, fit->searched, fit->parameter);
	fit->squares = fmax(least, squares_of_rounding(points, scale));
	size_t freedom = points->n - law->parameters_n;
	fit->sigma = freedom > 0 ? sqrt(fit->squares / (double)freedom) : NAN;
	fit->inflation = inflation_of(&squares, fit->searched);
	fit->aicc = aicc_of(fit);
	return 0;
}
