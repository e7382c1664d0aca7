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
#include "measure/run.h"
#include "stats/summary.h"

bool rounds_look(uint32_t rounds_n)
{
	double look = 30;
	for (int step = 0; lround(look) < (long)rounds_n; step++)
		look = step == 2 ? 100 : look * 1.5; // 30, 45, 67.5 and then 100, 150, 225, …
	return lround(look) == (long)rounds_n;
}

// Samples come round by round, so those of the last round stand at the end.
static bool has_sample(const struct record *record, uint32_t row, uint32_t round)
{
	for (uint32_t i = record->samples_n; i > 0 && record->samples[i - 1].round >= round; i--)
		if (record->samples[i - 1].row == row && record->samples[i - 1].round == round)
			return true;
	return false;
}

static bool was_visited(const struct run *run, uint32_t row, uint32_t round)
{
	return run->rows[row].lost_round == round || has_sample(run->record, row, round);
}

// The round to measure next: the last one again where a budget or an interrupt left it incomplete.
static uint32_t next_round(const struct run *run)
{
	const struct record *record = run->record;
	for (uint32_t i = 0; record->rounds_n > 0 && i < record->rows_n; i++)
		if (record->rows[i].state == ROW_OPEN && !was_visited(run, i, record->rounds_n - 1))
			return record->rounds_n - 1;
	return record->rounds_n;
}

static int visit_and_take(struct run *run, uint32_t index, uint32_t order)
{
	struct sample sample;
	if (run_over_budget(run, index))
		return -ETIME;
	run->progress.done_n = order;
	run_progress(run, index);
	if (visitor_check(run->visitor)) // a short visit may end before its supervisor looks for an interrupt
		return -EINTR;
	int status = run_measure(run, index, &sample);
	if (status == -ENOTSUP) {
		row_skip(&run->record->rows[index], status_message());
		return 0;
	}
	sample.order = order;
	if (status == 0 && sample.iterations_n > 0)
		status = record_add_sample(run->record, &sample);
	if (status == 0 && sample.iterations_n > 0)
		status = run_keep_pairs(run, &sample);
	run_checkpoint(run);
	return status;
}

// One round, or the rest of one. Returns 0, -EINTR, -ETIME (the budget ended inside it) or -ENOMEM.
static int round_run(struct run *run, uint32_t number)
{
	struct record *record = run->record;
	// Seeded by the round, so that a resumed run shuffles as an uninterrupted one.
	struct rng rng = {record->options.seed + number};
	uint32_t rows_n = order_shuffled(record, &rng, run->order);
	if (rows_n == 0)
		return status_fail(ENOMEM, "the order of round %u", number);
	// What was lost in a round of which nothing was kept is tried again.
	for (uint32_t i = 0; number == record->rounds_n && i < record->rows_n; i++)
		run->rows[i].lost_round = UINT32_MAX;
	run->gap_ns = 0;
	run->progress.round = number;
	run->progress.all_n = rows_n;
	struct noise before, after;
	struct round_noise round = {.round = number, .begin_ns = run_elapsed_ns(run)};
	noise_read(&before);
	int status = 0;
	for (uint32_t i = 0; i < rows_n && status == 0; i++)
		if (!was_visited(run, run->order[i], number))
			status = visit_and_take(run, run->order[i], i);
	noise_read(&after);
	round.noise = noise_between(&before, &after);
	round.gap_ns = run->gap_ns;
	// A resumed round keeps the conditions of its first part; one without a sample is not recorded.
	// Of a run that was killed only the samples may be there, even all of them.
	bool any_kept = record->samples_n > 0 && record->samples[record->samples_n - 1].round == number;
	bool fresh = number == record->rounds_n && any_kept;
	int added = fresh ? record_add_round(record, &round) : 0;
	return status < 0 ? status : added;
}

static bool row_meets_target(struct run *run, uint32_t index)
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
				good = row_meets_target(run, j);
		for (uint32_t j = i; j < record->rows_n && good; j++)
			if (j != i && record->rows[j].state == ROW_OPEN && order_same_family(&record->rows[i], &record->rows[j]))
				record->rows[j].state = ROW_DONE;
		if (good)
			record->rows[i].state = ROW_DONE;
		any_open = any_open || !good;
	}
	return any_open;
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
	while (any_open(record) && next_round(run) < options->rounds_most) {
		double *numbers = realloc(run->numbers, (record->rounds_n + 1) * sizeof *numbers);
		if (!numbers)
			return status_fail(ENOMEM, "a series of %u rounds", record->rounds_n);
		run->numbers = numbers;
		int status = round_run(run, next_round(run));
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

static int run_phases(struct run *run)
{
	int status = run_prepare(run);
	if (status == 0)
		status = run_count(run);
	if (status == 0)
		status = measure(run);
	if (status == -EINTR || status == -ETIME) {
		run->record->stop = status == -EINTR ? STOP_INTERRUPT : STOP_BUDGET;
		return 0;
	}
	return status;
}

// The calibrating visit of a row that got no further joins the last round.
static int keep_calibrating(struct run *run, struct sample *sample)
{
	const struct round_noise unknown = {.noise = {.psi_cpu_us = UINT64_MAX, .others_ns = UINT64_MAX}};
	int status = run->record->rounds_n == 0 ? record_add_round(run->record, &unknown) : 0;
	sample->round = run->record->rounds_n - 1;
	return status < 0 ? status : record_add_sample(run->record, sample);
}

// What becomes of the rows that no round has measured: some have their calibrating visit, others have failed.
static int settle_rows(struct run *run)
{
	struct record *record = run->record;
	bool *measured = calloc(record->rows_n + 1, sizeof *measured);
	int status = measured ? 0 : status_fail(ENOMEM, "%u rows", record->rows_n);
	for (uint32_t i = 0; status == 0 && i < record->samples_n; i++)
		measured[record->samples[i].row] = true;
	for (uint32_t i = 0; status == 0 && i < record->rows_n; i++) {
		struct row *row = &record->rows[i];
		if (measured[i])
			continue;
		if (run->rows[i].calibrating.iterations_n > 0)
			status = keep_calibrating(run, &run->rows[i].calibrating);
		else if (row->state == ROW_OPEN && row->lost_n > 0 && record->stop != STOP_INTERRUPT)
			row->state = ROW_FAILED; // every visit of it was lost
	}
	free(measured);
	return status;
}

int rounds_run(struct record *record, struct visitor *visitor, const struct rounds_hooks *hooks)
{
	struct run run = {
		.record = record,
		.visitor = visitor,
		.hooks = hooks,
		.begin_ns = clock_now_ns(),
		.elapsed_before_ns = record->elapsed_ns,
	};
	int status = run_open(&run);
	if (status == 0 && any_open(record)) {
		status = run_phases(&run);
		int kept = settle_rows(&run);
		status = status < 0 ? status : kept;
	} else if (status == 0 && record->stop == STOP_NONE) {
		record->stop = STOP_ROUNDS; // every row was left out while planning
	}
	record->elapsed_ns = run_elapsed_ns(&run);
	run_close(&run);
	return status;
}
