// A grid of cells with a heading, laid out to fit a width. Knows nothing of what stands in it.
#ifndef TVP_REPORT_GRID_H
#define TVP_REPORT_GRID_H

#include <stdbool.h>
#include <stdio.h>

enum { GRID_COLUMNS_MAX = 40, GRID_CELL_BYTES = 96, GRID_WIDTH = 120, GRID_DROP_FIRST = 3 };

struct grid_column {
	const char *title;
	bool left;     ///< aligned to the left
	unsigned drop; ///< 0: never left out; else the column of the highest number goes first when the width is short, those
	               ///< from GRID_DROP_FIRST on before columns move together
};

struct grid {
	struct grid_column column[GRID_COLUMNS_MAX];
	unsigned columns_n, rows_n, rows_max;
	char (*cell)[GRID_CELL_BYTES]; ///< [row * GRID_COLUMNS_MAX + column]
	char (*note)[256];	       ///< per row: text that takes the place of the cells after the first `note_from`
	unsigned note_from;
	bool colour;
};

/// Room for rows_max rows, all cells empty. Returns 0 or -ENOMEM.
int grid_open(struct grid *grid, unsigned rows_max);
void grid_close(struct grid *grid);
/// Append a column; returns its index. Beyond GRID_COLUMNS_MAX the last is used again (a bug; aborts).
unsigned grid_add_column(struct grid *grid, struct grid_column column);
char *grid_cell(struct grid *grid, unsigned row, unsigned column);
/// Take the last row back.
void grid_drop_row(struct grid *grid);
/// Print heading and rows. Columns without any text are left out; where GRID_WIDTH does not hold the others, see grid_column.drop.
void grid_print(FILE *out, const struct grid *grid);

#endif
