// The verdicts as JUnit XML, in the common form that CI systems read. A testcase is a judgement; its class
// is the experiment. What regressed is a failure, what is CANNOT TELL was skipped, what crashed is an error.
#include <ctype.h>
#include <inttypes.h>
#include <string.h>

#include "report/format/format.h"
#include "report/gate/entries.h"
#include "report/gate/printed.h"
#include "report/gate/throttled.h"
#include "report/text/text.h"

enum { ESCAPED_BYTES = 6 * 1024 + 64 };

// XML 1.0 allows few control characters, not even escaped.
static const char *xml_escape(char character)
{
	switch (character) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\t':
		return "&#9;";
	case '\n':
		return "&#10;";
	case '\r':
		return "&#13;";
	}
	return iscntrl((unsigned char)character) ? "?" : NULL;
}

static void attribute_put(FILE *out, const char *name, const char *text)
{
	char escaped[ESCAPED_BYTES];
	fprintf(out, " %s=\"%s\"", name, text_escape(escaped, sizeof escaped, text, xml_escape));
}

static void property_put(FILE *out, const char *name, const char *value)
{
	fprintf(out, "      <property name=\"%s\"", name);
	attribute_put(out, "value", value);
	fputs("/>\n", out);
}

static void number_put(FILE *out, const char *name, double value)
{
	char text[32];
	snprintf(text, sizeof text, "%.9g", value);
	property_put(out, name, text);
}

static void properties_put(FILE *out, const struct gate *gate)
{
	const struct gate_options *options = &gate->options;
	char text[SIDES_N * 32], throttled[GATE_THROTTLED_BYTES];
	fputs("    <properties>\n", out);
	for (int i = 0; i < SIDES_N; i++) {
		property_put(out, gate->side[i].name, gate->side[i].program);
		snprintf(text, sizeof text, "%s_revision", gate->side[i].name);
		property_put(out, text, gate->side[i].revision);
	}
	snprintf(text, sizeof text, "%" PRIu64, options->seed);
	property_put(out, "seed", text);
	number_put(out, "alpha", options->alpha);
	number_put(out, "beta", options->beta);
	number_put(out, "effect", options->effect);
	number_put(out, "tolerate", options->tolerate);
	property_put(out, "stop", stop_names[gate->stop]);
	property_put(out, "command", options->command);
	if (*gate_throttled_warning(throttled, sizeof throttled, gate))
		property_put(out, "throttled", throttled);
	fputs("    </properties>\n", out);
}

static const char *outcome_element(enum verdict verdict)
{
	switch (verdict) {
	case VERDICT_FAILED:
		return "error";
	case VERDICT_REGRESSED:
		return "failure";
	case VERDICT_NOT_REGRESSED:
		return NULL;
	default:
		return "skipped";
	}
}

static void printed_put(FILE *out, const struct gate *gate, const struct gate_row *row)
{
	static char text[GATE_PRINTED_BYTES];
	char escaped[ESCAPED_BYTES];
	gate_printed_text(text, gate, row);
	for (char *rest = text, *line; (line = strsep(&rest, "\n")) != NULL;)
		if (*line)
			fprintf(out, "\n%s", text_escape(escaped, sizeof escaped, line, xml_escape));
}

static void case_put(FILE *out, const struct gate *gate, const struct gate_entry *entry)
{
	char name[GATE_NAME_BYTES], text[GATE_TEXT_BYTES], plain[GATE_NAME_BYTES], escaped[ESCAPED_BYTES];
	const char *element = outcome_element(entry->verdict);
	gate_entry_name(name, sizeof name, gate, entry);
	text_spec(plain, sizeof plain, name);
	bool is_plain = strcmp(plain, name) != 0; // of another program: its name there
	char *rest = strchr(name, '/');
	if (rest)
		*rest++ = '\0';
	fputs("    <testcase", out);
	attribute_put(out, "classname", name);
	attribute_put(out, "name", is_plain ? plain : rest ? rest : name);
	fprintf(out, " time=\"%.3f\"", gate_row_seconds(entry->row));
	if (!element) {
		fputs("/>\n", out);
		return;
	}
	fprintf(out, ">\n      <%s", element);
	attribute_put(out, "message", gate_entry_text(text, sizeof text, entry));
	// "skipped" has neither type nor text in the common form. Of the others some readers show the message, some the
	// text.
	if (strcmp(element, "skipped") == 0) {
		fputs("/>\n    </testcase>\n", out);
		return;
	}
	attribute_put(out, "type", verdict_name(entry->verdict));
	fprintf(out, ">%s", text_escape(escaped, sizeof escaped, text, xml_escape));
	printed_put(out, gate, entry->row);
	fprintf(out, "</%s>\n    </testcase>\n", element);
}

static void totals_put(FILE *out, const struct gate *gate, const struct gate_entries *entries)
{
	uint32_t failures_n = entries->verdict_n[VERDICT_REGRESSED], errors_n = entries->verdict_n[VERDICT_FAILED];
	uint32_t skipped_n = entries->n - failures_n - errors_n - entries->verdict_n[VERDICT_NOT_REGRESSED];
	fprintf(out, " name=\"tvp gate\" tests=\"%u\" failures=\"%u\" errors=\"%u\" skipped=\"%u\" time=\"%.3f\"",
	        entries->n, failures_n, errors_n, skipped_n, (double)gate->elapsed_ns / 1e9);
}

static int gate(FILE *out, const struct gate *ended, const struct report_style *style)
{
	(void)style;
	const char *host = facts_get(&ended->facts, "host_name");
	struct gate_entries entries;
	int status = gate_entries_open(&entries, ended);
	if (status < 0)
		return status;
	fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites", out);
	totals_put(out, ended, &entries);
	fputs(">\n  <testsuite", out);
	totals_put(out, ended, &entries);
	// Local time without its offset: readers of this form know none.
	fprintf(out, " timestamp=\"%.19s\"", ended->date);
	attribute_put(out, "hostname", host ? host : "unknown");
	fputs(">\n", out);
	properties_put(out, ended);
	for (uint32_t i = 0; i < entries.n; i++)
		case_put(out, ended, &entries.entry[i]);
	fputs("  </testsuite>\n</testsuites>\n", out);
	gate_entries_close(&entries);
	return 0;
}

const struct format format_junit = {
	.name = "junit",
	.summary = "JUnit XML",
	.gate = gate,
	.gate_option = "junit",
	.gate_summary = "verdicts as JUnit XML: REGRESSED is a failure, FAILED an error, CANNOT TELL skipped",
};
