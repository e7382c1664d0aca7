// Curves over workers: rows that differ in nothing else, with the law that describes their speedups.
#ifndef TVP_REPORT_FIT_CURVE_H
#define TVP_REPORT_FIT_CURVE_H

#include "report/fit/regime.h"
#include "report/table/derive.h"
#include "stats/laws/choose.h"
#include "stats/laws/peak.h"

struct fitted_point {
	uint32_t row;
	unsigned workers_n;
	double speedup; ///< the row's; in weak scaling times workers
	bool fitted;    ///< else regime_why_not() says why
};

struct curve {
	uint32_t first; ///< the row that came first
	bool weak;
	struct regime regime;
	struct fitted_point *point; ///< malloc'd, by rising workers
	unsigned points_n;
	double *workers, *capacity; ///< of those that were fitted. malloc'd
	unsigned fitted_n;
	char why_not[200]; ///< no law was fitted; "" where one was, and the rest is filled in
	struct law_choice choice;
	struct interval parameter[LAW_PARAMETERS_MAX]; ///< 95 %, of the law chosen; γ's includes what a round's rows share
	struct law_peak peak;                          ///< of the USL, whatever law was chosen; coverage 0: unknown
	struct law_resampled resampled;
};

struct curves {
	const struct derived *derived;
	struct law_request request;
	bool resampled;      ///< whether the rounds were
	struct curve *curve; ///< malloc'd, in the order of their first rows
	unsigned curves_n;
};

/// Fit every curve of a run. `request` is as in choose.h; whether rows are weak is theirs to say. Resampling
/// the rounds takes most of the time (some 50 ms a curve). Returns 0 or -ENOMEM with a message; to be closed either
/// way.
int curves_open(struct curves *curves, const struct derived *derived, const struct law_request *request, bool resample);
void curves_close(struct curves *curves);

/// The law chosen. Only of curves with a law.
const struct law_fit *curve_fit(const struct curve *curve);
/// Where 95 % of further rows at so many workers would be.
struct interval curve_prediction(const struct curve *curve, double workers_n);
/// Whether the peak is known well enough to be named: the USL was chosen, and the interval spans less than a factor
/// of 2.
bool curve_has_peak(const struct curve *curve);

#endif
