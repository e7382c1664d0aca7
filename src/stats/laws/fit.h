// A law fitted to points by least squares, and intervals of its parameters and predictions by profiles.
#ifndef TVP_STATS_LAWS_FIT_H
#define TVP_STATS_LAWS_FIT_H

#include "stats/laws/law.h"
#include "stats/summary.h"

/// What the squares are of. In logarithms an error is relative, as noise of times is; the linear scale is that of other
/// tools (R's usl), another estimator with other results: large capacities count most.
enum law_scale { LAW_LOGS, LAW_LINEAR };

struct law_fit {
	const struct law *law;
	enum law_scale scale;
	size_t points_n;
	double parameter[LAW_PARAMETERS_MAX]; ///< γ first
	double searched[LAW_PARAMETERS_MAX];  ///< the logarithm of those that are positive, the others themselves
	double squares;                       ///< their sum, at least what rounding makes of it
	double sigma;     ///< of one point about the law, √(squares / degrees of freedom): a fraction in logs; NAN
	double inflation; ///< of the variance of all that is estimated, >= 1: neighbours that lie off the law to the same
	                  ///< side say less than as many independent points, (1 + r) / (1 - r) times, r > 0 being their
	                  ///< correlation (Bayley & Hammersley, J. R. Statist. Soc. Suppl. 8 (1946) 184-197)
	double aicc;      ///< Akaike's criterion for small samples, counting sigma as a parameter; INFINITY below
	                  ///< law_points_least() points. Less is better, among fits of one scale to the same points
};

/// The fewest points that AICc can judge the law by.
static inline size_t law_points_least(const struct law *law)
{
	return law->parameters_n + 3ul;
}

/// The law nearest to the points, which are at least as many as it has parameters. Returns 0, -EINVAL where they are
/// too few, -EDOM where no parameters describe them or -ENOMEM, with a message.
int law_fit(struct law_fit *fit, const struct law *law, const struct law_points *points, enum law_scale scale);

/// What other tools print beside parameters: from the curvature at the minimum, √(σ² (J'J)⁻¹); NAN without degrees of
/// freedom, or where the points say nothing. Intervals from them are symmetric, those below are not.
void law_standard_errors(const struct law_fit *fit, const struct law_points *points, double error[LAW_PARAMETERS_MAX]);

/// C(n) by the fit.
double law_capacity(const struct law_fit *fit, double n);

/// The interval of a parameter, or of the capacity that one more point at n workers would have: all values such that
/// the sum of squares, of the points and the value, grows by less than F(1, points - parameters) and `inflation` allow.
/// After Bates & Watts, "Nonlinear Regression Analysis" (1988), ch. 6: unlike estimate ± errors it follows the
/// curvature, does not depend on how a parameter is written, and may be open (-INFINITY, INFINITY). `coverage` is the
/// one asked for, 0 without degrees of freedom. No interval knows of other laws.
struct interval law_parameter_interval(const struct law_fit *fit, const struct law_points *points, unsigned parameter,
                                       double coverage);
struct interval law_prediction_interval(const struct law_fit *fit, const struct law_points *points, double n,
                                        double coverage);

/// The same where n is beyond the counts that were fitted, which no statistics of them can vouch for: what comes there
/// may be another regime. For every doubling a standard deviation of 10 % is added, which is about how far published
/// curves stray from the laws of their lower halves (docs/method.md). Logarithmic scale only.
struct interval law_forecast(const struct law_fit *fit, const struct law_points *points, double n, double coverage);

#endif
