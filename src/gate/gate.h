// The regression gate: two builds run alternately in fresh processes, block by block, until every spec has its verdict.
#ifndef TVP_GATE_GATE_H
#define TVP_GATE_GATE_H

#include "gate/slice/side.h"
#include "gate/slicing.h"
#include "host/facts.h"
#include "kernel/ways.h"
#include "measure/record.h"
#include "stats/betting.h"
#include "stats/statistic.h"

/// In the order of a table's rows, worst first.
enum verdict {
	VERDICT_FAILED,        ///< a slice crashed, hung or printed no slice: its row says which
	VERDICT_REGRESSED,     ///< Holm rejects "at most the tolerated slowdown" over all judgements
	VERDICT_CANNOT_TELL,   ///< the gate ended first, or too many blocks were dropped
	VERDICT_NOT_REGRESSED, ///< the all-clear e-process reached 1/beta (slower by less than the effect), and nothing
	                       ///< speaks for a regression
	VERDICT_SKIPPED,       ///< cannot run here
	VERDICT_OPEN,          ///< still being measured
	VERDICT_N
};
/// "REGRESSED", "NOT REGRESSED", "CANNOT TELL", "FAILED", "SKIPPED", "OPEN".
const char *verdict_name(enum verdict verdict);

/// What one process did for a block.
struct block_half {
	double value[SERIES_N];      ///< per operation: each series' statistic, in its unit; NAN where it has none
	double wall_ns[STATISTIC_N]; ///< every statistic of the wall time, so that another choice can be judged afterwards
	double steal; ///< share of all CPUs' time the hypervisor gave to others while it ran, from ticks of 10 ms
	uint64_t start_ns, took_ns;       ///< see struct slice_cost
	uint32_t variant;                 ///< of its side: which program ran
	struct slice_throttled throttled; ///< as the slice said; of a build that says nothing, in the gate's own cgroup
};

/// The unit of inference: both sides one after the other, in random order.
struct block {
	uint64_t seed;  ///< of the order, of the variants and of the paddings
	uint32_t order; ///< position among all blocks of the gate
	bool new_first;
	bool dropped; ///< in either half steal was surely above what is tolerated: decided without times or labels
	struct block_half half[SIDES_N];
};

/// One series of one row: a hypothesis of the family that Holm's procedure is over. All numbers but sigma are ratios
/// new / old.
struct judgement {
	uint32_t row;
	enum series series;
	struct betting regression; ///< E: against "at most the tolerated slowdown"
	struct betting all_clear;  ///< E': against "slower by the effect or more"; needs a constant multiplicative shift
	struct betting regression_sign; ///< E by signs alone: reported, decides nothing
	enum verdict verdict;
	uint32_t decided_n; ///< blocks kept when the verdict was reached; 0: none was reached
	// Once the gate has ended:
	double estimate; ///< Hodges-Lehmann; NAN without blocks
	struct interval
		interval; ///< 95 %, from inverting both e-processes: valid whenever one stops. low > high: no one ratio fits
	double sigma; ///< standard deviation of the blocks' log ratios; NAN below two
	double
		hidden; ///< the smallest ratio the blocks rule out at beta: a slowdown below it may be hidden. INFINITY: none
};

struct gate_row {
	char name[SPEC_NAME_BYTES];
	struct spec spec;
	enum { GATE_ROW_MEASURED, GATE_ROW_SKIPPED, GATE_ROW_FAILED } state;
	char reason[360];      ///< why it was skipped or failed
	int failed_side;       ///< that failed or skipped it: SIDE_OLD, SIDE_NEW (the old side could); -1
	uint64_t iterations_n; ///< of every slice: fixed by calibrating slices of the old side
	uint32_t batch_n;
	int exit_code;                         ///< of what is no tvp, in every slice; -1: none
	struct slice_printed printed[SIDES_N]; ///< by what is no tvp, in each side's last slice
	struct slicing slicing;
	struct block *blocks; ///< malloc'd
	uint32_t blocks_n, blocks_max, dropped_n;
	uint32_t judgement_first, judgements_n;
};

struct gate_options {
	char command[1024]; ///< the command line
	char suite[400];    ///< the specs or suite asked for, as text
	uint64_t seed;
	uint64_t time_budget_ns; ///< no slice begins after it
	uint64_t slice_ns;       ///< timed work of a slice; 0: as spec_slicing() has it
	uint64_t deadline_ns;    ///< of one slice
	uint32_t blocks_n;       ///< exactly so many of every row, verdict or not; 0: until the verdict
	double effect, tolerate; ///< fractions: must be caught, is tolerated
	double alpha, beta;      ///< chance of any false alarm; of each false all-clear
	double steal_most; ///< share of a half's CPU time that the host may take: above it the block is dropped. 1: no
	                   ///< block is
	enum statistic statistic; ///< STATISTIC_N: as spec_slicing() has it
	bool unbound;             ///< no slice is kept on one CPU
	unsigned series;          ///< judged: bits 1 << enum series; 0: the wall time
};

/// All of a gate, while it runs and after.
struct gate {
	struct gate_options options;
	struct side side[SIDES_N];
	unsigned pin_rule[SIDES_N]; ///< as their slices say; 0: none yet
	struct facts facts;
	struct way_choices ways; ///< code paths that both sides were told to take
	char date[32];           ///< of gate_open(): "2026-01-02T03:04:05+0100"
	char id[40];             ///< names this gate in files that others join on: date and seed
	struct gate_row *rows;   ///< malloc'd
	uint32_t rows_n;
	struct judgement *judgements; ///< malloc'd
	uint32_t judgements_n, judgements_max;
	uint32_t blocks_n; ///< of all rows, dropped ones too
	enum stop stop;
	char broken[360]; ///< why it could not go on, for STOP_BROKEN
	uint64_t elapsed_ns;
};

#define GATE_STEAL_MOST 0.10   ///< gate_options.steal_most where nothing else is asked for
#define GATE_DROPPED_MOST 0.20 ///< of a row's blocks: above it no verdict

struct gate_progress {
	const char *phase;                                 ///< "calibrating", "measuring"
	uint32_t decided_n, open_n, regressed_n, failed_n; ///< rows
	uint32_t done_n;                                   ///< rows calibrated, or blocks measured
	double left_s;                                     ///< of the time budget
	const char *name;                                  ///< of the spec that is next
};
struct gate_hooks {
	void *context;
	void (*progress)(void *context, const struct gate_progress *progress); ///< before every slice or block; may be NULL
};

/// Rows to be measured are taken from a planned record; the skipped ones with their reason. Fill in side[] and facts
/// before gate_run(); close with gate_close(). Returns 0 or -ENOMEM, with a message.
int gate_open(struct gate *gate, const struct gate_options *options, const struct record *planned);
void gate_close(struct gate *gate);

/// Calibrate, then blocks until every judgement has its verdict, the budget ends, or an interrupt. A row that fails
/// keeps the reason, and the others go on; what ends the gate is a side that uses another version of the protocol, or
/// fails in the same way in three rows before any is calibrated. A row left without judgements was not reached. Returns
/// 0 (see gate->stop), or -errno, with a message, where nothing could begin.
int gate_run(struct gate *gate, const struct gate_hooks *hooks);

/// Log ratio new / old of a block in a series. A count of 0 stands as a half, so that two of them are equal, and more
/// than none is more.
double block_log_ratio(const struct block *block, enum series series);

/// Whether any judgement has this verdict; rows that were skipped, failed early or not reached have none.
bool gate_has(const struct gate *gate, enum verdict verdict);

#endif
