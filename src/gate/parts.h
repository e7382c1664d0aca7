// Between the files of the gate.
#ifndef TVP_GATE_PARTS_H
#define TVP_GATE_PARTS_H

#include "base/rng.h"
#include "gate/gate.h"

/// A gate under way.
struct gate_run {
	struct gate *gate;
	const struct gate_hooks *hooks;
	struct listener listener;
	struct rng rng;
	uint64_t begun_ns;
	uint32_t *order; ///< [rows_n]: the rows of this round
	uint32_t order_n;
	uint64_t block_ns; ///< the longest block so far, of any row: the estimate for a row without blocks
};
/// Of the time budget.
uint64_t gate_run_left_ns(const struct gate_run *run);
void gate_run_progress(const struct gate_run *run, const char *phase, uint32_t done_n, const struct gate_row *next);

/// Measure which code paths of the kernels are the fastest here, and hand the choice to the slices of both sides.
void gate_ways_choose(struct gate *gate);

/// Calibrate every row. Returns 0; -EINTR; -ETIME; or, with gate->broken, why the gate cannot go on.
int calibrate(struct gate_run *run);
/// Store why a row failed: status_message(). Returns 0: the others go on; -EINTR, which fails no row; or -EPROTO, with
/// gate->broken.
int row_fail(struct gate *gate, struct gate_row *row, int status);

/// Run both halves of a row's next block. Returns 0, with the block appended; -EINTR; or why the row failed.
int block_run(struct gate_run *run, struct gate_row *row);
/// The slice's locations into a half, by the row's statistic.
int half_fill(struct block_half *half, const struct slice_times *slice, enum statistic statistic);
/// Whether the host surely took more than this share of its CPU time; never where all of it is tolerated.
bool half_exceeds_steal(const struct block_half *half, double steal_most);

/// A judgement of which no block is known yet.
void judgement_begin(struct judgement *judgement, const struct gate_options *options, uint32_t row, enum series series);
/// Append a row's judgements: one for each series that it is judged by and has (bits 1 << enum series). Returns 0 or
/// -ENOMEM.
int judge_add(struct gate *gate, struct gate_row *row, unsigned available);
/// Add a row's last block to its judgements, then find the verdicts that are reached now, of all rows.
void judge_block(struct gate *gate, const struct gate_row *row);
/// Whether so many of a row's blocks were dropped that its verdict is withheld; later blocks may still allow it.
bool judge_too_many_dropped(const struct gate_row *row);
/// Whether a row has a judgement without a verdict.
bool judge_open(const struct gate *gate, const struct gate_row *row);
/// Blocks that a row's judgements need until the last verdict, estimated from the growth of the evidence; INFINITY: it
/// does not grow.
double judge_needs(const struct gate *gate, const struct gate_row *row);
/// The gate has ended: open judgements become CANNOT TELL; estimates and intervals are computed.
void judge_end(struct gate *gate);

#endif
