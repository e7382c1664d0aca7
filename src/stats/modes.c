#include "stats/modes.h"

#include "stats/values.h"

#include <math.h>
#include <stdlib.h>

enum { VALUES_LEAST = 12, GROUP_LEAST = 3 };
static const double factor_least = 1.5, gap_per_quartiles_least = 2;

static double quartiles_log(const double *sorted, size_t n)
{
	return log(quantile_sorted(sorted, n, 0.75) / quantile_sorted(sorted, n, 0.25));
}

// How many values lie below the widest gap; 0 where none is wide enough.
static size_t split_find(const double *sorted, size_t n)
{
	size_t least = n / 10 > GROUP_LEAST ? (n + 9) / 10 : GROUP_LEAST, split = least;
	for (size_t i = least; i + least <= n; i++)
		if (sorted[i] / sorted[i - 1] > sorted[split] / sorted[split - 1])
			split = i;
	double gap = log(sorted[split] / sorted[split - 1]);
	double within = fmax(quartiles_log(sorted, split), quartiles_log(sorted + split, n - split));
	return gap >= log(factor_least) && gap >= gap_per_quartiles_least * within ? split : 0;
}

struct modes modes_find(const double *values, size_t n)
{
	struct modes modes = {.low = NAN, .high = NAN};
	double *sorted = malloc((n ? n : 1) * sizeof *sorted);
	size_t kept_n = 0;
	for (size_t i = 0; sorted && i < n; i++)
		if (values[i] > 0)
			sorted[kept_n++] = values[i];
	values_sort(sorted, kept_n);
	size_t split = kept_n >= VALUES_LEAST ? split_find(sorted, kept_n) : 0;
	if (split > 0)
		modes = (struct modes){
			.low = quantile_sorted(sorted, split, 0.5),
			.high = quantile_sorted(sorted + split, kept_n - split, 0.5),
			.low_n = split,
			.high_n = kept_n - split,
		};
	free(sorted);
	return modes;
}
