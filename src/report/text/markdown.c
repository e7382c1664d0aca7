#include "report/text/markdown.h"

#include <ctype.h>

#include "report/text/text.h"

// Character references are text in every place, also where a backslash or a code span would not be: cells of tables,
// HTML.
static const char *markdown_escape(char character)
{
	switch (character) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '|':
		return "&#124;";
	case '`':
		return "&#96;";
	case '*':
		return "&#42;";
	case '_':
		return "&#95;";
	case '[':
		return "&#91;";
	case ']':
		return "&#93;";
	case '\\':
		return "&#92;";
	case '~':
		return "&#126;";
	case '@':
		return "&#64;";
	case '#':
		return "&#35;";
	case '\n':
	case '\r':
	case '\t':
		return " ";
	}
	return iscntrl((unsigned char)character) ? "?" : NULL;
}

char *markdown_text(char *out, size_t out_bytes, const char *text)
{
	return text_escape(out, out_bytes, text, markdown_escape);
}
