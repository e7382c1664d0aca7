// GitHub workflow commands, which its runner reads from a step's standard output. It shows ten errors and ten warnings
// of a step and drops the rest silently: where there are more, the tenth says how many.
#include <ctype.h>

#include "report/format/format.h"
#include "report/gate/entries.h"
#include "report/text/text.h"

enum { ANNOTATIONS_MOST = 10, ESCAPED_BYTES = 3 * (GATE_TEXT_BYTES + GATE_NAME_BYTES) + 64 };

static const char *message_escape(char character)
{
	switch (character) {
	case '%':
		return "%25";
	case '\r':
		return "%0D";
	case '\n':
		return "%0A";
	case '\t':
		return NULL;
	}
	return iscntrl((unsigned char)character) ? "?" : NULL;
}

static const char *property_escape(char character)
{
	return character == ':' ? "%3A" : character == ',' ? "%2C" : message_escape(character);
}

static void command_put(FILE *out, const char *level, const char *title, const char *message)
{
	char escaped[ESCAPED_BYTES];
	fprintf(out, "::%s title=%s::", level, text_escape(escaped, sizeof escaped, title, property_escape));
	fprintf(out, "%s\n", text_escape(escaped, sizeof escaped, message, message_escape));
}

static void entry_put(FILE *out, const struct gate *gate, const char *level, const struct gate_entry *entry)
{
	char name[GATE_NAME_BYTES], plain[GATE_NAME_BYTES], text[GATE_TEXT_BYTES], title[64];
	char message[sizeof name + sizeof text + 4];
	snprintf(title, sizeof title, "tvp gate: %s", verdict_name(entry->verdict));
	text_spec(plain, sizeof plain, gate_entry_name(name, sizeof name, gate, entry));
	snprintf(message, sizeof message, "%s: %s", plain, gate_entry_text(text, sizeof text, entry));
	command_put(out, level, title, message);
}

// The entries of two verdicts, those of the first before those of the second.
static void level_put(FILE *out, const struct gate *gate, const struct gate_entries *entries, const char *level,
                      const enum verdict verdicts[2])
{
	uint32_t put_n = 0, all_n = entries->verdict_n[verdicts[0]] + entries->verdict_n[verdicts[1]];
	uint32_t shown_n = all_n > ANNOTATIONS_MOST ? ANNOTATIONS_MOST - 1 : all_n;
	char message[80];
	for (int v = 0; v < 2; v++)
		for (uint32_t i = 0; i < entries->n && put_n < shown_n; i++)
			if (entries->entry[i].verdict == verdicts[v]) {
				entry_put(out, gate, level, &entries->entry[i]);
				put_n++;
			}
	if (put_n == all_n)
		return;
	snprintf(message, sizeof message, "… and %u more: the gate's table has them all", all_n - put_n);
	command_put(out, level, "tvp gate", message);
}

static int gate(FILE *out, const struct gate *ended, const struct report_style *style)
{
	(void)style;
	static const enum verdict errors[] = {VERDICT_REGRESSED, VERDICT_FAILED};
	static const enum verdict warnings[] = {VERDICT_CANNOT_TELL, VERDICT_OPEN};
	struct gate_entries entries;
	int status = gate_entries_open(&entries, ended);
	if (status < 0)
		return status;
	level_put(out, ended, &entries, "error", errors);
	level_put(out, ended, &entries, "warning", warnings);
	gate_entries_close(&entries);
	return 0;
}

const struct format format_annotations = {
	.name = "annotations",
	.summary = "GitHub workflow commands",
	.gate = gate,
	.gate_option = "annotations",
	.gate_summary = "GitHub workflow commands (::error, ::warning), which GitHub reads from standard output",
};
