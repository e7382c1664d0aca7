// REGRESSED is controlled over all rows together, NOT REGRESSED row by row. A shift of a single baseline run as a whole
// cannot be detected here: whoever prints a verdict that rests on one says so.
#include "gate/stored/check.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/status.h"
#include "gate/stored/wall_series.h"
#include "stats/holm.h"
#include "stats/prediction.h"

#define POWER 0.9

const char *check_verdict_name(enum check_verdict verdict)
{
	static const char *const names[] = {
		[CHECK_REGRESSED] = "REGRESSED",
		[CHECK_CANNOT_TELL] = "CANNOT TELL",
		[CHECK_NOT_REGRESSED] = "NOT REGRESSED",
		[CHECK_NOT_JUDGED] = "not judged",
	};
	return names[verdict];
}

static bool same_run(const struct record *a, const struct record *b)
{
	bool same = a->samples_n == b->samples_n && a->samples_n > 0;
	for (uint32_t i = 0; same && i < a->samples_n; i++)
		same = a->samples[i].value[METRIC_wall_ns] == b->samples[i].value[METRIC_wall_ns];
	return same;
}

// A run compared with itself would look as if nothing had changed, or as if runs never differed.
static int check_distinct(const struct check *check)
{
	for (unsigned i = 0; i < check->baselines_n; i++)
		for (unsigned j = i + 1; j <= check->baselines_n; j++) {
			const struct stored_run *other = j < check->baselines_n ? &check->baselines[j] : &check->result;
			if (same_run(check->baselines[i].record, other->record))
				return status_say(EINVAL, "%s and %s are the same run", check->baselines[i].path, other->path);
		}
	return 0;
}

static void compare_machines(struct check *check)
{
	for (unsigned i = 0; i < check->baselines_n && check->differences_n == 0; i++) {
		check->differences_n = machine_compare(&check->baselines[i].record->facts, &check->result.record->facts,
		                                       MACHINE_KERNEL_SERIES, check->difference);
		check->differs = check->differences_n ? check->baselines[i].path : NULL;
	}
}

static struct check_row *row_add(struct check *check, const struct spec *spec)
{
	struct check_row *row = &check->row[check->rows_n++];
	*row = (struct check_row){
		.row = -1,
		.result_ns = NAN,
		.baseline_ns = NAN,
		.ratio = NAN,
		.low = NAN,
		.high = NAN,
		.detects = NAN,
		.verdict = CHECK_NOT_JUDGED,
	};
	spec_name(spec, row->name, sizeof row->name);
	return row;
}

// Which row of that baseline is this one; -1 where the baseline did not measure it.
static int counterpart(const struct check *check, struct wall_series *series, unsigned baseline,
                       const struct spec *spec)
{
	const struct record *record = check->baselines[baseline].record;
	char why_not[sizeof check->row->reason];
	int row = record_find(record, spec);
	return row >= 0 && !wall_series_why_not(series, record, (uint32_t)row, why_not, sizeof why_not) ? row : -1;
}

// What is known before the rows are counted: which runs measured it, and why it cannot be judged.
static void row_join(struct check *check, struct wall_series *series, uint32_t index)
{
	const struct record *result = check->result.record;
	const struct spec *spec = &result->rows[index].spec;
	struct check_row *row = row_add(check, spec);
	char why_not[sizeof row->reason - 48];
	uint32_t rounds_n;
	row->row = (int32_t)index;
	row->result_ns = wall_series_median(series, result, index, &rounds_n);
	for (unsigned i = 0; i < check->baselines_n; i++)
		row->runs_n += counterpart(check, series, i, spec) >= 0;
	bool missing = wall_series_why_not(series, result, index, why_not, sizeof why_not) != NULL;
	if (row->runs_n == 0) {
		snprintf(row->reason, sizeof row->reason, "%s%s", missing ? why_not : "not measured in the baseline",
		         missing ? "; not measured in the baseline either" : "");
		return;
	}
	row->verdict = CHECK_CANNOT_TELL;
	if (missing)
		strcpy(row->reason, why_not);
	else if (check->baselines_n > 1 && row->runs_n == 1)
		snprintf(row->reason, sizeof row->reason, "only one of the baseline runs has it");
}

static bool awaits_judgement(const struct check_row *row)
{
	return row->verdict == CHECK_CANNOT_TELL && !*row->reason;
}

