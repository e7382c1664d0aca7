// Which lines stand for an experiment: one for each value of its first axis, and the ratios farthest from 1. Rows that
// only measure the harness (experiment_plot.without) stand for nothing.
#include "report/table/peer_pairs.h"

#include "base/status.h"
#include "base/words.h"
#include "bench/plan/experiment.h"
#include "exec/exec.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool key_tells_peers(const char *key)
{
	return strcmp(key, "between") == 0 || strcmp(key, "model") == 0;
}

// Whether a row has one of these values: words "KEY:VALUE".
static bool row_has_any(const struct row *row, const char *words)
{
	char text[64];
	for (struct word word = {.at = words}; word_next(&word, ' ');) {
		snprintf(text, sizeof text, "%.*s", (int)word.length, word.at);
		char *value = strchr(text, ':');
		if (!value)
			continue;
		*value++ = '\0';
		if (strcmp(row_axis(row, text), value) == 0)
			return true;
	}
	return false;
}

bool row_is_of_threads(const struct row *row)
{
	const struct experiment *experiment = experiment_find(row->spec.experiment);
	const struct model *model = model_find(row_axis(row, "model"));
	return strcmp(row_axis(row, "between"), "threads") == 0 || (model && !model->baseline && !model->processes) ||
	       (experiment && row_has_any(row, experiment->of_threads));
}

bool row_is_of_processes(const struct row *row)
{
	const struct experiment *experiment = experiment_find(row->spec.experiment);
	const struct model *model = model_find(row_axis(row, "model"));
	return strcmp(row_axis(row, "between"), "processes") == 0 || (model && model->processes) ||
	       (experiment && experiment->of_threads && !row_is_of_threads(row));
}

uint32_t peer_pair_row(const struct peer_pair *pair)
{
	return (uint32_t)(pair->threads >= 0 ? pair->threads : pair->processes >= 0 ? pair->processes : pair->single);
}

static void pair_add(struct peer_pairs *pairs, const struct derived *derived, int32_t threads, int32_t processes)
{
	struct peer_pair *pair = &pairs->pair[pairs->n++];
	*pair = (struct peer_pair){.threads = threads, .processes = processes, .single = -1, .ratio = summarise(NULL, 0)};
	if (threads >= 0 && processes >= 0)
		pair->ratio = derive_metric_ratio(derived, (uint32_t)processes, (uint32_t)threads, pairs->answer);
	pairs->paired = pairs->paired || pair->ratio.n > 0;
}

static void single_add(struct peer_pairs *pairs, const struct derived *derived, uint32_t row)
{
	const struct row *self = &derived->record->rows[row];
	if (row_is_of_threads(self))
		pair_add(pairs, derived, (int32_t)row, -1);
	else if (row_is_of_processes(self))
		pair_add(pairs, derived, -1, (int32_t)row);
	else
		pairs->pair[pairs->n++] = (struct peer_pair){-1, -1, (int32_t)row, .ratio = summarise(NULL, 0)};
}

// A thread row may be the peer of several: next[] chains the processes of a thread row, from next[that row] - 1 on.
static void pairs_fill(struct peer_pairs *pairs, const struct derived *derived, const bool *member, uint32_t *next)
{
	const struct record *record = derived->record;
	for (uint32_t i = record->rows_n; i-- > 0;) {
		int32_t peer = member[i] ? record->rows[i].peer : -1;
		if (peer >= 0 && member[peer] && (uint32_t)peer < i) {
			next[i] = next[peer];
			next[peer] = i + 1;
		}
	}
	for (uint32_t i = 0; i < record->rows_n; i++) {
		int32_t peer = record->rows[i].peer;
		if (!member[i] || (peer >= 0 && member[peer] && (uint32_t)peer < i))
			continue;
		for (uint32_t at = next[i]; at > 0; at = next[at - 1])
			pair_add(pairs, derived, (int32_t)i, (int32_t)(at - 1));
		if (!next[i])
			single_add(pairs, derived, i);
	}
}

