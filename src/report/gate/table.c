// The verdict table of a gate: worst first, one judgement a row, and below it what the words mean.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/units.h"
#include "report/gate/entries.h"
#include "report/gate/outputs.h"
#include "report/format/spec_table.h"
#include "report/format/text.h"

static const struct spec_table_column columns[] = {
	{"verdict", 13, true}, {"new/old", 8, false}, {"95 % interval", 20, false}, {"blocks", 6, false}, {"σ", 5, false},
};
enum { COLUMNS_N = sizeof columns / sizeof *columns };

static int compare_judgements(const void *left, const void *right, void *context)
{
	const struct gate *gate = context;
	const struct judgement *a = &gate->judgements[*(const uint32_t *)left],
						   *b = &gate->judgements[*(const uint32_t *)right];
	if (a->verdict != b->verdict)
		return (a->verdict > b->verdict) - (a->verdict < b->verdict);
	double slower_a = isnan(a->estimate) ? 0 : a->estimate, slower_b = isnan(b->estimate) ? 0 : b->estimate;
	return (slower_b > slower_a) - (slower_b < slower_a);
}

uint32_t *gate_order(const struct gate *gate)
{
	uint32_t *order = malloc((gate->judgements_n + 1) * sizeof *order);
	for (uint32_t i = 0; order && i < gate->judgements_n; i++)
		order[i] = i;
	if (order)
		qsort_r(order, gate->judgements_n, sizeof *order, compare_judgements, (void *)gate);
	return order;
}

char *gate_change_text(char *out, size_t out_bytes, double ratio)
{
	if (isnan(ratio))
		snprintf(out, out_bytes, "%s", "");
	else if (isinf(ratio) || ratio > 10)
		snprintf(out, out_bytes, "%s", isinf(ratio) ? "∞" : "> 10 x");
	else
		snprintf(out, out_bytes, "%+.1f %%", round((ratio - 1) * 1000) / 10 + 0.0); // no "-0.0 %"
	return out;
}

char *gate_judgement_name(char *out, size_t out_bytes, const struct gate *gate, const struct judgement *judgement)
{
	const struct gate_row *row = &gate->rows[judgement->row];
	snprintf(out, out_bytes, "%s%s%s", row->name, judgement->series == SERIES_WALL ? "" : " ",
	         judgement->series == SERIES_WALL ? "" : series_name(judgement->series));
	return out;
}

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

static void row_print(const struct spec_table *table, const struct gate *gate, const struct judgement *judgement)
{
	char name[GATE_NAME_BYTES], note[64] = "", cell[COLUMNS_N][SPEC_TABLE_CELL_BYTES];
	snprintf(cell[0], sizeof cell[0], "%s", verdict_name(judgement->verdict));
	gate_change_text(cell[1], sizeof cell[1], judgement->estimate);
	gate_interval_text(cell[2], sizeof cell[2], judgement);
	snprintf(cell[3], sizeof cell[3], "%u", gate_row_kept_n(&gate->rows[judgement->row]));
	text_percent(cell[4], sizeof cell[4], judgement->sigma);
	if (judgement->verdict == VERDICT_CANNOT_TELL)
		gate_doubt_text(note, sizeof note, &gate->rows[judgement->row], judgement);
	spec_table_row(table, cell, gate_judgement_name(name, sizeof name, gate, judgement), note);
}

static const char *reason_of(const struct gate_entry *entry, char *out, size_t out_bytes)
{
	return entry->judgement && entry->verdict != VERDICT_FAILED ? "" : gate_entry_text(out, out_bytes, entry);
}

// A build that is no good fails every row in the same words: said once, above all the names.
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
	fputc('\n', table->out);
	spec_table_say(table, "%s: %s", verdict_name(verdict), why);
	for (uint32_t i = first; i < entries->n; i++)
		if (entries->entry[i].verdict == verdict &&
		    strcmp(reason_of(&entries->entry[i], other, sizeof other), why) == 0)
			spec_table_item(table, gate_entry_name(name, sizeof name, gate, &entries->entry[i]), "");
}

static bool any_moved(const struct gate *gate)
{
	for (uint32_t i = 0; i < gate->judgements_n; i++)
		if (gate->judgements[i].interval.low > gate->judgements[i].interval.high)
			return true;
	return false;
}

static void sum_up(const struct spec_table *table, const struct gate *gate, const struct gate_entries *entries)
{
	char elapsed[32], counts[160];
	const struct gate_options *options = &gate->options;
	fputc('\n', table->out);
	spec_table_say(table, "%s, in %u blocks and %s; stopped: %s; seed %llu",
	               gate_counts_text(counts, sizeof counts, entries), gate->blocks_n,
	               units_format_eta(elapsed, sizeof elapsed, (double)gate->elapsed_ns / 1e9),
	               gate_stop_name(gate->stop), (unsigned long long)options->seed);
	spec_table_say(
		table,
		"REGRESSED: slower by more than %.3g %%, at most %.3g %% chance of any false alarm among all %u. NOT REGRESSED: slower by "
		"less than %.3g %%, if at all, at most %.3g %% chance of each being false, where a change multiplies times by a "
		"constant. σ: standard deviation of the blocks' ln(new/old).%s",
		options->tolerate * 100, options->alpha * 100, gate->judgements_n, options->effect * 100, options->beta * 100,
		any_moved(gate)
			? " The ratio moved: it was larger in some blocks, and smaller in others, than any one ratio explains."
			: "");
}

int gate_table_print(FILE *out, const struct gate *gate, const struct gate_table_options *options)
{
	struct spec_table table = {.out = out, .column = columns, .columns_n = COLUMNS_N};
	struct gate_entries entries;
	int status = gate_entries_open(&entries, gate);
	if (status < 0)
		return status;
	if (gate->judgements_n)
		spec_table_head(&table);
	for (uint32_t i = 0; i < entries.n; i++) {
		table.colour = options->colour ? verdict_colour(entries.entry[i].verdict) : NULL;
		if (entries.entry[i].judgement)
			row_print(&table, gate, entries.entry[i].judgement);
	}
	for (uint32_t i = 0; i < entries.n; i++)
		if (!entries.entry[i].judgement || entries.entry[i].verdict == VERDICT_FAILED)
			list_print(&table, gate, &entries, i);
	sum_up(&table, gate, &entries);
	gate_entries_close(&entries);
	return text_end(out);
}
