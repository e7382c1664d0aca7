// Widths are known beforehand, so lines are printed as they come.
#include "report/sheet.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <string.h>

#include "base/status.h"
#include "report/markdown.h"
#include "report/text.h"

enum { WIDTH = 120, INDENT = 2, GAP = 2, TEXT_BYTES = 2048 };

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

void sheet_say(const struct sheet *sheet, const char *format, ...)
{
	char text[TEXT_BYTES], plain[TEXT_BYTES];
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(text, sizeof text, format, arguments);
	va_end(arguments);
	if (sheet->markdown)
		escape(sheet->out, "", text, "\n\n");
	else
		wrap(sheet->out, text_plain(plain, sizeof plain, text), 0, 0);
}

void sheet_say_result(const struct sheet *sheet, const char *what, const char *path, const struct record *record)
{
	const char *revision = facts_get(&record->facts, "git_revision");
	sheet_say(sheet, "%s: %s (%s, %s, revision %s)", what, path, record->options.suite, record->date,
		  revision ? revision : "unknown");
}

void sheet_say_machines(const struct sheet *sheet, const struct machine_difference *difference, unsigned differences_n,
			const char *a, const char *b)
{
	for (unsigned i = 0; i < differences_n; i++)
		sheet_say(sheet, "%s differs: \"%s\" in %s, \"%s\" in %s.", difference[i].key, difference[i].a, a,
			  difference[i].b, b);
}

static size_t name_column(const struct sheet *sheet)
{
	size_t at = INDENT;
	for (unsigned i = 0; i < sheet->columns_n; i++)
		at += sheet->column[i].width + GAP;
	return at;
}

// One line of the table up to the name. Returns the column it has come to: further than name_column() where a figure is wider
// than its column.
static size_t cells_print(const struct sheet *sheet, const char *const *cell)
{
	size_t at = name_column(sheet);
	for (unsigned i = 0; i < sheet->columns_n; i++) {
		bool coloured = i == 0 && sheet->colour;
		size_t columns = text_columns(cell[i]);
		at += columns > sheet->column[i].width ? columns - sheet->column[i].width : 0;
		fprintf(sheet->out, "%*s%s", i ? GAP : INDENT, "", coloured ? sheet->colour : "");
		text_pad(sheet->out, cell[i], sheet->column[i].width, sheet->column[i].left);
		fputs(coloured ? "\033[0m" : "", sheet->out);
	}
	fprintf(sheet->out, "%*s", GAP, "");
	return at;
}

void sheet_head(const struct sheet *sheet)
{
	const char *title[SHEET_COLUMNS_MAX];
	for (unsigned i = 0; i < sheet->columns_n; i++)
		title[i] = sheet->column[i].title;
	fputs("\n", sheet->out);
	if (!sheet->markdown) {
		cells_print(sheet, title);
		fputs("spec\n", sheet->out);
		return;
	}
	for (unsigned i = 0; i < sheet->columns_n; i++)
		fprintf(sheet->out, "| %s ", title[i]);
	fputs("| spec |\n", sheet->out);
	for (unsigned i = 0; i < sheet->columns_n; i++)
		fputs(sheet->column[i].left ? "|---" : "|--:", sheet->out);
	fputs("|---|\n", sheet->out);
}

void sheet_row(const struct sheet *sheet, char (*cell)[SHEET_CELL_BYTES], const char *name, const char *note)
{
	char text[TEXT_BYTES], plain[TEXT_BYTES];
	const char *cells[SHEET_COLUMNS_MAX];
	for (unsigned i = 0; i < sheet->columns_n; i++)
		cells[i] = cell[i];
	if (!sheet->markdown) {
		snprintf(text, sizeof text, "%.1000s%s%.1000s%s", name, *note ? " (" : "", note, *note ? ")" : "");
		size_t at = cells_print(sheet, cells);
		wrap(sheet->out, text_plain(plain, sizeof plain, text), at, name_column(sheet));
		return;
	}
	for (unsigned i = 0; i < sheet->columns_n; i++)
		fprintf(sheet->out, "| %s ", cells[i]);
	escape(sheet->out, "| <code>", name, "</code>");
	escape(sheet->out, *note ? " " : "", note, " |\n");
}

void sheet_list(const struct sheet *sheet, const char *title)
{
	fprintf(sheet->out, "\n%s\n%s", title, sheet->markdown ? "\n" : "");
}

void sheet_item(const struct sheet *sheet, const char *name, const char *why)
{
	char text[TEXT_BYTES], plain[TEXT_BYTES];
	if (sheet->markdown) {
		escape(sheet->out, "- <code>", name, "</code>");
		escape(sheet->out, *why ? ": " : "", why, "\n");
		return;
	}
	snprintf(text, sizeof text, "%s%s%s", name, *why ? ": " : "", why);
	fprintf(sheet->out, "%*s", INDENT, "");
	wrap(sheet->out, text_plain(plain, sizeof plain, text), INDENT, INDENT + GAP);
}

void sheet_put_ratio(char *cell, double ratio)
{
	if (isinf(ratio))
		snprintf(cell, SHEET_CELL_BYTES, "∞");
	else if (ratio >= 9999.5)
		snprintf(cell, SHEET_CELL_BYTES, "%.1e", ratio);
	else if (ratio >= 0.1 && ratio < 10)
		snprintf(cell, SHEET_CELL_BYTES, "%.3f", ratio);
	else
		text_number(cell, SHEET_CELL_BYTES, ratio);
}

void sheet_put_interval(char *cell, double low, double high)
{
	char from[SHEET_CELL_BYTES] = "?", to[SHEET_CELL_BYTES] = "?";
	cell[0] = '\0';
	if (isnan(low) && isnan(high))
		return;
	// A bound that says nothing need not say it in digits.
	if (low < 0.001 && high > 0.01)
		strcpy(from, "0");
	else if (!isnan(low))
		sheet_put_ratio(from, low);
	if (!isnan(high))
		sheet_put_ratio(to, high);
	snprintf(cell, SHEET_CELL_BYTES, "%.20s to %.20s", from, to);
}
