// Rounds: groups shuffled from a stored seed, members of a group next to each other, ratios within a round.
// A group is "FAMILY|MEMBER": a family (one problem) stands together and stops together, since ratios pair within it.
#include "measure/rounds.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/rng.h"
#include "base/status.h"
#include "measure/order.h"
#include "stats/summary.h"

enum { VISIT_OVERHEAD_NS = 4000000, CALIBRATING_DEADLINE_S = 60, CHECKPOINT_S = 5 };

struct run {
	struct record *record;
	struct visitor *visitor;
	const struct rounds_hooks *hooks;
	struct rounds_progress progress;
	double *visit_ns;    ///< per row: what its visits last took
	uint32_t *order;     ///< rows of the coming round
	double *numbers;     ///< room for one series, grown with the rounds
	uint64_t begin_ns;   ///< of this run
	uint64_t elapsed_before_ns; ///< of the run it resumes
	uint64_t checkpoint_ns;
};

static uint64_t elapsed_ns(const struct run *run)
{
	return run->elapsed_before_ns + clock_now_ns() - run->begin_ns;
}

bool rounds_look(uint32_t rounds_n)
{
	double look = 30;
	for (int step = 0; lround(look) < (long)rounds_n; step++)
		look = step == 2 ? 100 : look * 1.5; // 30, 45, 67.5 and then 100, 150, 225, …
	return lround(look) == (long)rounds_n;
}

static double visit_estimate_ns(const struct record *record)
{
	return (double)record->options.visit_ns * 1.4 + VISIT_OVERHEAD_NS;
}

double rounds_estimate_s(const struct record *record)
{
	uint32_t open_n = 0;
	for (uint32_t i = 0; i < record->rows_n; i++)
		open_n += record->rows[i].state == ROW_OPEN;
	double round_s = open_n * visit_estimate_ns(record) / 1e9;
	// Most quick runs reach the target near the third look.
	double rounds = fmin(record->options.rounds_most, fmax(record->options.rounds_least, 68));
	return fmin(round_s * (rounds + 1), (double)record->options.time_budget_ns / 1e9);
}

static void tell(struct run *run, uint32_t row)
{
	if (!run->hooks->progress)
		return;
	struct record *record = run->record;
	struct rounds_progress *progress = &run->progress;
	progress->spec = &record->rows[row].spec;
	double spent_s = (double)elapsed_ns(run) / 1e9, budget_s = (double)record->options.time_budget_ns / 1e9;
	double all_s = fmin(budget_s, rounds_estimate_s(record));
	if (record->rounds_n > 0) {
		double most = record->options.rounds_most;
		all_s = fmin(budget_s, spent_s / record->rounds_n * fmax(most < 1e6 ? most : 0, record->rounds_n + 1));
		if (most >= 1e6)
			all_s = budget_s;
	}
	progress->fraction = fmin(1, spent_s / all_s);
	progress->eta_s = fmax(0, all_s - spent_s);
	run->hooks->progress(run->hooks->context, progress);
}

static void row_fail(struct run *run, uint32_t index)
{
	struct row *row = &run->record->rows[index];
	row->state = ROW_FAILED;
	snprintf(row->reason, sizeof row->reason, "%s", status_message());
	run->progress.failed_n++;
}

// One visit of one row; a failure is the row's, an interrupt is the run's.
static int visit_row(struct run *run, uint32_t index, bool counting)
{
	struct row *row = &run->record->rows[index];
	const struct experiment *experiment = row->experiment;
	uint64_t begin_ns = clock_now_ns();
	uint64_t allowed_ns = run->visit_ns[index] > 0 ? 5 * NS_PER_S + 20 * (uint64_t)run->visit_ns[index]
	                                               : CALIBRATING_DEADLINE_S * NS_PER_S;
	int status = visit_run(run->visitor, experiment, &row->spec, row->iterations_n, row->batch_n, counting, allowed_ns);
	run->visit_ns[index] = (double)(clock_now_ns() - begin_ns);
	if (status < 0 && status != -EINTR)
		row_fail(run, index);
	return status;
}

static int prepare_and_calibrate(struct run *run)
{
	struct record *record = run->record;
	run->progress.phase = "calibrating";
	run->progress.all_n = record->rows_n;
	for (uint32_t i = 0; i < record->rows_n; i++) {
		struct row *row = &record->rows[i];
		if (row->state != ROW_OPEN)
			continue;
		run->progress.done_n = i;
		tell(run, i);
		if (row->experiment->prepare && row->experiment->prepare(&row->spec) < 0) {
			row_fail(run, i);
			continue;
		}
		if (row->iterations_n > 0)
			continue;
		int status = visit_row(run, i, false);
		if (status == -EINTR)
			return status;
		if (status == 0) {
			row->iterations_n = run->visitor->trial->iterations_n;
			row->batch_n = run->visitor->trial->batch_n;
			snprintf(row->label, sizeof row->label, "%s", run->visitor->trial->label);
		}
	}
	return 0;
}

static int take_sample(struct run *run, uint32_t index, uint32_t order)
{
	const struct trial *trial = run->visitor->trial;
	struct sample sample = {
		.row = index,
		.round = run->record->rounds_n,
		.order = order,
		.batch_n = trial->batch_n,
		.iterations_n = trial->iterations_n,
	};
	memcpy(sample.value, trial->value, sizeof sample.value);
	return record_add_sample(run->record, &sample);
}

