// Mann and Whitney's U. The exact distribution comes from a recurrence of positive terms, so nothing cancels, in
// probabilities instead of counts, so nothing overflows.
#include "stats/ranks.h"

#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

int mann_whitney_cumulative(size_t a_n, size_t b_n, double *cumulative, size_t cumulative_n)
{
	size_t few = a_n < b_n ? a_n : b_n, many = a_n < b_n ? b_n : a_n;
	// chance[i * cumulative_n + u] = P(U = u) of i values against j: the largest of all is one of the i with chance
	// i / (i + j), and then exceeds all j; else it is one of the j and adds nothing.
	double *chance = calloc((few + 1) * cumulative_n + 1, sizeof *chance);
	if (!chance)
		return -ENOMEM;
	for (size_t i = 0; i <= few && cumulative_n > 0; i++)
		chance[i * cumulative_n] = 1;
	for (size_t j = 1; j <= many; j++)
		for (size_t i = 1; i <= few; i++) {
			double *row = chance + i * cumulative_n, *fewer = row - cumulative_n;
			double share = (double)i / (double)(i + j);
			for (size_t u = 0; u < cumulative_n; u++)
				row[u] = (1 - share) * row[u] + (u >= j ? share * fewer[u - j] : 0);
		}
	double sum = 0;
	for (size_t u = 0; u < cumulative_n; u++)
		cumulative[u] = sum += chance[few * cumulative_n + u];
	free(chance);
	return 0;
}

struct ranked {
	double value;
	bool from_a;
};

static int compare_ranked(const void *left, const void *right)
{
	double a = ((const struct ranked *)left)->value, b = ((const struct ranked *)right)->value;
	return (a > b) - (a < b);
}

// What the ranks of both samples together say.
struct ranking {
	double u;    // the larger of the two U statistics
	double ties; // sum of t^3 - t over groups of t equal values
};

static struct ranking ranking_of(struct ranked *all, size_t a_n, size_t b_n)
{
	struct ranking ranking = {0};
	double ranks_of_a = 0;
	qsort(all, a_n + b_n, sizeof *all, compare_ranked);
	for (size_t begin = 0, end; begin < a_n + b_n; begin = end) {
		size_t from_a_n = 0;
		for (end = begin; end < a_n + b_n && all[end].value == all[begin].value; end++)
			from_a_n += all[end].from_a;
		double equal_n = (double)(end - begin);
		// Equal values share the mean of the 1-based ranks begin + 1 to end.
		ranks_of_a += (double)from_a_n * (double)(begin + 1 + end) / 2;
		ranking.ties += equal_n * equal_n * equal_n - equal_n;
	}
	double u = ranks_of_a - (double)a_n * ((double)a_n + 1) / 2;
	ranking.u = fmax(u, (double)a_n * (double)b_n - u);
	return ranking;
}

static double p_normal(const struct ranking *ranking, double a_n, double b_n)
{
	double n = a_n + b_n;
	double deviation = sqrt(a_n * b_n / 12 * (n + 1 - ranking->ties / (n * (n - 1))));
	// Where all values are equal the deviation is 0, the quotient -INFINITY, and p = 1 as it should be.
	double z = (ranking->u - a_n * b_n / 2 - 0.5) / deviation;
	return fmin(1, erfc(z / sqrt(2)));
}

static double p_exact(const struct ranking *ranking, size_t a_n, size_t b_n)
{
	// By symmetry the chance of a U as large is the chance of one as small as the other sample's.
	size_t small = (size_t)((double)a_n * (double)b_n - ranking->u);
	double *cumulative = malloc((small + 1) * sizeof *cumulative);
	double p = NAN;
	if (cumulative && mann_whitney_cumulative(a_n, b_n, cumulative, small + 1) == 0)
		p = fmin(1, 2 * cumulative[small]);
	free(cumulative);
	return p;
}

// Copies both samples into `all`; false where a value is NAN.
static bool join(struct ranked *all, const double *a, size_t a_n, const double *b, size_t b_n)
{
	bool clean = true;
	for (size_t i = 0; i < a_n + b_n; i++) {
		all[i] = (struct ranked){.value = i < a_n ? a[i] : b[i - a_n], .from_a = i < a_n};
		clean &= !isnan(all[i].value);
	}
	return clean;
}

double mann_whitney_p(const double *a, size_t a_n, const double *b, size_t b_n)
{
	if (a_n == 0 || b_n == 0)
		return NAN;
	struct ranked *all = malloc((a_n + b_n) * sizeof *all);
	double p = NAN;
	if (all && join(all, a, a_n, b, b_n)) {
		struct ranking ranking = ranking_of(all, a_n, b_n);
		bool exact = (a_n <= 8 || b_n <= 8) && ranking.ties == 0;
		p = exact ? p_exact(&ranking, a_n, b_n) : p_normal(&ranking, (double)a_n, (double)b_n);
	}
	free(all);
	return p;
}
