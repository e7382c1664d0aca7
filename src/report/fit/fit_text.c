// A table for each problem: a line per curve.
#include "report/fit/fit_report.h"

#include "report/table/head.h"
#include "report/text/text.h"
#include "report/text/text_table.h"
#include "stats/laws/law.h"

#include <math.h>
#include <string.h>

enum { TEXT_BYTES = 400, VALUE_BYTES = 32 };

enum {
	COLUMN_CURVE,
	COLUMN_LAW,
	COLUMN_FIRST, ///< of the parameters
	COLUMN_PEAK = COLUMN_FIRST + LAW_PARAMETERS_MAX - 1,
	COLUMN_SCATTER,
	COLUMN_POINTS,
	COLUMN_WEIGHT,
	COLUMN_AGREE,
	COLUMNS_N
};

static const struct text_table_column columns[COLUMNS_N] = {
	[COLUMN_CURVE] = {"curve", true, 0},    [COLUMN_LAW] = {"law", true, 0},
	[COLUMN_FIRST] = {"γ", true, 1},        [COLUMN_FIRST + 1] = {"α or K", true, 0},
	[COLUMN_FIRST + 2] = {"β", true, 0},    [COLUMN_PEAK] = {"peak", true, 0},
	[COLUMN_SCATTER] = {"±", false, 0},     [COLUMN_POINTS] = {"workers", true, 2},
	[COLUMN_WEIGHT] = {"weight", false, 3}, [COLUMN_AGREE] = {"rounds", false, 4},
};

struct label {
	char *out;
	size_t out_bytes;
};

static bool same_problem(const struct curves *curves, const struct curve *a, const struct curve *b)
{
	const struct row *rows = curves->derived->record->rows;
	return rows_agree(&rows[a->first], &rows[b->first], problem_keys());
}

// Whether all curves of its problem agree in an axis.
static bool axis_common(const struct curves *curves, const struct curve *curve, const char *key)
{
	const struct row *rows = curves->derived->record->rows;
	for (unsigned i = 0; i < curves->curves_n; i++)
		if (same_problem(curves, &curves->curve[i], curve) &&
		    strcmp(row_axis(&rows[curves->curve[i].first], key), row_axis(&rows[curve->first], key)) != 0)
			return false;
	return true;
}

// A number says nothing without its key.
static void axis_add(char *out, size_t out_bytes, const struct axis *axis)
{
	bool digit = *axis->value >= '0' && *axis->value <= '9';
	text_add(out, out_bytes, "%s%s%s%s", *out ? " · " : "", digit ? axis->key : "", digit ? " " : "", axis->value);
}

// The axes behind those of the problem, of which a model is always the curve's own.
static void axes_add(const struct curves *curves, const struct curve *curve, bool common, struct label *label)
{
	const struct spec *spec = &curves->derived->record->rows[curve->first].spec;
	for (unsigned i = 0; i < spec->axes_n; i++) {
		struct axis axis = spec_axis(spec, i);
		bool own = strcmp(axis.key, "model") == 0 || !axis_common(curves, curve, axis.key);
		if (!keys_have(problem_keys(), axis.key) && strcmp(axis.key, "workers") != 0 && own != common)
			axis_add(label->out, label->out_bytes, &axis);
	}
}

char *curve_label(const struct curves *curves, const struct curve *curve, char *out, size_t out_bytes)
{
	*out = '\0';
	axes_add(curves, curve, false, &(struct label){out, out_bytes});
	return out;
}

char *curve_name(const struct curves *curves, const struct curve *curve, char *out, size_t out_bytes)
{
	struct spec spec = curves->derived->record->rows[curve->first].spec;
	spec_unset(&spec, "workers");
	return spec_name(&spec, out, out_bytes);
}

// Few digits, of a small coefficient, too.
static char *value_text(char *out, double value, int digits)
{
	if (isinf(value))
		snprintf(out, VALUE_BYTES, "%s∞", value < 0 ? "-" : "");
	else
		snprintf(out, VALUE_BYTES, "%.*g", fabs(value) >= 100 && fabs(value) < 1e5 ? 5 : digits, value);
	return out;
}

