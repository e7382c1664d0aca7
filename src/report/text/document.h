// Text around tables: headings, paragraphs and lists, for a terminal of 120 columns or in Markdown. Texts of files may
// stand in it: what would steer a terminal or end a cell of Markdown is made harmless.
#ifndef TVP_REPORT_TEXT_DOCUMENT_H
#define TVP_REPORT_TEXT_DOCUMENT_H

#include <stdbool.h>
#include <stdio.h>

#include "gate/stored/machine.h"
#include "measure/record.h"

/// How people want a report: what programs read has everything, and no colour.
struct report_style {
	bool all;         ///< every figure of every row
	bool colour;      ///< terminal escapes; a report says the same without
	unsigned lines;   ///< about as many lines as a report of a run should have; 0: as many as it needs
	unsigned columns; ///< of the terminal; 0: DOCUMENT_COLUMNS
};

struct document {
	FILE *out;
	bool markdown;
	bool colour;      ///< headings and doubts stand out; never with markdown
	unsigned columns; ///< that tables are laid out for; 0: DOCUMENT_COLUMNS
	char *left_out;   ///< [DOCUMENT_LEFT_OUT_BYTES] the columns that tables left out for lack of width are collected
	                  ///< here, separated by commas; NULL: each table says it below itself
};

enum { DOCUMENT_COLUMNS = 120, DOCUMENT_TEXT_BYTES = SPEC_NAME_BYTES + 1024, DOCUMENT_LEFT_OUT_BYTES = 240 };

/// Columns of the terminal that it is written for.
static inline unsigned document_columns(const struct document *document)
{
	return document->columns ? document->columns : DOCUMENT_COLUMNS;
}

/// An empty line and a title (printf style); level 1 stands above all others.
void document_heading(const struct document *document, int level, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/// A paragraph (printf style).
void document_say(const struct document *document, const char *format, ...) __attribute__((format(printf, 2, 3)));
/// A paragraph that says which file this is: "WHAT: PATH (suite, date, revision)".
void document_say_result(const struct document *document, const char *what, const char *path,
                         const struct record *record);
/// One paragraph for each fact that differs; a and b are what the sides are called.
void document_say_machines(const struct document *document, const struct machine_difference *difference,
                           unsigned differences_n, const char *a, const char *b);
/// A paragraph that names the columns left out (of `names`, separated by commas) behind what more is said of them;
/// nothing where none was.
void document_say_left_out(const struct document *document, const char *names, const char *more);
/// The title of a list; its entries follow.
void document_list(const struct document *document, const char *title);
/// An entry of a list, below an entry that stands `depth` levels higher. name: of a spec, or ""; text: "" for nothing.
void document_item(const struct document *document, unsigned depth, const char *name, const char *text);

/// Print text from column `at` on, and further lines of it from column `indent` on, no line being longer than
/// document_columns(); then a newline.
void document_wrap(const struct document *document, const char *text, size_t at, size_t indent);
/// "<before><text><after>", the text escaped for Markdown.
void document_escape(FILE *out, const char *before, const char *text, const char *after);

#endif
