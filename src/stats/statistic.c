#include "stats/statistic.h"

#include <string.h>

#include "stats/values.h"

static const char *const names[STATISTIC_N] = {"min", "p10", "p25", "median", "mean"};

const char *statistic_name(enum statistic statistic)
{
	return statistic < STATISTIC_N ? names[statistic] : "";
}

enum statistic statistic_find(const char *name)
{
	int i = 0;
	while (i < STATISTIC_N && strcmp(names[i], name) != 0)
		i++;
	return (enum statistic)i;
}

double statistic_of(enum statistic statistic, const double *sorted, size_t n)
{
	static const double quantile[STATISTIC_N] = {
		[STATISTIC_MIN] = 0, [STATISTIC_P10] = 0.1, [STATISTIC_P25] = 0.25, [STATISTIC_MEDIAN] = 0.5};
	return statistic == STATISTIC_MEAN ? values_mean(sorted, n) : quantile_sorted(sorted, n, quantile[statistic]);
}