static char *interval_text(char *out, size_t out_bytes, double value, const struct interval *interval)
{
	char at[VALUE_BYTES], low[VALUE_BYTES], high[VALUE_BYTES];
	snprintf(out, out_bytes, "%s (%s to %s)", value_text(at, value, 3), value_text(low, interval->low, 2),
	         value_text(high, interval->high, 2));
	return out;
}

char *curve_peak_text(const struct curve *curve, char *out, size_t out_bytes)
{
	const struct interval *interval = &curve->peak.interval;
	*out = '\0';
	if (*curve->why_not || interval->coverage <= 0)
		return out;
	if (curve_has_peak(curve))
		return interval_text(out, out_bytes, curve->peak.at, interval);
	if (interval->high <= 1)
		snprintf(out, out_bytes, "falls from 1 on");
	else if (isinf(interval->low))
		snprintf(out, out_bytes, "no peak");
	else if (interval->low >= 2)
		snprintf(out, out_bytes, "no peak below %.0f", floor(interval->low));
	else
		snprintf(out, out_bytes, "unknown");
	return out;
}

static void parameters_put(struct text_table *table, unsigned row, const struct curve *curve)
{
	const struct law_fit *fit = curve_fit(curve);
	for (unsigned i = 0; i < fit->law->parameters_n; i++) {
		char *cell = text_table_cell(table, row, COLUMN_FIRST + i), text[TEXT_TABLE_CELL_BYTES - 16];
		bool cap = strcmp(fit->law->parameter[i].name, "cap") == 0;
		interval_text(text, sizeof text, fit->parameter[i], &curve->parameter[i]);
		snprintf(cell, TEXT_TABLE_CELL_BYTES, "%s%s", cap ? "K " : "", text);
	}
}

static void scatter_put(char *cell, const struct law_fit *fit)
{
	char percent[VALUE_BYTES];
	if (fit->scale == LAW_LINEAR)
		value_text(cell, fit->sigma, 3);
	else
		snprintf(cell, TEXT_TABLE_CELL_BYTES, "%s", text_percent(percent, sizeof percent, fit->sigma));
}

static void line_put(struct text_table *table, const struct curves *curves, const struct curve *curve)
{
	unsigned row = table->rows_n++;
	curve_label(curves, curve, text_table_cell(table, row, COLUMN_CURVE), TEXT_TABLE_CELL_BYTES);
	if (*curve->why_not) {
		snprintf(table->note[row], sizeof table->note[row], "%s", curve->why_not);
		return;
	}
	const struct law_fit *fit = curve_fit(curve);
	snprintf(text_table_cell(table, row, COLUMN_POINTS), TEXT_TABLE_CELL_BYTES, "%u: %.0f to %.0f", curve->fitted_n,
	         curve->workers[0], curve->workers[curve->fitted_n - 1]);
	snprintf(text_table_cell(table, row, COLUMN_LAW), TEXT_TABLE_CELL_BYTES, "%s", fit->law->title);
	parameters_put(table, row, curve);
	curve_peak_text(curve, text_table_cell(table, row, COLUMN_PEAK), TEXT_TABLE_CELL_BYTES);
	scatter_put(text_table_cell(table, row, COLUMN_SCATTER), fit);
	text_percent(text_table_cell(table, row, COLUMN_WEIGHT), TEXT_TABLE_CELL_BYTES,
	             curve->choice.weight[curve->choice.best]);
	text_percent(text_table_cell(table, row, COLUMN_AGREE), TEXT_TABLE_CELL_BYTES, curve->resampled.agree);
}

static void problem_title(const struct document *document, const struct curves *curves, const struct curve *curve)
{
	const struct row *row = &curves->derived->record->rows[curve->first];
	char kernel[TEXT_BYTES], title[TEXT_BYTES] = "";
	kernel_title(row, kernel, sizeof kernel);
	text_add(title, sizeof title, "%s%s%s", row->spec.experiment, *kernel ? " · " : "", kernel);
	if (*row_axis(row, "size"))
		text_add(title, sizeof title, " · %s", row_axis(row, "size"));
	axes_add(curves, curve, true, &(struct label){title, sizeof title});
	document_heading(document, 2, "%s", title);
}

