// Lines are printed as they come: no document is ever held in memory.
#include "report/text/document.h"

#include <stdarg.h>
#include <string.h>

#include "base/words.h"
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
void document_wrap(const struct document *document, const char *text, size_t at, size_t indent)
{
	FILE *out = document->out;
	size_t room = document_columns(document);
	bool blank = false;
	while (*text) {
		size_t bytes = piece_bytes(text, room - indent), columns = 0;
		bool ends_blank = text[bytes - 1] == ' ';
		for (size_t i = 0; i < bytes - ends_blank; i++)
			columns += text_begins_character(text[i]);
		if (at > indent && at + blank + columns > room) {
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

void document_escape(FILE *out, const char *before, const char *text, const char *after)
{
	char escaped[6 * DOCUMENT_TEXT_BYTES];
	fprintf(out, "%s%s%s", before, markdown_text(escaped, sizeof escaped, text), after);
}

void document_heading(const struct document *document, int level, const char *format, ...)
{
	char text[DOCUMENT_TEXT_BYTES], plain[DOCUMENT_TEXT_BYTES];
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(text, sizeof text, format, arguments);
	va_end(arguments);
	fputs(level > 1 ? "\n" : "", document->out);
	if (document->markdown) {
		fprintf(document->out, "%.*s", level + 1, "######");
		document_escape(document->out, " ", text, "\n\n");
	} else {
		fputs(document->colour ? "\033[1m" : "", document->out);
		document_wrap(document, text_plain(plain, sizeof plain, text), 0, INDENT);
		fputs(document->colour ? "\033[0m" : "", document->out);
	}
}

void document_say(const struct document *document, const char *format, ...)
{
	char text[DOCUMENT_TEXT_BYTES], plain[DOCUMENT_TEXT_BYTES];
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(text, sizeof text, format, arguments);
	va_end(arguments);
	if (document->markdown)
		document_escape(document->out, "", text, "\n\n");
	else
		document_wrap(document, text_plain(plain, sizeof plain, text), 0, 0);
}

void document_say_result(const struct document *document, const char *what, const char *path,
                         const struct record *record)
{
	const char *revision = facts_get(&record->facts, "git_revision");
	document_say(document, "%s: %s (%s%s%s%s%s)", what, path, record->options.suite, *record->date ? ", " : "",
	             record->date, revision ? ", revision " : "", revision ? revision : "");
}

void document_say_machines(const struct document *document, const struct machine_difference *difference,
                           unsigned differences_n, const char *a, const char *b)
{
	for (unsigned i = 0; i < differences_n; i++)
		document_say(document, "%s differs: \"%s\" in %s, \"%s\" in %s.", difference[i].key, difference[i].a, a,
		             difference[i].b, b);
}

void document_say_left_out(const struct document *document, const char *names, const char *more)
{
	char list[2 * DOCUMENT_LEFT_OUT_BYTES] = "";
	for (struct word name = {.at = names}; word_next(&name, ',');)
		text_add(list, sizeof list, "%s%.*s", *list ? ", " : "", (int)name.length, name.at);
	if (*list)
		document_say(document, "Left out, as lines have %u columns%s: %s", document_columns(document), more, list);
}

void document_list(const struct document *document, const char *title)
{
	fprintf(document->out, "\n%s\n%s", title, document->markdown ? "\n" : "");
}

void document_item(const struct document *document, unsigned depth, const char *name, const char *text)
{
	char line[DOCUMENT_TEXT_BYTES], plain[DOCUMENT_TEXT_BYTES], title[SPEC_NAME_BYTES];
	const char *between = *name && *text ? ": " : "";
	size_t indent = (depth + 1) * INDENT;
	text_spec(title, sizeof title, name);
	if (document->markdown) {
		fprintf(document->out, "%*s- ", (int)depth * INDENT, "");
		if (*name)
			document_escape(document->out, "<code>", title, "</code>");
		document_escape(document->out, between, text, "\n");
		return;
	}
	snprintf(line, sizeof line, "%s%s%s", title, between, text);
	fprintf(document->out, "%*s", (int)indent, "");
	document_wrap(document, text_plain(plain, sizeof plain, line), indent, indent + INDENT);
}
