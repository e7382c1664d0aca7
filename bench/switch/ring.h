// The ring of lmbench's lat_ctx: as many pipes as tasks, a token that counts hops, and a working set per task.
#ifndef TVP_BENCH_SWITCH_RING_H
#define TVP_BENCH_SWITCH_RING_H

#include "base/arena.h"
#include "bench/team/team.h"

enum { RING_TASKS_MAX = 256 };

struct ring {
	unsigned tasks_n;
	size_t bytes;                     ///< of one working set
	int pipe[RING_TASKS_MAX][2];      ///< pipe i brings the token to task i; [0]: read, [1]: write
	struct arena set[RING_TASKS_MAX]; ///< of one task alone all of them; in a ring only the caller's own, the first
	uint64_t token;                   ///< hops made so far, as the caller knows
};

/// Make the pipes. Returns 0, -ENOTSUP (more than RLIMIT_NOFILE allows) or -errno, with a message.
int token_ring_open(struct ring *ring);
void token_ring_close(struct ring *ring);

/// Map and fill the first sets_n working sets. Returns 0 or -errno, with a message; ring_sets_close() in any case.
int ring_sets_open(struct ring *ring, unsigned sets_n);
void ring_sets_close(struct ring *ring);

/// TIMED. One lap, tasks_n hops: of the token round the ring, back to the caller, task 0, who reads its working set …
int ring_lap(struct ring *ring);
/// TIMED. … and of one task that passes the token to itself through every pipe and reads every working set in turn.
int ring_lap_alone(struct ring *ring);

/// The body of members 0 to tasks_n - 2: tasks 1 to tasks_n - 1. Every lap checks the token's count and the sum of each
/// working set. All keep all ends of all pipes, as threads do: so who dies is not mistaken for a neighbour who then
/// finds its pipe closed.
int ring_member(struct team_member *member);
/// Tell everybody that it is over, round the ring.
int ring_farewell(struct ring *ring);

#endif