// Counts that a curve was not fitted to, for one reason; false where it has none of that reason.
static bool counts_add(const struct curve *curve, const char *why, char *counts, size_t counts_bytes)
{
	for (unsigned i = 0; i < curve->points_n; i++) {
		const char *own = regime_why_not(&curve->regime, curve->point[i].workers_n);
		if (own && strcmp(own, why) == 0)
			text_add(counts, counts_bytes, "%s%u", *counts ? ", " : "", curve->point[i].workers_n);
	}
	return *counts;
}

// Each reason once: of the first curve that has it.
static void left_out_say(const struct document *document, const struct curves *curves, const struct curve *first)
{
	const char *said = "";
	for (const struct curve *curve = first; curve < curves->curve + curves->curves_n; curve++) {
		for (unsigned i = 0; i < curve->points_n && same_problem(curves, first, curve); i++) {
			const char *why = regime_why_not(&curve->regime, curve->point[i].workers_n);
			char counts[TEXT_BYTES] = "";
			if (!why || strcmp(why, said) == 0 || !counts_add(curve, why, counts, sizeof counts))
				continue;
			fputs(document->markdown ? "\n" : "", document->out); // else it would be a row of the table
			document_say(document, "Not fitted: %s workers (%s).", counts, why);
			said = why;
		}
	}
}

// What keeps all curves of a problem without a law; NULL where one has a law, or another reason.
static const char *reason_common(const struct curves *curves, const struct curve *first)
{
	for (unsigned i = 0; i < curves->curves_n; i++)
		if (same_problem(curves, first, &curves->curve[i]) && strcmp(curves->curve[i].why_not, first->why_not) != 0)
			return NULL;
	return *first->why_not ? first->why_not : NULL;
}

static void reason_say(const struct document *document, const struct curves *curves, const struct curve *first)
{
	char labels[TEXT_BYTES] = "", label[TEXT_TABLE_CELL_BYTES];
	for (unsigned i = 0; i < curves->curves_n; i++)
		if (same_problem(curves, first, &curves->curve[i]))
			text_add(labels, sizeof labels, "%s%s", *labels ? ", " : "",
			         curve_label(curves, &curves->curve[i], label, sizeof label));
	document_say(document, "No law for %s: %s.", labels, first->why_not);
}

static int table_print(const struct document *document, const struct curves *curves, unsigned first)
{
	struct text_table table;
	int status = text_table_open(&table, curves->curves_n);
	if (status < 0)
		return status;
	for (unsigned i = 0; i < COLUMNS_N; i++)
		text_table_add_column(&table, columns[i]);
	table.note_from = COLUMN_LAW;
	for (unsigned i = first; i < curves->curves_n; i++)
		if (same_problem(curves, &curves->curve[first], &curves->curve[i]))
			line_put(&table, curves, &curves->curve[i]);
	text_table_print(document, &table);
	text_table_close(&table);
	return 0;
}

static int problem_print(const struct document *document, const struct curves *curves, unsigned first)
{
	const struct curve *curve = &curves->curve[first];
	int status = 0;
	problem_title(document, curves, curve);
	if (reason_common(curves, curve))
		reason_say(document, curves, curve);
	else
		status = table_print(document, curves, first);
	left_out_say(document, curves, curve);
	return status;
}

static bool problem_begins(const struct curves *curves, unsigned index)
{
	for (unsigned before = 0; before < index; before++)
		if (same_problem(curves, &curves->curve[before], &curves->curve[index]))
			return false;
	return true;
}

static bool any_law(const struct curves *curves)
{
	for (unsigned i = 0; i < curves->curves_n; i++)
		if (!*curves->curve[i].why_not)
			return true;
	return false;
}

static void foot_say(const struct document *document)
{
	fputc('\n', document->out);
	document_say(document,
	             "In parentheses: 95 %% intervals, from how far the points lie off the law (±). They hold if the "
	             "law does, for this machine and this regime. `tvp fit --help` explains the columns.");
}

int fit_report_print(const struct document *document, const struct curves *curves)
{
	char title[TEXT_BYTES];
	int status = 0;
	document_heading(document, 1, "%s", head_title(curves->derived->record, title, sizeof title));
	if (curves->curves_n == 0)
		document_say(document, "No curves: no row has a speedup over workers.");
	for (unsigned i = 0; i < curves->curves_n && status == 0; i++)
		if (problem_begins(curves, i))
			status = problem_print(document, curves, i);
	if (any_law(curves))
		foot_say(document);
	return status < 0 ? status : text_end(document->out);
}
