// A run's state: opened, how far it is, saved from time to time.
#include "measure/run.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/status.h"

enum { CHECKPOINT_S = 5 };

int run_open(struct run *run)
{
	size_t rows_n = run->record->rows_n + 1ul;
	run->rows = shared_map(rows_n * sizeof *run->rows);
	run->order = calloc(rows_n, sizeof *run->order);
	if (!run->rows || !run->order)
		return run->rows ? status_fail(ENOMEM, "%zu rows", rows_n) : -ENOMEM;
	for (size_t i = 0; i < rows_n; i++)
		run->rows[i].lost_round = UINT32_MAX;
	return 0;
}

void run_close(struct run *run)
{
	free(run->numbers);
	free(run->order);
	if (run->rows)
		munmap(run->rows, (run->record->rows_n + 1ul) * sizeof *run->rows);
}

uint64_t run_elapsed_ns(const struct run *run)
{
	return run->elapsed_before_ns + clock_now_ns() - run->begin_ns;
}

bool run_over_budget(const struct run *run, uint32_t row)
{
	return run_elapsed_ns(run) + (uint64_t)run->rows[row].visit_ns > run->record->options.time_budget_ns;
}

void run_progress(struct run *run, uint32_t row)
{
	if (!run->hooks->progress)
		return;
	struct record *record = run->record;
	struct rounds_progress *progress = &run->progress;
	progress->spec = &record->rows[row].spec;
	double spent_s = (double)run_elapsed_ns(run) / 1e9, budget_s = (double)record->options.time_budget_ns / 1e9;
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

// Every five seconds; where saving takes long, a twentieth of the time at most.
void run_checkpoint(struct run *run)
{
	struct record *record = run->record;
	uint64_t now_ns = clock_now_ns(), pause_ns = 20 * run->checkpoint_cost_ns;
	record->elapsed_ns = run_elapsed_ns(run);
	if (pause_ns < CHECKPOINT_S * NS_PER_S)
		pause_ns = CHECKPOINT_S * NS_PER_S;
	// The first sample is saved at once, too.
	bool first = run->checkpoint_ns == 0 || (run->checkpoint_is_empty && record->samples_n > 0);
	if (!run->hooks->checkpoint || (!first && now_ns - run->checkpoint_ns < pause_ns))
		return;
	// Not a reason to stop measuring: the file may be writable again at the end.
	if (run->hooks->checkpoint(run->hooks->context, record) < 0 && !run->checkpoint_failed) {
		run->checkpoint_failed = true;
		facts_warn(&record->facts, "saving during the run failed: %.200s", status_message());
	}
	run->checkpoint_is_empty = record->samples_n == 0;
	run->checkpoint_ns = clock_now_ns();
	run->checkpoint_cost_ns = run->checkpoint_ns - now_ns;
}
