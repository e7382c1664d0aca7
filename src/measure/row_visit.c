// The visits of one row: their deadline, what a failed one costs, and what is kept of a good one.
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/rng.h"
#include "base/status.h"
#include "base/words.h"
#include "measure/run.h"

enum {
	CALIBRATING_DEADLINE_S = 60,
	DEADLINE_S = 10,
	DEADLINE_VISITS_N = 100, ///< a visit may take so many times as long as the last one did, besides
	FAILURES_MOST = 3,       ///< in succession …
	FAILING_S = 10,          ///< … and, of a row that was measured before, for so long: a CPU may come back
	RETRIES_MOST = 3,        ///< of one visit
	GAP_VISITS_N = 10,
	WHOLE_CHECKS_N = 2, ///< of a row's first visits the whole result is checked, of later ones a part
};
static const uint64_t gap_least_ns = NS_PER_S;

uint64_t rounds_deadline_ns(double last_visit_ns)
{
	return last_visit_ns > 0 ? DEADLINE_S * NS_PER_S + DEADLINE_VISITS_N * (uint64_t)last_visit_ns
	                         : CALIBRATING_DEADLINE_S * NS_PER_S;
}

// What stopped the runner or us, and what cannot be explained by the row's own unsteadiness.
static void gap_note(struct run *run, double before_ns, double took_ns)
{
	uint64_t gap_ns = run->visitor->stopped_ns;
	if (before_ns > 0 && took_ns > GAP_VISITS_N * before_ns && took_ns - before_ns > (double)gap_least_ns)
		gap_ns = (uint64_t)(took_ns - before_ns) > gap_ns ? (uint64_t)(took_ns - before_ns) : gap_ns;
	if (gap_ns > run->gap_ns && gap_ns >= gap_least_ns)
		run->gap_ns = gap_ns;
}

static uint64_t check_seed(const struct run *run, uint32_t index)
{
	struct rng rng = {run->record->options.seed ^ (uint64_t)run->rows[index].visits_n << 32 ^ index};
	return run->rows[index].visits_n < WHOLE_CHECKS_N ? 0 : rng_next(&rng) | 1;
}

int run_visit(struct run *run, uint32_t index, bool counting)
{
	const struct row *row = &run->record->rows[index];
	struct run_row *known = &run->rows[index];
	struct visit_request request = {
		.hooks = row->hooks,
		.spec = &row->spec,
		.iterations_n = row->iterations_n,
		.batch_n = row->batch_n,
		.check_seed = check_seed(run, index),
		.seed = run->record->options.seed,
		.round = run->progress.round,
		.counting = counting,
		.deadline_ns =
			row->hooks->deadline_ns ? row->hooks->deadline_ns(&row->spec) : rounds_deadline_ns(known->visit_ns),
	};
	uint64_t begin_ns = clock_now_ns();
	int status = visit_run(run->visitor, &request);
	double took_ns = (double)(clock_now_ns() - begin_ns);
	gap_note(run, known->visit_ns, took_ns);
	if (status == 0) {
		known->visit_ns = took_ns;
		known->visits_n += !counting;
	}
	return status;
}

void run_fail_row(struct run *run, uint32_t index)
{
	row_set_failed(&run->record->rows[index], status_message());
	run->progress.failed_n++;
}

// A wrong result is no accident, and a row that hangs before it was ever measured would cost a deadline again.
static bool is_final(const struct run *run, uint32_t index, int status)
{
	bool was_measured = run->rows[index].visit_ns > 0;
	uint64_t failing_ns = clock_now_ns() - run->rows[index].failing_since_ns;
	return status == -EBADMSG || (status == -ETIMEDOUT && !was_measured) ||
	       (run->rows[index].failures_n >= FAILURES_MOST && (!was_measured || failing_ns >= FAILING_S * NS_PER_S));
}

static void visit_lose(struct run *run, uint32_t index, int status)
{
	struct row *row = &run->record->rows[index];
	row->lost_n++;
	if (run->rows[index].failures_n++ == 0)
		run->rows[index].failing_since_ns = clock_now_ns();
	run->rows[index].lost_round = run->progress.round;
	text_fit(row->reason, sizeof row->reason, status_message());
	if (is_final(run, index, status))
		run_fail_row(run, index);
}

static struct sample sample_of(const struct run *run, uint32_t index)
{
	const struct trial *trial = run->visitor->trial;
	struct sample sample = {
		.row = index,
		.round = run->progress.round,
		.batch_n = trial->batch_n,
		.iterations_n = trial->iterations_n,
	};
	memcpy(sample.value, trial->value, sizeof sample.value);
	return sample;
}

int run_measure(struct run *run, uint32_t index, struct sample *sample)
{
	struct row *row = &run->record->rows[index];
	const struct trial *trial = run->visitor->trial;
	*sample = (struct sample){0};
	int status = run_visit(run, index, false);
	for (unsigned retry = 0; status == -EAGAIN && retry < RETRIES_MOST; retry++) {
		row->retries_n++;
		status = run_visit(run, index, false);
	}
	if (status == -EINTR || (status == -ENOTSUP && run->rows[index].visit_ns == 0))
		return status;
	if (status < 0) {
		visit_lose(run, index, status);
		return 0;
	}
	run->rows[index].failures_n = 0;
	if (row->iterations_n == 0) {
		row->iterations_n = trial->iterations_n;
		row->batch_n = trial->batch_n;
		snprintf(row->label, sizeof row->label, "%s", trial->label);
	}
	*sample = sample_of(run, index);
	return 0;
}

int run_keep_pairs(struct run *run, const struct sample *sample)
{
	const struct trial *trial = run->visitor->trial;
	int status = 0;
	for (uint32_t i = 0; i < trial->pairs_n && i < trial->iterations_n && status == 0; i++) {
		struct cpu_pair_sample pair = {sample->row, sample->round, trial->pair[i].from, trial->pair[i].to,
		                               (double)trial->wall_ns[i] / (double)trial->operations_n[i]};
		status = record_add_cpu_pair(run->record, &pair);
	}
	return status;
}
