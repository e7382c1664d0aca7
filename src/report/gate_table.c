// The verdict table of a gate: worst first, one judgement a row, and below it what the words mean.
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/status.h"
#include "base/units.h"
#include "report/gate_entries.h"
#include "report/gate_outputs.h"
#include "report/sheet.h"
#include "report/text.h"

static const struct sheet_column columns[] = {
	{"verdict", 13, true}, {"new/old", 8, false}, {"95 % interval", 19, false}, {"blocks", 6, false}, {"σ", 5, false},
};
enum { COLUMNS_N = sizeof columns / sizeof *columns };

static int compare_judgements(const void *left, const void *right, void *context)
{
	const struct gate *gate = context;
	const struct judgement *a = &gate->judgements[*(const uint32_t *)left], *b = &gate->judgements[*(const uint32_t *)right];
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
		snprintf(out, out_bytes, "%+.1f %%", (ratio - 1) * 100);
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

static void row_print(const struct sheet *sheet, const struct gate *gate, const struct judgement *judgement)
{
	char name[GATE_NAME_BYTES], hidden[32], note[80] = "", cell[COLUMNS_N][SHEET_CELL_BYTES];
	snprintf(cell[0], sizeof cell[0], "%s", verdict_name(judgement->verdict));
	gate_change_text(cell[1], sizeof cell[1], judgement->estimate);
	gate_interval_text(cell[2], sizeof cell[2], judgement);
	snprintf(cell[3], sizeof cell[3], "%u", gate_row_kept_n(&gate->rows[judgement->row]));
	text_percent(cell[4], sizeof cell[4], judgement->sigma);
	if (judgement->verdict == VERDICT_CANNOT_TELL)
		snprintf(note, sizeof note, "%s could be hidden", gate_hidden_text(hidden, sizeof hidden, judgement));
	sheet_row(sheet, cell, gate_judgement_name(name, sizeof name, gate, judgement), note);
}

static bool told_before(const struct gate *gate, uint32_t index)
{
	const struct gate_row *row = &gate->rows[index];
	for (uint32_t i = 0; i < index; i++)
		if (gate->rows[i].state == row->state && strcmp(gate->rows[i].reason, row->reason) == 0)
			return true;
	return false;
}

// A build that is no good fails every row in the same words: said once, above all the names.
static void rows_left_out(const struct sheet *sheet, const struct gate *gate, int state, const char *word)
{
	char title[GATE_TEXT_BYTES], plain[GATE_TEXT_BYTES];
	for (uint32_t i = 0; i < gate->rows_n; i++) {
		const struct gate_row *row = &gate->rows[i];
		if ((int)row->state != state || told_before(gate, i))
			continue;
		snprintf(title, sizeof title, "%s: %s", word, text_plain(plain, sizeof plain, row->reason));
		fputc('\n', sheet->out);
		sheet_say(sheet, "%s", title);
		for (uint32_t j = i; j < gate->rows_n; j++)
			if ((int)gate->rows[j].state == state && strcmp(gate->rows[j].reason, row->reason) == 0)
				sheet_item(sheet, gate->rows[j].name, "");
	}
}

static uint32_t verdicts_n(const struct gate *gate, enum verdict verdict)
{
	uint32_t n = 0;
	for (uint32_t i = 0; i < gate->judgements_n; i++)
		n += gate->judgements[i].verdict == verdict;
	return n;
}

static void sum_up(const struct sheet *sheet, const struct gate *gate)
{
	char elapsed[32];
	const struct gate_options *options = &gate->options;
	fputc('\n', sheet->out);
	sheet_say(sheet, "%u REGRESSED, %u CANNOT TELL, %u NOT REGRESSED, in %u blocks and %s; stopped: %s; seed %llu",
	          verdicts_n(gate, VERDICT_REGRESSED), verdicts_n(gate, VERDICT_CANNOT_TELL), verdicts_n(gate, VERDICT_NOT_REGRESSED),
	          gate->blocks_n, units_format_eta(elapsed, sizeof elapsed, (double)gate->elapsed_ns / 1e9), gate_stop_name(gate->stop),
	          (unsigned long long)options->seed);
	sheet_say(sheet,
	          "REGRESSED: slower by more than %.3g %%, at most %.3g %% chance of any false alarm among all %u. NOT REGRESSED: slower by "
	          "less than %.3g %%, if at all, at most %.3g %% chance of each being false. σ: standard deviation of "
	          "the blocks' ln(new/old).",
	          options->tolerate * 100, options->alpha * 100, gate->judgements_n, options->effect * 100, options->beta * 100);
}

int gate_table_print(FILE *out, const struct gate *gate, const struct gate_table_options *options)
{
	struct sheet sheet = {.out = out, .column = columns, .columns_n = COLUMNS_N};
	uint32_t *order = gate_order(gate);
	if (!order)
		return status_fail(ENOMEM, "sorting %u verdicts", gate->judgements_n);
	if (gate->judgements_n)
		sheet_head(&sheet);
	for (uint32_t i = 0; i < gate->judgements_n; i++) {
		const struct judgement *judgement = &gate->judgements[order[i]];
		sheet.colour = options->colour ? verdict_colour(judgement->verdict) : NULL;
		row_print(&sheet, gate, judgement);
	}
	free(order);
	rows_left_out(&sheet, gate, GATE_ROW_FAILED, "FAILED");
	rows_left_out(&sheet, gate, GATE_ROW_SKIPPED, "SKIPPED");
	sum_up(&sheet, gate);
	return ferror(out) ? status_fail(errno, "writing the verdicts") : 0;
}
