// A share of each worker's own work is serial, while the work grows with the workers. After Gustafson, "Reevaluating
// Amdahl's law", Comm. ACM 31 (1988) 532-533.
#include "stats/laws/law.h"

static double shape(const double *parameter, double n)
{
	return n - parameter[0] * (n - 1);
}

const struct law law_gustafson = {
	.name = "gustafson",
	.title = "Gustafson",
	.formula = "γ (N - α (N - 1))",
	.summary = "a share α of the time is serial, and the work grows with the workers (weak scaling)",
	.weak = true,
	.parameters_n = 2,
	.parameter = {LAW_SCALE, {.symbol = "α", .name = "alpha", .summary = "the serial share of the time"}},
	.shape = shape,
};
