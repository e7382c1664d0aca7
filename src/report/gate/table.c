// The verdict table of a gate: worst first, one judgement a row, and below it what the words mean.
#include "report/gate/outputs.h"

#include <inttypes.h>
#include <string.h>

#include "base/units.h"
#include "report/gate/entries.h"
#include "report/gate/printed.h"
#include "report/gate/throttled.h"
#include "report/text/spec_table.h"
#include "report/text/text.h"

static const struct spec_table_column columns[] = {
	{"verdict", 13, true}, {"new/old", 8, false}, {"95 % interval", 20, false}, {"blocks", 6, false}, {"σ", 5, false},
};
enum { COLUMNS_N = sizeof columns / sizeof *columns, PRINTED_MOST = 3 };

static const char *verdict_colour(enum verdict verdict)
{
	switch (verdict) {
	case VERDICT_REGRESSED:
	case VERDICT_FAILED:
		return "\033[31m";
	case VERDICT_CANNOT_TELL:
		return "\033[33m";
	case VERDICT_NOT_REGRESSED:
		return "\033[32m";
	default:
		return NULL;
	}
}

static void note_fill(char *note, size_t note_bytes, const struct gate_row *row, const struct judgement *judgement)
{
	char throttled[32];
	*note = '\0';
	if (judgement->verdict == VERDICT_CANNOT_TELL)
		gate_undecided_text(note, note_bytes, row, judgement);
	if (*gate_throttled_text(throttled, sizeof throttled, row))
		text_add(note, note_bytes, "%s%s", *note ? "; " : "", throttled);
}

static void row_print(const struct spec_table *table, const struct gate *gate, const struct judgement *judgement)
{
	char name[GATE_NAME_BYTES], note[96], cell[COLUMNS_N][SPEC_TABLE_CELL_BYTES];
	snprintf(cell[0], sizeof cell[0], "%s", verdict_name(judgement->verdict));
	gate_change_text(cell[1], sizeof cell[1], judgement->estimate);
	gate_interval_text(cell[2], sizeof cell[2], judgement);
	snprintf(cell[3], sizeof cell[3], "%u", gate_row_kept_n(&gate->rows[judgement->row]));
	text_percent(cell[4], sizeof cell[4], judgement->sigma);
	note_fill(note, sizeof note, &gate->rows[judgement->row], judgement);
	spec_table_row(table, cell, gate_judgement_name(name, sizeof name, gate, judgement), note);
}

static const char *reason_of(const struct gate_entry *entry, char *out, size_t out_bytes)
{
	return entry->judgement && entry->verdict != VERDICT_FAILED ? "" : gate_entry_text(out, out_bytes, entry);
}

// What a program printed, below its name; not that of hundreds of benchmarks.
static void printed_print(const struct spec_table *table, const struct gate *gate, const struct gate_row *row)
{
	char text[GATE_PRINTED_BYTES];
	gate_printed_text(text, gate, row);
	for (char *rest = text, *line; (line = strsep(&rest, "\n")) != NULL;)
		if (*line)
			fprintf(table->document.out, "    %s\n", line);
}

// A build that cannot run fails every row for the same reason: it is printed once, above the names.
static void list_print(const struct spec_table *table, const struct gate *gate, const struct gate_entries *entries,
                       uint32_t first)
{
	char why[GATE_TEXT_BYTES], other[GATE_TEXT_BYTES], name[GATE_NAME_BYTES];
	enum verdict verdict = entries->entry[first].verdict;
	reason_of(&entries->entry[first], why, sizeof why);
	for (uint32_t i = 0; i < first; i++)
		if (entries->entry[i].verdict == verdict &&
		    strcmp(reason_of(&entries->entry[i], other, sizeof other), why) == 0)
			return;
	fputc('\n', table->document.out);
	document_say(&table->document, "%s: %s", verdict_name(verdict), why);
	unsigned shown_n = 0;
	for (uint32_t i = first; i < entries->n; i++) {
		const struct gate_entry *entry = &entries->entry[i];
		if (entry->verdict != verdict || strcmp(reason_of(entry, other, sizeof other), why) != 0)
			continue;
		document_item(&table->document, 0, gate_entry_name(name, sizeof name, gate, entry), "");
		if (gate_printed_has(entry->row) && shown_n++ < PRINTED_MOST)
			printed_print(table, gate, entry->row);
	}
}

static void warnings_print(const struct document *document, const struct gate *gate)
{
	const struct facts *facts = &gate->facts;
	char throttled[GATE_THROTTLED_BYTES];
	gate_throttled_warning(throttled, sizeof throttled, gate);
	if (facts->warnings_n > 0 || *throttled)
		document_heading(document, 2, "Warnings");
	for (unsigned i = 0; i < facts->warnings_n; i++)
		document_item(document, 0, "", facts->warning[i]);
	if (*throttled)
		document_item(document, 0, "", throttled);
}

static void sum_up(const struct document *document, const struct gate *gate, const struct gate_entries *entries)
{
	char elapsed[32], counts[160], meaning[GATE_MEANING_BYTES];
	fputc('\n', document->out);
	document_say(document, "%s, in %u blocks and %s; stopped: %s; seed %" PRIu64,
	             gate_counts_text(counts, sizeof counts, entries), gate->blocks_n,
	             units_format_eta(elapsed, sizeof elapsed, (double)gate->elapsed_ns / 1e9), stop_names[gate->stop],
	             gate->options.seed);
	document_say(document, "%s", gate_meaning_text(meaning, sizeof meaning, gate));
}

int gate_table_print(const struct document *document, const struct gate *gate)
{
	struct spec_table table = {.document = *document, .column = columns, .columns_n = COLUMNS_N};
	struct gate_entries entries;
	int status = gate_entries_open(&entries, gate);
	if (status < 0)
		return status;
	if (gate->judgements_n)
		spec_table_head(&table);
	for (uint32_t i = 0; i < entries.n; i++) {
		table.colour = document->colour ? verdict_colour(entries.entry[i].verdict) : NULL;
		if (entries.entry[i].judgement)
			row_print(&table, gate, entries.entry[i].judgement);
	}
	for (uint32_t i = 0; i < entries.n; i++)
		if (!entries.entry[i].judgement || entries.entry[i].verdict == VERDICT_FAILED)
			list_print(&table, gate, &entries, i);
	warnings_print(document, gate);
	sum_up(document, gate, &entries);
	gate_entries_close(&entries);
	return text_end(document->out);
}
