// Widths are known beforehand, so lines are printed as they come.
#include "report/text/spec_table.h"

#include <math.h>
#include <string.h>

#include "report/text/text.h"

enum { INDENT = 2, GAP = 2 };

static size_t name_column(const struct spec_table *table)
{
	size_t at = INDENT;
	for (unsigned i = 0; i < table->columns_n; i++)
		at += table->column[i].width + GAP;
	return at;
}

// One line of the table up to the name. Returns the column it has come to: further than name_column() where a figure is
// wider than its column.
static size_t cells_print(const struct spec_table *table, const char *const *cell)
{
	size_t at = name_column(table);
	for (unsigned i = 0; i < table->columns_n; i++) {
		bool coloured = i == 0 && table->colour;
		size_t columns = text_columns(cell[i]);
		at += columns > table->column[i].width ? columns - table->column[i].width : 0;
		fprintf(table->document.out, "%*s%s", i ? GAP : INDENT, "", coloured ? table->colour : "");
		text_pad(table->document.out, cell[i], table->column[i].width, table->column[i].left);
		fputs(coloured ? "\033[0m" : "", table->document.out);
	}
	fprintf(table->document.out, "%*s", GAP, "");
	return at;
}

void spec_table_head(const struct spec_table *table)
{
	const char *title[SPEC_TABLE_COLUMNS_MAX];
	for (unsigned i = 0; i < table->columns_n; i++)
		title[i] = table->column[i].title;
	fputs("\n", table->document.out);
	if (!table->document.markdown) {
		cells_print(table, title);
		fputs("spec\n", table->document.out);
		return;
	}
	for (unsigned i = 0; i < table->columns_n; i++)
		fprintf(table->document.out, "| %s ", title[i]);
	fputs("| spec |\n", table->document.out);
	for (unsigned i = 0; i < table->columns_n; i++)
		fputs(table->column[i].left ? "|---" : "|--:", table->document.out);
	fputs("|---|\n", table->document.out);
}

void spec_table_row(const struct spec_table *table, char (*cell)[SPEC_TABLE_CELL_BYTES], const char *name,
                    const char *note)
{
	char text[DOCUMENT_TEXT_BYTES], plain[DOCUMENT_TEXT_BYTES], title[SPEC_NAME_BYTES];
	const char *cells[SPEC_TABLE_COLUMNS_MAX];
	text_spec(title, sizeof title, name);
	for (unsigned i = 0; i < table->columns_n; i++)
		cells[i] = cell[i];
	if (!table->document.markdown) {
		snprintf(text, sizeof text, "%s%s%s%s", title, *note ? " (" : "", note, *note ? ")" : "");
		size_t at = cells_print(table, cells);
		document_wrap(&table->document, text_plain(plain, sizeof plain, text), at, name_column(table));
		return;
	}
	for (unsigned i = 0; i < table->columns_n; i++)
		fprintf(table->document.out, "| %s ", cells[i]);
	document_escape(table->document.out, "| <code>", title, "</code>");
	document_escape(table->document.out, *note ? " " : "", note, " |\n");
}

void spec_table_put_ratio(char *cell, double ratio)
{
	if (ratio >= 0.1 && ratio < 10)
		snprintf(cell, SPEC_TABLE_CELL_BYTES, "%.3f", ratio);
	else
		text_number(cell, SPEC_TABLE_CELL_BYTES, ratio);
}

void spec_table_put_interval(char *cell, double low, double high)
{
	char from[SPEC_TABLE_CELL_BYTES] = "?", to[SPEC_TABLE_CELL_BYTES] = "?";
	cell[0] = '\0';
	if (isnan(low) && isnan(high))
		return;
	// A bound that says nothing need not say it in digits.
	if (low < 0.001 && high > 0.01)
		strcpy(from, "0");
	else if (!isnan(low))
		spec_table_put_ratio(from, low);
	if (!isnan(high))
		spec_table_put_ratio(to, high);
	snprintf(cell, SPEC_TABLE_CELL_BYTES, "%.20s to %.20s", from, to);
}
