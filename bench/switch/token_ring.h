// The ring of lmbench's lat_ctx: as many pipes as tasks, a token that counts its hops, and a working set per task.
#ifndef TVP_BENCH_SWITCH_TOKEN_RING_H
#define TVP_BENCH_SWITCH_TOKEN_RING_H

#include "base/arena.h"
#include "bench/team/team.h"

enum { RING_TASKS_MAX = 256 };

struct token_ring {
	unsigned tasks_n;
	size_t bytes;                     ///< of one working set
	int pipe[RING_TASKS_MAX][2];      ///< task i reads the token from pipe i; [0]: read end, [1]: write end
	struct arena set[RING_TASKS_MAX]; ///< all with one task alone; in a ring only the caller's, the first
	uint64_t token;                   ///< hops so far, at the caller
};

/// Create the pipes. Returns 0, -ENOTSUP (more than RLIMIT_NOFILE allows) or -errno, with a message.
int token_ring_open(struct token_ring *ring);
void token_ring_close(struct token_ring *ring);

/// Map and fill the first sets_n working sets. Returns 0 or -errno, with a message; token_ring_sets_close() in any
/// case.
int token_ring_sets_open(struct token_ring *ring, unsigned sets_n);
void token_ring_sets_close(struct token_ring *ring);

/// TIMED. One lap of tasks_n hops round the ring, back to the caller, task 0, which reads its working set.
int token_ring_lap(struct token_ring *ring);
/// TIMED. One lap of one task, which passes the token to itself through every pipe and reads every working set in turn.
int token_ring_lap_alone(struct token_ring *ring);

/// The body of members 0 to tasks_n - 2: tasks 1 to tasks_n - 1. Every lap checks the token's count and the sum of each
/// working set. Every process keeps both ends of all pipes, as threads do, so that a death is reported as such and not
/// as a closed pipe of a neighbour.
int token_ring_member(struct team_member *member);
/// End all members, by a last token that goes round the ring.
int token_ring_end(struct token_ring *ring);

#endif