// By the rounds of two runs. Low: at alpha for all rows together; high: for this one.
static void judge_by_rounds(const struct check *check, struct wall_series *series, struct check_row *row,
                            double alpha_each)
{
	const struct record *baseline = check->baselines[0].record, *result = check->result.record;
	const struct check_options *options = &check->options;
	uint32_t rounds_n;
	struct wall_row new = {result, (uint32_t)row->row};
	struct wall_row old = {baseline, (uint32_t)record_find(baseline, &result->rows[row->row].spec)};
	row->baseline_ns = wall_series_median(series, baseline, old.row, &rounds_n);
	struct interval family = wall_series_ratio(series, old, new, 1 - 2 * alpha_each).interval;
	struct wall_ratio ratio = wall_series_ratio(series, old, new, 1 - 2 * options->alpha);
	struct interval alone = ratio.interval;
	row->ratio = ratio.ratio;
	if (family.coverage > 0) {
		row->low = family.low;
		row->detects = row->ratio / family.low * (1 + options->tolerate) - 1;
	}
	if (alone.coverage > 0)
		row->high = alone.high;
	if (row->low > 1 + options->tolerate)
		row->verdict = CHECK_REGRESSED;
	else if (row->high < 1 + options->effect)
		row->verdict = CHECK_NOT_REGRESSED;
	else if (family.coverage == 0)
		snprintf(row->reason, sizeof row->reason, "too few rounds");
}

// One step of the clock as a part of a median: a spread below it is not known, however equal the medians are. 0 where
// the file does not say how the clock steps.
static double clock_step(const struct record *record, uint32_t row, double median_ns)
{
	uint32_t batch_n = record->rows[row].batch_n;
	return batch_n ? (double)record->clock.resolution_ns / (median_ns * batch_n) : 0;
}

// By the medians of several runs: ln of the p-value, NAN where they give none.
static double compare_with_runs(const struct check *check, struct wall_series *series, struct check_row *row,
                                double *logs, double alpha_each)
{
	const struct check_options *options = &check->options;
	const struct spec *spec = &check->result.record->rows[row->row].spec;
	uint32_t rounds_n;
	unsigned n = 0;
	double step = 0;
	for (unsigned i = 0; i < check->baselines_n; i++) {
		const struct record *record = check->baselines[i].record;
		int other = counterpart(check, series, i, spec);
		if (other < 0)
			continue;
		double median_ns = wall_series_median(series, record, (uint32_t)other, &rounds_n);
		step = fmax(step, clock_step(record, (uint32_t)other, median_ns));
		logs[n++] = log(median_ns);
	}
	struct prediction prediction = prediction_of(logs, n);
	prediction.scale = fmax(prediction.scale, step * sqrt(1 + 1.0 / n));
	double shift = log(row->result_ns) - prediction.mean, tolerated = log1p(options->tolerate);
	row->baseline_ns = exp(prediction.mean);
	row->ratio = exp(shift);
	if (!(prediction.scale > 0)) {
		snprintf(row->reason, sizeof row->reason,
		         "the baseline's runs are all equal: the variation between runs is unknown");
		return NAN;
	}
	row->low = exp(shift - prediction_margin(&prediction, alpha_each));
	row->high = exp(shift + prediction_margin(&prediction, options->alpha));
	row->detects = expm1(tolerated + prediction_detects(&prediction, alpha_each, POWER));
	return prediction_log_p(&prediction, log(row->result_ns), tolerated);
}

static int judge_by_runs(struct check *check, struct wall_series *series, double alpha_each)
{
	double *log_p = calloc(check->rows_n + 1ul, sizeof *log_p), *logs = calloc(check->baselines_n, sizeof *logs);
	bool *rejected = calloc(check->rows_n + 1ul, sizeof *rejected);
	uint32_t n = 0;
	int status = log_p && logs && rejected ? 0 : status_fail(ENOMEM, "judging %u rows", check->rows_n);
	for (uint32_t i = 0; status == 0 && i < check->rows_n; i++)
		if (awaits_judgement(&check->row[i]))
			log_p[n++] = compare_with_runs(check, series, &check->row[i], logs, alpha_each);
	if (status == 0)
		holm(log_p, n, log(check->options.alpha), rejected);
	n = 0;
	for (uint32_t i = 0; status == 0 && i < check->rows_n; i++) {
		struct check_row *row = &check->row[i];
		if (isnan(row->ratio))
			continue;
		if (rejected[n++])
			row->verdict = CHECK_REGRESSED;
		else if (row->high < 1 + check->options.effect)
			row->verdict = CHECK_NOT_REGRESSED;
	}
	free(log_p);
	free(logs);
	free(rejected);
	return status;
}

