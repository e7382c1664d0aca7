// Widths are known beforehand, so lines are printed as they come.
#include "report/format/spec_table.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <string.h>

#include "base/status.h"
#include "measure/spec.h"
#include "report/format/markdown.h"
#include "report/format/text.h"

enum { WIDTH = 120, INDENT = 2, GAP = 2, TEXT_BYTES = SPEC_NAME_BYTES + 1024 };

int report_format_parse(const char *text, enum report_format *format)
{
	static const char *const names[] = {
		[FORMAT_TABLE] = "table", [FORMAT_MARKDOWN] = "markdown", [FORMAT_JSON] = "json"};
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (strcmp(text, names[i]) == 0) {
			*format = (enum report_format)i;
			return 0;
		}
	return status_say(EINVAL, "--format='%s' (table, markdown or json)", text);
}

// Bytes of the next piece: up to and with a blank or a slash, or as much as a line of `room` columns takes of it.
static size_t piece_bytes(const char *text, size_t room)
{
	size_t bytes = 0, columns = 0;
	while (text[bytes]) {
		if (text_begins_character(text[bytes]) && columns++ == room)
			break;
		bytes++;
		if (text[bytes - 1] == ' ' || text[bytes - 1] == '/')
			break;
	}
	return bytes;
}

// From column `at` on, further lines from `indent` on; blanks at the end of a line are left out.
static void wrap(FILE *out, const char *text, size_t at, size_t indent)
{
	bool blank = false;
	while (*text) {
		size_t bytes = piece_bytes(text, WIDTH - indent), columns = 0;
		bool ends_blank = text[bytes - 1] == ' ';
		for (size_t i = 0; i < bytes - ends_blank; i++)
			columns += text_begins_character(text[i]);
		if (at > indent && at + blank + columns > WIDTH) {
			fprintf(out, "\n%*s", (int)indent, "");
			at = indent;
			blank = false;
		}
		fprintf(out, "%s%.*s", blank ? " " : "", (int)(bytes - ends_blank), text);
		at += columns + blank;
		blank = ends_blank;
		text += bytes;
	}
	fputc('\n', out);
}

static void escape(FILE *out, const char *before, const char *text, const char *after)
{
	char escaped[6 * TEXT_BYTES];
	fprintf(out, "%s%s%s", before, markdown_text(escaped, sizeof escaped, text), after);
}

void spec_table_say(const struct spec_table *table, const char *format, ...)
{
	char text[TEXT_BYTES], plain[TEXT_BYTES];
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(text, sizeof text, format, arguments);
	va_end(arguments);
	if (table->markdown)
		escape(table->out, "", text, "\n\n");
	else
		wrap(table->out, text_plain(plain, sizeof plain, text), 0, 0);
}

void spec_table_say_result(const struct spec_table *table, const char *what, const char *path,
                           const struct record *record)
{
	const char *revision = facts_get(&record->facts, "git_revision");
	spec_table_say(table, "%s: %s (%s, %s, revision %s)", what, path, record->options.suite, record->date,
	               revision ? revision : "unknown");
}

void spec_table_say_machines(const struct spec_table *table, const struct machine_difference *difference,
                             unsigned differences_n, const char *a, const char *b)
{
	for (unsigned i = 0; i < differences_n; i++)
		spec_table_say(table, "%s differs: \"%s\" in %s, \"%s\" in %s.", difference[i].key, difference[i].a, a,
		               difference[i].b, b);
}

static size_t name_column(const struct spec_table *table)
{
	size_t at = INDENT;
	for (unsigned i = 0; i < table->columns_n; i++)
		at += table->column[i].width + GAP;
	return at;
}

