#include "report/gate/printed.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "report/text/text.h"

bool gate_printed_has(const struct gate_row *row)
{
	bool has = false;
	for (int side = 0; side < SIDES_N; side++)
		has |= *row->printed[side].output || *row->printed[side].errors;
	return has && row->state == GATE_ROW_FAILED;
}

static const char *plain(char character)
{
	return character != '\n' && iscntrl((unsigned char)character) ? " " : NULL;
}

static const char *last_lines(const char *text)
{
	const char *at = text + strlen(text);
	for (int lines_n = 0; at > text; at--)
		if (at[-1] == '\n' && ++lines_n == GATE_PRINTED_LINES)
			break;
	return at;
}

static void stream_add(char *out, const char *side, const char *stream, const char *text)
{
	char lines[SLICE_PRINTED_BYTES];
	if (!*text)
		return;
	text_add(out, GATE_PRINTED_BYTES, "%s, standard %s:\n", side, stream);
	text_escape(lines, sizeof lines, last_lines(text), plain);
	for (char *rest = lines, *line; (line = strsep(&rest, "\n")) != NULL;)
		text_add(out, GATE_PRINTED_BYTES, "  %s\n", line);
}

char *gate_printed_text(char out[GATE_PRINTED_BYTES], const struct gate *gate, const struct gate_row *row)
{
	int first = row->failed_side == SIDE_NEW ? SIDE_NEW : SIDE_OLD;
	*out = '\0';
	for (int i = 0; i < SIDES_N && gate_printed_has(row); i++) {
		int side = i == 0 ? first : SIDES_N - 1 - first;
		stream_add(out, gate->side[side].name, "error", row->printed[side].errors);
		stream_add(out, gate->side[side].name, "output", row->printed[side].output);
	}
	return out;
}
