// Whatever might fit is written into memory and its lines are counted: no estimate of widths and headings can be wrong.
#include "report/table/fit.h"

#include "base/status.h"
#include "report/table/foot.h"
#include "report/table/head.h"
#include "report/table/screen.h"
#include "report/text/text.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

struct attempt {
	const struct derived *derived;
	struct screen_lines most; ///< all 0: the whole report
	int (*whole)(const struct document *document, const struct derived *derived, bool all);
};

static void shown_print(const struct document *document, const struct record *record, const bool *shown)
{
	uint32_t shown_n = 0;
	for (uint32_t i = 0; i < record->rows_n; i++)
		shown_n += shown[i];
	document_say(document, "Shown: %u of %u rows. --lines=all shows every row, --all every figure of every row.",
	             shown_n, record->rows_n);
}

static int few_print(const struct document *document, const struct attempt *attempt)
{
	const struct record *record = attempt->derived->record;
	bool *shown = calloc(record->rows_n + 1ul, sizeof *shown);
	if (!shown)
		return status_fail(ENOMEM, "a report of %u rows", record->rows_n);
	head_print(document, record);
	int status = screen_print(document, attempt->derived, &attempt->most, shown);
	if (status == 0)
		status = foot_say(document, attempt->derived);
	document_say_left_out(document, document->left_out, " (--lines=all shows the rows they are of)");
	shown_print(document, record, shown);
	free(shown);
	return status;
}

// The report as text, malloc'd.
static int attempt_print(const struct document *document, const struct attempt *attempt, char **text)
{
	size_t bytes;
	struct document memory = *document;
	memory.out = open_memstream(text, &bytes);
	*document->left_out = '\0';
	if (!memory.out)
		return status_fail(errno, "a report in memory");
	int status = attempt->most.rows_n ? few_print(&memory, attempt) : attempt->whole(&memory, attempt->derived, false);
	if (status == 0)
		status = text_end(memory.out);
	fclose(memory.out);
	return status;
}

// Lines of the terminal: a longer line goes on in the next. Colours take no columns.
static unsigned lines_of(const char *text, unsigned columns)
{
	unsigned n = 0, at = 0;
	for (; *text; text++) {
		if (*text == '\033')
			text += strcspn(text, "m");
		else if (*text == '\n') {
			n += 1 + (at > 0 ? (at - 1) / columns : 0);
			at = 0;
		} else
			at += text_begins_character(*text);
	}
	return n;
}

int fit_print(const struct document *document, const struct derived *derived, unsigned lines_n,
              int (*whole)(const struct document *document, const struct derived *derived, bool all))
{
	static const struct screen_lines most[] = {
		{0},      {60, 60}, {48, 48}, {40, 40}, {32, 32}, {24, 24}, {20, 20}, {16, 16},
		{12, 12}, {10, 10}, {8, 8},   {8, 6},   {8, 5},   {6, 5},   {6, 4},   {6, 3},
		{4, 3},   {3, 3},   {2, 3},   {3, 2},   {2, 2},   {1, 2},   {2, 1},   {1, 1},
	};
	enum { ATTEMPTS_N = sizeof most / sizeof *most };
	for (size_t i = 0; i < ATTEMPTS_N; i++) {
		char *text = NULL;
		int status = attempt_print(document, &(struct attempt){derived, most[i], whole}, &text);
		bool fits = status == 0 && (lines_of(text, document_columns(document)) <= lines_n || i + 1 == ATTEMPTS_N);
		if (fits)
			fputs(text, document->out);
		free(text);
		if (status < 0 || fits)
			return status;
	}
	return 0;
}
