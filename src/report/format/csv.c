// Comma-separated values, quoted as RFC 4180 has it, each line ended by a line feed: one line per spec below a line of
// names. Every figure is a plain number; a field is empty where there is none.
#include <math.h>
#include <string.h>

#include "report/compare/check.h"
#include "report/compare/compare.h"
#include "report/fit/fit_report.h"
#include "report/format/format.h"
#include "report/table/derive.h"
#include "report/text/text.h"

enum { KEYS_MAX = 128 };

// Fields are written with a comma in front of all but a line's first; the last one ends with a line feed.
struct csv {
	FILE *out;
	bool begun; ///< there is something on this line
};

static void text_put(struct csv *csv, const char *text)
{
	fputs(csv->begun ? "," : "", csv->out);
	csv->begun = true;
	if (!strpbrk(text, ",\"\r\n")) {
		fputs(text, csv->out);
		return;
	}
	fputc('"', csv->out);
	for (; *text; text++)
		fputs(*text == '"' ? "\"\"" : (char[]){*text, '\0'}, csv->out);
	fputc('"', csv->out);
}

static void number_put(struct csv *csv, double value)
{
	char text[32] = "";
	if (isfinite(value))
		snprintf(text, sizeof text, "%.9g", value);
	text_put(csv, text);
}

// An interval's ends are left out where there are too few rounds for one.
static void interval_put(struct csv *csv, const struct interval *interval)
{
	number_put(csv, interval->coverage > 0 ? interval->low : NAN);
	number_put(csv, interval->coverage > 0 ? interval->high : NAN);
}

static void line_end(struct csv *csv)
{
	fputc('\n', csv->out);
	csv->begun = false;
}

static void names_put(struct csv *csv, const char *const *names)
{
	for (; *names; names++)
		text_put(csv, *names);
}

// Median and interval of the figures that have one.
static const struct {
	const char *name;
	size_t offset; ///< in struct figures
} summaries[] = {
	{"wall_ns", offsetof(struct figures, wall)},      {"speedup", offsetof(struct figures, speedup)},
	{"thread_ratio", offsetof(struct figures, peer)}, {"copying", offsetof(struct figures, copying)},
	{"roof", offsetof(struct figures, roof)},         {"twin_ratio", offsetof(struct figures, twin)},
};
enum { SUMMARIES_N = sizeof summaries / sizeof *summaries };

// Every axis of any row, in order of appearance: ended by NULL.
static void keys_gather(const struct record *record, const char *keys[KEYS_MAX + 1])
{
	unsigned keys_n = 0;
	keys[0] = NULL;
	for (uint32_t i = 0; i < record->rows_n; i++)
		for (unsigned j = 0; j < record->rows[i].spec.axes_n; j++) {
			const char *key = spec_axis(&record->rows[i].spec, j).key;
			if (keys_n == KEYS_MAX || keys_have(keys, key))
				continue;
			keys[keys_n++] = key;
			keys[keys_n] = NULL;
		}
}

static void run_head(struct csv *csv, const char *const *keys)
{
	static const char *const names[] = {"state", "reason", "rounds", NULL};
	static const char *const rates[] = {"spread", "efficiency", "twin", "bytes_per_s", "flops_per_s", NULL};
	char name[48];
	text_put(csv, "name");
	text_put(csv, "experiment");
	names_put(csv, keys);
	names_put(csv, names);
	for (size_t i = 0; i < SUMMARIES_N; i++) {
		static const char *const ends[] = {"", "_low", "_high"};
		for (size_t end = 0; end < 3; end++) {
			snprintf(name, sizeof name, "%s%s", summaries[i].name, ends[end]);
			text_put(csv, name);
		}
	}
	names_put(csv, rates);
	for (enum metric metric = 0; metric < METRIC_N; metric++)
		if (metric != METRIC_wall_ns)
			text_put(csv, metric_name(metric));
	line_end(csv);
}

static void run_row(struct csv *csv, const struct derived *derived, uint32_t index, const char *const *keys)
{
	const struct row *rows = derived->record->rows, *row = &rows[index];
	const struct figures *figures = &derived->row[index];
	char name[SPEC_NAME_BYTES];
	text_put(csv, spec_name(&row->spec, name, sizeof name));
	text_put(csv, row->spec.experiment);
	for (; *keys; keys++)
		text_put(csv, row_axis(row, *keys));
	text_put(csv, row_state_names[row->state]);
	text_put(csv, row->reason);
	number_put(csv, (double)figures->wall.n);
	for (size_t i = 0; i < SUMMARIES_N; i++) {
		const struct summary *summary = (const void *)((const char *)figures + summaries[i].offset);
		number_put(csv, summary->median);
		interval_put(csv, &summary->median_interval);
	}
	number_put(csv, figures->spread);
	number_put(csv, figures->efficiency);
	text_put(csv, figures->twin.n ? spec_name(&rows[row->baseline].spec, name, sizeof name) : "");
	number_put(csv, figures->bytes_per_ns * 1e9);
	number_put(csv, figures->flops_per_ns * 1e9);
	for (enum metric metric = 0; metric < METRIC_N; metric++)
		if (metric != METRIC_wall_ns)
			number_put(csv, figures->median[metric]);
	line_end(csv);
}

static int run(FILE *out, const struct derived *derived, const struct report_style *style)
{
	(void)style;
	struct csv csv = {.out = out};
	const char *keys[KEYS_MAX + 1];
	keys_gather(derived->record, keys);
	run_head(&csv, keys);
	for (uint32_t i = 0; i < derived->record->rows_n; i++)
		run_row(&csv, derived, i, keys);
	return text_end(out);
}

