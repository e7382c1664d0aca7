// Text around tables: headings, paragraphs and lists, for a terminal of 120 columns or in Markdown. Texts of files may
// stand in it: what would steer a terminal or end a cell of Markdown is made harmless.
#ifndef TVP_REPORT_TEXT_PAGE_H
#define TVP_REPORT_TEXT_PAGE_H

#include <stdbool.h>
#include <stdio.h>

#include "gate/stored/machine.h"
#include "measure/record.h"

/// How people want a report: what programs read has everything, and no colour.
struct page_style {
	bool all;    ///< every figure of every row
	bool colour; ///< terminal escapes; a report says the same without
};

struct page {
	FILE *out;
	bool markdown;
	bool colour; ///< headings and doubts stand out; never with markdown
};

enum { PAGE_COLUMNS = 120, PAGE_TEXT_BYTES = SPEC_NAME_BYTES + 1024 };

/// An empty line and a title (printf style); level 1 stands above all others.
void page_heading(const struct page *page, int level, const char *format, ...) __attribute__((format(printf, 3, 4)));
/// A paragraph (printf style).
void page_say(const struct page *page, const char *format, ...) __attribute__((format(printf, 2, 3)));
/// A paragraph that says which file this is: "WHAT: PATH (suite, date, revision)".
void page_say_result(const struct page *page, const char *what, const char *path, const struct record *record);
/// One paragraph for each fact that differs; a and b are what the sides are called.
void page_say_machines(const struct page *page, const struct machine_difference *difference, unsigned differences_n,
                       const char *a, const char *b);
/// The title of a list; its entries follow.
void page_list(const struct page *page, const char *title);
/// An entry of a list, below an entry that stands `depth` levels higher. name: of a spec, or ""; text: "" for nothing.
void page_item(const struct page *page, unsigned depth, const char *name, const char *text);

/// Print text from column `at` on, and further lines of it from column `indent` on, no line being longer than
/// PAGE_COLUMNS; then a newline.
void page_wrap(FILE *out, const char *text, size_t at, size_t indent);
/// "<before><text><after>", the text escaped for Markdown.
void page_escape(FILE *out, const char *before, const char *text, const char *after);

#endif
