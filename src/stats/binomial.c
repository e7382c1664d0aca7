// Exact bounds of a rate, by bisection of the binomial's own tail: GSL's beta quantiles are the shorter way, but they
// stop the program where their iteration does not converge (as it does not for 1 of 231 at 99 %).
#include "stats/binomial.h"

#include <assert.h>
#include <gsl/gsl_cdf.h>

// The rate at which `most_n` successes or fewer have this chance, which falls from 1 to 0 as the rate rises.
static double rate_where(unsigned most_n, unsigned trials_n, double chance)
{
	double low = 0, high = 1;
	for (;;) {
		double middle = (low + high) / 2;
		if (middle == low || middle == high)
			return middle;
		if (gsl_cdf_binomial_P(most_n, middle, trials_n) > chance)
			low = middle;
		else
			high = middle;
	}
}

double binomial_upper(unsigned successes_n, unsigned trials_n, double confidence)
{
	assert(successes_n <= trials_n);
	return successes_n < trials_n ? rate_where(successes_n, trials_n, 1 - confidence) : 1;
}

struct interval clopper_pearson(unsigned successes_n, unsigned trials_n, double coverage)
{
	double side = (1 + coverage) / 2;
	struct interval interval = {.high = binomial_upper(successes_n, trials_n, side), .coverage = coverage};
	if (successes_n > 0)
		interval.low = rate_where(successes_n - 1, trials_n, side);
	return interval;
}