static const char *first_varying(const struct derived *derived, const bool *member)
{
	const struct row *rows = derived->record->rows;
	uint32_t first = 0;
	while (first < derived->record->rows_n && !member[first])
		first++;
	for (unsigned axis = 0; first < derived->record->rows_n && axis < rows[first].spec.axes_n; axis++) {
		const char *key = spec_axis(&rows[first].spec, axis).key;
		for (uint32_t i = first; i < derived->record->rows_n && !key_tells_peers(key); i++)
			if (member[i] && strcmp(row_axis(&rows[i], key), row_axis(&rows[first], key)) != 0)
				return key;
	}
	return NULL;
}

static void answer_find(struct peer_pairs *pairs, const char *experiment_name)
{
	const struct experiment *experiment = experiment_find(experiment_name);
	const char *answer = experiment && experiment->answer ? experiment->answer : "";
	pairs->answers_rate = strcmp(answer, "bytes_rate") == 0;
	pairs->answer = metric_find(answer);
	if (pairs->answer == METRIC_N)
		pairs->answer = METRIC_wall_ns;
}

static bool left_out(const struct row *row)
{
	const struct experiment *experiment = experiment_find(row->spec.experiment);
	for (const struct experiment_plot *plot = experiment ? experiment->plots : NULL; plot && plot->name; plot++)
		if (row_has_any(row, plot->without))
			return true;
	return false;
}

static bool measured(const struct derived *derived, int32_t row)
{
	return row >= 0 && derived->row[row].wall.n > 0;
}

// Less is better: bytes per second count where the answer is a rate, since messages of all sizes stand side by side.
static double cost_of(const struct peer_pairs *pairs, const struct derived *derived, const struct peer_pair *pair)
{
	int32_t row = (int32_t)peer_pair_row(pair);
	double value = derived->row[row].median[pairs->answer];
	if (pairs->answers_rate)
		value = 1 / derived->row[row].bytes_per_ns;
	return isnan(value) ? INFINITY : value;
}

static int sides_measured(const struct derived *derived, const struct peer_pair *pair)
{
	return measured(derived, pair->threads) + measured(derived, pair->processes) + measured(derived, pair->single);
}

// Whether a pair stands better for others of its subject than one that was planned before it.
static bool stands_better(const struct peer_pairs *pairs, const struct derived *derived, const struct peer_pair *pair,
                          const struct peer_pair *earlier)
{
	const char *cpus = facts_get(&derived->record->facts, "cpus_n");
	unsigned cpus_n = cpus ? (unsigned)atoi(cpus) : 1;
	unsigned here_n = derived->row[peer_pair_row(pair)].workers_n;
	unsigned there_n = derived->row[peer_pair_row(earlier)].workers_n;
	int more = sides_measured(derived, pair) - sides_measured(derived, earlier);
	if (more != 0)
		return more > 0;
	if (pairs->answers_rate)
		return cost_of(pairs, derived, pair) < cost_of(pairs, derived, earlier);
	return here_n <= cpus_n && (here_n > there_n || there_n > cpus_n);
}

// One pair for each value of the subject.
static void standing_mark(struct peer_pairs *pairs, const struct derived *derived)
{
	const struct row *rows = derived->record->rows;
	for (unsigned i = 0; i < pairs->n; i++) {
		struct peer_pair *pair = &pairs->pair[i], *of_value = NULL;
		const struct row *row = &rows[peer_pair_row(pair)];
		for (unsigned j = 0; j < i && pairs->subject && !of_value; j++)
			if (pairs->pair[j].stands && strcmp(row_axis(&rows[peer_pair_row(&pairs->pair[j])], pairs->subject),
			                                    row_axis(row, pairs->subject)) == 0)
				of_value = &pairs->pair[j];
		if (left_out(row) || (of_value && !stands_better(pairs, derived, pair, of_value)))
			continue;
		pair->stands = true;
		if (of_value)
			of_value->stands = false;
	}
}

int peer_pairs_open(struct peer_pairs *pairs, const struct derived *derived, const bool *member)
{
	uint32_t rows_n = derived->record->rows_n;
	uint32_t *next = calloc(rows_n + 1ul, sizeof *next);
	*pairs = (struct peer_pairs){.pair = calloc(rows_n + 1ul, sizeof *pairs->pair)};
	int status = next && pairs->pair ? 0 : status_fail(ENOMEM, "pairs of %u rows", rows_n);
	for (uint32_t i = 0; i < rows_n && status == 0; i++)
		if (member[i]) {
			answer_find(pairs, derived->record->rows[i].spec.experiment);
			break;
		}
	if (status == 0) {
		pairs_fill(pairs, derived, member, next);
		pairs->subject = first_varying(derived, member);
		standing_mark(pairs, derived);
	} else {
		peer_pairs_free(pairs);
	}
	free(next);
	return status;
}

