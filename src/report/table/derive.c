// Figures from samples: ratios within a round, medians over rounds, no sample left out.
#include "report/table/derive.h"

#include "base/status.h"
#include "base/words.h"
#include "bench/plan/axes.h"
#include "bench/plan/core_axes.h"
#include "exec/exec.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// "kernel", the parameters of all kernels, and what comes behind them.
static void keys_fill(const char **keys, const char *last)
{
	unsigned keys_n = 0;
	keys[keys_n++] = "kernel";
	for (const struct known_axis *axis = known_axes(); axis->key; axis++)
		if (kernels_have_parameter(axis->key))
			keys[keys_n++] = axis->key;
	keys[keys_n++] = last;
	keys[keys_n] = NULL;
}

const char *const *kernel_keys(void)
{
	static const char *keys[PLAN_AXES_MAX + 3];
	if (!keys[0])
		keys_fill(keys, NULL);
	return keys;
}

const char *const *problem_keys(void)
{
	static const char *keys[PLAN_AXES_MAX + 3];
	if (!keys[0])
		keys_fill(keys, "size");
	return keys;
}

char *kernel_title(const struct row *row, char *out, size_t out_bytes)
{
	snprintf(out, out_bytes, "%s", row_axis(row, "kernel"));
	for (const char *const *key = kernel_keys() + 1; *key; key++)
		if (spec_get(&row->spec, *key)) {
			words_add(out, out_bytes, " ", *key);
			words_add(out, out_bytes, " ", row_axis(row, *key));
		}
	return out;
}

const char *row_axis(const struct row *row, const char *key)
{
	const char *value = spec_get(&row->spec, key);
	return value ? value : "";
}

const char *row_default(const struct row *row, const char *key)
{
	const struct core_axis *axis = core_axis_find(key);
	const struct model *model = row_is_serial(row) ? NULL : model_find(row_axis(row, "model"));
	if (!axis || !model || axis->subject != AXIS_EXECUTION || axis->named != AXIS_IF_CHANGED)
		return NULL;
	bool of_pools = axis == &core_axes[CORE_AXIS_wait] || axis == &core_axes[CORE_AXIS_transport];
	if (of_pools && !model->resident)
		return NULL;
	return axis == &core_axes[CORE_AXIS_transport] ? "in place" : axis->preset;
}

bool row_is_serial(const struct row *row)
{
	return !strcmp(row_axis(row, "model"), model_baseline()->name);
}

bool row_scales(const struct record *record, const struct row *row)
{
	// A serial run of another experiment is somebody else's code: a twin, no baseline of a speedup.
	return row->baseline >= 0 && row_is_serial(&record->rows[row->baseline]) &&
	       !strcmp(row->spec.experiment, record->rows[row->baseline].spec.experiment);
}

bool row_is_limit(const struct row *row)
{
	const struct kernel *kernel = kernel_find(row_axis(row, "kernel"));
	return kernel && kernel->measures_machine;
}

bool rows_agree(const struct row *a, const struct row *b, const char *const *keys)
{
	if (strcmp(a->spec.experiment, b->spec.experiment))
		return false;
	for (; *keys; keys++)
		if (strcmp(row_axis(a, *keys), row_axis(b, *keys)))
			return false;
	return true;
}

bool keys_have(const char *const *keys, const char *key)
{
	for (; *keys; keys++)
		if (!strcmp(*keys, key))
			return true;
	return false;
}

static bool axes_covered(const struct row *a, const struct row *b, const char *const *free_keys)
{
	for (unsigned i = 0; i < a->spec.axes_n; i++) {
		struct axis axis = spec_axis(&a->spec, i);
		const char *other = spec_get(&b->spec, axis.key);
		if (!keys_have(free_keys, axis.key) && (!other || strcmp(axis.value, other)))
			return false;
	}
	return true;
}

bool rows_equal_but(const struct row *a, const struct row *b, const char *const *free_keys)
{
	return !strcmp(a->spec.experiment, b->spec.experiment) && axes_covered(a, b, free_keys) &&
	       axes_covered(b, a, free_keys);
}

