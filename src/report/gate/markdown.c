// The verdicts for people who read a CI job's summary: what regressed first, then how it was measured. A
// summary of more than 1 MiB is not shown at all, so the size of every table is limited, and it says what it left out.
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "base/units.h"
#include "report/gate/entries.h"
#include "report/gate/outputs.h"
#include "report/gate/printed.h"
#include "report/gate/throttled.h"
#include "report/text/markdown.h"
#include "report/text/text.h"

enum { NAME_BYTES = 6 * GATE_NAME_BYTES, WHY_BYTES = 6 * GATE_TEXT_BYTES, WORD_COLUMNS = 200, PRINTED_MOST = 20 };

static void code_put(FILE *out, const char *before, const char *text)
{
	char escaped[6 * 1024 + 64];
	fprintf(out, "%s<code>%s</code>", before, markdown_text(escaped, sizeof escaped, text));
}

// One line of a table. Returns its bytes.
static size_t row_format(char *out, size_t out_bytes, const struct gate *gate, const struct gate_entry *entry)
{
	char plain[GATE_TEXT_BYTES], full[GATE_NAME_BYTES], name[NAME_BYTES], why[WHY_BYTES], change[32], interval[80],
		sigma[32], undecided[64], throttled[32];
	const struct judgement *judgement = entry->judgement;
	text_spec(plain, sizeof plain, gate_entry_name(full, sizeof full, gate, entry));
	markdown_text(name, sizeof name, plain);
	if (entry->verdict == VERDICT_FAILED || !judgement) {
		markdown_text(why, sizeof why, gate_entry_text(plain, sizeof plain, entry));
		snprintf(out, out_bytes, "| <code>%s</code> | %s |%s\n", name, why,
		         entry->verdict == VERDICT_CANNOT_TELL ? " | | | |" : "");
	} else {
		gate_throttled_text(throttled, sizeof throttled, entry->row);
		snprintf(out, out_bytes, "| <code>%s</code> | %s | %s | %u%s%s%s | %s |", name,
		         gate_change_text(change, sizeof change, judgement->estimate),
		         gate_interval_text(interval, sizeof interval, judgement), gate_row_kept_n(entry->row),
		         *throttled ? " (" : "", throttled, *throttled ? ")" : "",
		         text_percent(sigma, sizeof sigma, judgement->sigma));
		size_t used = strlen(out);
		if (entry->verdict == VERDICT_CANNOT_TELL)
			snprintf(out + used, out_bytes - used, " %s |\n",
			         gate_undecided_text(undecided, sizeof undecided, entry->row, judgement));
		else
			snprintf(out + used, out_bytes - used, "\n");
	}
	return strlen(out);
}

static void heading_put(FILE *out, enum verdict verdict)
{
	if (verdict == VERDICT_FAILED || verdict == VERDICT_SKIPPED)
		fputs("| spec | why |\n|:--|:--|\n", out);
	else if (verdict == VERDICT_CANNOT_TELL)
		fputs("| spec | new/old | 95 % interval | blocks | σ | why |\n|:--|--:|:--|--:|--:|:--|\n", out);
	else
		fputs("| spec | new/old | 95 % interval | blocks | σ |\n|:--|--:|:--|--:|--:|\n", out);
}

static void rows_put(FILE *out, const struct gate *gate, const struct gate_entries *entries, enum verdict verdict,
                     size_t bytes_most)
{
	static char line[NAME_BYTES + WHY_BYTES + 400];
	uint32_t put_n = 0;
	heading_put(out, verdict);
	for (uint32_t i = 0; i < entries->n; i++) {
		if (entries->entry[i].verdict != verdict)
			continue;
		size_t bytes = row_format(line, sizeof line, gate, &entries->entry[i]);
		if (bytes > bytes_most)
			break;
		bytes_most -= bytes;
		fputs(line, out);
		put_n++;
	}
	if (put_n < entries->verdict_n[verdict])
		fprintf(out, "\n… and %u more that would make this page too long; the gate's JSON has them.\n",
		        entries->verdict_n[verdict] - put_n);
}

// Below the table of what failed.
static void printed_put(FILE *out, const struct gate *gate, const struct gate_entries *entries)
{
	char name[GATE_NAME_BYTES], text[GATE_PRINTED_BYTES], escaped[6 * GATE_NAME_BYTES];
	char plain[GATE_NAME_BYTES];
	unsigned shown_n = 0;
	for (uint32_t i = 0; i < entries->n && shown_n < PRINTED_MOST; i++) {
		const struct gate_entry *entry = &entries->entry[i];
		if (entry->verdict != VERDICT_FAILED || !gate_printed_has(entry->row))
			continue;
		gate_entry_name(name, sizeof name, gate, entry);
		fprintf(out, "\n<details open><summary>what <code>%s</code> printed last</summary>\n\n<pre>\n",
		        markdown_text(escaped, sizeof escaped, text_spec(plain, sizeof plain, name)));
		gate_printed_text(text, gate, entry->row);
		for (char *rest = text, *line; (line = strsep(&rest, "\n")) != NULL;)
			if (*line)
				fprintf(out, "%s\n", markdown_text(escaped, sizeof escaped, line));
		fputs("</pre></details>\n", out);
		shown_n++;
	}
}

