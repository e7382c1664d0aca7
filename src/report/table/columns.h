// The figures a table can show: one entry per column, and which of the four tables of a section it belongs to.
#ifndef TVP_REPORT_TABLE_COLUMNS_H
#define TVP_REPORT_TABLE_COLUMNS_H

#include "report/table/derive.h"

enum table_kind {
	TABLE_RESULT, ///< always printed
	TABLE_PARTS,  ///< the rest only with report_style.all
	TABLE_DISTRIBUTION,
	TABLE_COUNTERS,
	TABLE_KIND_N
};

struct figure_column {
	enum table_kind table;
	const char *title;
	bool left;
	unsigned drop; ///< as in struct text_table_column
	/// Text of one cell; left empty where the figure does not apply. out holds TEXT_TABLE_CELL_BYTES. NULL: the
	/// metric's median.
	void (*put)(char *out, const struct derived *derived, uint32_t row);
	enum metric metric;
};

enum { FIGURE_COLUMNS_MAX = 24 };

/// The columns of a table of this kind, in order; the result table has the figures its experiment names, too. `out` has
/// room for FIGURE_COLUMNS_MAX. Returns their number.
unsigned figure_columns_of(enum table_kind kind, const char *experiment, struct figure_column *out);
/// Text of one cell.
void figure_put(const struct figure_column *column, char *out, const struct derived *derived, uint32_t row);

#endif
