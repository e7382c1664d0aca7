// Laying out a table: a column is as wide as its widest cell, and stands there only if it has something to say.
#include "base/words.h"
#include "report/text/text.h"
#include "report/text/text_table.h"

#include <string.h>

enum { INDENT = 2, GAP = 2, GAP_TIGHT = 1, NOTE_LEAST = 20, IDENTITY_LEAST = 12 };

// A part of a table: the columns that it has (0: not), and the blanks between them.
struct text_table_piece {
	size_t width[TEXT_TABLE_COLUMNS_MAX], gap;
};

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

// Of a cell in a line.
struct text_table_place {
	unsigned column;
	size_t width;
};

struct room {
	size_t columns;
	unsigned least; ///< the least number of a column that may be left out
	char *left_out; ///< the titles of those that were
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
		words_add_new(room.left_out, DOCUMENT_LEFT_OUT_BYTES, ',', table->column[worst].title);
	}
}

// Of the columns that every further table repeats.
static unsigned identity_n(const struct text_table *table)
{
	if (table->repeat_n)
		return table->repeat_n;
	return table->note_from > 0 && table->note_from < table->columns_n ? table->note_from : 1;
}

static size_t identity_width(const struct text_table *table, const size_t *width, size_t *rest)
{
	size_t used = INDENT;
	*rest = NOTE_LEAST;
	for (unsigned column = 0; column < table->columns_n; column++) {
		if (column < identity_n(table))
			used += width[column] ? width[column] + GAP : 0;
		else
			*rest = width[column] > *rest ? width[column] : *rest;
	}
	return used;
}

static unsigned widest_of(const struct text_table *table, const size_t *width)
{
	unsigned widest = 0;
	for (unsigned column = 1; column < identity_n(table); column++)
		widest = width[column] > width[widest] ? column : widest;
	return widest;
}

// Where the first columns leave no room for any other, or, of a table whose cells are cut, for all others, the widest
// of them are made narrower.
static void identity_shrink(const struct text_table *table, size_t *width, size_t gap, size_t columns)
{
	size_t rest, used, all = total_width(table, width, gap);
	unsigned widest = widest_of(table, width);
	if (table->cut && all > columns && width[widest] >= all - columns + IDENTITY_LEAST) {
		width[widest] -= all - columns;
		return;
	}
	while ((used = identity_width(table, width, &rest)) + rest > columns) {
		widest = widest_of(table, width);
		size_t over = used + rest - columns;
		if (width[widest] <= IDENTITY_LEAST)
			return;
		width[widest] = width[widest] > IDENTITY_LEAST + over ? width[widest] - over : IDENTITY_LEAST;
	}
}

// Blanks up to a column of the terminal; behind the last cell of a line there are none.
static void blanks_to(const struct document *document, size_t *at, size_t to)
{
	if (to > *at)
		fprintf(document->out, "%*s", (int)(to - *at), "");
	*at = to;
}

// From column *at on. A text that is longer than its column has the line for itself.
static void cell_print(const struct document *document, const struct text_table *table, const char *text,
                       struct text_table_place place, size_t *at)
{
	size_t columns = text_columns(text), start = *at, width = place.width;
	char shorter[TEXT_TABLE_CELL_BYTES];
	if (columns > width && table->cut) {
		text = text_cut(shorter, sizeof shorter, text, width);
		columns = text_columns(text);
	}
	if (columns > width) {
		document_wrap(document, text, start, start);
		*at = 0;
		return;
	}
	if (!table->column[place.column].left)
		blanks_to(document, at, start + width - columns);
	fputs(text, document->out);
	*at += columns;
}

static void line_end(const struct document *document, size_t at)
{
	if (at > 0)
		fputc('\n', document->out);
}

static void heading_print(const struct document *document, const struct text_table *table,
                          const struct text_table_piece *piece)
{
	size_t at = 0, next = INDENT;
	fputs(document->colour ? "\033[2m" : "", document->out);
	for (unsigned i = 0; i < table->columns_n; i++) {
		if (!piece->width[i])
			continue;
		blanks_to(document, &at, next);
		cell_print(document, table, table->column[i].title, (struct text_table_place){i, piece->width[i]}, &at);
		next += piece->width[i] + piece->gap;
	}
	fputs(document->colour ? "\033[0m" : "", document->out);
	line_end(document, at);
}

