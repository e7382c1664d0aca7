// What the phases of a run share. Internal to src/measure.
#ifndef TVP_MEASURE_RUN_H
#define TVP_MEASURE_RUN_H

#include "measure/rounds.h"

/// What a run knows of a row besides the record.
struct run_row {
	double visit_ns;           ///< what its last visit took, opening and closing included; 0: none succeeded
	uint32_t visits_n;         ///< visits of this process that succeeded, counting ones apart
	uint32_t failures_n;       ///< visits that failed in succession
	uint64_t failing_since_ns; ///< when the first of these failed
	uint32_t lost_round;       ///< the last round in which its visit failed; UINT32_MAX: none
	struct sample calibrating; ///< of its calibrating visit, kept until a round has another; iterations_n 0: none
};

struct run {
	struct record *record;
	struct visitor *visitor;
	const struct rounds_hooks *hooks;
	struct rounds_progress progress;
	struct run_row *rows;        ///< one for each of the record's; shared, as those are
	uint32_t *order;             ///< rows of the coming round
	double *numbers;             ///< room for one series, grown with the rounds
	uint64_t begin_ns;           ///< of this run
	uint64_t elapsed_before_ns;  ///< of the run it resumes
	uint64_t checkpoint_ns;      ///< when the last one ended; 0: none yet
	uint64_t checkpoint_cost_ns; ///< how long it took
	bool checkpoint_failed;
	bool checkpoint_is_empty; ///< it had no sample
	uint64_t gap_ns;          ///< of this round
};

/// Allocate what is per row; close it in any case. Returns 0 or -ENOMEM.
int run_open(struct run *run);
void run_close(struct run *run);

uint64_t run_elapsed_ns(const struct run *run);
/// Whether the budget has no room for another visit of this row.
bool run_over_budget(const struct run *run, uint32_t row);
/// Call the progress hook: this row comes next.
void run_progress(struct run *run, uint32_t row);
/// The row fails, with the status message as its reason.
void run_fail_row(struct run *run, uint32_t row);
/// One visit of one row, under its deadline; the answers lie in the visitor's trial. Returns as visit_run().
int run_visit(struct run *run, uint32_t row, bool counting);
/// The same with what a measurement needs: a visit that was not what it was meant to be (-EAGAIN) is repeated, the row
/// is calibrated where it was not, and *sample is filled. A visit that failed is lost: the row keeps its other rounds,
/// and fails for good where that cannot pass or has not passed in several visits. Returns 0 with or without a sample
/// (sample->iterations_n 0), -EINTR, or -ENOTSUP (of a row without any sample: the machine cannot).
int run_measure(struct run *run, uint32_t row, struct sample *sample);
/// After a visit whose sample is kept: the pairs of CPUs that it measured, if any. Returns 0 or -errno.
int run_keep_pairs(struct run *run, const struct sample *sample);

/// Save, where the last time is long enough ago; the first time at once. Failing is a warning in the record.
void run_checkpoint(struct run *run);

/// The phases before the rounds. Each returns 0, -EINTR (interrupted) or -ETIME (the budget ended).
/// Prepare every open row's data and calibrate those not calibrated yet; rows that cannot are failed.
int run_prepare(struct run *run);
/// Count each row's events once, in a visit whose times are not used, where the machine has any counters.
int run_count(struct run *run);

#endif