void peer_pairs_free(struct peer_pairs *pairs)
{
	free(pairs->pair);
	*pairs = (struct peer_pairs){0};
}

// Those with both sides before others, then the cheaper one. Where none has both, the sides in turn, as planned.
static bool goes_before(const struct peer_pairs *pairs, const struct derived *derived, const struct peer_pair *pair,
                        const struct peer_pair *than)
{
	int more = (pair->ratio.n > 0) - (than->ratio.n > 0);
	if (more != 0)
		return more > 0;
	if (pairs->paired)
		return cost_of(pairs, derived, pair) < cost_of(pairs, derived, than);
	bool wanted = pairs->threads_last ? pair->processes >= 0 : pair->threads >= 0;
	return wanted && !(pairs->threads_last ? than->processes >= 0 : than->threads >= 0);
}

// Pairs that stand for a value of the subject, at most `most_n`. Returns how many were marked.
static unsigned first_mark(struct peer_pairs *pairs, const struct derived *derived, unsigned most_n)
{
	unsigned n = 0;
	for (; n < most_n; n++) {
		struct peer_pair *best = NULL;
		for (unsigned i = 0; i < pairs->n; i++) {
			struct peer_pair *pair = &pairs->pair[i];
			if (pair->stands && pair->shown == SHOWN_NOT && (!best || goes_before(pairs, derived, pair, best)))
				best = pair;
		}
		if (!best)
			break;
		best->shown = SHOWN_FIRST;
		pairs->threads_last = best->threads >= 0;
	}
	return n;
}

// The pair whose ratio is the farthest from 1 on one side, its interval leaving 1 out; NULL: none.
static struct peer_pair *extreme(struct peer_pairs *pairs, bool least)
{
	struct peer_pair *found = NULL;
	for (unsigned i = 0; i < pairs->n; i++) {
		struct peer_pair *pair = &pairs->pair[i];
		const struct interval *interval = &pair->ratio.median_interval;
		if (pair->ratio.n == 0 || !(interval->coverage > 0) || (least ? interval->high >= 1 : interval->low <= 1))
			continue;
		if (!found || (least ? pair->ratio.median < found->ratio.median : pair->ratio.median > found->ratio.median))
			found = pair;
	}
	return found;
}

static double distance_from_1(const struct peer_pair *pair)
{
	return pair ? fabs(log(pair->ratio.median)) : -1;
}

static unsigned extremes_mark(struct peer_pairs *pairs, unsigned most_n)
{
	struct peer_pair *least = extreme(pairs, true), *most = extreme(pairs, false);
	unsigned n = 0;
	bool least_first = distance_from_1(least) > distance_from_1(most);
	if (least && n < most_n && (most_n > 1 || least_first)) {
		least->shown = SHOWN_LEAST;
		n++;
	}
	if (most && n < most_n && most->shown == SHOWN_NOT) {
		most->shown = SHOWN_MOST;
		n++;
	}
	return n;
}

// The first from `at` on that is not shown yet; there is one.
static void rest_mark(struct peer_pairs *pairs, unsigned at)
{
	while (pairs->pair[at].shown != SHOWN_NOT)
		at = (at + 1) % pairs->n;
	pairs->pair[at].shown = SHOWN_FIRST;
}

unsigned peer_pairs_choose(struct peer_pairs *pairs, const struct derived *derived, unsigned most_n)
{
	unsigned n = 0;
	for (unsigned i = 0; i < pairs->n; i++)
		pairs->pair[i].shown = pairs->n <= most_n ? SHOWN_FIRST : SHOWN_NOT;
	if (pairs->n <= most_n)
		return pairs->n;
	n = extremes_mark(pairs, most_n > 3 ? 2 : most_n > 1);
	n += first_mark(pairs, derived, most_n - n);
	unsigned left_n = most_n - n;
	for (unsigned i = 0; i < left_n; i++, n++) // of the others, evenly
		rest_mark(pairs, (unsigned)((uint64_t)i * pairs->n / left_n));
	return n;
}