// One line of the table up to the name. Returns the column it has come to: further than name_column() where a figure is
// wider than its column.
static size_t cells_print(const struct spec_table *table, const char *const *cell)
{
	size_t at = name_column(table);
	for (unsigned i = 0; i < table->columns_n; i++) {
		bool coloured = i == 0 && table->colour;
		size_t columns = text_columns(cell[i]);
		at += columns > table->column[i].width ? columns - table->column[i].width : 0;
		fprintf(table->out, "%*s%s", i ? GAP : INDENT, "", coloured ? table->colour : "");
		text_pad(table->out, cell[i], table->column[i].width, table->column[i].left);
		fputs(coloured ? "\033[0m" : "", table->out);
	}
	fprintf(table->out, "%*s", GAP, "");
	return at;
}

void spec_table_head(const struct spec_table *table)
{
	const char *title[SPEC_TABLE_COLUMNS_MAX];
	for (unsigned i = 0; i < table->columns_n; i++)
		title[i] = table->column[i].title;
	fputs("\n", table->out);
	if (!table->markdown) {
		cells_print(table, title);
		fputs("spec\n", table->out);
		return;
	}
	for (unsigned i = 0; i < table->columns_n; i++)
		fprintf(table->out, "| %s ", title[i]);
	fputs("| spec |\n", table->out);
	for (unsigned i = 0; i < table->columns_n; i++)
		fputs(table->column[i].left ? "|---" : "|--:", table->out);
	fputs("|---|\n", table->out);
}

void spec_table_row(const struct spec_table *table, char (*cell)[SPEC_TABLE_CELL_BYTES], const char *name,
                    const char *note)
{
	char text[TEXT_BYTES], plain[TEXT_BYTES];
	const char *cells[SPEC_TABLE_COLUMNS_MAX];
	for (unsigned i = 0; i < table->columns_n; i++)
		cells[i] = cell[i];
	if (!table->markdown) {
		snprintf(text, sizeof text, "%s%s%s%s", name, *note ? " (" : "", note, *note ? ")" : "");
		size_t at = cells_print(table, cells);
		wrap(table->out, text_plain(plain, sizeof plain, text), at, name_column(table));
		return;
	}
	for (unsigned i = 0; i < table->columns_n; i++)
		fprintf(table->out, "| %s ", cells[i]);
	escape(table->out, "| <code>", name, "</code>");
	escape(table->out, *note ? " " : "", note, " |\n");
}

void spec_table_list(const struct spec_table *table, const char *title)
{
	fprintf(table->out, "\n%s\n%s", title, table->markdown ? "\n" : "");
}

void spec_table_item(const struct spec_table *table, const char *name, const char *why)
{
	char text[TEXT_BYTES], plain[TEXT_BYTES];
	if (table->markdown) {
		escape(table->out, "- <code>", name, "</code>");
		escape(table->out, *why ? ": " : "", why, "\n");
		return;
	}
	snprintf(text, sizeof text, "%s%s%s", name, *why ? ": " : "", why);
	fprintf(table->out, "%*s", INDENT, "");
	wrap(table->out, text_plain(plain, sizeof plain, text), INDENT, INDENT + GAP);
}

void spec_table_put_ratio(char *cell, double ratio)
{
	if (ratio >= 0.1 && ratio < 10)
		snprintf(cell, SPEC_TABLE_CELL_BYTES, "%.3f", ratio);
	else
		text_number(cell, SPEC_TABLE_CELL_BYTES, ratio);
}

void spec_table_put_interval(char *cell, double low, double high)
{
	char from[SPEC_TABLE_CELL_BYTES] = "?", to[SPEC_TABLE_CELL_BYTES] = "?";
	cell[0] = '\0';
	if (isnan(low) && isnan(high))
		return;
	// A bound that says nothing need not say it in digits.
	if (low < 0.001 && high > 0.01)
		strcpy(from, "0");
	else if (!isnan(low))
		spec_table_put_ratio(from, low);
	if (!isnan(high))
		spec_table_put_ratio(to, high);
	snprintf(cell, SPEC_TABLE_CELL_BYTES, "%.20s to %.20s", from, to);
}
