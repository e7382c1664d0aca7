// How often 95 % intervals of the USL hold what is true: simulated curves of 5 to 10 points with noise of 1 to 10 %.
// TVP_SIMULATIONS=N: so many curves of each kind, for scripts/validate-fit.sh; TVP_CELLS=FIRST-LAST: only these kinds.
// Their figures are printed.
// links: stats
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/rng.h"
#include "stats/laws/peak.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { POINTS_MOST = 10, SIMULATIONS_N = 12 };
enum quantity { GAMMA, ALPHA, BETA, PEAK, INSIDE, BEYOND, QUANTITIES_N };

static const double most = 16, gamma_true = 0.98;
static const struct grid {
	unsigned n;
	double workers[POINTS_MOST];
} grids[] = {
	{5, {1, 2, 4, 8, 16}},
	{6, {1, 2, 4, 8, 12, 16}},
	{8, {1, 2, 3, 4, 6, 8, 12, 16}},
	{10, {1, 2, 3, 4, 6, 8, 10, 12, 14, 16}},
};
// A peak beyond the counts, within them, far away; superlinear at first; hardly any coherency.
static const double truths[][2] = {{0.03, 0.002}, {0.05, 0.005}, {0.01, 0.0005}, {-0.02, 0.003}, {0.1, 0.0001}};
static const double noises[] = {0.01, 0.03, 0.1};
enum { GRIDS_N = sizeof grids / sizeof *grids, TRUTHS_N = sizeof truths / sizeof *truths, NOISES_N = 3 };
enum { CELLS_N = GRIDS_N * TRUTHS_N * NOISES_N };

struct cell {
	const struct grid *grid;
	double alpha, beta, noise;
	unsigned n, held[QUANTITIES_N], open_n;
};

static double normal(struct rng *rng)
{
	double u = (double)((rng_next(rng) >> 11) + 1) / 9007199254740993.0,
		   v = (double)(rng_next(rng) >> 11) / 9007199254740992.0;
	return sqrt(-2 * log(u)) * cos(2 * M_PI * v);
}

static double curve(const struct cell *cell, double n, struct rng *rng)
{
	return gamma_true * n / (1 + cell->alpha * (n - 1) + cell->beta * n * (n - 1)) * exp(cell->noise * normal(rng));
}

static bool holds(struct interval interval, double value)
{
	return interval.low <= value && value <= interval.high;
}

static void simulate(struct cell *cell, struct rng *rng)
{
	double capacity[POINTS_MOST];
	for (unsigned i = 0; i < cell->grid->n; i++)
		capacity[i] = curve(cell, cell->grid->workers[i], rng);
	struct law_points points = {cell->grid->n, cell->grid->workers, capacity};
	struct law_fit fit;
	assert_int_equal(law_fit(&fit, law_find("usl"), &points, LAW_LOGS), 0);
	const double truth[] = {gamma_true, cell->alpha, cell->beta};
	for (unsigned i = GAMMA; i <= BETA; i++)
		cell->held[i] += holds(law_parameter_interval(&fit, &points, i, 0.95), truth[i]);
	struct law_peak peak = law_peak(&fit, &points, 0.95);
	cell->held[PEAK] += holds(peak.interval, sqrt((1 - cell->alpha) / cell->beta));
	cell->open_n += isinf(peak.interval.high);
	cell->held[INSIDE] += holds(law_prediction_interval(&fit, &points, 5, 0.95), curve(cell, 5, rng));
	cell->held[BEYOND] += holds(law_prediction_interval(&fit, &points, 1.5 * most, 0.95), curve(cell, 1.5 * most, rng));
	cell->n++;
}

static struct cell cell_at(unsigned index)
{
	const double *truth = truths[index / NOISES_N / GRIDS_N];
	return (struct cell){.grid = &grids[index / NOISES_N % GRIDS_N],
	                     .alpha = truth[0],
	                     .beta = truth[1],
	                     .noise = noises[index % NOISES_N]};
}

static void cell_print(unsigned index, const struct cell *cell)
{
	printf("cell %u %u %g %g %g", index, cell->grid->n, cell->noise, cell->alpha, cell->beta);
	for (int i = 0; i < QUANTITIES_N; i++)
		printf(" %.4f", cell->held[i] / (double)cell->n);
	printf(" %.3f\n", cell->open_n / (double)cell->n);
}

static void test_coverage(void **state)
{
	(void)state;
	const char *given = getenv("TVP_SIMULATIONS"), *cells = getenv("TVP_CELLS");
	unsigned simulations_n = given ? (unsigned)atoi(given) : SIMULATIONS_N, first = 0, last = CELLS_N - 1, all_n = 0;
	unsigned held[QUANTITIES_N] = {0};
	assert_true(!cells || sscanf(cells, "%u-%u", &first, &last) == 2);
	for (unsigned index = first; index <= last && index < CELLS_N; index++) {
		struct cell cell = cell_at(index);
		struct rng rng = {1000 + index};
		for (unsigned i = 0; i < simulations_n; i++)
			simulate(&cell, &rng);
		for (int i = 0; i < QUANTITIES_N; i++)
			held[i] += cell.held[i];
		all_n += cell.n;
		if (given)
			cell_print(index, &cell);
	}
	assert_true(all_n > 0);
	// Of 720 intervals 95 ± 0.8 % hold the truth.
	for (int i = 0; i < QUANTITIES_N; i++)
		if (held[i] < 0.925 * all_n || held[i] > 0.975 * all_n)
			fail_msg("quantity %d: %u of %u", i, held[i], all_n);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_coverage),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