static int comparison(FILE *out, const struct comparison *compared, const struct report_style *style)
{
	(void)style;
	static const char *const names[] = {"name",     "kind",   "a_ns", "b_ns", "ratio", "low", "high",
	                                    "coverage", "paired", "n_a",  "n_b",  "why",   NULL};
	static const char *const kinds[] = {[COMPARED] = "compared",
	                                    [COMPARED_NOT] = "not compared",
	                                    [COMPARED_ONLY_A] = "only in A",
	                                    [COMPARED_ONLY_B] = "only in B"};
	struct csv csv = {.out = out};
	names_put(&csv, names);
	line_end(&csv);
	for (uint32_t i = 0; i < compared->rows_n; i++) {
		const struct compared *row = &compared->row[i];
		text_put(&csv, row->name);
		text_put(&csv, kinds[row->kind]);
		number_put(&csv, row->a_ns);
		number_put(&csv, row->b_ns);
		number_put(&csv, row->ratio);
		interval_put(&csv, &row->interval);
		number_put(&csv, row->interval.coverage);
		text_put(&csv, compared->paired ? "true" : "false");
		number_put(&csv, row->a_n);
		number_put(&csv, row->b_n);
		text_put(&csv, row->why);
		line_end(&csv);
	}
	return text_end(out);
}

static void check_row_put(struct csv *csv, const struct check_row *row)
{
	text_put(csv, row->name);
	text_put(csv, check_verdict_name(row->verdict));
	number_put(csv, row->ratio);
	number_put(csv, row->low);
	number_put(csv, row->high);
	number_put(csv, row->baseline_ns);
	number_put(csv, row->result_ns);
	number_put(csv, row->runs_n);
	number_put(csv, row->detects);
	text_put(csv, row->reason);
	line_end(csv);
}

// Where machines or builds differ no row is judged: a line for each fact that does.
static void difference_put(struct csv *csv, const struct machine_difference *difference)
{
	char reason[600];
	snprintf(reason, sizeof reason, "%s differs: \"%s\" in the baseline, \"%s\" in the result", difference->key,
	         difference->a, difference->b);
	struct check_row row = {.verdict = CHECK_CANNOT_TELL, .name = "*"};
	row.ratio = row.low = row.high = row.baseline_ns = row.result_ns = row.detects = NAN;
	snprintf(row.reason, sizeof row.reason, "%.*s", (int)sizeof row.reason - 1, reason);
	check_row_put(csv, &row);
}

static int check(FILE *out, const struct check *checked, const struct report_style *style)
{
	(void)style;
	static const char *const names[] = {"name",      "verdict",       "ratio", "low",    "high", "baseline_ns",
	                                    "result_ns", "baseline_runs", "finds", "reason", NULL};
	struct csv csv = {.out = out};
	names_put(&csv, names);
	line_end(&csv);
	for (unsigned i = 0; i < checked->differences_n; i++)
		difference_put(&csv, &checked->difference[i]);
	for (uint32_t i = 0; i < checked->rows_n; i++)
		check_row_put(&csv, &checked->row[i]);
	return text_end(out);
}

static void parameter_put(struct csv *csv, const struct curve *curve, const char *name)
{
	const struct law_fit *fit = *curve->why_not ? NULL : curve_fit(curve);
	double value = NAN;
	struct interval interval = {0};
	for (unsigned i = 0; fit && i < fit->law->parameters_n; i++)
		if (strcmp(fit->law->parameter[i].name, name) == 0) {
			value = fit->parameter[i];
			interval = curve->parameter[i];
		}
	number_put(csv, value);
	interval_put(csv, &interval);
}

static void law_put(struct csv *csv, const struct curve *curve)
{
	const struct law_fit *fit = *curve->why_not ? NULL : curve_fit(curve);
	text_put(csv, fit ? fit->law->name : "");
	number_put(csv, curve->fitted_n);
	parameter_put(csv, curve, "gamma");
	parameter_put(csv, curve, "alpha");
	parameter_put(csv, curve, "beta");
	parameter_put(csv, curve, "cap");
	text_put(csv, !fit ? "" : curve_has_peak(curve) ? "true" : "false");
	number_put(csv, fit && curve->peak.interval.coverage > 0 ? curve->peak.at : NAN);
	interval_put(csv, &curve->peak.interval);
	number_put(csv, fit ? fit->sigma : NAN);
	number_put(csv, fit ? curve->choice.weight[curve->choice.best] : NAN);
	number_put(csv, fit ? curve->resampled.agree : NAN);
	text_put(csv, curve->why_not);
}

static int fit(FILE *out, const struct curves *curves, const struct report_style *style)
{
	(void)style;
	static const char *const names[] = {
		"name",       "law",      "points",    "gamma",     "gamma_low", "gamma_high",   "alpha",    "alpha_low",
		"alpha_high", "beta",     "beta_low",  "beta_high", "cap",       "cap_low",      "cap_high", "peak_named",
		"peak",       "peak_low", "peak_high", "sigma",     "weight",    "rounds_agree", "why_not",  NULL};
	struct csv csv = {.out = out};
	char name[SPEC_NAME_BYTES];
	names_put(&csv, names);
	line_end(&csv);
	for (unsigned i = 0; i < curves->curves_n; i++) {
		text_put(&csv, curve_name(curves, &curves->curve[i], name, sizeof name));
		law_put(&csv, &curves->curve[i]);
		line_end(&csv);
	}
	return text_end(out);
}

const struct format format_csv = {
	.name = "csv",
	.summary = "a line per spec, for spreadsheets",
	.run = run,
	.comparison = comparison,
	.check = check,
	.fit = fit,
};
