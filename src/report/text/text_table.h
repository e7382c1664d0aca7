// A table of cells with a heading, laid out to fit a width. Knows nothing of what stands in it.
#ifndef TVP_REPORT_TEXT_TEXT_TABLE_H
#define TVP_REPORT_TEXT_TEXT_TABLE_H

#include "report/text/document.h"

enum { TEXT_TABLE_COLUMNS_MAX = 40, TEXT_TABLE_CELL_BYTES = 288, TEXT_TABLE_DROP_FIRST = 3 };

struct text_table_column {
	const char *title;
	bool left;     ///< aligned to the left
	unsigned drop; ///< 0: never left out; else the column of the highest number goes first when the width is short,
	               ///< those from TEXT_TABLE_DROP_FIRST on before columns move together
};

struct text_table {
	struct text_table_column column[TEXT_TABLE_COLUMNS_MAX];
	unsigned columns_n, rows_n, rows_max;
	char (*cell)[TEXT_TABLE_CELL_BYTES]; ///< [row * TEXT_TABLE_COLUMNS_MAX + column]
	char (*note)[256]; ///< per row: text that takes the place of the cells after the first `note_from`
	unsigned note_from;
	unsigned repeat_n; ///< the first columns, which further tables repeat; 0: the first `note_from`, if not all; else 1
	bool cut;          ///< a cell that is too long for its column is cut: each has its full text elsewhere
	bool whole;        ///< no column is left out: what does not fit stands in further tables
};

/// Room for rows_max rows, all cells empty. Returns 0 or -ENOMEM.
int text_table_open(struct text_table *table, unsigned rows_max);
void text_table_close(struct text_table *table);
/// Append a column; returns its index. Beyond TEXT_TABLE_COLUMNS_MAX the last is used again (a bug; aborts).
unsigned text_table_add_column(struct text_table *table, struct text_table_column column);
char *text_table_cell(struct text_table *table, unsigned row, unsigned column);
/// Take the last row back.
void text_table_drop_row(struct text_table *table);
/// Print heading and rows. Columns without any text are left out; where the others are wider than the document on a
/// terminal, see text_table_column.drop, and document.left_out for the line that names them. What still does not fit
/// stands in further tables behind the columns that these repeat, in which cells that are too long for their column
/// have a line of their own. Rows with nothing to say in a further table are left out there.
void text_table_print(const struct document *document, const struct text_table *table);

#endif
