// What the files of a team share with each other and with nobody else.
#ifndef TVP_BENCH_TEAM_INTERNAL_H
#define TVP_BENCH_TEAM_INTERNAL_H

#include <pthread.h>
#include <signal.h>

#include "bench/team/team.h"

enum { MESSAGE_BYTES = 200, CLOSE_DEADLINE_S = 10 };

// In shared memory.
struct team_shared {
	struct eventcount ready;                ///< members that are not placed yet
	struct eventcount go;                   ///< turns started so far
	struct eventcount left;                 ///< members that have not finished the current turn
	_Alignas(128) _Atomic uint32_t arrived; ///< members that have begun a turn, summed over all turns
	_Atomic uint32_t accounted;             ///< answers to SIGUSR1, of all members
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
	unsigned started_n;
	volatile int wait_error; ///< of the handler's waitpid; 0: none. Such a member's end is not noticed
	bool starts_together;    ///< every member has a CPU of its own, so all members can begin a turn at the same time
	struct sigaction sigchld_before;
	struct usage query_cost; ///< what team_usage() itself has cost the caller so far
};

/// Between processes: report the death of a member from now on, until team_members_kill(). Before any is started.
/// Returns 0 or -errno, with a message.
int team_members_watch(struct team *team);
/// Create all members. Returns 0 or -errno, with a message; some may have been started then.
int team_members_start(struct team *team);
/// Kill and reap the member processes that are left.
void team_members_kill(struct team *team);
/// Wait until all members have ended, at most CLOSE_DEADLINE_S. A thread that does not end ends the runner; processes
/// that do not are killed, and the status is -ETIMEDOUT, with a message.
int team_members_join(struct team *team);

/// In a member process that spins: have its CPU time accounted whenever team_usage() asks for it.
void team_account_on_request(const struct team *team);

#endif
