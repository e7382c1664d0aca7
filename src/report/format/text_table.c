// Laying out a table: a column is as wide as its widest cell, and stands there only if it has something to say.
#include "report/format/text_table.h"

#include "base/status.h"
#include "report/format/text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { INDENT = 2, GAP = 2, GAP_TIGHT = 1 };

int text_table_open(struct text_table *table, unsigned rows_max)
{
	memset(table, 0, sizeof *table);
	table->cell = calloc((size_t)(rows_max + 1) * TEXT_TABLE_COLUMNS_MAX, sizeof *table->cell);
	table->note = calloc(rows_max + 1, sizeof *table->note);
	table->rows_max = rows_max;
	if (table->cell && table->note)
		return 0;
	text_table_close(table);
	return status_fail(ENOMEM, "a table of %u rows", rows_max);
}

void text_table_close(struct text_table *table)
{
	free(table->cell);
	free(table->note);
	memset(table, 0, sizeof *table);
}

unsigned text_table_add_column(struct text_table *table, struct text_table_column column)
{
	if (table->columns_n == TEXT_TABLE_COLUMNS_MAX)
		abort();
	table->column[table->columns_n] = column;
	return table->columns_n++;
}

char *text_table_cell(struct text_table *table, unsigned row, unsigned column)
{
	return table->cell[(size_t)row * TEXT_TABLE_COLUMNS_MAX + column];
}

void text_table_drop_row(struct text_table *table)
{
	table->rows_n--;
	memset(text_table_cell(table, table->rows_n, 0), 0, sizeof *table->cell * TEXT_TABLE_COLUMNS_MAX);
}

static const char *cell_text(const struct text_table *table, unsigned row, unsigned column)
{
	bool noted = table->note[row][0] && column >= table->note_from;
	return noted ? "" : table->cell[(size_t)row * TEXT_TABLE_COLUMNS_MAX + column];
}

// 0 for a column without text.
static size_t column_width(const struct text_table *table, unsigned column)
{
	size_t width = 0;
	for (unsigned row = 0; row < table->rows_n; row++) {
		size_t columns = text_columns(cell_text(table, row, column));
		width = columns > width ? columns : width;
	}
	size_t title = text_columns(table->column[column].title);
	return width && title > width ? title : width;
}

static size_t total_width(const struct text_table *table, const size_t *width, size_t gap)
{
	size_t total = INDENT - gap;
	for (unsigned column = 0; column < table->columns_n; column++)
		total += width[column] ? width[column] + gap : 0;
	return total;
}

// Leaves columns out, that of the highest number first and none below `least`, until the width holds.
static void drop_columns(const struct text_table *table, size_t *width, size_t gap, unsigned least)
{
	while (total_width(table, width, gap) > TEXT_TABLE_WIDTH) {
		unsigned worst = 0;
		for (unsigned column = 1; column < table->columns_n; column++)
			if (width[column] && table->column[column].drop > table->column[worst].drop)
				worst = column;
		if (table->column[worst].drop < least)
			return;
		width[worst] = 0;
	}
}

static void heading_print(FILE *out, const struct text_table *table, const size_t *width, size_t gap)
{
	size_t before = INDENT;
	fputs(table->colour ? "\033[2m" : "", out);
	for (unsigned column = 0; column < table->columns_n; column++)
		if (width[column]) {
			fprintf(out, "%*s", (int)before, "");
			text_pad(out, table->column[column].title, width[column], table->column[column].left);
			before = gap;
		}
	fprintf(out, "%s\n", table->colour ? "\033[0m" : "");
}

static void row_print(FILE *out, const struct text_table *table, unsigned row, const size_t *width, size_t gap)
{
	size_t used = 0, before = INDENT;
	unsigned end = table->note[row][0] ? table->note_from : table->columns_n;
	while (end > 0 && !table->note[row][0] && !(width[end - 1] && *cell_text(table, row, end - 1)))
		end--; // no blanks at the end of a line
	for (unsigned column = 0; column < end; column++) {
		if (!width[column])
			continue;
		fprintf(out, "%*s", (int)before, "");
		text_pad(out, cell_text(table, row, column), width[column], table->column[column].left);
		used += before + width[column];
		before = gap;
	}
	if (table->note[row][0]) {
		char note[sizeof table->note[0] + 4];
		used += before;
		text_cut(note, sizeof note, table->note[row], used + 20 < TEXT_TABLE_WIDTH ? TEXT_TABLE_WIDTH - used : 20);
		fprintf(out, "%*s%s%s%s", (int)before, "", table->colour ? "\033[31m" : "", note,
		        table->colour ? "\033[0m" : "");
	}
	fputc('\n', out);
}

void text_table_print(FILE *out, const struct text_table *table)
{
	size_t width[TEXT_TABLE_COLUMNS_MAX];
	for (unsigned column = 0; column < table->columns_n; column++)
		width[column] = column_width(table, column);
	// A figure is worth more than a blank: only what matters little goes before the columns move together.
	drop_columns(table, width, GAP, TEXT_TABLE_DROP_FIRST);
	size_t gap = total_width(table, width, GAP) > TEXT_TABLE_WIDTH ? GAP_TIGHT : GAP;
	drop_columns(table, width, gap, 1);
	heading_print(out, table, width, gap);
	for (unsigned row = 0; row < table->rows_n; row++)
		row_print(out, table, row, width, gap);
}
