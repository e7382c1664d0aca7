// Sections: an experiment, or one problem of an experiment that scales. Axes that do not vary inside a section stand in
// its title, the others are its first columns.
#include "report/table/table.h"

#include "base/status.h"
#include "measure/spec_text.h"
#include "report/table/columns.h"
#include "report/table/cpu_pairs.h"
#include "report/table/fit.h"
#include "report/table/foot.h"
#include "report/table/head.h"
#include "report/text/text.h"
#include "report/text/text_table.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

enum { IDENTITY_MAX = 12, TITLE_BYTES = 400 };

struct section {
	const struct document *document;
	const struct derived *derived;
	bool *member; ///< per row of the record
	unsigned rows_n;
	bool all;                          ///< every figure of every row
	const char *varying[IDENTITY_MAX]; ///< keys of the first columns
	unsigned varying_n;
	struct figure_column column[FIGURE_COLUMNS_MAX]; ///< of the table being printed
	unsigned columns_n;
	size_t rounds_n; ///< that all rows share, 0 where they differ
};

// Problems are told apart where there is work to be spread; limits and twins read better in one table.
static bool experiment_scales(const struct record *record, const char *experiment)
{
	for (uint32_t i = 0; i < record->rows_n; i++) {
		const struct row *row = &record->rows[i];
		if (!strcmp(row->spec.experiment, experiment) && row_scales(record, row) && !row_is_limit(row))
			return true;
	}
	return false;
}

static bool axis_varies(const struct section *section, const char *key, const char **value)
{
	const struct record *record = section->derived->record;
	const char *first = NULL;
	bool any = false;
	for (uint32_t i = 0; i < record->rows_n; i++) {
		if (!section->member[i])
			continue;
		const char *here = spec_get(&record->rows[i].spec, key);
		if (any && (!first != !here || (first && strcmp(first, here))))
			return true;
		first = here;
		any = true;
	}
	*value = first;
	return false;
}

// Every key of the section's rows, in order of appearance.
static void section_keys(const struct section *section, const char *keys[SPEC_AXES_MAX + 1])
{
	const struct record *record = section->derived->record;
	unsigned keys_n = 0;
	keys[0] = NULL;
	for (uint32_t i = 0; i < record->rows_n; i++)
		for (unsigned j = 0; section->member[i] && j < record->rows[i].spec.axes_n; j++) {
			const char *key = spec_axis(&record->rows[i].spec, j).key;
			if (keys_n == SPEC_AXES_MAX || keys_have(keys, key))
				continue;
			keys[keys_n++] = key;
			keys[keys_n] = NULL;
		}
}

static size_t common_rounds(const struct section *section)
{
	size_t rounds_n = 0;
	for (uint32_t i = 0; i < section->derived->record->rows_n; i++) {
		size_t n = section->member[i] ? section->derived->row[i].wall.n : 0;
		if (n && rounds_n && n != rounds_n)
			return 0;
		rounds_n = n ? n : rounds_n;
	}
	return rounds_n;
}

// Names that others gave are decoded, and then may hold anything. NULL: no value.
static void value_put(char *out, size_t out_bytes, const char *key, const char *value)
{
	char text[SPEC_VALUE_BYTES];
	if (value && spec_text_is_key(key))
		text_plain(out, out_bytes, spec_text_decode(text, sizeof text, value));
	else
		snprintf(out, out_bytes, "%s", value ? value : "");
}

static void title_print(struct section *section, const char *experiment)
{
	const char *keys[SPEC_AXES_MAX + 1], *value = NULL;
	char title[TITLE_BYTES], noise[24], text[SPEC_VALUE_BYTES];
	section_keys(section, keys);
	snprintf(title, sizeof title, "%s", experiment);
	section->varying_n = 0;
	for (const char **key = keys; *key; key++) {
		bool plain = !strcmp(*key, "kernel") || !strcmp(*key, "size");
		if (!axis_varies(section, *key, &value)) {
			value_put(text, sizeof text, *key, value);
			text_add(title, sizeof title, " · %s%s%s", plain ? "" : *key, plain ? "" : " ", text);
		} else if (section->varying_n < IDENTITY_MAX)
			section->varying[section->varying_n++] = *key;
	}
	if (section->rounds_n)
		text_add(title, sizeof title, " · %zu round%s", section->rounds_n, text_plural(section->rounds_n));
	text_percent(noise, sizeof noise, derive_noise(section->derived, section->member));
	if (*noise)
		text_add(title, sizeof title, " · noise floor %s", noise);
	document_heading(section->document, 2, "%s", title);
}

static void identity_fill(const struct section *section, struct text_table *table)
{
	for (unsigned i = 0; i < section->varying_n; i++) {
		bool count = !strcmp(section->varying[i], "workers");
		text_table_add_column(table, (struct text_table_column){.title = section->varying[i], .left = !count});
	}
	table->note_from = section->varying_n;
}

static void note_fill(const struct derived *derived, uint32_t row, char *note, size_t note_bytes)
{
	const struct row *self = &derived->record->rows[row];
	char reason[sizeof self->reason];
	// What failed after it had been measured keeps its figures: the foot says how many rounds it lost, and why.
	if ((self->state == ROW_FAILED && derived->row[row].wall.n == 0) || self->state == ROW_SKIPPED)
		snprintf(note, note_bytes, "%s: %.200s", self->state == ROW_FAILED ? "FAILED" : "skipped",
		         text_plain(reason, sizeof reason, self->reason));
	else if (derived->row[row].wall.n == 0)
		snprintf(note, note_bytes, "not measured");
}