const struct sample *derived_sample(const struct derived *derived, uint32_t row, uint32_t round)
{
	return derived->samples[(size_t)row * derived->record->rounds_n + round];
}

// A row's values by round, NAN where a round has none.
static void rounds_fill(const struct derived *derived, uint32_t row, enum metric metric, double *out)
{
	for (uint32_t round = 0; round < derived->record->rounds_n; round++) {
		const struct sample *sample = derived_sample(derived, row, round);
		out[round] = sample ? sample->value[metric] : NAN;
	}
}

struct summary derive_metric(const struct derived *derived, uint32_t row, enum metric metric)
{
	rounds_fill(derived, row, metric, derived->numerator);
	return summarise(derived->numerator, derived->record->rounds_n);
}

struct summary derive_metric_ratio(const struct derived *derived, uint32_t numerator, uint32_t denominator,
                                   enum metric metric)
{
	rounds_fill(derived, numerator, metric, derived->numerator);
	rounds_fill(derived, denominator, metric, derived->denominator);
	return summarise_ratio(derived->numerator, derived->denominator, derived->record->rounds_n);
}

struct summary derive_ratio(const struct derived *derived, uint32_t numerator, uint32_t denominator)
{
	return derive_metric_ratio(derived, numerator, denominator, METRIC_wall_ns);
}

// Copying with and without streaming stores are two ways to do the same, so the faster one is the limit; different
// limits (reading, computing) must all be met, so the slowest one is the bound.
static double bound_ns(const struct derived *derived, const struct row *row, uint32_t round)
{
	double copy_ns = INFINITY, other_ns = 0;
	for (int i = 0; i < 3; i++) {
		if (row->roof[i] < 0)
			continue;
		const struct sample *sample = derived_sample(derived, (uint32_t)row->roof[i], round);
		if (!sample)
			return NAN;
		double roof_ns = row->roof_work[i] * sample->value[METRIC_wall_ns];
		if (!strncmp(row_axis(&derived->record->rows[row->roof[i]], "kernel"), "copy", 4))
			copy_ns = fmin(copy_ns, roof_ns);
		else
			other_ns = fmax(other_ns, roof_ns);
	}
	double bound = fmax(isfinite(copy_ns) ? copy_ns : 0, other_ns);
	return bound > 0 ? bound : NAN;
}

static struct summary roof_share(const struct derived *derived, uint32_t index)
{
	const struct row *row = &derived->record->rows[index];
	for (uint32_t round = 0; round < derived->record->rounds_n; round++)
		derived->numerator[round] = bound_ns(derived, row, round);
	rounds_fill(derived, index, METRIC_wall_ns, derived->denominator);
	return summarise_ratio(derived->numerator, derived->denominator, derived->record->rounds_n);
}

static struct summary scaled(struct summary summary, double factor)
{
	summary.min *= factor;
	summary.q1 *= factor;
	summary.median *= factor;
	summary.q3 *= factor;
	summary.max *= factor;
	summary.mean *= factor;
	summary.median_interval.low *= factor;
	summary.median_interval.high *= factor;
	return summary;
}

// 1 - each: the small ones become the large ones.
static struct summary complement(struct summary summary)
{
	struct summary turned = summary;
	turned.min = 1 - summary.max;
	turned.q1 = 1 - summary.q3;
	turned.median = 1 - summary.median;
	turned.q3 = 1 - summary.q1;
	turned.max = 1 - summary.min;
	turned.mean = 1 - summary.mean;
	turned.median_interval.low = 1 - summary.median_interval.high;
	turned.median_interval.high = 1 - summary.median_interval.low;
	turned.half_width = summary.half_width * fabs(summary.median / turned.median);
	return turned;
}

static unsigned workers_of(const struct row *row)
{
	const char *workers = spec_get(&row->spec, "workers");
	unsigned long workers_n = workers ? strtoul(workers, NULL, 10) : 1;
	return workers_n > 0 && workers_n <= EXEC_WORKERS_MAX ? (unsigned)workers_n : 1;
}

