// What so many events in so many trials say about their rate.
#ifndef TVP_STATS_BINOMIAL_H
#define TVP_STATS_BINOMIAL_H

#include "stats/summary.h"

/// Two-sided interval of the rate, each side at (1 - coverage) / 2; never covers less than `coverage`, which is what it
/// stores. trials_n = 0 gives [0, 1]. successes_n <= trials_n. After Clopper & Pearson, Biometrika 26 (1934) 404-413.
struct interval clopper_pearson(unsigned successes_n, unsigned trials_n, double coverage);

/// One-sided: the rate is below this with the confidence given (0.95). 0 of 299, 1 of 473 and 2 of 628 all give just
/// below 1 % at 95 %. trials_n = 0 gives 1.
double binomial_upper(unsigned successes_n, unsigned trials_n, double confidence);

#endif
