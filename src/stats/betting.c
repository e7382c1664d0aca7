// Betting e-processes, and intervals by inverting them. Scales and stakes are a fixed grid on purpose: a scale
// estimated from the blocks breaks on bimodal noise, and the mean over a grid costs no more than the log of its size.
#include "stats/betting.h"

#include <assert.h>
#include <math.h>
#include <stdbool.h>

static const double scales[BETTING_SCALES_N] = {0.01, 0.02, 0.04, 0.08, 0.16};
static const double stakes[BETTING_STAKES_N] = {0.5, 0.98};

// `apart` is how far the hypothesis and what is to be caught are from each other, in log ratio.
static void betting_open(struct betting *betting, enum betting_kind kind, double null, double toward, double apart)
{
	assert(apart > 0 && isfinite(apart));
	*betting = (struct betting){.kind = kind, .null = null, .toward = toward};
	for (unsigned scale = 0; scale < BETTING_SCALES_N; scale++)
		betting->bet[scale] = apart / (scales[scale] * scales[scale]);
}

void betting_regression(struct betting *betting, enum betting_kind kind, double tolerate, double effect)
{
	double null = log1p(tolerate);
	betting_open(betting, kind, null, 1, log1p(effect) - null);
}

void betting_all_clear(struct betting *betting, enum betting_kind kind, double effect)
{
	betting_open(betting, kind, log1p(effect), -1, log1p(effect));
}

// What the bet of one scale pays per stake, in [-1, 1]; odd and increasing in x.
static double payoff(const struct betting *betting, unsigned scale, double x)
{
	return betting->kind == BETTING_SIGN ? (x > 0) - (x < 0) : tanh(betting->bet[scale] * x);
}

// Add a block to every wealth; returns the log of the largest, which E_n cannot exceed.
static double wealth_add(struct betting *betting, double d)
{
	assert(!isnan(d));
	double x = betting->toward * (d - betting->null), most = -INFINITY;
	for (unsigned scale = 0; scale < BETTING_SCALES_N; scale++) {
		double paid = payoff(betting, scale, x);
		for (unsigned stake = 0; stake < BETTING_STAKES_N; stake++) {
			double *log_wealth = &betting->log_wealth[scale][stake];
			*log_wealth += log1p(stakes[stake] * paid);
			most = fmax(most, *log_wealth);
		}
	}
	betting->n++;
	return most;
}

// ln of the mean wealth, of which the largest has the log `most`.
static double log_mean(const struct betting *betting, double most)
{
	double sum = 0;
	for (unsigned scale = 0; scale < BETTING_SCALES_N; scale++)
		for (unsigned stake = 0; stake < BETTING_STAKES_N; stake++)
			sum += exp(betting->log_wealth[scale][stake] - most);
	return most + log(sum / (BETTING_SCALES_N * BETTING_STAKES_N));
}

void betting_add(struct betting *betting, double d)
{
	betting->log_e = log_mean(betting, wealth_add(betting, d));
	betting->log_e_most = fmax(betting->log_e_most, betting->log_e);
}

// Does sup E reach the bar when `null` is put in the place of the hypothesis? Below the bar the mean need not be taken:
// it is never above the largest wealth.
static bool rejects(const struct betting *opened, double null, const double *d, size_t n, double log_bar)
{
	struct betting betting = *opened;
	betting.null = null;
	for (size_t i = 0; i < n; i++) {
		double most = wealth_add(&betting, d[i]);
		if (most >= log_bar && log_mean(&betting, most) >= log_bar)
			return true;
	}
	return false;
}

// The null nearest to the data that the blocks reject, from the side the test looks at: bisection between one where
// every bet wins as much as it can and one where none wins. INFINITY on that side where even the former is not
// rejected.
static double invert(const struct betting *opened, const double *d, size_t n, double log_bar)
{
	double reach = 0, resolution = 1e-8;
	for (size_t i = 0; i < n; i++)
		if (isfinite(d[i]))
			reach = fmax(reach, fabs(d[i]));
	// tanh(20) is 1 in double. The widest scale has the smallest bet.
	double rejected = -opened->toward * (reach + 20 / opened->bet[BETTING_SCALES_N - 1]);
	double kept = opened->toward * reach;
	if (!rejects(opened, rejected, d, n, log_bar))
		return -opened->toward * INFINITY;
	while (fabs(kept - rejected) > resolution) {
		double middle = rejected + (kept - rejected) / 2;
		if (middle == rejected || middle == kept)
			break;
		if (rejects(opened, middle, d, n, log_bar))
			rejected = middle;
		else
			kept = middle;
	}
	return rejected;
}

double betting_upper(const double *d, size_t n, double effect, double beta)
{
	struct betting betting;
	betting_all_clear(&betting, BETTING_TANH, effect);
	return invert(&betting, d, n, -log(beta));
}

struct interval betting_interval(const double *d, size_t n, double tolerate, double effect, double coverage)
{
	double level = (1 - coverage) / 2;
	struct betting betting;
	betting_regression(&betting, BETTING_TANH, tolerate, effect);
	struct interval interval = {.coverage = coverage};
	interval.low = invert(&betting, d, n, -log(level));
	interval.high = betting_upper(d, n, effect, level);
	if (isinf(interval.low) && isinf(interval.high))
		interval.coverage = 0;
	return interval;
}
