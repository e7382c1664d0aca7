// The workers of an experiment beside the caller: threads of the runner or forked processes, each placed, all running
// the same body in both cases. A member that dies or fails ends the visit at once, with its name: a runner that has
// lost a member has nothing left to wait for, so no wait in an experiment needs to check for that.
#ifndef TVP_BENCH_TEAM_H
#define TVP_BENCH_TEAM_H

#include "measure/spec.h"
#include "measure/trial.h"
#include "sync/waiter.h"

enum between { BETWEEN_THREADS, BETWEEN_PROCESSES };

struct team;
struct team_member {
	struct team *team;
	unsigned index; ///< 0 to members_n - 1
	void *context;  ///< of the team
	uint32_t turn;  ///< number of the last turn begun, from 1
};

struct team_config {
	enum between between;
	unsigned members_n;                ///< the caller is not counted
	const struct placement *placement; ///< member i runs where worker i + 1 is planned, the caller where worker 0 is …
	bool caller_apart; ///< … or, when set, member i where worker i is planned and the caller on the CPUs left over
	bool spins; ///< members may use CPU for long without a system call: team_usage() asks processes to account for it
	/// A process inherits its own copy; what it points to in shared memory (shared_map()) is common to all.
	void *context;
	/// In a member process, before its body: drop what it must not hold (channel_own()). NULL: nothing.
	void (*own)(struct team_member *member);
	/// The same, in the caller, once all member processes have been started.
	void (*own_caller)(void *context);
	/// All that the member does, once it is placed. Returns 0 or -errno with a message, which fails the visit.
	int (*body)(struct team_member *member);
};

/// `between:threads` or `between:processes` of a spec. Returns 0 or -EINVAL with a message.
int team_between(const struct spec *spec, enum between *between);

/// Create and place all, then the caller; returns once every member runs on its CPU. At most one team at a time in a
/// process, from its only thread. Returns 0 or -errno, with a message; on failure nothing is left.
int team_open(struct team **team, const struct team_config *config, struct trial *trial);

/// Resources used so far by caller and members, as struct operation wants them, without what this query costs the
/// caller; other_cpu_ns: the members' CPU time. Returns 0 or -ESRCH (a member process has ended), with a message.
int team_usage(struct team *team, struct usage *usage);

/// In a member: wait for the next turn. For bodies of the form `while (team_turn_next(member)) …`; false once the team
/// is closed. A body without turns ends when the experiment itself tells it to.
bool team_turn_next(struct team_member *member);
/// In the caller: let every member do one turn; wait until all have finished it; or both.
void team_turn_start(struct team *team);
void team_turn_wait(struct team *team);
void team_turn_run(struct team *team);

/// After an operation failed with this status and a message: a broken channel is seen before its cause is. Waits 200 ms
/// for the death of a member process to be noticed, whereupon the visit ends with that reason; else returns the status,
/// its message kept. Between threads the visit ends here, with the status: nothing that a member may still use is to be
/// closed.
int team_failed(struct team *team, int status);

/// End the members that wait for a turn, and wait until all have ended (10 s; then processes are killed and it is an
/// error). Gives the caller back its full CPU mask. Returns 0 or -errno, with a message.
int team_close(struct team *team);

#endif