// The columns before `end`, but those that are left out and those without text. Returns where the next would begin.
static size_t cells_print(const struct document *document, const struct text_table *table, unsigned row,
                          const struct text_table_piece *piece, size_t *at)
{
	size_t next = INDENT;
	unsigned end = table->note[row][0] ? table->note_from : table->columns_n;
	for (unsigned i = 0; i < end; i++) {
		const char *text = cell_text(table, row, i);
		if (!piece->width[i])
			continue;
		if (*text) {
			blanks_to(document, at, next);
			cell_print(document, table, text, (struct text_table_place){i, piece->width[i]}, at);
		}
		next += piece->width[i] + piece->gap;
	}
	return next;
}

static void row_print(const struct document *document, const struct text_table *table, unsigned row,
                      const struct text_table_piece *piece)
{
	size_t at = 0, next = cells_print(document, table, row, piece, &at);
	if (table->note[row][0]) {
		char note[sizeof table->note[0] + 4];
		size_t columns = document_columns(document);
		blanks_to(document, &at, next);
		text_cut(note, sizeof note, table->note[row], next + NOTE_LEAST < columns ? columns - next : NOTE_LEAST);
		fprintf(document->out, "%s%s%s", document->colour ? "\033[31m" : "", note, document->colour ? "\033[0m" : "");
	}
	line_end(document, at);
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

// The first columns, and from `next` on as many as fit, at least one. Returns the next that did not.
static unsigned piece_fill(const struct text_table *table, const size_t *width, unsigned next, size_t columns,
                           struct text_table_piece *piece)
{
	unsigned filled_n = 0;
	memset(piece->width, 0, sizeof piece->width);
	memcpy(piece->width, width, identity_n(table) * sizeof *width);
	for (; next < table->columns_n; next++) {
		piece->width[next] = width[next];
		if (filled_n > 0 && total_width(table, piece->width, piece->gap) > columns) {
			piece->width[next] = 0;
			break;
		}
		filled_n += width[next] > 0;
	}
	return next;
}

static bool row_says(const struct text_table *table, unsigned row, const struct text_table_piece *piece)
{
	for (unsigned column = identity_n(table); column < table->columns_n; column++)
		if (piece->width[column] && *cell_text(table, row, column))
			return true;
	return false;
}

static void pieces_print(const struct document *document, const struct text_table *table, const size_t *width,
                         size_t gap)
{
	struct text_table_piece piece = {.gap = gap};
	unsigned next = identity_n(table);
	for (bool first = true; first || next < table->columns_n; first = false) {
		next = piece_fill(table, width, next, document_columns(document), &piece);
		if (!first)
			fputc('\n', document->out);
		heading_print(document, table, &piece);
		for (unsigned row = 0; row < table->rows_n; row++)
			if (first || row_says(table, row, &piece))
				row_print(document, table, row, &piece);
	}
}

void text_table_print(const struct document *document, const struct text_table *table)
{
	size_t width[TEXT_TABLE_COLUMNS_MAX], columns = document_columns(document);
	char own[DOCUMENT_LEFT_OUT_BYTES] = "", *names = document->left_out ? document->left_out : own;
	for (unsigned column = 0; column < table->columns_n; column++)
		width[column] = column_width(table, column);
	if (document->markdown) {
		markdown_print(document->out, table, width);
		return;
	}
	// A figure is worth more than a blank: only what matters little goes before the columns move together.
	if (!table->whole)
		drop_columns(table, width, GAP, (struct room){columns, TEXT_TABLE_DROP_FIRST, names});
	size_t gap = total_width(table, width, GAP) > columns ? GAP_TIGHT : GAP;
	if (!table->whole)
		drop_columns(table, width, gap, (struct room){columns, 1, names});
	identity_shrink(table, width, gap, columns);
	pieces_print(document, table, width, total_width(table, width, gap) > columns ? GAP : gap);
	document_say_left_out(document, own, "");
}
