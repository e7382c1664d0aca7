// Everything a run measured: the rounds fill it, the result file stores it, tables and plots read it.
#ifndef TVP_MEASURE_RECORD_H
#define TVP_MEASURE_RECORD_H

#include <stdint.h>

#include "base/clock.h"
#include "host/counters.h"
#include "host/facts.h"
#include "host/noise.h"
#include "kernel/ways.h"
#include "measure/sample.h"
#include "measure/spec.h"
#include "measure/stop.h"
#include "measure/visit_hooks.h"

enum row_state {
	ROW_OPEN,    ///< still being measured
	ROW_DONE,    ///< its group met the target or used up its rounds
	ROW_FAILED,  ///< no further visits: it failed too often, or in a way that cannot pass; `reason` says how
	ROW_SKIPPED, ///< cannot run here; `reason` says why
	ROW_STATE_N
};

/// As they stand in results and reports.
extern const char *const row_state_names[ROW_STATE_N];

enum { GROUP_BYTES = SPEC_NAME_BYTES + 128 };

/// One spec of the run, and how it relates to others.
struct row {
	struct spec spec;
	const struct visit_hooks *hooks; ///< what runs it; NULL in a record that was only loaded
	const char *group; ///< "FAMILY|MEMBER": rows of equal text stand next to each other in every round, those of a
	                   ///< family around them; a family stops together, since ratios are formed within it. Interned:
	                   ///< set by row_set_group()
	int32_t baseline;  ///< row that ratios are formed with: serial wall for speedup, the twin for an overhead; -1: none
	int32_t peer;      ///< for processes: the row that differs only in being threads; -1: none
	int32_t inplace;   ///< for data sent by a channel: the row that differs only in having it in place; -1: none
	int32_t roof[3];   ///< rows of the machine's limits at the same size; -1: none
	double
		roof_work[3]; ///< how much of each roof's own run this row's run needs at least (1.0: the same bytes or flops)
	uint64_t bytes;   ///< compulsory traffic of one operation; 0: not about data
	uint64_t flops;   ///< of one operation
	uint64_t waited_ns; ///< of one operation: waits of its items, to estimate a run by; not stored
	char label[48];     ///< code path taken ("avx512"), or ""
	enum row_state state;
	char reason[256];      ///< of the state; of a row that was measured all the same, of its last visit that was lost
	uint32_t lost_n;       ///< visits that failed: as many rounds have no sample of it
	uint32_t retries_n;    ///< visits repeated at once, because they were not what they were meant to be
	uint64_t iterations_n; ///< fixed by the calibrating visit; 0: not yet
	uint32_t batch_n;
	uint32_t last_sample; ///< 1 + index of the sample added last; 0: none
	uint64_t
		counted[COUNTER_N]; ///< perf counts per operation x 1000, from a visit of their own; UINT64_MAX: not available
};

/// One round's conditions.
struct round_noise {
	uint32_t round;
	uint64_t begin_ns;  ///< since the run began
	struct noise noise; ///< over the round
	uint64_t gap_ns;    ///< the longest time that a visit stood still or took beyond all expectation; 0: none
};

/// What one pair of CPUs took in one round: one measurement, no median over rounds and no interval.
struct cpu_pair_sample {
	uint32_t row, round;
	int32_t from, to; ///< by the kernel's numbers
	double wall_ns;
};

/// What the run was asked to do; stored, so that it can be resumed and repeated.
struct run_options {
	char suite[200];    ///< "quick", "full" or the experiments asked for
	char command[1024]; ///< the command line
	uint64_t seed;
	uint32_t rounds_least, rounds_most;
	uint64_t time_budget_ns;
	uint64_t visit_ns; ///< timed work per visit
	double target_ci;  ///< half-width, relative
};

struct record {
	struct run_options options;
	struct facts facts;
	struct clock_facts clock;
	struct way_choices ways;    ///< which code paths were taken, and what was measured of each
	char *topology_xml;         ///< malloc'd
	char counters_why_not[160]; ///< "" when hardware counters were available
	char date[32];              ///< ISO 8601, local time with offset
	char pairs[40];             ///< rounds of records with the same id were measured side by side; "" for ordinary runs
	struct row *rows;           ///< a shared mapping: fork does not copy its page tables, so it never makes fork slower
	uint32_t rows_n, rows_max;
	uint32_t *slots;        ///< 1 + index of a row, by the hash of its spec; 0: free. malloc'd
	uint32_t slots_n;       ///< a power of two, more than twice rows_n
	struct sample *samples; ///< a shared mapping, too
	uint32_t samples_n, samples_max;
	struct cpu_pair_sample *cpu_pairs; ///< of rows that measure many pairs in a visit; a shared mapping, too
	uint32_t cpu_pairs_n, cpu_pairs_max;
	struct round_noise *rounds; ///< malloc'd
	uint32_t rounds_n, rounds_max;
	enum stop stop;
	uint64_t elapsed_ns; ///< measuring time so far, over all resumptions
};

int record_open(struct record *record);
void record_close(struct record *record);
/// Append a row with everything zero, relations -1, state ROW_OPEN. Returns its index, -ENOMEM or -EINVAL (group too
/// long); row pointers move. With a message.
int record_add_row(struct record *record, const struct spec *spec, const char *group);
/// Give a row another spec, once: nothing else may change it.
void record_rename(struct record *record, uint32_t row, const struct spec *spec);
/// Index of the first row of that spec, or -1. As quick in a record of 100,000 rows as in a small one.
int record_find(const struct record *record, const struct spec *spec);
/// Put a row into a group: a text of fewer than GROUP_BYTES. Returns 0, -EINVAL or -ENOMEM, with a message.
int row_set_group(struct row *row, const char *group);
/// Mark a row as one that cannot run here.
void row_skip(struct row *row, const char *reason);
/// Mark a row as one that has failed for good.
void row_set_failed(struct row *row, const char *reason);
/// Append a sample of a row that is there. Returns 0 or -ENOMEM.
int record_add_sample(struct record *record, const struct sample *sample);
int record_add_cpu_pair(struct record *record, const struct cpu_pair_sample *pair);
int record_add_round(struct record *record, const struct round_noise *round);

/// This row's values of a metric by round: out[round], NAN where the round has none. out has record->rounds_n entries.
void record_series(const struct record *record, uint32_t row, enum metric metric, double *out);

/// Timed work of all samples in ns, by each operation's own time where it brings its own clock; NAN where samples do
/// not say (those of earlier versions) and where there are none.
double record_timed_ns(const struct record *record);

#endif
