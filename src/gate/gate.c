// The run of a gate: calibrate every row on the old side, then rounds of blocks over the open rows, in shuffled order.
#include "gate/gate.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/status.h"
#include "base/words.h"
#include "gate/parts.h"

static void id_make(struct gate *gate)
{
	time_t now = time(NULL);
	struct tm local;
	localtime_r(&now, &local);
	strftime(gate->date, sizeof gate->date, "%Y-%m-%dT%H:%M:%S%z", &local);
	snprintf(gate->id, sizeof gate->id, "%llx-%llx", (unsigned long long)now, (unsigned long long)gate->options.seed);
}

static void row_fill(struct gate *gate, struct gate_row *row, const struct row *planned)
{
	const struct gate_options *options = &gate->options;
	row->spec = planned->spec;
	row->failed_side = -1;
	row->state = planned->state == ROW_SKIPPED ? GATE_ROW_SKIPPED : GATE_ROW_MEASURED;
	text_fit(row->reason, sizeof row->reason, planned->reason);
	spec_name(&row->spec, row->name, sizeof row->name);
	row->exit_code = -1;
	row->slicing = spec_slicing(&row->spec);
	if (options->slice_ns)
		row->slicing.slice_ns = options->slice_ns;
	if (options->unbound)
		row->slicing.one_cpu = false;
	if (options->statistic != STATISTIC_N)
		row->slicing.statistic = options->statistic;
}

int gate_open(struct gate *gate, const struct gate_options *options, const struct record *planned)
{
	// Field by field: some compilers make a literal of this size on the stack first.
	memset(gate, 0, sizeof *gate);
	gate->options = *options;
	gate->rows_n = planned->rows_n;
	gate->rows = calloc(planned->rows_n, sizeof *gate->rows);
	gate->stop = STOP_DECIDED; // as long as nothing was measured
	if (!gate->rows)
		return status_fail(ENOMEM, "room for %u rows", planned->rows_n);
	for (uint32_t i = 0; i < planned->rows_n; i++)
		row_fill(gate, &gate->rows[i], &planned->rows[i]);
	id_make(gate);
	return 0;
}

void gate_close(struct gate *gate)
{
	for (uint32_t i = 0; i < gate->rows_n; i++)
		free(gate->rows[i].blocks);
	free(gate->rows);
	free(gate->judgements);
}

uint64_t gate_run_left_ns(const struct gate_run *run)
{
	uint64_t gone_ns = clock_now_ns() - run->begun_ns, budget_ns = run->gate->options.time_budget_ns;
	return gone_ns < budget_ns ? budget_ns - gone_ns : 0;
}

void gate_run_progress(const struct gate_run *run, const char *phase, uint32_t done_n, const struct gate_row *next)
{
	const struct gate *gate = run->gate;
	struct gate_progress progress = {
		.phase = phase, .done_n = done_n, .left_s = (double)gate_run_left_ns(run) / 1e9, .name = next->name};
	if (!run->hooks->progress)
		return;
	for (uint32_t i = 0; i < gate->rows_n; i++) {
		const struct gate_row *row = &gate->rows[i];
		bool regressed = false;
		for (uint32_t j = 0; j < row->judgements_n; j++)
			regressed |= gate->judgements[row->judgement_first + j].verdict == VERDICT_REGRESSED;
		progress.regressed_n += regressed;
		progress.failed_n += row->state == GATE_ROW_FAILED;
		progress.open_n += row->state == GATE_ROW_MEASURED && (row->judgements_n == 0 || judge_open(gate, row));
		progress.decided_n += row->state == GATE_ROW_MEASURED && row->judgements_n > 0 && !judge_open(gate, row);
	}
	run->hooks->progress(run->hooks->context, &progress);
}

static bool row_needs_block(const struct gate *gate, const struct gate_row *row)
{
	if (row->state != GATE_ROW_MEASURED)
		return false;
	return gate->options.blocks_n ? row->blocks_n < gate->options.blocks_n : judge_open(gate, row);
}

static double row_block_ns(const struct gate_run *run, const struct gate_row *row)
{
	double took_ns = 0;
	for (uint32_t i = 0; i < row->blocks_n; i++)
		took_ns += (double)(row->blocks[i].half[SIDE_OLD].took_ns + row->blocks[i].half[SIDE_NEW].took_ns);
	return row->blocks_n ? took_ns / row->blocks_n : (double)run->block_ns;
}

