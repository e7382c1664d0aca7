// Laying out a table: a column is as wide as its widest cell, and stands there only if it has something to say.
#include "report/text/text_table.h"

#include "base/status.h"
#include "report/text/text.h"

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

struct room {
	size_t columns;
	unsigned least; ///< the least number of a column that may be left out
};

// Leaves columns out, that of the highest number first, until the width holds.
static void drop_columns(const struct text_table *table, size_t *width, size_t gap, struct room room)
{
	while (total_width(table, width, gap) > room.columns) {
		unsigned worst = 0;
		for (unsigned column = 1; column < table->columns_n; column++)
			if (width[column] && table->column[column].drop > table->column[worst].drop)
				worst = column;
		if (table->column[worst].drop < room.least)
			return;
		width[worst] = 0;
	}
}

// Behind the last cell of a line there are no blanks.
static void cell_print(FILE *out, const struct text_table_column *column, const char *text, size_t width, bool last)
{
	text_pad(out, text, last && column->left ? 0 : width, column->left);
}

static void heading_print(const struct document *document, const struct text_table *table, const size_t *width,
                          size_t gap)
{
	size_t before = INDENT;
	unsigned end = table->columns_n;
	while (end > 0 && !width[end - 1])
		end--;
	fputs(document->colour ? "\033[2m" : "", document->out);
	for (unsigned i = 0; i < end; i++) {
		if (!width[i])
			continue;
		fprintf(document->out, "%*s", (int)before, "");
		cell_print(document->out, &table->column[i], table->column[i].title, width[i], i + 1 == end);
		before = gap;
	}
	fprintf(document->out, "%s\n", document->colour ? "\033[0m" : "");
}

// The columns before `end`, but those that are left out. Returns the columns of the terminal they took.
static size_t cells_print(FILE *out, const struct text_table *table, unsigned row, const size_t *width, size_t gap)
{
	size_t used = 0;
	unsigned end = table->note[row][0] ? table->note_from : table->columns_n;
	bool noted = table->note[row][0];
	while (end > 0 && !noted && !(width[end - 1] && *cell_text(table, row, end - 1)))
		end--;
	for (unsigned i = 0; i < end; i++) {
		if (!width[i])
			continue;
		size_t before = used ? gap : INDENT;
		fprintf(out, "%*s", (int)before, "");
		cell_print(out, &table->column[i], cell_text(table, row, i), width[i], i + 1 == end && !noted);
		used += before + width[i];
	}
	return used;
}

static void row_print(const struct document *document, const struct text_table *table, unsigned row,
                      const size_t *width, size_t gap)
{
	size_t used = cells_print(document->out, table, row, width, gap);
	if (table->note[row][0]) {
		char note[sizeof table->note[0] + 4];
		size_t before = used ? gap : INDENT;
		size_t columns = document_columns(document);
		used += before;
		text_cut(note, sizeof note, table->note[row], used + 20 < columns ? columns - used : 20);
		fprintf(document->out, "%*s%s%s%s", (int)before, "", document->colour ? "\033[31m" : "", note,
		        document->colour ? "\033[0m" : "");
	}
	fputc('\n', document->out);
}

// Where no row has a figure, a note still needs a column to stand in.
static void note_column_keep(const struct text_table *table, size_t *width)
{
	bool any_note = false, any_figure = false;
	for (unsigned row = 0; row < table->rows_n; row++)
		any_note = any_note || *table->note[row];
	for (unsigned column = table->note_from; column < table->columns_n; column++)
		any_figure = any_figure || width[column];
	if (any_note && !any_figure && table->note_from < table->columns_n)
		width[table->note_from] = 1;
}

// Columns without any text are left out here, too; nothing else is, since a page scrolls.
static void markdown_print(FILE *out, const struct text_table *table, size_t *width)
{
	note_column_keep(table, width);
	for (unsigned column = 0; column < table->columns_n; column++)
		if (width[column])
			document_escape(out, "| ", table->column[column].title, " ");
	fputs("|\n", out);
	for (unsigned column = 0; column < table->columns_n; column++)
		if (width[column])
			fputs(table->column[column].left ? "|:--" : "|--:", out);
	fputs("|\n", out);
	for (unsigned row = 0; row < table->rows_n; row++) {
		const char *note = table->note[row];
		for (unsigned column = 0; column < table->columns_n; column++) {
			if (!width[column])
				continue;
			bool noted = *note && column >= table->note_from;
			document_escape(out, "| ", noted ? note : cell_text(table, row, column), " ");
			note = noted ? "" : note; // once, in the first cell that it takes the place of
		}
		fputs("|\n", out);
	}
}

void text_table_print(const struct document *document, const struct text_table *table)
{
	size_t width[TEXT_TABLE_COLUMNS_MAX];
	for (unsigned column = 0; column < table->columns_n; column++)
		width[column] = column_width(table, column);
	if (document->markdown) {
		markdown_print(document->out, table, width);
		return;
	}
	// A figure is worth more than a blank: only what matters little goes before the columns move together.
	size_t columns = document_columns(document);
	drop_columns(table, width, GAP, (struct room){columns, TEXT_TABLE_DROP_FIRST});
	size_t gap = total_width(table, width, GAP) > columns ? GAP_TIGHT : GAP;
	drop_columns(table, width, gap, (struct room){columns, 1});
	heading_print(document, table, width, gap);
	for (unsigned row = 0; row < table->rows_n; row++)
		row_print(document, table, row, width, gap);
}
