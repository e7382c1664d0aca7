// One pass of a command over all its items by N workers: processes, each for an item or a batch of them, or resident
// ones that are given a line and answer with a line. One thread starts, watches and reaps them all.
#ifndef TVP_BENCH_COMMAND_PASS_H
#define TVP_BENCH_COMMAND_PASS_H

#include <poll.h>

#include "bench/command/job.h"

/// What one process took, from before its start until it was reaped.
struct command_time {
	double wall_ns, cpu_ns;
	double queued_ns; ///< of its first thread: it could have run, and others had the CPU; 0: not known
};

struct command_slot {
	struct command command;
	bool busy;
	uint64_t first, n; ///< the items it was given
	uint64_t deadline_ns;
	int to, from; ///< of residents: its standard input and output; -1
};

struct command_pass {
	const struct command_job *job;
	unsigned workers_n;
	uint64_t batch_n; ///< items given at once
	bool resident;
	struct command_slot *slot;
	struct pollfd *poll;
	struct command_arguments arguments;
	struct command_weight *weight; ///< what its processes are weighed into while they run; NULL: they are not
	struct command_time *time;     ///< of the process of each item, filled in as they end; NULL: not wanted
	uint64_t stop_ns;              ///< no item is begun after that time; 0: all are
	uint64_t failed_n;             ///< items of the last pass
	uint64_t peak_bytes;           ///< most of any process yet; 0: not known
	char failure[240];             ///< the last one, in words
};

/// Start the residents, if it has any, and give each an item. Close it in any case. Returns 0 or -errno with a message.
int command_pass_open(struct command_pass *pass);
/// The first items_n items, once. Returns 0, whatever failed; -ETIMEDOUT where it takes longer than a pass may; -errno
/// where no process can be started; with a message, and no process left.
int command_pass_run(struct command_pass *pass, uint64_t items_n);
/// End the residents, by the end of their input or by force. Nothing is left of any process group.
void command_pass_close(struct command_pass *pass);
/// An item of this slot failed: for how, see the text.
void command_slot_fail(struct command_pass *pass, struct command_slot *slot, const char *text);
/// Its process ends, or has ended: reap it, and note the failure of what it was given, if it was one.
void command_slot_end(struct command_pass *pass, struct command_slot *slot, bool kill_it);

#endif
