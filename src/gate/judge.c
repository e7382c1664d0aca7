// From blocks to verdicts: two e-processes per judgement, Holm's procedure over all of them.
#include "gate/parts.h"

#include <math.h>
#include <stdlib.h>

#include "base/array.h"
#include "stats/holm.h"
#include "stats/location.h"
#include "stats/values.h"

// Before so many blocks the growth of an e-process is not used; a row is then expected to need the usual number.
enum { GROWTH_BLOCKS = 8, USUAL_BLOCKS = 30 };
#define INTERVAL_COVERAGE 0.95

const char *verdict_name(enum verdict verdict)
{
	static const char *const names[VERDICT_N] = {
		[VERDICT_FAILED] = "FAILED",           [VERDICT_REGRESSED] = "REGRESSED",
		[VERDICT_CANNOT_TELL] = "CANNOT TELL", [VERDICT_NOT_REGRESSED] = "NOT REGRESSED",
		[VERDICT_SKIPPED] = "SKIPPED",         [VERDICT_OPEN] = "OPEN",
	};
	return names[verdict];
}

double block_log_ratio(const struct block *block, enum series series)
{
	double old = block->half[SIDE_OLD].value[series], new = block->half[SIDE_NEW].value[series];
	return log((new == 0 ? 0.5 : new) / (old == 0 ? 0.5 : old));
}

bool gate_has(const struct gate *gate, enum verdict verdict)
{
	for (uint32_t i = 0; i < gate->judgements_n; i++)
		if (gate->judgements[i].verdict == verdict)
			return true;
	return false;
}

void judgement_begin(struct judgement *judgement, const struct gate_options *options, uint32_t row, enum series series)
{
	*judgement = (struct judgement){
		.row = row, .series = series, .verdict = VERDICT_OPEN, .estimate = NAN, .sigma = NAN, .hidden = INFINITY};
	betting_regression(&judgement->regression, BETTING_TANH, options->tolerate, options->effect);
	betting_regression(&judgement->regression_sign, BETTING_SIGN, options->tolerate, options->effect);
	betting_all_clear(&judgement->all_clear, BETTING_TANH, options->effect);
}

static int judgement_add(struct gate *gate, uint32_t row, enum series series)
{
	void *judgements = gate->judgements;
	int status = array_grow(&judgements, gate->judgements_n, &gate->judgements_max, sizeof *gate->judgements);
	gate->judgements = judgements;
	if (status < 0)
		return status;
	judgement_begin(&gate->judgements[gate->judgements_n++], &gate->options, row, series);
	return 0;
}

int judge_add(struct gate *gate, struct gate_row *row, unsigned available)
{
	unsigned series = gate->options.series & available;
	int status = 0;
	if (!series) // what is judged by what it does not have is judged by its wall time
		series = 1 << SERIES_WALL;
	row->judgement_first = gate->judgements_n;
	for (enum series i = SERIES_WALL; i < SERIES_N && status == 0; i++)
		if (series & 1u << i)
			status = judgement_add(gate, (uint32_t)(row - gate->rows), i);
	row->judgements_n = gate->judgements_n - row->judgement_first;
	return status;
}

bool judge_too_many_dropped(const struct gate_row *row)
{
	return row->dropped_n > GATE_DROPPED_MOST * row->blocks_n;
}

static void judgement_decide(struct gate *gate, struct judgement *judgement, enum verdict verdict)
{
	judgement->verdict = verdict;
	judgement->decided_n = gate->rows[judgement->row].blocks_n - gate->rows[judgement->row].dropped_n;
}

// Over all judgements, those of failed rows too: the family is the planned one. One rejection may lead to others.
static void regressions_find(struct gate *gate)
{
	double *log_p = malloc(gate->judgements_n * sizeof *log_p);
	bool *rejected = malloc(gate->judgements_n * sizeof *rejected);
	for (uint32_t i = 0; log_p && rejected && i < gate->judgements_n; i++)
		log_p[i] = -gate->judgements[i].regression.log_e_most;
	if (log_p && rejected)
		holm(log_p, gate->judgements_n, log(gate->options.alpha), rejected);
	for (uint32_t i = 0; log_p && rejected && i < gate->judgements_n; i++)
		if (rejected[i] && gate->judgements[i].verdict == VERDICT_OPEN &&
		    !judge_too_many_dropped(&gate->rows[gate->judgements[i].row]))
			judgement_decide(gate, &gate->judgements[i], VERDICT_REGRESSED);
	free(log_p);
	free(rejected);
}

