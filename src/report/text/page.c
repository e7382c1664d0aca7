// Lines are printed as they come: no page is ever held in memory.
#include "report/text/page.h"

#include <stdarg.h>
#include <string.h>

#include "report/text/markdown.h"
#include "report/text/text.h"

enum { INDENT = 2 };

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

// Blanks at the end of a line are left out.
void page_wrap(FILE *out, const char *text, size_t at, size_t indent)
{
	bool blank = false;
	while (*text) {
		size_t bytes = piece_bytes(text, PAGE_COLUMNS - indent), columns = 0;
		bool ends_blank = text[bytes - 1] == ' ';
		for (size_t i = 0; i < bytes - ends_blank; i++)
			columns += text_begins_character(text[i]);
		if (at > indent && at + blank + columns > PAGE_COLUMNS) {
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

void page_escape(FILE *out, const char *before, const char *text, const char *after)
{
	char escaped[6 * PAGE_TEXT_BYTES];
	fprintf(out, "%s%s%s", before, markdown_text(escaped, sizeof escaped, text), after);
}

void page_heading(const struct page *page, int level, const char *format, ...)
{
	char text[PAGE_TEXT_BYTES], plain[PAGE_TEXT_BYTES];
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(text, sizeof text, format, arguments);
	va_end(arguments);
	fputs(level > 1 ? "\n" : "", page->out);
	if (page->markdown) {
		fprintf(page->out, "%.*s", level + 1, "######");
		page_escape(page->out, " ", text, "\n\n");
	} else {
		fprintf(page->out, "%s%s%s\n", page->colour ? "\033[1m" : "", text_plain(plain, sizeof plain, text),
		        page->colour ? "\033[0m" : "");
	}
}

void page_say(const struct page *page, const char *format, ...)
{
	char text[PAGE_TEXT_BYTES], plain[PAGE_TEXT_BYTES];
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(text, sizeof text, format, arguments);
	va_end(arguments);
	if (page->markdown)
		page_escape(page->out, "", text, "\n\n");
	else
		page_wrap(page->out, text_plain(plain, sizeof plain, text), 0, 0);
}

void page_say_result(const struct page *page, const char *what, const char *path, const struct record *record)
{
	const char *revision = facts_get(&record->facts, "git_revision");
	page_say(page, "%s: %s (%s, %s, revision %s)", what, path, record->options.suite, record->date,
	         revision ? revision : "unknown");
}

void page_say_machines(const struct page *page, const struct machine_difference *difference, unsigned differences_n,
                       const char *a, const char *b)
{
	for (unsigned i = 0; i < differences_n; i++)
		page_say(page, "%s differs: \"%s\" in %s, \"%s\" in %s.", difference[i].key, difference[i].a, a,
		         difference[i].b, b);
}

void page_list(const struct page *page, const char *title)
{
	fprintf(page->out, "\n%s\n%s", title, page->markdown ? "\n" : "");
}

void page_item(const struct page *page, unsigned depth, const char *name, const char *text)
{
	char line[PAGE_TEXT_BYTES], plain[PAGE_TEXT_BYTES];
	const char *between = *name && *text ? ": " : "";
	size_t indent = (depth + 1) * INDENT;
	if (page->markdown) {
		fprintf(page->out, "%*s- ", (int)depth * INDENT, "");
		if (*name)
			page_escape(page->out, "<code>", name, "</code>");
		page_escape(page->out, between, text, "\n");
		return;
	}
	snprintf(line, sizeof line, "%s%s%s", name, between, text);
	fprintf(page->out, "%*s", (int)indent, "");
	page_wrap(page->out, text_plain(plain, sizeof plain, line), indent, indent + INDENT);
}
