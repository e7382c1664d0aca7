// The inside of a team, for its own files.
#ifndef TVP_BENCH_TEAM_PARTS_H
#define TVP_BENCH_TEAM_PARTS_H

#include <pthread.h>
#include <signal.h>

#include "bench/team/team.h"

enum { MESSAGE_BYTES = 200 };

// In shared memory.
struct team_shared {
	struct eventcount ready;                ///< members not yet on their CPU
	struct eventcount go;                   ///< counts the turns
	struct eventcount left;                 ///< members still at their turn
	_Alignas(128) _Atomic uint32_t arrived; ///< members come to a turn, over all turns
	_Atomic uint32_t booked;                ///< answers to SIGUSR1, of all members
	_Atomic bool over;
	char message[][MESSAGE_BYTES]; ///< per member: why it failed
};

struct team {
	struct team_config config;
	struct trial *trial;
	struct team_shared *shared;
	size_t shared_bytes;
	struct team_member *members;
	pthread_t *threads; ///< between threads
	int *pids;          ///< between processes: negated once reaped
	unsigned born_n;
	bool starts_together; ///< every member has a CPU of its own: turns begin together
	struct sigaction handler_before;
	struct usage asking; ///< what team_usage() itself has cost the caller so far
};

/// In a member process that spins: book its time whenever team_usage() wants to know it.
void team_answer_asks(const struct team *team);

#endif
