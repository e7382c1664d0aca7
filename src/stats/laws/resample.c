// Rounds drawn again. A round is the unit: its serial run and its rows stay together.
#include "stats/laws/choose.h"

#include "base/rng.h"
#include "base/status.h"
#include "stats/values.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

struct scratch {
	uint32_t *drawn;   ///< rounds_n
	double *values;    ///< rounds_n
	double *log;       ///< [resample * points_n + point]
	double *capacity;  ///< points_n
	double *parameter; ///< [parameter * LAW_RESAMPLES_N + n]
	unsigned fits_n, same_n;
};

static double median_of(const double *capacity, const uint32_t *drawn, size_t rounds_n, double *values)
{
	size_t n = 0;
	for (size_t i = 0; i < rounds_n; i++) {
		double value = capacity[drawn ? drawn[i] : i];
		if (!isnan(value))
			values[n++] = value;
	}
	return values_median(values, n);
}

int law_rounds_medians(const struct law_rounds *rounds, double *out)
{
	double *values = calloc(rounds->rounds_n + 1, sizeof *values);
	if (!values)
		return status_fail(ENOMEM, "%zu rounds", rounds->rounds_n);
	for (size_t i = 0; i < rounds->points_n; i++)
		out[i] = median_of(rounds->capacity + i * rounds->rounds_n, NULL, rounds->rounds_n, values);
	free(values);
	return 0;
}

// A point without a value in any round that was drawn stays what it is over all of them.
static void points_draw(const struct law_rounds *rounds, struct scratch *scratch, struct rng *rng)
{
	size_t rounds_n = rounds->rounds_n;
	for (size_t i = 0; i < rounds_n; i++)
		scratch->drawn[i] = rng_below(rng, (uint32_t)rounds_n);
	for (size_t i = 0; i < rounds->points_n; i++) {
		const double *capacity = rounds->capacity + i * rounds_n;
		scratch->capacity[i] = median_of(capacity, scratch->drawn, rounds_n, scratch->values);
		if (isnan(scratch->capacity[i]))
			scratch->capacity[i] = median_of(capacity, NULL, rounds_n, scratch->values);
	}
}

static void fit_keep(struct scratch *scratch, const struct law_choice *choice, const struct law *chosen)
{
	scratch->same_n += choice->fit[choice->best].law == chosen;
	for (unsigned i = 0; i < choice->fits_n; i++)
		if (choice->fit[i].law == chosen)
			for (unsigned p = 0; p < chosen->parameters_n; p++)
				scratch->parameter[p * LAW_RESAMPLES_N + scratch->fits_n] = choice->fit[i].parameter[p];
	scratch->fits_n++;
}

static double mean_of(const double *values, size_t stride)
{
	double sum = 0;
	for (size_t i = 0; i < LAW_RESAMPLES_N; i++)
		sum += values[i * stride];
	return sum / LAW_RESAMPLES_N;
}

static double covariance(const double *log, size_t points_n, size_t a, size_t b)
{
	double mean_a = mean_of(log + a, points_n), mean_b = mean_of(log + b, points_n), sum = 0;
	for (size_t i = 0; i < LAW_RESAMPLES_N; i++)
		sum += (log[i * points_n + a] - mean_a) * (log[i * points_n + b] - mean_b);
	return sum / (LAW_RESAMPLES_N - 1);
}

// What moves all points alike is what two of them have in common.
static double shared_of(const double *log, size_t points_n)
{
	double sum = 0;
	for (size_t a = 0; a < points_n; a++)
		for (size_t b = 0; b < a; b++)
			sum += covariance(log, points_n, a, b);
	return fmax(sum / ((double)points_n * ((double)points_n - 1) / 2), 0);
}

static int scratch_open(struct scratch *scratch, const struct law_rounds *rounds)
{
	*scratch = (struct scratch){
		.drawn = calloc(rounds->rounds_n + 1, sizeof *scratch->drawn),
		.values = calloc(rounds->rounds_n + 1, sizeof *scratch->values),
		.log = calloc(rounds->points_n * LAW_RESAMPLES_N + 1, sizeof *scratch->log),
		.capacity = calloc(rounds->points_n + 1, sizeof *scratch->capacity),
		.parameter = calloc((size_t)LAW_PARAMETERS_MAX * LAW_RESAMPLES_N, sizeof *scratch->parameter),
	};
	bool all = scratch->drawn && scratch->values && scratch->log && scratch->capacity && scratch->parameter;
	return all ? 0 : status_fail(ENOMEM, "%zu points by %zu rounds", rounds->points_n, rounds->rounds_n);
}

static void scratch_close(struct scratch *scratch)
{
	free(scratch->drawn);
	free(scratch->values);
	free(scratch->log);
	free(scratch->capacity);
	free(scratch->parameter);
}

static void resampled_fill(struct law_resampled *resampled, struct scratch *scratch, const struct law *chosen,
                           size_t points_n)
{
	resampled->agree = scratch->fits_n ? scratch->same_n / (double)scratch->fits_n : NAN;
	resampled->shared = shared_of(scratch->log, points_n);
	for (unsigned p = 0; p < chosen->parameters_n; p++) {
		double *values = scratch->parameter + (size_t)p * LAW_RESAMPLES_N;
		values_sort(values, scratch->fits_n);
		resampled->parameter[p] = (struct interval){quantile_sorted(values, scratch->fits_n, 0.025),
		                                            quantile_sorted(values, scratch->fits_n, 0.975), 0.95};
	}
}

int law_resample(struct law_resampled *resampled, const struct law_rounds *rounds, const struct law_request *request,
                 const struct law *chosen)
{
	struct scratch scratch;
	struct law_choice choice;
	struct rng rng = {rounds->seed};
	int status = scratch_open(&scratch, rounds);
	for (unsigned i = 0; i < LAW_RESAMPLES_N && status == 0; i++) {
		points_draw(rounds, &scratch, &rng);
		for (size_t p = 0; p < rounds->points_n; p++)
			scratch.log[i * rounds->points_n + p] = log(scratch.capacity[p]);
		struct law_points points = {rounds->points_n, rounds->workers, scratch.capacity};
		if (law_choose(&choice, &points, request) == 0)
			fit_keep(&scratch, &choice, chosen);
	}
	if (status == 0)
		resampled_fill(resampled, &scratch, chosen, rounds->points_n);
	scratch_close(&scratch);
	return status;
}
