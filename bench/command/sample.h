// A sample of a command's items, each run alone, once or twice: how much items differ, and what they need. What
// `tvp advise` knows of a command beside the rows of experiment `command`.
//   command_sample_open(&sample, 1000, seed);      // draws, and has the job run for the items that were drawn
//   visit_run(…, command_sample_visit, …);         // a visit of any spec of the job
//   … sample->time[i] of item sample->index[i] of all, for i < sample->done_n
#ifndef TVP_BENCH_COMMAND_SAMPLE_H
#define TVP_BENCH_COMMAND_SAMPLE_H

#include "bench/command/pass.h"
#include "measure/visit_hooks.h"

enum { COMMAND_SAMPLE_MAX = 1000 };

/// In memory that runners share.
struct command_sample {
	uint64_t n;                         ///< drawn
	uint64_t least_n;                   ///< so many are run, however long they take
	uint64_t spend_ns;                  ///< for each of two passes: after that time no further one is begun
	uint64_t index[COMMAND_SAMPLE_MAX]; ///< among all items, in the order drawn
	// The results.
	uint64_t done_n;
	struct command_time time[COMMAND_SAMPLE_MAX]; ///< the mean, where it was run twice
	double noise;        ///< standard deviation of such a time of one item, relative to it; NAN: not known
	uint64_t peak_bytes; ///< most of any process; 0: not known
};

/// Draw from the job's items, all equally likely, none twice, and command_job_choose() them. Once per program. Returns
/// 0 or -ENOMEM.
int command_sample_open(struct command_sample **sample, uint64_t most_n, uint64_t seed);

/// Runs them until the time of a pass is over, and as many once more.
extern const struct visit_hooks command_sample_visit;

/// So many different numbers below all_n, in random order.
void command_sample_draw(uint64_t all_n, uint64_t seed, uint64_t *index, uint64_t n);

#endif
