// Hand-written twins: the bare system calls under a model, with the same pins, as rows in the same rounds.
#ifndef TVP_BENCH_TWIN_H
#define TVP_BENCH_TWIN_H

#include "bench/team/team.h"
#include "bench/plan/experiment.h"
#include "measure/trial.h"

/// The pieces every twin needs: who runs where. Placement planned for `workers`.
struct twin_setup {
	unsigned workers_n;
	struct placement *placement;
	bool processes; ///< between:processes
};

/// One hand-written loop.
struct twin {
	const char *call; ///< value of the `call` axis
	const char *summary;
	int (*trial)(const struct twin_setup *setup, struct trial *trial);
	const char *(*why_not)(void); ///< NULL, or why this machine or build cannot run it; the hook itself may be NULL
};

extern const struct twin twin_clock, twin_futex, twin_pthread, twin_fork, twin_openmp, twin_shim, twin_cxx;
extern const struct twin twin_pipe, twin_socketpair, twin_eventfd, twin_mq, twin_mutex, twin_spawn_pthread,
	twin_spawn_fork;

/// Bind the calling thread to the CPU planned for `worker`: one bare system call, nothing read back.
int twin_pin(const struct twin_setup *setup, unsigned worker);

/// Two sides that answer each other, the caller as worker 0. Begins the context that all of these get.
struct twin_pair {
	int (*round_trip)(void *context);          ///< TIMED. The caller's side
	int (*answer)(struct team_member *member); ///< worker 1, until dismissed; its context is the same
	void (*own)(struct team_member *member);   ///< as in struct team_config; may be NULL
	void (*own_caller)(void *context);         ///< the same
	int (*dismiss)(void *context);             ///< tell worker 1 that it was the last trip
	struct team *team;                         ///< set by twin_time_pair()
};

/// Open the other side, time round trips, dismiss it. Trips in which nobody slept are an error: they would pass for
/// cheap calls. Returns 0 or -errno, with a message.
int twin_time_pair(const struct twin_setup *setup, struct twin_pair *pair, struct trial *trial);

/// A twin as an experiment wants it.
struct twin_row {
	const char *call;
	const char *between; ///< "threads", "processes" or NULL where it does not matter
	unsigned workers_n;  ///< 1 or 2
	enum pin pin;
	const char *family;
};

/// Add it, skipped with the reason where it cannot run here. Returns its index or a negative status.
int twin_add_row(struct record *record, const struct topology *topology, const struct twin_row *wanted);

/// Set a row against its twin: the twin joins the row's group and becomes its baseline. `wanted->family` is ignored.
/// Does nothing where there is no such twin. Returns 0 or a negative status.
int twin_attach(struct record *record, const struct topology *topology, int row, const struct twin_row *wanted);

/// Whether the user's workers and pins allow a row.
bool twin_wanted(const struct plan_options *options, unsigned workers_n, enum pin pin);
/// NULL, or why this machine has too few CPUs for workers that must not share one.
const char *twin_why_too_few_cpus(const struct topology *topology, unsigned workers_n, enum pin pin);

/// The rows the `limits` experiment wants: clock and futex.
int twin_plan_limits(const struct plan_options *options, struct record *record);

#endif