// One round. Returns 0, -EINTR, -ETIME (the budget ended inside it) or -ENOMEM.
static int round_run(struct run *run)
{
	struct record *record = run->record;
	// Seeded by the round, so that a resumed run shuffles as an uninterrupted one.
	struct rng rng = {record->options.seed + record->rounds_n};
	uint32_t rows_n = order_shuffled(record, &rng, run->order);
	run->progress.round = record->rounds_n;
	run->progress.all_n = rows_n;
	struct noise before, after;
	struct round_noise round = {.round = record->rounds_n, .begin_ns = elapsed_ns(run)};
	noise_read(&before);
	int status = 0;
	for (uint32_t i = 0; i < rows_n && status == 0; i++) {
		if (elapsed_ns(run) + (uint64_t)run->visit_ns[run->order[i]] > record->options.time_budget_ns)
			status = -ETIME;
		else {
			run->progress.done_n = i;
			tell(run, run->order[i]);
			status = visit_row(run, run->order[i], false);
			if (status == 0)
				status = take_sample(run, run->order[i], i);
			else if (status != -EINTR)
				status = 0; // the row failed; the run goes on
		}
	}
	noise_read(&after);
	round.noise = noise_between(&before, &after);
	int added = record_add_round(record, &round);
	return status < 0 ? status : added;
}

static bool row_good_enough(struct run *run, uint32_t index)
{
	record_series(run->record, index, METRIC_wall_ns, run->numbers);
	struct summary summary = summarise(run->numbers, run->record->rounds_n);
	return summary.half_width <= run->record->options.target_ci;
}

// Close every family whose open rows have all met the target. Returns whether any row is still open.
static bool close_families(struct run *run)
{
	struct record *record = run->record;
	bool any_open = false;
	for (uint32_t i = 0; i < record->rows_n; i++) {
		if (record->rows[i].state != ROW_OPEN)
			continue;
		bool good = true;
		for (uint32_t j = 0; j < record->rows_n && good; j++)
			if (record->rows[j].state == ROW_OPEN && order_same_family(&record->rows[i], &record->rows[j]))
				good = row_good_enough(run, j);
		for (uint32_t j = i; j < record->rows_n && good; j++)
			if (j != i && record->rows[j].state == ROW_OPEN && order_same_family(&record->rows[i], &record->rows[j]))
				record->rows[j].state = ROW_DONE;
		if (good)
			record->rows[i].state = ROW_DONE;
		any_open = any_open || !good;
	}
	return any_open;
}

static int checkpoint(struct run *run, bool now)
{
	run->record->elapsed_ns = elapsed_ns(run);
	if (!run->hooks->checkpoint || (!now && clock_now_ns() - run->checkpoint_ns < CHECKPOINT_S * NS_PER_S))
		return 0;
	int status = run->hooks->checkpoint(run->hooks->context, run->record);
	run->checkpoint_ns = clock_now_ns();
	return status;
}

static bool any_open(const struct record *record)
{
	for (uint32_t i = 0; i < record->rows_n; i++)
		if (record->rows[i].state == ROW_OPEN)
			return true;
	return false;
}

static int measure(struct run *run)
{
	struct record *record = run->record;
	const struct run_options *options = &record->options;
	run->progress.phase = "measuring";
	while (any_open(record) && record->rounds_n < options->rounds_most) {
		double *numbers = realloc(run->numbers, (record->rounds_n + 1) * sizeof *numbers);
		if (!numbers)
			return status_fail(ENOMEM, "a series of %u rounds", record->rounds_n);
		run->numbers = numbers;
		int status = round_run(run);
		if (status == -EINTR || status == -ETIME) {
			record->stop = status == -EINTR ? STOP_INTERRUPT : STOP_BUDGET;
			return 0;
		}
		if (status == 0)
			status = checkpoint(run, false);
		if (status < 0)
			return status;
		if (record->rounds_n >= options->rounds_least && rounds_look(record->rounds_n) && !close_families(run)) {
			record->stop = STOP_TARGET;
			return 0;
		}
	}
	record->stop = STOP_ROUNDS;
	return 0;
}

// Counters cost what they count, so each row gets one visit of its own for them, whose times are not used.
static int count(struct run *run)
{
	struct record *record = run->record;
	run->progress.phase = "counting";
	run->progress.all_n = record->rows_n;
	for (uint32_t i = 0; i < record->rows_n; i++) {
		struct row *row = &record->rows[i];
		if (row->state == ROW_FAILED || row->state == ROW_SKIPPED || row->iterations_n == 0)
			continue;
		run->progress.done_n = i;
		tell(run, i);
		int status = visit_row(run, i, true);
		if (status == -EINTR)
			return status;
		memcpy(row->counted, run->visitor->trial->counted, sizeof row->counted);
	}
	return 0;
}

int rounds_run(struct record *record, struct visitor *visitor, const struct rounds_hooks *hooks)
{
	struct run run = {
		.record = record,
		.visitor = visitor,
		.hooks = hooks,
		.visit_ns = calloc(record->rows_n + 1, sizeof(double)),
		.order = calloc(record->rows_n + 1, sizeof(uint32_t)),
		.begin_ns = clock_now_ns(),
		.elapsed_before_ns = record->elapsed_ns,
		.checkpoint_ns = clock_now_ns(),
	};
	int status = run.visit_ns && run.order ? 0 : status_fail(ENOMEM, "%u rows", record->rows_n);
	record->stop = STOP_NONE;
	if (status == 0)
		status = prepare_and_calibrate(&run);
	if (status == 0)
		status = count(&run);
	if (status == 0)
		status = measure(&run);
	if (status == -EINTR) {
		record->stop = STOP_INTERRUPT;
		status = 0;
	}
	record->elapsed_ns = elapsed_ns(&run);
	free(run.numbers);
	free(run.order);
	free(run.visit_ns);
	return status;
}
