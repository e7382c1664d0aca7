// What a gate reports, in order, and in words.
#include "report/gate/entries.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/status.h"
#include "gate/parts.h"
#include "measure/spec_text.h"
#include "report/gate/throttled.h"
#include "report/text/text.h"

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

// The verdict of a row itself, beside those of its judgements; VERDICT_N: none.
static enum verdict row_verdict(const struct gate *gate, const struct gate_row *row)
{
	if (row->state == GATE_ROW_SKIPPED)
		return VERDICT_SKIPPED;
	if (row->state == GATE_ROW_MEASURED)
		return row->judgements_n ? VERDICT_N : VERDICT_CANNOT_TELL;
	// A row that failed after its verdicts has no judgement that says so.
	for (uint32_t i = 0; i < row->judgements_n; i++)
		if (gate->judgements[row->judgement_first + i].verdict == VERDICT_FAILED)
			return VERDICT_N;
	return VERDICT_FAILED;
}

static void entry_add(struct gate_entries *entries, const struct gate_entry *entry)
{
	entries->entry[entries->n++] = *entry;
	entries->verdict_n[entry->verdict]++;
}

static void missing_add(struct gate_entries *entries, const struct gate *gate, const struct gate_row *row)
{
	unsigned missing = row->judgements_n ? gate->options.series : 0;
	for (uint32_t i = 0; i < row->judgements_n; i++)
		missing &= ~(1u << gate->judgements[row->judgement_first + i].series);
	for (enum series series = SERIES_WALL; series < SERIES_N; series++)
		if (missing & 1u << series)
			entry_add(entries, &(struct gate_entry){row, NULL, series, VERDICT_SKIPPED});
}

int gate_entries_open(struct gate_entries *entries, const struct gate *gate)
{
	uint32_t *order = gate_order(gate), judged = 0;
	*entries = (struct gate_entries){
		.entry = malloc(((size_t)gate->judgements_n + (SERIES_N + 1ul) * gate->rows_n + 1) * sizeof *entries->entry)};
	if (!order || !entries->entry) {
		free(order);
		gate_entries_close(entries);
		return status_fail(ENOMEM, "sorting %u verdicts", gate->judgements_n);
	}
	for (enum verdict verdict = 0; verdict < VERDICT_N; verdict++) {
		for (; judged < gate->judgements_n && gate->judgements[order[judged]].verdict == verdict; judged++)
			entry_add(entries, &(struct gate_entry){&gate->rows[gate->judgements[order[judged]].row],
			                                        &gate->judgements[order[judged]], SERIES_N, verdict});
		for (uint32_t i = 0; i < gate->rows_n; i++)
			if (row_verdict(gate, &gate->rows[i]) == verdict)
				entry_add(entries, &(struct gate_entry){&gate->rows[i], NULL, SERIES_N, verdict});
		for (uint32_t i = 0; verdict == VERDICT_SKIPPED && i < gate->rows_n; i++)
			missing_add(entries, gate, &gate->rows[i]);
	}
	free(order);
	return 0;
}

void gate_entries_close(struct gate_entries *entries)
{
	free(entries->entry);
	*entries = (struct gate_entries){0};
}

char *gate_entry_name(char *out, size_t out_bytes, const struct gate *gate, const struct gate_entry *entry)
{
	if (entry->judgement)
		return gate_judgement_name(out, out_bytes, gate, entry->judgement);
	if (entry->missing < SERIES_N)
		snprintf(out, out_bytes, "%s %s", entry->row->name, series_name(entry->missing));
	else
		snprintf(out, out_bytes, "%s%s", entry->row->name, entry->row->judgements_n ? " (after its verdict)" : "");
	return out;
}

char *gate_interval_text(char *out, size_t out_bytes, const struct judgement *judgement)
{
	char low[32], high[32];
	out[0] = '\0';
	if (judgement->interval.low > judgement->interval.high)
		snprintf(out, out_bytes, "not constant");
	// Too few blocks bound it nowhere.
	else if (!isnan(judgement->estimate) && (judgement->interval.low > 0 || isfinite(judgement->interval.high)))
		snprintf(out, out_bytes, "[%s, %s]", gate_change_text(low, sizeof low, judgement->interval.low),
		         gate_change_text(high, sizeof high, judgement->interval.high));
	return out;
}