static void relate(const struct derived *derived, uint32_t index, struct figures *figures)
{
	const struct record *record = derived->record;
	const struct row *row = &record->rows[index];
	struct summary none = summarise(NULL, 0);
	figures->speedup = figures->twin = figures->peer = figures->copying = figures->roof = none;
	if (row_scales(record, row)) {
		// In weak scaling N workers do N times the baseline's work.
		bool weak = !strcmp(row->spec.experiment, "weak");
		struct summary speedup = derive_ratio(derived, (uint32_t)row->baseline, index);
		figures->speedup = scaled(speedup, weak ? figures->workers_n : 1);
	} else if (row->baseline >= 0) {
		figures->twin = derive_ratio(derived, index, (uint32_t)row->baseline);
	}
	if (row->peer >= 0)
		figures->peer = derive_ratio(derived, index, (uint32_t)row->peer);
	if (row->inplace >= 0)
		figures->copying = complement(derive_ratio(derived, (uint32_t)row->inplace, index));
	if (row->roof[0] >= 0 || row->roof[1] >= 0 || row->roof[2] >= 0)
		figures->roof = roof_share(derived, index);
}

static void figures_make(const struct derived *derived, uint32_t index)
{
	const struct row *row = &derived->record->rows[index];
	struct figures *figures = &derived->row[index];
	figures->workers_n = workers_of(row);
	for (int metric = 0; metric < METRIC_N; metric++) {
		rounds_fill(derived, index, (enum metric)metric, derived->numerator);
		struct summary summary = summarise(derived->numerator, derived->record->rounds_n);
		figures->median[metric] = summary.median;
		if (metric != METRIC_wall_ns)
			continue;
		figures->wall = summary;
		figures->modes = modes_find(derived->numerator, derived->record->rounds_n);
	}
	relate(derived, index, figures);
	const struct summary *wall = &figures->wall;
	figures->efficiency = figures->speedup.median / figures->workers_n;
	figures->spread = wall->n >= 4 ? (wall->q3 - wall->q1) / wall->median : NAN;
	figures->bytes_per_ns = row->bytes ? (double)row->bytes / wall->median : NAN;
	figures->flops_per_ns = row->flops ? (double)row->flops / wall->median : NAN;
}

int derive_open(struct derived *derived, const struct record *record)
{
	size_t rounds_n = record->rounds_n, rows_n = record->rows_n;
	*derived = (struct derived){
		.record = record,
		.row = calloc(rows_n + 1, sizeof *derived->row),
		.samples = calloc(rows_n * rounds_n + 1, sizeof *derived->samples),
		.numerator = calloc(rounds_n + 1, sizeof(double)),
		.denominator = calloc(rounds_n + 1, sizeof(double)),
	};
	if (!derived->row || !derived->samples || !derived->numerator || !derived->denominator) {
		derive_close(derived);
		return status_fail(ENOMEM, "%zu rows by %zu rounds", rows_n, rounds_n);
	}
	for (uint32_t i = 0; i < record->samples_n; i++) {
		const struct sample *sample = &record->samples[i];
		if (sample->round < rounds_n)
			derived->samples[sample->row * rounds_n + sample->round] = sample;
	}
	for (uint32_t i = 0; i < rows_n; i++)
		figures_make(derived, i);
	return 0;
}

void derive_close(struct derived *derived)
{
	free(derived->row);
	free(derived->samples);
	free(derived->numerator);
	free(derived->denominator);
	memset(derived, 0, sizeof *derived);
}

double derive_noise(const struct derived *derived, const bool *use)
{
	double *spread = calloc(derived->record->rows_n + 1ul, sizeof *spread);
	if (!spread)
		return NAN;
	for (uint32_t i = 0; i < derived->record->rows_n; i++)
		spread[i] = !use || use[i] ? derived->row[i].spread : NAN;
	double noise = summarise(spread, derived->record->rows_n).median;
	free(spread);
	return noise;
}
