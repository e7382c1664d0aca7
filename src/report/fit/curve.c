// Rows to curves, curves to laws.
#include "report/fit/curve.h"

#include "base/status.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const double coverage = 0.95;
static const char *const free_keys[] = {"workers", NULL};

static bool row_used(const struct derived *derived, uint32_t index)
{
	const struct row *row = &derived->record->rows[index];
	return row_scales(derived->record, row) && !row_is_limit(row) && !row_is_serial(row) &&
	       spec_get(&row->spec, "workers") && derived->row[index].speedup.n > 0;
}

static struct curve *curve_of(const struct curves *curves, uint32_t row)
{
	const struct row *rows = curves->derived->record->rows;
	for (unsigned i = 0; i < curves->curves_n; i++)
		if (rows_equal_but(&rows[curves->curve[i].first], &rows[row], free_keys))
			return &curves->curve[i];
	return NULL;
}

static struct curve *curve_add(struct curves *curves, uint32_t row)
{
	const struct record *record = curves->derived->record;
	struct curve *grown = reallocarray(curves->curve, curves->curves_n + 1ul, sizeof *grown);
	if (!grown)
		return NULL;
	curves->curve = grown;
	grown[curves->curves_n] = (struct curve){
		.first = row,
		.weak = strcmp(record->rows[row].spec.experiment, "weak") == 0,
		.regime = regime_of(&record->facts, &record->rows[row]),
	};
	return &grown[curves->curves_n++];
}

static int row_take(struct curves *curves, uint32_t row)
{
	struct curve *curve = curve_of(curves, row);
	if (!curve)
		curve = curve_add(curves, row);
	void *grown = curve ? reallocarray(curve->point, curve->points_n + 1ul, sizeof *curve->point) : NULL;
	if (!grown)
		return status_fail(ENOMEM, "the curve of %u rows", curve ? curve->points_n : 0);
	curve->point = grown;
	const struct figures *figures = &curves->derived->row[row];
	curve->point[curve->points_n++] = (struct fitted_point){
		.row = row,
		.workers_n = figures->workers_n,
		.speedup = figures->speedup.median,
		.fitted = !regime_why_not(&curve->regime, figures->workers_n),
	};
	return 0;
}

static int by_workers(const void *a, const void *b)
{
	const struct fitted_point *left = a, *right = b;
	return (left->workers_n > right->workers_n) - (left->workers_n < right->workers_n);
}

static int points_sort(struct curve *curve)
{
	qsort(curve->point, curve->points_n, sizeof *curve->point, by_workers);
	curve->workers = calloc(curve->points_n + 1ul, sizeof *curve->workers);
	curve->capacity = calloc(curve->points_n + 1ul, sizeof *curve->capacity);
	if (!curve->workers || !curve->capacity)
		return status_fail(ENOMEM, "the curve of %u rows", curve->points_n);
	for (unsigned i = 0; i < curve->points_n; i++) {
		if (!curve->point[i].fitted)
			continue;
		curve->workers[curve->fitted_n] = curve->point[i].workers_n;
		curve->capacity[curve->fitted_n++] = curve->point[i].speedup;
	}
	return 0;
}

static struct law_points points_of(const struct curve *curve)
{
	return (struct law_points){curve->fitted_n, curve->workers, curve->capacity};
}

// Speedups by round, of the points that were fitted. malloc'd.
static double *series(const struct curves *curves, const struct curve *curve)
{
	const struct record *record = curves->derived->record;
	double *out = calloc((size_t)curve->fitted_n * record->rounds_n + 1, sizeof *out);
	unsigned n = 0;
	for (unsigned i = 0; out && i < curve->points_n; i++) {
		const struct fitted_point *point = &curve->point[i];
		if (!point->fitted)
			continue;
		double factor = curve->weak ? point->workers_n : 1;
		for (uint32_t round = 0; round < record->rounds_n; round++) {
			const struct sample *sample = derived_sample(curves->derived, point->row, round);
			const struct sample *serial =
				derived_sample(curves->derived, (uint32_t)record->rows[point->row].baseline, round);
			out[(size_t)n * record->rounds_n + round] =
				sample && serial ? factor * serial->value[METRIC_wall_ns] / sample->value[METRIC_wall_ns] : NAN;
		}
		n++;
	}
	return out;
}

