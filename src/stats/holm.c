// Holm's procedure as it is told: the least p-value against alpha / n, the next against alpha / (n - 1), and so on
// until one stands. Families are a few hundred: looking for the least each time needs no memory, and so cannot fail.
#include "stats/holm.h"

#include <math.h>

void holm(const double *log_p, size_t n, double log_alpha, bool *rejected)
{
	for (size_t i = 0; i < n; i++)
		rejected[i] = false;
	for (size_t left_n = n; left_n > 0; left_n--) {
		size_t least = n;
		for (size_t i = 0; i < n; i++)
			if (!rejected[i] && !isnan(log_p[i]) && (least == n || log_p[i] < log_p[least]))
				least = i;
		if (least == n || log_p[least] > log_alpha - log((double)left_n))
			return;
		rejected[least] = true;
	}
}
