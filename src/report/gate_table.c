// The verdict table of a gate: worst first, one line per judgement, and below it what the words mean.
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/status.h"
#include "base/units.h"
#include "report/gate_outputs.h"
#include "report/text.h"

enum { NAME_COLUMNS_MOST = 76, COLUMNS_MOST = 120 };

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
		return "";
	}
}

static void line_print(FILE *out, const struct gate *gate, const struct judgement *judgement, size_t name_columns, bool colour)
{
	const struct gate_row *row = &gate->rows[judgement->row];
	char name[SPEC_NAME_BYTES + 16], change[32], low[32], high[32], interval[80], hidden[32], sigma[32], cut[SPEC_NAME_BYTES + 16];
	snprintf(interval, sizeof interval, "[%s, %s]", gate_change_text(low, sizeof low, judgement->interval.low),
	         gate_change_text(high, sizeof high, judgement->interval.high));
	fputs(colour ? verdict_colour(judgement->verdict) : "", out);
	text_pad(out, verdict_name(judgement->verdict), 13, true);
	fputs(colour ? "\033[0m  " : "  ", out);
	text_pad(out, text_cut(cut, sizeof cut, gate_judgement_name(name, sizeof name, gate, judgement), name_columns), name_columns, true);
	text_pad(out, gate_change_text(change, sizeof change, judgement->estimate), 10, false);
	text_pad(out, isnan(judgement->estimate) ? "" : interval, 20, false);
	fprintf(out, " %6u", row->blocks_n - row->dropped_n);
	text_pad(out, text_percent(sigma, sizeof sigma, judgement->sigma), 8, false);
	if (judgement->verdict == VERDICT_CANNOT_TELL)
		fprintf(out, "  up to %s hidden", gate_change_text(hidden, sizeof hidden, judgement->hidden));
	fputc('\n', out);
}

static void heading_print(FILE *out, size_t name_columns)
{
	text_pad(out, "verdict", 15, true);
	text_pad(out, "spec", name_columns, true);
	text_pad(out, "new/old", 10, false);
	text_pad(out, "95 % interval", 20, false);
	fprintf(out, " %6s", "blocks");
	text_pad(out, "σ", 8, false);
	fputc('\n', out);
}

static size_t widest_name(const struct gate *gate)
{
	char name[SPEC_NAME_BYTES + 16];
	size_t widest = 4;
	for (uint32_t i = 0; i < gate->judgements_n; i++) {
		size_t columns = text_columns(gate_judgement_name(name, sizeof name, gate, &gate->judgements[i]));
		widest = columns > widest ? columns : widest;
	}
	return widest;
}

static void rows_left_out(FILE *out, const struct gate *gate)
{
	for (uint32_t i = 0; i < gate->rows_n; i++) {
		const struct gate_row *row = &gate->rows[i];
		char plain[sizeof row->reason];
		if (row->state != GATE_ROW_MEASURED)
			fprintf(out, "%-13s  %s: %s\n", row->state == GATE_ROW_FAILED ? "FAILED" : "SKIPPED", row->name,
			        text_plain(plain, sizeof plain, row->reason));
	}
}

static uint32_t verdicts_n(const struct gate *gate, enum verdict verdict)
{
	uint32_t n = 0;
	for (uint32_t i = 0; i < gate->judgements_n; i++)
		n += gate->judgements[i].verdict == verdict;
	return n;
}

static void sum_up(FILE *out, const struct gate *gate)
{
	char elapsed[32];
	const struct gate_options *options = &gate->options;
	fprintf(out, "\n%u REGRESSED, %u CANNOT TELL, %u NOT REGRESSED, in %u blocks and %s; stopped: %s. seed %llu\n",
	        verdicts_n(gate, VERDICT_REGRESSED), verdicts_n(gate, VERDICT_CANNOT_TELL), verdicts_n(gate, VERDICT_NOT_REGRESSED), gate->blocks_n,
	        units_format_eta(elapsed, sizeof elapsed, (double)gate->elapsed_ns / 1e9), gate_stop_name(gate->stop),
	        (unsigned long long)options->seed);
	fprintf(out, "REGRESSED: slower by more than %.3g %%, at most %.3g %% chance of any false alarm among all %u. NOT REGRESSED: slower by less "
	             "than %.3g %%.\n",
	        options->tolerate * 100, options->alpha * 100, gate->judgements_n, options->effect * 100);
}

int gate_table_print(FILE *out, const struct gate *gate, const struct gate_table_options *options)
{
	uint32_t *order = gate_order(gate);
	size_t name_columns = widest_name(gate);
	if (!order)
		return status_fail(ENOMEM, "sorting %u verdicts", gate->judgements_n);
	name_columns = name_columns > NAME_COLUMNS_MOST ? NAME_COLUMNS_MOST : name_columns;
	if (gate->judgements_n)
		heading_print(out, name_columns);
	for (uint32_t i = 0; i < gate->judgements_n; i++)
		line_print(out, gate, &gate->judgements[order[i]], name_columns, options->colour);
	free(order);
	rows_left_out(out, gate);
	sum_up(out, gate);
	return ferror(out) ? status_fail(errno, "writing the verdicts") : 0;
}