static int rounds_draw(const struct curves *curves, struct curve *curve, const struct law_request *request)
{
	double *capacity = series(curves, curve);
	struct law_rounds rounds = {.points_n = curve->fitted_n,
	                            .rounds_n = curves->derived->record->rounds_n,
	                            .workers = curve->workers,
	                            .capacity = capacity,
	                            .seed = curves->derived->record->options.seed};
	if (!capacity)
		return status_fail(ENOMEM, "the curve of %u rows", curve->points_n);
	int status = law_resample(&curve->resampled, &rounds, request, curve_fit(curve)->law);
	free(capacity);
	return status;
}

// What the rows of a round share moves all points alike: no law's other parameters see it, and γ's residuals neither.
static void scale_widen(struct curve *curve)
{
	struct interval *gamma = &curve->parameter[0];
	double at = curve_fit(curve)->parameter[0], shared = 1.96 * sqrt(curve->resampled.shared);
	gamma->low = at * exp(-hypot(log(at / gamma->low), shared));
	gamma->high = at * exp(hypot(log(gamma->high / at), shared));
}

static void intervals_fill(struct curve *curve, const struct law_request *request)
{
	struct law_points points = points_of(curve);
	const struct law_fit *fit = curve_fit(curve);
	struct law_fit usl;
	for (unsigned i = 0; i < fit->law->parameters_n; i++)
		curve->parameter[i] = law_parameter_interval(fit, &points, i, coverage);
	scale_widen(curve);
	if (points.n > law_find("usl")->parameters_n && law_fit(&usl, law_find("usl"), &points, request->scale) == 0)
		curve->peak = law_peak(&usl, &points, coverage);
}

static void too_few_say(struct curve *curve, const struct law_request *request)
{
	char counts[80];
	unsigned least = request->only ? request->only->parameters_n + 1 : LAW_CHOICE_POINTS_LEAST;
	bool fits = regime_counts(&curve->regime, counts, sizeof counts) >= least;
	snprintf(curve->why_not, sizeof curve->why_not,
	         fits ? "%u of the %u worker counts that it takes; measure --workers=%s"
	              : "%u of the %u worker counts that it takes; measure where there are more CPUs",
	         curve->fitted_n, least, counts);
}

static int law_take(struct curves *curves, struct curve *curve)
{
	struct law_points points = points_of(curve);
	struct law_request request = curves->request;
	request.weak = curve->weak;
	int status = points.n <= LAW_POINTS_MAX ? law_choose(&curve->choice, &points, &request) : -EINVAL;
	if (status == -EINVAL)
		too_few_say(curve, &request);
	else if (status == -EDOM)
		snprintf(curve->why_not, sizeof curve->why_not, "%s", status_message());
	if (status < 0)
		return status == -ENOMEM ? status : 0;
	if (curves->resampled)
		status = rounds_draw(curves, curve, &request);
	intervals_fill(curve, &request);
	return status;
}

int curves_open(struct curves *curves, const struct derived *derived, const struct law_request *request, bool resample)
{
	*curves = (struct curves){.derived = derived, .request = *request, .resampled = resample};
	int status = 0;
	for (uint32_t row = 0; row < derived->record->rows_n && status == 0; row++)
		if (row_used(derived, row))
			status = row_take(curves, row);
	for (unsigned i = 0; i < curves->curves_n && status == 0; i++) {
		status = points_sort(&curves->curve[i]);
		if (status == 0)
			status = law_take(curves, &curves->curve[i]);
	}
	return status;
}

void curves_close(struct curves *curves)
{
	for (unsigned i = 0; i < curves->curves_n; i++) {
		free(curves->curve[i].point);
		free(curves->curve[i].workers);
		free(curves->curve[i].capacity);
	}
	free(curves->curve);
	*curves = (struct curves){0};
}

const struct law_fit *curve_fit(const struct curve *curve)
{
	return &curve->choice.fit[curve->choice.best];
}

struct interval curve_prediction(const struct curve *curve, double workers_n)
{
	struct law_points points = points_of(curve);
	return law_forecast(curve_fit(curve), &points, workers_n, coverage);
}

bool curve_has_peak(const struct curve *curve)
{
	const struct interval *interval = &curve->peak.interval;
	return strcmp(curve_fit(curve)->law->name, "usl") == 0 && interval->coverage > 0 && interval->low > 0 &&
	       interval->high < 2 * interval->low;
}