// A slowdown between the tolerated one and the effect would pass or fail by which proof is quicker. It does not pass
// while the evidence is for more than the tolerated one. Withholding an all-clear cannot make it false more often.
static bool is_clear(const struct gate *gate, const struct judgement *judgement)
{
	return judgement->all_clear.log_e_most >= -log(gate->options.beta) && judgement->regression.log_e <= 0;
}

void judge_block(struct gate *gate, const struct gate_row *row)
{
	const struct block *block = &row->blocks[row->blocks_n - 1];
	for (uint32_t i = 0; i < row->judgements_n && !block->dropped; i++) {
		struct judgement *judgement = &gate->judgements[row->judgement_first + i];
		double d = block_log_ratio(block, judgement->series);
		// After its verdict a judgement is fixed; blocks go on for the row's other series, or because so many were
		// asked for.
		if (judgement->verdict != VERDICT_OPEN)
			continue;
		betting_add(&judgement->regression, d);
		betting_add(&judgement->regression_sign, d);
		betting_add(&judgement->all_clear, d);
	}
	regressions_find(gate);
	for (uint32_t i = 0; i < row->judgements_n; i++) {
		struct judgement *judgement = &gate->judgements[row->judgement_first + i];
		if (judgement->verdict == VERDICT_OPEN && is_clear(gate, judgement) && !judge_too_many_dropped(row))
			judgement_decide(gate, judgement, VERDICT_NOT_REGRESSED);
	}
}

bool judge_open(const struct gate *gate, const struct gate_row *row)
{
	for (uint32_t i = 0; i < row->judgements_n; i++)
		if (gate->judgements[row->judgement_first + i].verdict == VERDICT_OPEN)
			return true;
	return false;
}

static double blocks_until(const struct betting *betting, double log_threshold)
{
	return betting->log_e <= 0 ? INFINITY : fmax(log_threshold - betting->log_e, 0) * betting->n / betting->log_e + 1;
}

double judge_needs(const struct gate *gate, const struct gate_row *row)
{
	double most = 0;
	for (uint32_t i = 0; i < row->judgements_n; i++) {
		const struct judgement *judgement = &gate->judgements[row->judgement_first + i];
		if (judgement->verdict != VERDICT_OPEN)
			continue;
		double regression = blocks_until(&judgement->regression, log(gate->judgements_n / gate->options.alpha));
		double all_clear = blocks_until(&judgement->all_clear, -log(gate->options.beta));
		if (judgement->regression.log_e > 0) // an all-clear is withheld
			all_clear = INFINITY;
		double needed = judgement->regression.n < GROWTH_BLOCKS ? USUAL_BLOCKS : fmin(regression, all_clear);
		most = fmax(most, needed);
	}
	return most;
}

// The log ratios of a row's kept blocks. Returns how many.
static uint32_t kept_fill(const struct gate_row *row, enum series series, double *d)
{
	uint32_t n = 0;
	for (uint32_t i = 0; i < row->blocks_n; i++)
		if (!row->blocks[i].dropped)
			d[n++] = block_log_ratio(&row->blocks[i], series);
	return n;
}

static void judgement_end(const struct gate *gate, struct judgement *judgement)
{
	const struct gate_options *options = &gate->options;
	const struct gate_row *row = &gate->rows[judgement->row];
	double *d = malloc((row->blocks_n + 1) * sizeof *d);
	uint32_t n = d ? kept_fill(row, judgement->series, d) : 0;
	if (judgement->verdict == VERDICT_OPEN)
		judgement->verdict = row->state == GATE_ROW_FAILED ? VERDICT_FAILED : VERDICT_CANNOT_TELL;
	judgement->interval = (struct interval){0, INFINITY, 0};
	if (n > 0) {
		judgement->estimate = exp(hodges_lehmann(d, n));
		judgement->interval = betting_interval(d, n, options->tolerate, options->effect, INTERVAL_COVERAGE);
		judgement->interval.low = exp(judgement->interval.low);
		judgement->interval.high = exp(judgement->interval.high);
		judgement->sigma = sqrt(values_variance(d, n));
		judgement->hidden = exp(betting_upper(d, n, options->effect, options->beta));
	}
	free(d);
}

void judge_end(struct gate *gate)
{
	for (uint32_t i = 0; i < gate->judgements_n; i++)
		judgement_end(gate, &gate->judgements[i]);
}
