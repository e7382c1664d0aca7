// How long a run will take, before it is measured.
#include <math.h>

#include "measure/rounds.h"

enum { VISIT_OVERHEAD_NS = 4000000, CALIBRATING_OVERHEAD_NS = 1000000 };

// Before anything is measured: 8 bytes or 40 flops per ns, as current machines do, and at least two runs per visit.
static double visit_estimate_ns(const struct record *record, const struct row *row)
{
	double run_ns = fmax((double)row->bytes / 8, (double)row->flops / 40) + (double)row->waited_ns;
	double visit_ns = (double)visit_timed_ns(row->hooks, record->options.visit_ns);
	return fmax(visit_ns * 1.2, 2 * run_ns) + VISIT_OVERHEAD_NS;
}

// A calibrating visit runs twice more before it measures, and for a while to learn how long a run takes.
static double calibrating_estimate_ns(const struct record *record, const struct row *row)
{
	double run_ns = fmax((double)row->bytes / 8, (double)row->flops / 40) + (double)row->waited_ns;
	return row->iterations_n > 0 ? 0 : visit_estimate_ns(record, row) + 2 * run_ns + CALIBRATING_OVERHEAD_NS;
}

double rounds_estimate_s(const struct record *record)
{
	double round_ns = 0, calibrating_ns = 0;
	for (uint32_t i = 0; i < record->rows_n; i++)
		if (record->rows[i].state == ROW_OPEN) {
			round_ns += visit_estimate_ns(record, &record->rows[i]);
			calibrating_ns += calibrating_estimate_ns(record, &record->rows[i]);
		}
	// Most runs reach the target by the third look, or not at all.
	double most = fmin(record->options.rounds_most, fmax(record->options.rounds_least, 68));
	double budget_ns = (double)record->options.time_budget_ns - (double)record->elapsed_ns;
	return fmax(0, fmin(calibrating_ns + round_ns * (most - record->rounds_n), budget_ns)) / 1e9;
}
