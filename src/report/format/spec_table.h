// A report of one spec a line, for a terminal (120 columns) or in Markdown for GitHub. Names stand last and go on below
// where they are too long, so that none is cut. Columns have fixed widths.
#ifndef TVP_REPORT_FORMAT_SPEC_TABLE_H
#define TVP_REPORT_FORMAT_SPEC_TABLE_H

#include <stdbool.h>
#include <stdio.h>

#include "gate/stored/machine.h"
#include "measure/record.h"

enum report_format { FORMAT_TABLE, FORMAT_MARKDOWN, FORMAT_JSON };
/// "table", "markdown", "json". Returns 0, or -EINVAL with a message.
int report_format_parse(const char *text, enum report_format *format);

enum { SPEC_TABLE_CELL_BYTES = 64, SPEC_TABLE_COLUMNS_MAX = 10 };

struct spec_table_column {
	const char *title;
	unsigned width; ///< on a terminal
	bool left;
};

struct spec_table {
	FILE *out;
	bool markdown;
	const struct spec_table_column *column; ///< the name's, which is further, is not among them
	unsigned columns_n;
	const char *colour; ///< of the first cell of the rows to come, as a terminal's escape sequence; NULL for none
};

/// A paragraph (printf style). Texts of files may stand in it: what would steer a terminal or Markdown is made
/// harmless.
void spec_table_say(const struct spec_table *table, const char *format, ...) __attribute__((format(printf, 2, 3)));
/// A paragraph that tells which file this is: "WHAT: PATH (suite, date, revision)".
void spec_table_say_result(const struct spec_table *table, const char *what, const char *path,
                           const struct record *record);
/// One paragraph for each fact that differs; a and b are what the sides are called.
void spec_table_say_machines(const struct spec_table *table, const struct machine_difference *difference,
                             unsigned differences_n, const char *a, const char *b);

/// The columns' titles; then lines of the table. note: said behind the name, "" for nothing.
void spec_table_head(const struct spec_table *table);
void spec_table_row(const struct spec_table *table, char (*cell)[SPEC_TABLE_CELL_BYTES], const char *name,
                    const char *note);

/// A list: its title, and its items. why: "" for nothing.
void spec_table_list(const struct spec_table *table, const char *title);
void spec_table_item(const struct spec_table *table, const char *name, const char *why);

/// "1.034", "12.3", "123457", "∞", "0.981 to 1.034" into a cell; "" for what is NAN, "?" for an end of an interval
/// that is.
void spec_table_put_ratio(char *cell, double ratio);
void spec_table_put_interval(char *cell, double low, double high);

#endif
