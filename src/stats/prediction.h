// One new value against a few old ones: is it larger than they lead to expect? The new one varies, too, and so does
// their mean.
#ifndef TVP_STATS_PREDICTION_H
#define TVP_STATS_PREDICTION_H

#include <stddef.h>

/// What n values of one normal distribution say of the next one: (value - mean) / scale is Student's t with n - 1
/// degrees of freedom (Hahn & Meeker, "Statistical Intervals", ch. 4: the prediction interval for one future value).
struct prediction {
	size_t n;
	double mean;
	double scale; ///< s sqrt(1 + 1/n), s with n - 1 in its denominator; NAN below two values
};

struct prediction prediction_of(const double *values, size_t n);

/// ln P of a new value this large or larger, one-sided, where its distribution's mean is the old ones' + `null`.
/// Natural log, since P may be tiny. 0 (P = 1) without a scale. A scale of 0 gives -INFINITY or 0: nothing but the side
/// is left.
double prediction_log_p(const struct prediction *prediction, double value, double null);

/// What to add to a value - mean, or to take from it, for a bound on the shift that holds with probability 1 - alpha.
double prediction_margin(const struct prediction *prediction, double alpha);

/// The shift beyond `null` that a test at `alpha` finds with probability `power`, where the true spread is the one
/// seen. Solves power = E Φ(δ - t sqrt(W / (n - 1))), W chi-squared with n - 1 degrees of freedom: the non-central t
/// distribution as its definition has it. Good to about 1 %.
double prediction_detects(const struct prediction *prediction, double alpha, double power);

#endif