static int judge(struct check *check, struct wall_series *series)
{
	uint32_t judged_n = 0, common_n = 0;
	for (uint32_t i = 0; i < check->rows_n; i++) {
		judged_n += awaits_judgement(&check->row[i]);
		common_n += check->row[i].runs_n > 0;
	}
	if (common_n == 0)
		return status_say(EINVAL, "%s: the baseline has measured none of its specs", check->result.path);
	double alpha_each = check->options.alpha / (judged_n ? judged_n : 1);
	if (check->baselines_n > 1)
		return judge_by_runs(check, series, alpha_each);
	for (uint32_t i = 0; i < check->rows_n; i++)
		if (awaits_judgement(&check->row[i]))
			judge_by_rounds(check, series, &check->row[i], alpha_each);
	return 0;
}

// What a baseline measured and the result has not even tried.
static void add_missing(struct check *check, struct wall_series *series)
{
	for (unsigned i = 0; i < check->baselines_n; i++)
		for (uint32_t j = 0; j < check->baselines[i].record->rows_n; j++) {
			const struct spec *spec = &check->baselines[i].record->rows[j].spec;
			bool known = record_find(check->result.record, spec) >= 0 || counterpart(check, series, i, spec) < 0;
			for (unsigned before = 0; before < i && !known; before++)
				known = counterpart(check, series, before, spec) >= 0;
			if (!known)
				snprintf(row_add(check, spec)->reason, sizeof check->row->reason, "not in the result");
		}
}

static int compare_rows(const void *left, const void *right)
{
	const struct check_row *a = left, *b = right;
	if (a->verdict != b->verdict)
		return a->verdict < b->verdict ? -1 : 1;
	if (isnan(a->ratio) != isnan(b->ratio))
		return isnan(a->ratio) ? 1 : -1;
	if (!isnan(a->ratio) && a->ratio != b->ratio)
		return a->ratio > b->ratio ? -1 : 1;
	return strcmp(a->name, b->name);
}

// Every row of the result, and those that only a baseline has.
static int rows_make(struct check *check)
{
	uint32_t rounds_n = check->result.record->rounds_n;
	size_t rows_n = check->result.record->rows_n;
	for (unsigned i = 0; i < check->baselines_n; i++) {
		const struct record *baseline = check->baselines[i].record;
		rounds_n = baseline->rounds_n > rounds_n ? baseline->rounds_n : rounds_n;
		rows_n += baseline->rows_n;
	}
	struct wall_series series = {0};
	check->row = calloc(rows_n + 1, sizeof *check->row);
	int status = check->row ? wall_series_open(&series, rounds_n) : status_fail(ENOMEM, "%zu rows to judge", rows_n);
	for (uint32_t i = 0; status == 0 && i < check->result.record->rows_n; i++)
		row_join(check, &series, i);
	if (status == 0)
		status = judge(check, &series);
	if (status == 0)
		add_missing(check, &series);
	wall_series_close(&series);
	return status;
}

int check_open(struct check *check, struct stored_run result, const struct stored_run *baselines, unsigned baselines_n,
               const struct check_options *options)
{
	*check = (struct check){.result = result, .baselines = baselines, .baselines_n = baselines_n, .options = *options};
	compare_machines(check);
	if (baselines_n > 0)
		check->changed_n = changes_find(baselines[0].record, result.record, check->changed);
	int status = check->differences_n ? 0 : check_distinct(check);
	if (status == 0 && check->differences_n == 0)
		status = rows_make(check);
	if (status < 0) {
		check_close(check);
		return status;
	}
	if (check->rows_n)
		qsort(check->row, check->rows_n, sizeof *check->row, compare_rows);
	for (uint32_t i = 0; i < check->rows_n; i++)
		check->count_n[check->row[i].verdict]++;
	return 0;
}

void check_close(struct check *check)
{
	free(check->row);
	memset(check, 0, sizeof *check);
}

enum check_verdict check_worst(const struct check *check)
{
	if (check->count_n[CHECK_REGRESSED])
		return CHECK_REGRESSED;
	return check->count_n[CHECK_CANNOT_TELL] || !check->count_n[CHECK_NOT_REGRESSED] ? CHECK_CANNOT_TELL
	                                                                                 : CHECK_NOT_REGRESSED;
}
