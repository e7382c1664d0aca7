// The universal scalability law: contention, and coherency that grows with the pairs of workers. After Gunther,
// "Guerrilla Capacity Planning" (Springer, 2007), ch. 4 to 6, with γ free as in his three-parameter form.
#include "stats/laws/law.h"

static double shape(const double *parameter, double n)
{
	return n / (1 + parameter[0] * (n - 1) + parameter[1] * n * (n - 1));
}

const struct law law_usl = {
	.name = "usl",
	.title = "USL",
	.formula = "γ N / (1 + α (N - 1) + β N (N - 1))",
	.summary = "contention α and coherency β; where both are positive it has a peak at √((1 - α) / β) workers",
	.weak = true,
	.strong = true,
	.parameters_n = 3,
	.parameter = {LAW_SCALE,
                  {.symbol = "α", .name = "alpha", .summary = "contention: the share that waits in a queue"},
                  {.symbol = "β", .name = "beta", .summary = "coherency: what each pair of workers costs"}},
	.shape = shape,
};
