// Any text in GitHub's Markdown.
#ifndef TVP_REPORT_TEXT_MARKDOWN_H
#define TVP_REPORT_TEXT_MARKDOWN_H

#include <stddef.h>

/// The text on one line, so that nothing in it is markup, HTML or the end of a table's cell: as in text_escape(), by
/// character references, six bytes for one at most.
char *markdown_text(char *out, size_t out_bytes, const char *text);

#endif
