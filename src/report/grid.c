// Laying out a grid: a column is as wide as its widest cell, and stands there only if it has something to say.
#include "report/grid.h"

#include "base/status.h"
#include "report/text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { INDENT = 2, GAP = 2, GAP_TIGHT = 1 };

int grid_open(struct grid *grid, unsigned rows_max)
{
	memset(grid, 0, sizeof *grid);
	grid->cell = calloc((size_t)(rows_max + 1) * GRID_COLUMNS_MAX, sizeof *grid->cell);
	grid->note = calloc(rows_max + 1, sizeof *grid->note);
	grid->rows_max = rows_max;
	if (grid->cell && grid->note)
		return 0;
	grid_close(grid);
	return status_fail(ENOMEM, "a table of %u rows", rows_max);
}

void grid_close(struct grid *grid)
{
	free(grid->cell);
	free(grid->note);
	memset(grid, 0, sizeof *grid);
}

unsigned grid_add_column(struct grid *grid, struct grid_column column)
{
	if (grid->columns_n == GRID_COLUMNS_MAX)
		abort();
	grid->column[grid->columns_n] = column;
	return grid->columns_n++;
}

char *grid_cell(struct grid *grid, unsigned row, unsigned column)
{
	return grid->cell[(size_t)row * GRID_COLUMNS_MAX + column];
}

void grid_drop_row(struct grid *grid)
{
	grid->rows_n--;
	memset(grid_cell(grid, grid->rows_n, 0), 0, sizeof *grid->cell * GRID_COLUMNS_MAX);
}

static const char *cell_text(const struct grid *grid, unsigned row, unsigned column)
{
	bool noted = grid->note[row][0] && column >= grid->note_from;
	return noted ? "" : grid->cell[(size_t)row * GRID_COLUMNS_MAX + column];
}

// 0 for a column without text.
static size_t column_width(const struct grid *grid, unsigned column)
{
	size_t width = 0;
	for (unsigned row = 0; row < grid->rows_n; row++) {
		size_t columns = text_columns(cell_text(grid, row, column));
		width = columns > width ? columns : width;
	}
	size_t title = text_columns(grid->column[column].title);
	return width && title > width ? title : width;
}

static size_t total_width(const struct grid *grid, const size_t *width, size_t gap)
{
	size_t total = INDENT - gap;
	for (unsigned column = 0; column < grid->columns_n; column++)
		total += width[column] ? width[column] + gap : 0;
	return total;
}

// Leaves columns out, that of the highest number first and none below `least`, until the width holds.
static void drop_columns(const struct grid *grid, size_t *width, size_t gap, unsigned least)
{
	while (total_width(grid, width, gap) > GRID_WIDTH) {
		unsigned worst = 0;
		for (unsigned column = 1; column < grid->columns_n; column++)
			if (width[column] && grid->column[column].drop > grid->column[worst].drop)
				worst = column;
		if (grid->column[worst].drop < least)
			return;
		width[worst] = 0;
	}
}

static void heading_print(FILE *out, const struct grid *grid, const size_t *width, size_t gap)
{
	size_t before = INDENT;
	fputs(grid->colour ? "\033[2m" : "", out);
	for (unsigned column = 0; column < grid->columns_n; column++)
		if (width[column]) {
			fprintf(out, "%*s", (int)before, "");
			text_pad(out, grid->column[column].title, width[column], grid->column[column].left);
			before = gap;
		}
	fprintf(out, "%s\n", grid->colour ? "\033[0m" : "");
}

static void row_print(FILE *out, const struct grid *grid, unsigned row, const size_t *width, size_t gap)
{
	size_t used = 0, before = INDENT;
	unsigned end = grid->note[row][0] ? grid->note_from : grid->columns_n;
	while (end > 0 && !grid->note[row][0] && !(width[end - 1] && *cell_text(grid, row, end - 1)))
		end--; // no blanks at the end of a line
	for (unsigned column = 0; column < end; column++) {
		if (!width[column])
			continue;
		fprintf(out, "%*s", (int)before, "");
		text_pad(out, cell_text(grid, row, column), width[column], grid->column[column].left);
		used += before + width[column];
		before = gap;
	}
	if (grid->note[row][0]) {
		char note[sizeof grid->note[0] + 4];
		used += before;
		text_cut(note, sizeof note, grid->note[row], used + 20 < GRID_WIDTH ? GRID_WIDTH - used : 20);
		fprintf(out, "%*s%s%s%s", (int)before, "", grid->colour ? "\033[31m" : "", note, grid->colour ? "\033[0m" : "");
	}
	fputc('\n', out);
}

void grid_print(FILE *out, const struct grid *grid)
{
	size_t width[GRID_COLUMNS_MAX];
	for (unsigned column = 0; column < grid->columns_n; column++)
		width[column] = column_width(grid, column);
	// A figure is worth more than a blank: only what matters little goes before the columns move together.
	drop_columns(grid, width, GAP, GRID_DROP_FIRST);
	size_t gap = total_width(grid, width, GAP) > GRID_WIDTH ? GAP_TIGHT : GAP;
	drop_columns(grid, width, gap, 1);
	heading_print(out, grid, width, gap);
	for (unsigned row = 0; row < grid->rows_n; row++)
		row_print(out, grid, row, width, gap);
}