char *gate_undecided_text(char *out, size_t out_bytes, const struct gate_row *row, const struct judgement *judgement)
{
	char hidden[32];
	if (judge_too_many_dropped(row))
		snprintf(out, out_bytes, "%u of %u blocks dropped for steal", row->dropped_n, row->blocks_n);
	else if (!isfinite(judgement->hidden))
		snprintf(out, out_bytes, "any slowdown could be hidden");
	else
		snprintf(out, out_bytes, "up to %s could be hidden",
		         gate_change_text(hidden, sizeof hidden, judgement->hidden));
	return out;
}

static void judgement_text(char *out, size_t out_bytes, const struct gate_row *row, const struct judgement *judgement)
{
	char change[32], interval[80], blocks[80];
	gate_change_text(change, sizeof change, judgement->estimate);
	gate_interval_text(interval, sizeof interval, judgement);
	const char *before = !*interval                                           ? ""
	                     : judgement->interval.low > judgement->interval.high ? "no 95 % interval: the ratio was "
	                                                                          : "95 % interval ";
	snprintf(out, out_bytes, "%s%s%s%s%s%s", change, *change ? ", " : "", before, interval, *interval ? ", " : "",
	         gate_blocks_text(blocks, sizeof blocks, row));
}

// Why there is no verdict: what could be hidden, or too few blocks were kept.
static void undecided_put(char *out, size_t out_bytes, const struct gate_row *row, const struct judgement *judgement)
{
	char undecided[64];
	size_t used = strlen(out);
	if (judge_too_many_dropped(row)) {
		snprintf(out + used, out_bytes - used, "; no verdict, as %u of %u blocks were dropped: the host took CPU time",
		         row->dropped_n, row->blocks_n);
		return;
	}
	snprintf(out + used, out_bytes - used, "; %s", gate_undecided_text(undecided, sizeof undecided, row, judgement));
	used = strlen(out);
	if (row->dropped_n)
		snprintf(out + used, out_bytes - used, "; %u of %u blocks were dropped, as the host took CPU time",
		         row->dropped_n, row->blocks_n);
}

char *gate_entry_text(char *out, size_t out_bytes, const struct gate_entry *entry)
{
	bool hidden = entry->missing == SERIES_MEMORY && spec_get(&entry->row->spec, SPEC_TEXT_KEY);
	if (entry->missing < SERIES_N)
		snprintf(out, out_bytes, "not judged by %s, which %s", series_name(entry->missing),
		         hidden ? "is seen only above that of the tvp that starts it, some 6 MB" : "it does not have");
	else if (entry->verdict == VERDICT_FAILED || entry->verdict == VERDICT_SKIPPED)
		snprintf(out, out_bytes, "%s", *entry->row->reason ? entry->row->reason : "no reason given");
	else if (!entry->judgement)
		snprintf(out, out_bytes, "not measured before the gate ended");
	else
		judgement_text(out, out_bytes, entry->row, entry->judgement);
	if (entry->judgement && entry->verdict == VERDICT_CANNOT_TELL)
		undecided_put(out, out_bytes, entry->row, entry->judgement);
	return out;
}

char *gate_counts_text(char *out, size_t out_bytes, const struct gate_entries *entries)
{
	static const enum verdict order[] = {
		VERDICT_REGRESSED, VERDICT_FAILED, VERDICT_CANNOT_TELL, VERDICT_NOT_REGRESSED, VERDICT_SKIPPED, VERDICT_OPEN,
	};
	out[0] = '\0';
	for (size_t i = 0; i < sizeof order / sizeof *order; i++) {
		uint32_t n = entries->verdict_n[order[i]];
		size_t used = strlen(out);
		if (n || order[i] == VERDICT_REGRESSED || order[i] == VERDICT_CANNOT_TELL || order[i] == VERDICT_NOT_REGRESSED)
			snprintf(out + used, out_bytes - used, "%s%u %s", used ? ", " : "", n, verdict_name(order[i]));
	}
	return out;
}

static bool any_not_constant(const struct gate *gate)
{
	for (uint32_t i = 0; i < gate->judgements_n; i++)
		if (gate->judgements[i].interval.low > gate->judgements[i].interval.high)
			return true;
	return false;
}

