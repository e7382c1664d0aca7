// Before the rounds: data, calibration, counters.
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/status.h"
#include "measure/run.h"

static int calibrate_row(struct run *run, uint32_t index)
{
	int status = run_measure(run, index, &run->rows[index].calibrating);
	if (status == -ENOTSUP) { // a limit of this machine, not a failure
		row_skip(&run->record->rows[index], status_message());
		return 0;
	}
	return status;
}

static int prepare_row(struct run *run, uint32_t index)
{
	struct row *row = &run->record->rows[index];
	if (visitor_check(run->visitor))
		return -EINTR;
	if (run_over_budget(run, index))
		return -ETIME;
	run_progress(run, index);
	int prepared = row->hooks->prepare ? row->hooks->prepare(&row->spec) : 0;
	if (prepared == -ENOTSUP)
		row_skip(row, status_message());
	else if (prepared < 0)
		run_fail_row(run, index);
	if (prepared < 0)
		return 0;
	return row->iterations_n > 0 ? 0 : calibrate_row(run, index);
}

int run_prepare(struct run *run)
{
	struct record *record = run->record;
	int status = 0;
	run->progress.phase = "calibrating";
	run->progress.round = UINT32_MAX; // none that is kept
	run->progress.all_n = record->rows_n;
	for (uint32_t i = 0; i < record->rows_n && status == 0; i++) {
		run->progress.done_n = i;
		if (record->rows[i].state == ROW_OPEN)
			status = prepare_row(run, i);
		run_checkpoint(run);
	}
	return status;
}

static bool machine_counts(void)
{
	struct counters counters;
	uint64_t value[COUNTER_N];
	bool any = false;
	counters_open(&counters);
	counters_read(&counters, value);
	counters_close(&counters);
	for (int i = 0; i < COUNTER_N; i++)
		any = any || value[i] != UINT64_MAX;
	return any;
}

static bool row_counted(const struct row *row)
{
	for (int i = 0; i < COUNTER_N; i++)
		if (row->counted[i] != UINT64_MAX)
			return true;
	return false;
}

// Counting costs time, so it has a visit of its own. One that fails leaves the row uncounted, not failed.
int run_count(struct run *run)
{
	struct record *record = run->record;
	if (!machine_counts())
		return 0;
	run->progress.phase = "counting";
	run->progress.all_n = record->rows_n;
	for (uint32_t i = 0; i < record->rows_n; i++) {
		struct row *row = &record->rows[i];
		if (row->state != ROW_OPEN || row->iterations_n == 0 || row_counted(row))
			continue;
		if (run_over_budget(run, i))
			return -ETIME;
		run->progress.done_n = i;
		run_progress(run, i);
		int status = run_visit(run, i, true);
		if (status == -EINTR)
			return status;
		if (status == 0)
			memcpy(row->counted, run->visitor->trial->counted, sizeof row->counted);
	}
	return 0;
}
