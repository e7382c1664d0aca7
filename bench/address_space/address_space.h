// `address_space` in parts: the calls that each worker makes over and over, and the run of those who make them.
#ifndef TVP_BENCH_ADDRESS_SPACE_H
#define TVP_BENCH_ADDRESS_SPACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "bench/team/team.h"

/// One worker's own things, in its private memory.
struct desk {
	enum pages pages;
	uint32_t calls_n; ///< of this turn
	size_t page_bytes;
	char *mapping; ///< what it mapped; NULL: nothing
	size_t mapping_bytes;
	char *region;       ///< of that (or of what was inherited) the part to work on
	uint32_t touched_n; ///< pages of the region written to
	char left;          ///< what a touched page's untouched bytes hold
	int fd;
};

struct address_call {
	const char *name;
	uint32_t calls_most;         ///< of one turn
	uint32_t calls_most_huge;    ///< the same with pages:huge; 0: page sizes do not matter to it
	const char *why_not_threads; ///< NULL where threads can do it too
	bool inherits;               ///< works on memory of the caller, by workers forked anew for each turn
	/// Once per worker, before anything; the three hooks but work() may be NULL. All return 0 or -errno, with a
	/// message.
	int (*open)(struct desk *desk);
	/// Before each turn, in a turn of its own: check what the last one left, make what the next one uses up.
	int (*prepare)(struct desk *desk);
	/// TIMED. calls_n calls.
	int (*work)(struct desk *desk);
	/// Check what is left, give everything back.
	int (*close)(struct desk *desk);
};

/// NULL where there is none of that name.
const struct address_call *address_call_find(const char *name);

/// Whether private memory, when first touched, gets huge pages here. Returns 0, -ENOTSUP with the reason, or -errno.
int desk_huge_pages(void);
/// Check that touch left every page it was asked to as it should be, in the toucher's view.
int desk_touched(const struct desk *desk);

/// What each worker says of its last turn, and what it used in all of them.
struct stand {
	_Alignas(128) uint64_t begin_ns, end_ns;
	struct usage used;
	size_t huge_bytes; ///< of inherited memory, after the worker's writes
};

/// In shared memory. What the caller writes here for a turn is ordered by the team's gates.
struct board {
	uint32_t calls_n;
	bool preparing;
	struct stand stand[];
};

/// The workers, all at the same call.
struct address_space_run {
	const struct address_call *call;
	enum pages pages;
	enum between between;
	unsigned workers_n;
	const struct placement *placement;
	struct trial *trial;
	struct board *board;
	struct arena inherited; ///< for calls on the caller's memory: filled with ADDRESS_SPACE_INHERITED
	struct team *team;      ///< of all turns; those calls have one for each
};

enum { ADDRESS_SPACE_INHERITED = 85 };

size_t address_space_page_bytes(const struct address_space_run *run);
/// Calls of one turn at most; 0 where the call does not tell this page size from the other.
uint32_t address_space_calls_most(const struct address_space_run *run);
/// Gather the workers, calibrate if asked, run the trial, send them home. Returns 0 or -errno, with a message.
int address_space_time(struct address_space_run *run);

#endif
