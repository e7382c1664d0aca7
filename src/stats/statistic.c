#include "stats/statistic.h"

#include <string.h>

#include "stats/summary.h"

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

static double mean_of(const double *values, size_t n)
{
	double sum = 0;
	for (size_t i = 0; i < n; i++)
		sum += values[i];
	return sum / (double)n;
}

double statistic_of(enum statistic statistic, const double *sorted, size_t n)
{
	static const double quantile[STATISTIC_N] = {[STATISTIC_MIN] = 0, [STATISTIC_P10] = 0.1, [STATISTIC_P25] = 0.25, [STATISTIC_MEDIAN] = 0.5};
	return statistic == STATISTIC_MEAN ? mean_of(sorted, n) : quantile_sorted(sorted, n, quantile[statistic]);
}
