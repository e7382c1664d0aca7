// The figures a table can show: one entry per column, and which of the four tables of a section it belongs to.
#ifndef TVP_REPORT_COLUMNS_H
#define TVP_REPORT_COLUMNS_H

#include "report/derive.h"

enum table_kind {
	TABLE_RESULT,  ///< always printed
	TABLE_ANATOMY, ///< the rest only with table_options.all
	TABLE_DISTRIBUTION,
	TABLE_COUNTERS,
	TABLE_KIND_N
};

struct figure_column {
	enum table_kind table;
	const char *title;
	bool left;
	unsigned drop; ///< as in struct grid_column
	/// Text of one cell; left empty where the figure does not apply. out holds GRID_CELL_BYTES.
	void (*put)(char *out, const struct derived *derived, uint32_t row);
};

extern const struct figure_column figure_columns[];
extern const unsigned figure_columns_n;

#endif
