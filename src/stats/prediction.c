// Student's t, and its power by averaging over what the spread may have been.
#include "stats/prediction.h"

#include "stats/values.h"

#include <gsl/gsl_cdf.h>
#include <math.h>

enum { POWER_POINTS_N = 256, BISECTIONS_N = 40 };

struct prediction prediction_of(const double *values, size_t n)
{
	double s = sqrt(values_variance(values, n));
	return (struct prediction){.n = n, .mean = values_mean(values, n), .scale = s * sqrt(1 + 1 / (double)n)};
}

double prediction_log_p(const struct prediction *prediction, double value, double null)
{
	double beyond = value - prediction->mean - null;
	if (isnan(prediction->scale) || (prediction->scale == 0 && beyond <= 0))
		return 0;
	if (prediction->scale == 0)
		return -INFINITY;
	return log(gsl_cdf_tdist_Q(beyond / prediction->scale, (double)prediction->n - 1));
}

double prediction_margin(const struct prediction *prediction, double alpha)
{
	return isnan(prediction->scale) ? NAN : prediction->scale * gsl_cdf_tdist_Qinv(alpha, (double)prediction->n - 1);
}

static double power_at(double delta, const double *threshold)
{
	double sum = 0;
	for (int i = 0; i < POWER_POINTS_N; i++)
		sum += gsl_cdf_ugaussian_P(delta - threshold[i]);
	return sum / POWER_POINTS_N;
}

double prediction_detects(const struct prediction *prediction, double alpha, double power)
{
	if (isnan(prediction->scale))
		return NAN;
	double freedom = (double)prediction->n - 1, t = gsl_cdf_tdist_Qinv(alpha, freedom);
	// What has to be exceeded, for spreads at the middles of equally likely slices.
	double threshold[POWER_POINTS_N];
	for (int i = 0; i < POWER_POINTS_N; i++)
		threshold[i] = t * sqrt(gsl_cdf_chisq_Pinv((i + 0.5) / POWER_POINTS_N, freedom) / freedom);
	double low = 0, high = threshold[POWER_POINTS_N - 1] + 10;
	for (int i = 0; i < BISECTIONS_N; i++) {
		double middle = (low + high) / 2;
		if (power_at(middle, threshold) < power)
			low = middle;
		else
			high = middle;
	}
	return high * prediction->scale;
}
