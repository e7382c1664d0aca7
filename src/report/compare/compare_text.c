// The comparison for people: differences of machine and build first, what the intervals do not include last.
#include "report/compare/compare.h"

#include <math.h>
#include <string.h>

#include "report/text/spec_table.h"
#include "report/text/text.h"

static const struct spec_table_column columns[] = {
	{"B ÷ A", 6, false}, {"95 % interval", 14, false}, {"", 6, true}, {"A", 7, false},
	{"B", 7, false},     {"rounds", 9, false},
};
enum { COLUMNS_N = sizeof columns / sizeof *columns };

static void head_print(const struct document *document, const struct comparison *comparison)
{
	document_say_result(document, "A", comparison->a.path, comparison->a.record);
	document_say_result(document, "B", comparison->b.path, comparison->b.record);
	document_say_machines(document, comparison->difference, comparison->differences_n, "A", "B");
	if (comparison->differences_n)
		document_say(document, "The ratios include the effect of these differences.");
}

static void row_print(const struct spec_table *table, const struct comparison *comparison, const struct compared *row)
{
	char cell[COLUMNS_N][SPEC_TABLE_CELL_BYTES];
	spec_table_put_ratio(cell[0], row->ratio);
	spec_table_put_interval(cell[1], row->interval.low, row->interval.high);
	snprintf(cell[2], sizeof cell[2], "%s", compared_side(row));
	text_ns(cell[3], sizeof cell[3], row->a_ns);
	text_ns(cell[4], sizeof cell[4], row->b_ns);
	if (comparison->paired)
		snprintf(cell[5], sizeof cell[5], "%u pair%s", row->a_n, text_plural(row->a_n));
	else
		snprintf(cell[5], sizeof cell[5], "%u, %u", row->a_n, row->b_n);
	spec_table_row(table, cell, row->name, "");
}

static void count_print(const struct document *document, const struct comparison *comparison)
{
	unsigned slower_n = 0, faster_n = 0, unknown_n = 0;
	for (uint32_t i = 0; i < comparison->compared_n; i++) {
		char side = *compared_side(&comparison->row[i]);
		slower_n += side == 's';
		faster_n += side == 'f';
		unknown_n += side == '?';
	}
	fputc('\n', document->out);
	unsigned known_n = comparison->compared_n - unknown_n;
	char chance[80] = "";
	if (known_n * 0.05 >= 1)
		snprintf(chance, sizeof chance, " About %.0f of so many intervals exclude 1 by chance.", known_n * 0.05);
	document_say(document, "Specs: %u. B is slower in %u, faster in %u; the interval includes 1 in %u.%s",
	             comparison->compared_n, slower_n, faster_n, known_n - slower_n - faster_n, chance);
	if (unknown_n)
		document_say(document, "?: too few rounds for a 95 %% interval, in %u.", unknown_n);
}

static void foot_print(const struct document *document, const struct comparison *comparison)
{
	if (comparison->compared_n)
		count_print(document, comparison);
	if (comparison->paired)
		document_say(document,
		             "Both were measured side by side: ratios are medians of the ratios within rounds, intervals are "
		             "distribution-free.");
	else
		document_say(document,
		             "The rounds of these runs do not pair: ratios are Hodges-Lehmann shifts of ln(wall). Their "
		             "intervals are valid for these two runs only: they do not include what shifts a run as a whole "
		             "(where its memory lies, what else the machine does), so two runs of one program can differ by "
		             "more.");
}

static void list_print(const struct document *document, const struct comparison *comparison, enum compared_kind kind,
                       const char *title)
{
	bool any = false;
	for (uint32_t i = 0; i < comparison->rows_n; i++) {
		const struct compared *row = &comparison->row[i];
		if (row->kind != kind)
			continue;
		if (!any)
			document_list(document, title);
		any = true;
		document_item(document, 0, row->name, row->why);
	}
}

int compare_print(const struct document *document, const struct comparison *comparison)
{
	const struct spec_table table = {.document = *document, .column = columns, .columns_n = COLUMNS_N};
	head_print(document, comparison);
	if (comparison->compared_n)
		spec_table_head(&table);
	for (uint32_t i = 0; i < comparison->compared_n; i++)
		row_print(&table, comparison, &comparison->row[i]);
	foot_print(document, comparison);
	list_print(document, comparison, COMPARED_NOT, "Not compared:");
	list_print(document, comparison, COMPARED_ONLY_A, "Only in A:");
	list_print(document, comparison, COMPARED_ONLY_B, "Only in B:");
	return text_end(document->out);
}
