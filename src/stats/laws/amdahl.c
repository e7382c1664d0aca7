// A share of a given work does not divide. After Amdahl, AFIPS Spring Joint Computer Conference 30 (1967) 483-485.
#include "stats/laws/law.h"

static double shape(const double *parameter, double n)
{
	return n / (1 + parameter[0] * (n - 1));
}

const struct law law_amdahl = {
	.name = "amdahl",
	.title = "Amdahl",
	.formula = "γ N / (1 + α (N - 1))",
	.summary = "a share α of the work is serial; never above γ / α",
	.strong = true,
	.parameters_n = 2,
	.parameter = {LAW_SCALE, {.symbol = "α", .name = "alpha", .summary = "the serial share, or contention"}},
	.shape = shape,
};
