// Order statistics and the distribution-free interval of the median. Needs no shape of the data, only independence,
// which rounds have and iterations have not.
#include "stats/summary.h"

#include "stats/values.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>

double median_ranks(size_t n, double coverage, size_t *lower, size_t *upper)
{
	// From the middle outwards: ranks l and n + 1 - l miss the median when fewer than l of n fair coins show heads,
	// on either side. The tightest pair that is good enough lies about sqrt(n) steps out.
	for (size_t rank = n / 2; rank >= 1; rank--) {
		double obtained = 1 - 2 * gsl_cdf_binomial_P((unsigned)(rank - 1), 0.5, (unsigned)n);
		// GSL's binomial is good to 1e-15, and a coverage met exactly (1/2, n = 2) must not fail by that.
		if (obtained >= coverage - 1e-12) {
			*lower = rank;
			*upper = n + 1 - rank;
			return obtained;
		}
	}
	*lower = n > 0;
	*upper = n;
	return 0;
}

static double half_width_of(const struct interval *interval, double median)
{
	if (interval->coverage == 0 || median == 0)
		return NAN;
	return fmax(interval->high - median, median - interval->low) / fabs(median);
}

static struct summary summarise_sorted(const double *sorted, size_t n)
{
	struct summary summary = {.n = n};
	summary.min = quantile_sorted(sorted, n, 0);
	summary.q1 = quantile_sorted(sorted, n, 0.25);
	summary.median = quantile_sorted(sorted, n, 0.5);
	summary.q3 = quantile_sorted(sorted, n, 0.75);
	summary.max = quantile_sorted(sorted, n, 1);
	summary.mean = values_mean(sorted, n);
	size_t lower, upper;
	struct interval *interval = &summary.median_interval;
	interval->coverage = median_ranks(n, 0.95, &lower, &upper);
	interval->low = n ? sorted[lower - 1] : NAN;
	interval->high = n ? sorted[upper - 1] : NAN;
	summary.half_width = half_width_of(interval, summary.median);
	return summary;
}

double summary_quartile_half_width(const struct summary *summary)
{
	static const double efficiency = 0.37;
	double n = (double)summary->n;
	if (summary->n < 2)
		return INFINITY;
	double deviation = (summary->q3 - summary->q1) / 1.35;
	return gsl_cdf_tdist_Pinv(0.975, efficiency * (n - 1)) * 1.25 * deviation / sqrt(n);
}

// value[i] / divisor[i], or the values themselves without a divisor; what is no number is left out.
static struct summary summarise_quotients(const double *value, const double *divisor, size_t n)
{
	double *kept = malloc((n ? n : 1) * sizeof *kept);
	size_t kept_n = 0;
	for (size_t i = 0; kept && i < n; i++) {
		if (divisor && divisor[i] == 0)
			continue;
		double quotient = divisor ? value[i] / divisor[i] : value[i];
		if (!isnan(quotient))
			kept[kept_n++] = quotient;
	}
	values_sort(kept, kept_n);
	struct summary summary = summarise_sorted(kept, kept_n);
	free(kept);
	return summary;
}

struct summary summarise(const double *values, size_t n)
{
	return summarise_quotients(values, NULL, n);
}

struct summary summarise_ratio(const double *numerator, const double *denominator, size_t n)
{
	return summarise_quotients(numerator, denominator, n);
}
