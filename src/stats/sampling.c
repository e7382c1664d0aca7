#include "stats/sampling.h"

#include <gsl/gsl_cdf.h>
#include <math.h>

double sampling_t(size_t freedom_n)
{
	return freedom_n == 0 ? INFINITY : gsl_cdf_tdist_Pinv(0.975, (double)freedom_n);
}

double sampling_half_width(double cv, size_t n, double all_n)
{
	double left = 1 - (double)n / all_n;
	if (left <= 0)
		return 0;
	return n < 2 ? INFINITY : sampling_t(n - 1) * cv * sqrt(left / (double)n);
}
