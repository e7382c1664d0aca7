#include "stats/extreme.h"

#include <gsl/gsl_cdf.h>
#include <math.h>

// P(X <= x) of one of them. Beyond some 1e5 the gamma distribution is normal for our purposes.
static double below(double x, double shape)
{
	return shape < 1e5 ? gsl_cdf_gamma_P(x, shape, 1 / shape) : gsl_cdf_ugaussian_P((x - 1) * sqrt(shape));
}

// The mean of a positive variable is the integral of P(X > x), that of its square the integral of 2x P(X > x). Beyond
// the end lies less than 1e-7 of one variable.
static struct extreme integrate(double shape, unsigned n)
{
	enum { STEPS_N = 500 };
	double end = 1 + 7 / sqrt(shape) + 20 / shape, begin = fmax(0, 1 - 7 / sqrt(shape));
	double step = (end - begin) / STEPS_N, sum = 0, squares = 0;
	for (int i = 0; i < STEPS_N; i++) {
		double x = begin + (i + 0.5) * step, above = 1 - pow(below(x, shape), n);
		sum += above * step;
		squares += 2 * x * above * step;
	}
	double mean = begin + sum;
	return (struct extreme){mean, sqrt(fmax(begin * begin + squares - mean * mean, 0))};
}

// Who compares many ways of running one job asks for the same few again and again.
struct extreme extreme_of_gamma(double shape, unsigned n)
{
	enum { KEPT_N = 64 };
	static _Thread_local struct {
		double shape;
		unsigned n;
		struct extreme extreme;
	} kept[KEPT_N];
	static _Thread_local unsigned next;
	for (unsigned i = 0; i < KEPT_N; i++)
		if (kept[i].n == n && kept[i].shape == shape)
			return kept[i].extreme;
	unsigned at = next++ % KEPT_N;
	kept[at].shape = shape;
	kept[at].n = n;
	return kept[at].extreme = integrate(shape, n);
}
