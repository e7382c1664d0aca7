// The cells of a table.
#include "report/text/text_table.h"

#include "base/status.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

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
