// Every worker adds as much as the first.
#include "stats/laws/law.h"

static double shape(const double *parameter, double n)
{
	(void)parameter;
	return n;
}

const struct law law_linear = {
	.name = "linear",
	.title = "linear",
	.formula = "γ N",
	.summary = "every worker adds as much as the first",
	.weak = true,
	.strong = true,
	.parameters_n = 1,
	.parameter = {LAW_SCALE},
	.shape = shape,
};
