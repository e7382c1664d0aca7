// How long a run will take, and what a time budget can give, before it is measured.
#include <math.h>
#include <stdlib.h>

#include "measure/order.h"
#include "measure/rounds.h"

enum {
	VISIT_OVERHEAD_NS = 3000000, ///< of a runner: fork, opening and closing the model, checking
	WORKER_OVERHEAD_NS = 100000, ///< … and for each worker
	CALIBRATING_OVERHEAD_NS = 1000000
};
static const double preparing_ns_per_byte = 1.7; // populated, collapsed to 2 MiB pages and filled

// Before anything is measured: 8 bytes or 40 flops per ns, as current machines do.
static double run_estimate_ns(const struct row *row)
{
	return fmax((double)row->bytes / 8, (double)row->flops / 40) + (double)row->waited_ns;
}

// At least two runs: one to warm up.
static double visit_estimate_ns(const struct record *record, const struct row *row)
{
	const char *workers = spec_get(&row->spec, "workers");
	double workers_n = workers ? (double)strtoul(workers, NULL, 10) : 1;
	double visit_ns = (double)visit_timed_ns(row->hooks, record->options.visit_ns);
	return fmax(visit_ns * 1.2, 2 * run_estimate_ns(row)) + VISIT_OVERHEAD_NS + workers_n * WORKER_OVERHEAD_NS;
}

// A calibrating visit runs twice more before it measures, and for a while to learn how long a run takes.
static double calibrating_estimate_ns(const struct record *record, const struct row *row)
{
	return row->iterations_n > 0 ? 0
	                             : visit_estimate_ns(record, row) + 2 * run_estimate_ns(row) + CALIBRATING_OVERHEAD_NS;
}

double rounds_estimate_row_s(const struct record *record, uint32_t index)
{
	const struct row *row = &record->rows[index];
	return row->state == ROW_OPEN ? visit_estimate_ns(record, row) / 1e9 : 0;
}

// The members of a family share their problem's memory, and stand together in the record.
static double preparing_estimate_ns(const struct record *record, uint32_t index)
{
	const struct row *row = &record->rows[index];
	bool shares = index > 0 && order_same_family(row, row - 1);
	return row->iterations_n > 0 || shares ? 0 : (double)row->bytes * preparing_ns_per_byte;
}

struct rounds_budget rounds_budget(const struct record *record)
{
	struct rounds_budget budget = {0};
	for (uint32_t i = 0; i < record->rows_n; i++)
		if (record->rows[i].state == ROW_OPEN) {
			budget.round_s += rounds_estimate_row_s(record, i);
			budget.before_s +=
				(calibrating_estimate_ns(record, &record->rows[i]) + preparing_estimate_ns(record, i)) / 1e9;
		}
	double left_s = ((double)record->options.time_budget_ns - (double)record->elapsed_ns) / 1e9;
	if (budget.round_s > 0)
		budget.rounds_n = record->rounds_n + fmax(0, left_s - budget.before_s) / budget.round_s;
	return budget;
}

double rounds_estimate_s(const struct record *record)
{
	struct rounds_budget budget = rounds_budget(record);
	// Most runs reach the target by the third look, or not at all.
	double most = fmin(record->options.rounds_most, fmax(record->options.rounds_least, 68));
	double left_s = ((double)record->options.time_budget_ns - (double)record->elapsed_ns) / 1e9;
	return fmax(0, fmin(budget.before_s + budget.round_s * (most - record->rounds_n), left_s));
}
