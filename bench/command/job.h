// What `tvp run command` was asked to run. It comes from the command line alone: what a result file or a spec's name
// says is compared with it and never executed.
#ifndef TVP_BENCH_COMMAND_JOB_H
#define TVP_BENCH_COMMAND_JOB_H

#include "bench/command/arguments.h"
#include "bench/command/spawn.h"
#include "bench/command/weigh.h"
#include "measure/spec.h"

enum { COMMAND_FAILURES_KEPT = 32, COMMAND_PATH_BYTES = 4096 };

struct command_settings {
	const char *command;    ///< NULL: none was given
	const char *inputs;     ///< a pattern of files; NULL
	const char *items_from; ///< a file of lines; NULL
	uint64_t items_n;       ///< numbers from 1; 0: not given
	bool null;              ///< zeros end items, not newlines
	bool shell, fed, cold;
	uint64_t batch_n; ///< items of one process; 0: no batches
	uint64_t item_ns; ///< how long one process may take (of residents: one item)
	uint64_t pass_ns; ///< how long one pass over all items may take
};

/// Items that failed, in memory that runners share.
struct command_failures {
	uint64_t failures_n; ///< over all passes of all rows, calibration included
	unsigned kept_n;
	struct command_failure {
		uint64_t first, n, times;
		char text[240]; ///< "exited with code 1: no such file", of the last time
	} kept[COMMAND_FAILURES_KEPT];
};

struct command_job {
	struct command_settings settings;
	struct command_words words;
	struct command_items items; ///< that it is run for
	struct command_items all;   ///< that were given: the same, but for command_job_choose()
	struct command_template from;
	char path[COMMAND_PATH_BYTES];
	struct command_failures *failures;
	struct command_weights *weights;
};

/// Take what the user gave, which stays valid, and load the items. Once per program. Returns 0; -EINVAL, -ENOENT … with
/// a message: a command that cannot be split or found, no items, options that contradict each other.
int command_job_open(const struct command_settings *settings);
/// From now on, run it for these items only: items_choose() of those given. What failed before is forgotten.
void command_job_choose(const uint64_t *chosen, uint64_t n);
/// How long one pass may take from now on.
void command_job_allow(uint64_t pass_ns);
/// NULL where command_job_open() was not called.
const struct command_job *command_job(void);
/// Set what a spec says of the job: command, inputs, items … Returns as spec_set().
int command_job_describe(const struct command_job *job, struct spec *spec);
/// Whether a spec is of this job: 0, or -EINVAL with a message.
int command_job_is(const struct spec *spec);

/// An item's failure, or that of a batch.
void command_failure_note(const struct command_job *job, uint64_t first, uint64_t n, const char *text);
/// "item 3 (img/c.png): exited with code 1: no such file, 12 times". Returns out.
char *command_failure_text(const struct command_job *job, unsigned index, char *out, size_t out_bytes);

#endif