static void row_fill(const struct section *section, struct text_table *table, enum table_kind kind, uint32_t row)
{
	const struct derived *derived = section->derived;
	unsigned line = table->rows_n++, column = 0;
	for (; column < section->varying_n; column++) {
		const struct row *self = &derived->record->rows[row];
		const char *value = spec_get(&self->spec, section->varying[column]);
		if (!value)
			value = row_default(self, section->varying[column]);
		value_put(text_table_cell(table, line, column), TEXT_TABLE_CELL_BYTES, section->varying[column], value);
	}
	bool same_rounds = section->rounds_n > 0;
	for (unsigned i = 0; i < section->columns_n; i++, column++)
		if (!(same_rounds && !strcmp(section->column[i].title, "rounds")))
			figure_put(&section->column[i], text_table_cell(table, line, column), derived, row);
	if (kind == TABLE_RESULT)
		note_fill(derived, row, table->note[line], sizeof table->note[line]);
}

// Beyond the first columns: a further table has only the rows that say something in it.
static bool row_says(const struct text_table *table, unsigned row)
{
	for (unsigned column = table->note_from; column < table->columns_n; column++)
		if (*table->cell[(size_t)row * TEXT_TABLE_COLUMNS_MAX + column])
			return true;
	return *table->note[row];
}

// The lines of a table. Returns whether any says something.
static bool rows_fill(const struct section *section, struct text_table *table, enum table_kind kind)
{
	bool any = false;
	for (uint32_t i = 0; i < section->derived->record->rows_n; i++) {
		if (!section->member[i])
			continue;
		row_fill(section, table, kind, i);
		any = any || row_says(table, table->rows_n - 1);
		if (kind != TABLE_RESULT && !row_says(table, table->rows_n - 1))
			text_table_drop_row(table);
	}
	return any;
}

static int kind_print(struct section *section, enum table_kind kind, const char *experiment)
{
	struct text_table table;
	int status = text_table_open(&table, section->rows_n);
	if (status < 0)
		return status;
	identity_fill(section, &table);
	table.whole = section->all;
	section->columns_n = figure_columns_of(kind, experiment, section->column);
	for (unsigned i = 0; i < section->columns_n; i++)
		text_table_add_column(&table, (struct text_table_column){.title = section->column[i].title,
		                                                         .left = section->column[i].left,
		                                                         .drop = section->column[i].drop});
	bool any = rows_fill(section, &table, kind);
	if (kind != TABLE_RESULT && any)
		fputc('\n', section->document->out);
	if (any)
		text_table_print(section->document, &table);
	text_table_close(&table);
	return 0;
}

static int section_print(struct section *section, uint32_t first, bool all, bool *printed)
{
	static const char *const no_keys[] = {NULL};
	const struct record *record = section->derived->record;
	const char *experiment = record->rows[first].spec.experiment;
	bool scales = experiment_scales(record, experiment);
	section->rows_n = 0;
	for (uint32_t i = 0; i < record->rows_n; i++) {
		section->member[i] = rows_agree(&record->rows[first], &record->rows[i], scales ? problem_keys() : no_keys);
		printed[i] = printed[i] || section->member[i];
		section->rows_n += section->member[i];
	}
	section->rounds_n = common_rounds(section);
	title_print(section, experiment);
	int status = 0;
	for (int kind = 0; kind < (all ? TABLE_KIND_N : TABLE_RESULT + 1) && status == 0; kind++)
		status = kind_print(section, (enum table_kind)kind, experiment);
	return status;
}

// An experiment's sections stay together, though its rows may have been planned among those of another.
static int experiment_print(struct section *section, uint32_t first, bool all, bool *printed)
{
	const struct row *rows = section->derived->record->rows;
	int status = 0;
	for (uint32_t i = first; status == 0 && i < section->derived->record->rows_n; i++)
		if (!printed[i] && !strcmp(rows[first].spec.experiment, rows[i].spec.experiment))
			status = section_print(section, i, all, printed);
	return status;
}

static int sections_print(struct section *section, bool all, bool *printed)
{
	int status = 0;
	for (uint32_t i = 0; status == 0 && i < section->derived->record->rows_n; i++)
		if (!printed[i])
			status = experiment_print(section, i, all, printed);
	return status;
}

static int whole_print(const struct document *document, const struct derived *derived, bool all)
{
	const struct record *record = derived->record;
	struct section section = {
		.document = document, .derived = derived, .all = all, .member = calloc(record->rows_n + 1ul, sizeof(bool))};
	bool *printed = calloc(record->rows_n + 1ul, sizeof *printed);
	int status = section.member && printed ? 0 : status_fail(ENOMEM, "tables of %u rows", record->rows_n);
	if (status == 0) {
		head_print(document, record);
		status = sections_print(&section, all, printed);
	}
	if (status == 0)
		status = cpu_matrix_print(document, derived);
	if (status == 0)
		status = foot_print(document, derived, all ? UINT_MAX : FOOT_NAMES);
	document_say_left_out(document, document->left_out, " (--all shows them, in further tables)");
	free(printed);
	free(section.member);
	return status;
}

int table_print(const struct document *document, const struct derived *derived, const struct report_style *style)
{
	char left_out[DOCUMENT_LEFT_OUT_BYTES] = "";
	struct document collecting = *document;
	collecting.left_out = left_out;
	int status = 0;
	if (style->all || style->lines == 0)
		status = whole_print(&collecting, derived, style->all);
	else
		status = fit_print(&collecting, derived, style->lines, whole_print);
	return status < 0 ? status : text_end(document->out);
}