static bool is_of_programs(const struct gate *gate)
{
	return gate->rows_n > 0 && spec_get(&gate->rows[0].spec, SPEC_TEXT_KEY);
}

// Two builds of the same source may differ by several percent: true, and nobody's change.
static void layouts_put(char *out, size_t out_bytes, const struct gate *gate)
{
	unsigned old_n = side_variants_n(&gate->side[SIDE_OLD]), new_n = side_variants_n(&gate->side[SIDE_NEW]);
	if (old_n > 1 || new_n > 1)
		snprintf(out, out_bytes,
		         " Each block drew one of %u variant%s of the old side and one of %u of the new: the verdicts are "
		         "about the mean over these layouts of the code.",
		         old_n, text_plural(old_n), new_n);
	else
		snprintf(out, out_bytes,
		         " The layout of the code, which any change or other linking shifts, is part of a build and can alter "
		         "times by several percent%s",
		         is_of_programs(gate) ? "." : "; `scripts/ci/gate.sh --layouts=N` averages over layouts.");
}

char *gate_meaning_text(char *out, size_t out_bytes, const struct gate *gate)
{
	const struct gate_options *options = &gate->options;
	char tolerate[32], effect[32], alpha[32], beta[32];
	snprintf(
		out, out_bytes,
		"REGRESSED: slower by more than %s; chance of any false alarm in %u judgement%s: at most %s. NOT REGRESSED: "
		"slower by less than %s, if at all; chance of each being false, if a change multiplies times by a "
		"constant: at most %s. σ: standard deviation of ln(new/old) over the blocks.%s",
		text_percent_given(tolerate, sizeof tolerate, options->tolerate), gate->judgements_n,
		text_plural(gate->judgements_n), text_percent_given(alpha, sizeof alpha, options->alpha),
		text_percent_given(effect, sizeof effect, options->effect),
		text_percent_given(beta, sizeof beta, options->beta),
		any_not_constant(gate)
			? " Not constant: no single ratio explains all blocks; it was larger in some and smaller in "
			  "others."
			: "");
	size_t used = strlen(out);
	layouts_put(out + used, out_bytes - used, gate);
	return out;
}

uint32_t gate_row_kept_n(const struct gate_row *row)
{
	return row->blocks_n - row->dropped_n;
}

double gate_row_seconds(const struct gate_row *row)
{
	double seconds = 0;
	for (uint32_t i = 0; i < row->blocks_n; i++)
		for (int side = 0; side < SIDES_N; side++)
			seconds += (double)row->blocks[i].half[side].took_ns / 1e9;
	return seconds;
}

int gate_entry_times(const struct gate_entry *entry, struct summary *summary)
{
	const struct gate_row *row = entry->row;
	*summary = (struct summary){0};
	if (!entry->judgement || entry->verdict == VERDICT_FAILED)
		return 0;
	double *times = malloc((row->blocks_n + 1) * sizeof *times);
	size_t n = 0;
	if (!times)
		return status_fail(ENOMEM, "summarising %u blocks", row->blocks_n);
	for (uint32_t i = 0; i < row->blocks_n; i++)
		if (!row->blocks[i].dropped)
			times[n++] = row->blocks[i].half[SIDE_NEW].value[entry->judgement->series];
	*summary = summarise(times, n);
	if (!isfinite(summary->median))
		summary->n = 0;
	free(times);
	return 0;
}

int gate_times_compose(FILE *out, const struct gate *gate, const char brackets[2], gate_times_put *put)
{
	struct gate_entries entries;
	const char *before = "\n";
	int status = gate_entries_open(&entries, gate);
	if (status < 0)
		return status;
	fputc(brackets[0], out);
	for (uint32_t i = 0; i < entries.n && status == 0; i++) {
		struct summary summary;
		status = gate_entry_times(&entries.entry[i], &summary);
		if (status < 0 || summary.n == 0)
			continue;
		status = put(out, before, gate, &entries.entry[i], &summary);
		before = ",\n";
	}
	fprintf(out, "\n%c\n", brackets[1]);
	gate_entries_close(&entries);
	return status;
}
