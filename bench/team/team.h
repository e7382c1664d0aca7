// The workers of an experiment beside the caller: threads of the runner or forked processes, each placed, all running
// the same body in both worlds. A member that dies or fails ends the visit at once, with its name: a runner whose
// partner is gone has nothing left to wait for, so no wait in an experiment needs to look out for that.
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
	uint32_t turn;  ///< of team_turn()
};

struct team_config {
	enum between between;
	unsigned members_n;                ///< the caller is not counted
	const struct placement *placement; ///< member i stands on worker i + 1, the caller on worker 0 …
	bool caller_apart;                 ///< … or, when set, member i on worker i and the caller on the CPUs left over
	bool spins; ///< members may burn CPU for long without a system call: team_usage() asks processes to book it
	void
		*context; ///< a process inherits its own copy; what it points to in shared memory (shared_map()) is everybody's
	/// In a member process, before its body: drop what it must not hold (channel_own()). NULL: nothing.
	void (*own)(struct team_member *member);
	/// The same, in the caller, once all member processes live.
	void (*own_caller)(void *context);
	/// The member's whole life, placed already. Returns 0 or -errno with a message, which fails the visit.
	int (*body)(struct team_member *member);
};

/// `between:threads` or `between:processes` of a spec. Returns 0 or -EINVAL with a message.
int team_between(const struct spec *spec, enum between *between);

/// Create and place all, then the caller; returns once every member stands on its CPU. At most one team at a time in a
/// process, from its only thread. Returns 0 or -errno, with a message; on failure nothing is left.
int team_open(struct team **team, const struct team_config *config, struct trial *trial);

/// Everybody's resources so far, as struct operation wants them, without what asking for them cost the caller;
/// other_cpu_ns: the members' CPU time. Returns 0 or -ESRCH (a member process has ended), with a message.
int team_usage(struct team *team, struct usage *usage);

/// Turns, for bodies of the form `while (team_turn(member)) …`: the caller's team_round() lets every member do its turn
/// once and returns when all have: team_begin() lets them go, team_wait() returns when all have done it. A body without
/// turns ends by what the experiment itself tells it.
bool team_turn(struct team_member *member);
void team_round(struct team *team);
void team_begin(struct team *team);
void team_wait(struct team *team);

/// After an operation failed with this status and a message: a broken channel is seen before its cause is. Gives a
/// member process that is dying 200 ms to be noticed, whereupon the visit ends with that reason; else returns the
/// status, its message kept. Between threads the visit ends here, with the status: nothing that a member may still use
/// is to be closed.
int team_failed(struct team *team, int status);

/// Dismiss those who wait for a turn, wait until all have ended (10 s; then processes are killed and it is an error).
/// Gives the caller back its full CPU mask. Returns 0 or -errno, with a message.
int team_close(struct team *team);

#endif