// Whether its next block is likely to end in time.
static bool row_fits(const struct gate_run *run, const struct gate_row *row)
{
	uint64_t room_ns = gate_run_left_ns(run);
	return room_ns > 0 && (double)room_ns >= row_block_ns(run, row);
}

static double row_rest_ns(const struct gate_run *run, uint32_t row)
{
	return judge_needs(run->gate, &run->gate->rows[row]) * row_block_ns(run, &run->gate->rows[row]);
}

static int compare_rests(const void *left, const void *right, void *run)
{
	double a = row_rest_ns(run, *(const uint32_t *)left), b = row_rest_ns(run, *(const uint32_t *)right);
	return (a > b) - (a < b);
}

// Where the time left is not enough for all, the rows closest to a verdict get it. Error rates do not depend on the
// allocation. Rows whose evidence grows too slowly for the time left, or not at all, share what the others leave: it
// may still grow faster.
static void round_narrow(struct gate_run *run)
{
	double left_ns = (double)gate_run_left_ns(run), room_ns = left_ns;
	uint32_t kept_n = 0;
	qsort_r(run->order, run->order_n, sizeof *run->order, compare_rests, run);
	for (; kept_n < run->order_n; kept_n++) {
		double rest_ns = row_rest_ns(run, run->order[kept_n]);
		room_ns -= rest_ns < left_ns ? rest_ns : 0;
		if (room_ns <= 0)
			break;
	}
	run->order_n = kept_n ? kept_n : 1;
}

// Returns 0, with no rows in `order` where none needs another block; or -ETIME: there is no time for any of the blocks
// that are needed.
static int round_plan(struct gate_run *run)
{
	struct gate *gate = run->gate;
	bool needed = false;
	run->order_n = 0;
	for (uint32_t i = 0; i < gate->rows_n; i++) {
		bool needs = row_needs_block(gate, &gate->rows[i]);
		needed |= needs;
		if (needs && row_fits(run, &gate->rows[i]))
			run->order[run->order_n++] = i;
	}
	if (run->order_n > 1 && !gate->options.blocks_n)
		round_narrow(run);
	rng_shuffle(&run->rng, run->order, run->order_n);
	return needed && run->order_n == 0 ? -ETIME : 0;
}

static int round_run(struct gate_run *run)
{
	struct gate *gate = run->gate;
	int status = 0;
	for (uint32_t i = 0; i < run->order_n && status == 0; i++) {
		struct gate_row *row = &gate->rows[run->order[i]];
		if (listener_check(&run->listener))
			return -EINTR;
		if (!row_needs_block(gate, row) || !row_fits(run, row)) // Holm may have decided it meanwhile
			continue;
		gate_run_progress(run, "measuring", gate->blocks_n, row);
		uint64_t begin_ns = clock_now_ns();
		status = block_run(run, row);
		uint64_t took_ns = clock_now_ns() - begin_ns;
		run->block_ns = took_ns > run->block_ns ? took_ns : run->block_ns;
		if (status == 0)
			judge_block(gate, row);
		else
			status = row_fail(gate, row, status);
	}
	return status;
}

static enum stop stop_of(const struct gate *gate, int status)
{
	if (status == -EINTR)
		return STOP_INTERRUPT;
	if (status == -ETIME)
		return STOP_BUDGET;
	if (status < 0)
		return STOP_BROKEN;
	return gate->options.blocks_n ? STOP_BLOCKS : STOP_DECIDED;
}

static void measure(struct gate_run *run)
{
	struct gate *gate = run->gate;
	gate_ways_choose(gate);
	int status = calibrate(run);
	while (status == 0) {
		status = round_plan(run);
		if (status < 0 || run->order_n == 0)
			break;
		status = round_run(run);
	}
	gate->stop = stop_of(gate, status);
	gate->elapsed_ns = clock_now_ns() - run->begun_ns;
	judge_end(gate);
}

int gate_run(struct gate *gate, const struct gate_hooks *hooks)
{
	struct gate_run run = {.gate = gate, .hooks = hooks, .rng = {gate->options.seed}, .begun_ns = clock_now_ns()};
	for (int side = 0; side < SIDES_N; side++)
		if (side_check(&gate->side[side]) < 0)
			return -EACCES;
	run.order = malloc((gate->rows_n + 1) * sizeof *run.order);
	if (!run.order)
		return status_fail(ENOMEM, "room for %u rows", gate->rows_n);
	int status = listener_open(&run.listener);
	if (status == 0) {
		measure(&run);
		listener_close(&run.listener);
	}
	free(run.order);
	return status;
}