static void tables_put(FILE *out, const struct gate *gate, const struct gate_entries *entries)
{
	static const struct {
		enum verdict verdict;
		bool open;
		size_t bytes_most;
	} table[] = {
		{VERDICT_REGRESSED, true, 300000},      {VERDICT_FAILED, true, 150000},  {VERDICT_CANNOT_TELL, true, 200000},
		{VERDICT_NOT_REGRESSED, false, 100000}, {VERDICT_SKIPPED, false, 50000}, {VERDICT_OPEN, false, 50000},
	};
	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		uint32_t n = entries->verdict_n[table[i].verdict];
		if (n == 0)
			continue;
		fprintf(out, table[i].open ? "\n### %s: %u\n\n" : "\n<details><summary>%s: %u</summary>\n\n",
		        verdict_name(table[i].verdict), n);
		rows_put(out, gate, entries, table[i].verdict, table[i].bytes_most);
		if (table[i].verdict == VERDICT_FAILED)
			printed_put(out, gate, entries);
		if (!table[i].open)
			fputs("\n</details>\n", out);
	}
}

// A program's path, prefix and environment may be of any length.
static void word_put(FILE *out, const char *before, const char *word)
{
	char cut[4 * WORD_COLUMNS + 8];
	code_put(out, before, text_cut(cut, sizeof cut, word, WORD_COLUMNS));
}

static void side_put(FILE *out, const struct side *side)
{
	fprintf(out, "- %s:", side->name);
	for (unsigned i = 0; i < side->env_n; i++)
		word_put(out, " ", side->env[i]);
	for (unsigned i = 0; i < side->prefix_n; i++)
		word_put(out, " ", side->prefix[i]);
	word_put(out, " ", side->program);
	if (side->variants_n > 1)
		fprintf(out, " (the first of %u variants)", side->variants_n);
	if (*side->revision)
		word_put(out, ", revision ", side->revision);
	fputc('\n', out);
}

static void machine_put(FILE *out, const struct gate *gate)
{
	const struct facts *facts = &gate->facts;
	static const struct {
		const char *key, *before;
	} shown[] = {{"cpu_model", ""},
	             {"cpus_n", ", CPUs: "},
	             {"hypervisor", ", hypervisor: "},
	             {"kernel", ", kernel: "},
	             {"libc", ", libc: "}};
	char escaped[6 * sizeof facts->warning[0]], throttled[GATE_THROTTLED_BYTES];
	fputs("- machine: ", out);
	for (size_t i = 0; i < sizeof shown / sizeof *shown; i++) {
		const char *value = facts_get(facts, shown[i].key);
		if (value)
			fprintf(out, "%s%s", shown[i].before, markdown_text(escaped, sizeof escaped, value));
	}
	fputc('\n', out);
	for (unsigned i = 0; i < facts->warnings_n; i++)
		fprintf(out, "- warning: %s\n", markdown_text(escaped, sizeof escaped, facts->warning[i]));
	if (*gate_throttled_warning(throttled, sizeof throttled, gate))
		fprintf(out, "- warning: %s\n", markdown_text(escaped, sizeof escaped, throttled));
}

static void how_put(FILE *out, const struct gate *gate)
{
	const struct gate_options *options = &gate->options;
	char elapsed[32], escaped[6 * sizeof gate->broken], meaning[GATE_MEANING_BYTES];
	fputs("\n### How it was measured\n\n", out);
	for (int side = 0; side < SIDES_N; side++)
		side_put(out, &gate->side[side]);
	machine_put(out, gate);
	code_put(out, "- command: ", options->command);
	fprintf(out, "\n- %u blocks in %s, begun %.31s; stopped: %s%s%s; seed %" PRIu64 "\n", gate->blocks_n,
	        units_format_eta(elapsed, sizeof elapsed, (double)gate->elapsed_ns / 1e9), gate->date,
	        stop_names[gate->stop], *gate->broken ? ": " : "", markdown_text(escaped, sizeof escaped, gate->broken),
	        options->seed);
	fprintf(out, "- %s\n", gate_meaning_text(meaning, sizeof meaning, gate));
}

int gate_markdown_write(FILE *out, const struct gate *gate)
{
	struct gate_entries entries;
	char counts[160];
	int status = gate_entries_open(&entries, gate);
	if (status < 0)
		return status;
	fprintf(out, "## tvp gate: %s\n", gate_counts_text(counts, sizeof counts, &entries));
	tables_put(out, gate, &entries);
	how_put(out, gate);
	gate_entries_close(&entries);
	return 0;
}
