// `address_space`: the calls that each worker repeats (calls.c), and the run of the workers that make them (workers.c).
#ifndef TVP_BENCH_ADDRESS_SPACE_H
#define TVP_BENCH_ADDRESS_SPACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "bench/team/team.h"

/// What one worker uses, in its private memory.
struct address_space_worker {
	enum pages pages;
	uint32_t calls_n; ///< of this turn
	size_t page_bytes;
	char *mapping; ///< what it mapped; NULL: nothing
	size_t mapping_bytes;
	char *region;       ///< the part of the mapping, or of inherited memory, to work on
	uint32_t touched_n; ///< pages of the region written to
	char fill;          ///< what the bytes of a touched page hold that were not written
	int fd;
};

struct address_call {
	const char *name;
	uint32_t calls_most;         ///< per turn, at most
	uint32_t calls_most_huge;    ///< the same with pages:huge; 0: page sizes make no difference to it
	const char *why_not_threads; ///< NULL where threads can make the call too
	bool inherits;               ///< works on memory of the caller; the workers are forked anew for each turn
	/// Once per worker, before its turns. All hooks but work() may be NULL. All return 0 or -errno, with a
	/// message.
	int (*open)(struct address_space_worker *worker);
	/// Before each turn, in an untimed turn of its own: check the result of the last one, make what the next one uses
	/// up.
	int (*prepare)(struct address_space_worker *worker);
	/// TIMED. Makes calls_n calls.
	int (*work)(struct address_space_worker *worker);
	/// Check the result of the last turn, release everything.
	int (*close)(struct address_space_worker *worker);
};

/// NULL where no call has this name.
const struct address_call *address_call_find(const char *name);

/// Whether private memory, when first touched, gets huge pages here. Returns 0, -ENOTSUP with the reason, or -errno.
int address_space_huge_pages(void);
/// Check that every touched page holds what was written to it, as the worker that wrote sees it.
int address_space_check_touched(const struct address_space_worker *worker);

/// What a worker reports: the times of its last turn, and the resources used in all of its turns.
struct address_space_turn {
	_Alignas(128) uint64_t begin_ns, end_ns;
	struct usage usage;
	size_t huge_bytes; ///< of inherited memory, after the worker's writes
};

/// In shared memory. What the caller writes here before a turn is ordered by the team's start of the turn.
struct address_space_shared {
	uint32_t calls_n;
	bool preparing;
	struct address_space_turn turn[]; ///< per worker
};

/// One run: all workers make the same call.
struct address_space_run {
	const struct address_call *call;
	enum pages pages;
	enum between between;
	unsigned workers_n;
	const struct placement *placement;
	struct trial *trial;
	struct address_space_shared *shared;
	struct arena inherited; ///< for calls on the caller's memory: filled with ADDRESS_SPACE_INHERITED
	struct team *team;      ///< for all turns; calls on the caller's memory have a new one for each
};

enum { ADDRESS_SPACE_INHERITED = 85 };

size_t address_space_page_bytes(const struct address_space_run *run);
/// Calls of one turn at most; 0 where this page size makes no difference to the call.
uint32_t address_space_calls_most(const struct address_space_run *run);
/// Start the workers, calibrate if asked, run the trial, close the team. Returns 0 or -errno, with a message.
int address_space_time(struct address_space_run *run);

#endif
