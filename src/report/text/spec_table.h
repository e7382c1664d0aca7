// A table of one spec a line. Names stand last and go on below where they are too long, so that none is cut. Columns
// have fixed widths.
#ifndef TVP_REPORT_TEXT_SPEC_TABLE_H
#define TVP_REPORT_TEXT_SPEC_TABLE_H

#include "report/text/document.h"

enum { SPEC_TABLE_CELL_BYTES = 64, SPEC_TABLE_COLUMNS_MAX = 10 };

struct spec_table_column {
	const char *title;
	unsigned width; ///< on a terminal
	bool left;
};

struct spec_table {
	struct document document;
	const struct spec_table_column *column; ///< the name's, which is further, is not among them
	unsigned columns_n;
	const char *colour; ///< of the first cell of the rows to come, as a terminal's escape sequence; NULL for none
};

/// An empty line and the columns' titles; then lines of the table. note: said behind the name, "" for nothing.
void spec_table_head(const struct spec_table *table);
void spec_table_row(const struct spec_table *table, char (*cell)[SPEC_TABLE_CELL_BYTES], const char *name,
                    const char *note);

/// "1.034", "12.3", "123457", "∞", "0.981 to 1.034" into a cell; "" for what is NAN, "?" for an end of an interval
/// that is.
void spec_table_put_ratio(char *cell, double ratio);
void spec_table_put_interval(char *cell, double low, double high);

#endif
