// Twins: hand-written loops of the same system calls as a model or a channel makes, with the same pins, measured in the
// same rounds.
#ifndef TVP_BENCH_TWIN_H
#define TVP_BENCH_TWIN_H

#include "bench/team/team.h"
#include "bench/plan/experiment.h"
#include "measure/trial.h"

/// What every twin needs: workers and their placement.
struct twin_setup {
	unsigned workers_n;
	struct placement *placement;
	bool processes; ///< between:processes
};

/// One twin.
struct twin {
	const char *call; ///< value of the `call` axis
	const char *summary;
	int (*trial)(const struct twin_setup *setup, struct trial *trial);
	unsigned workers_least;       ///< fewer make no sense; 0: one does
	unsigned workers_most;        ///< more make no sense; 0: as many as asked for
	const char *(*why_not)(void); ///< NULL, or why this machine or build cannot run it; the hook itself may be NULL
};

extern const struct twin twin_clock, twin_futex, twin_pthread, twin_fork, twin_openmp, twin_shim, twin_cxx;
extern const struct twin twin_pipe, twin_socketpair, twin_eventfd, twin_mq, twin_mutex, twin_spawn_pthread,
	twin_spawn_fork;

/// Bind the calling thread to the CPU planned for `worker`: one system call, without a check of the result.
int twin_pin(const struct twin_setup *setup, unsigned worker);

/// A round trip between the caller, worker 0, and its partner, worker 1; of the futex all other workers. The first
/// member of the context that all these functions get.
struct twin_pair {
	int (*round_trip)(void *context);          ///< TIMED. The caller's part
	int (*answer)(struct team_member *member); ///< its partner, until it is stopped; its context is the same
	void (*own)(struct team_member *member);   ///< as in struct team_config; may be NULL
	void (*own_caller)(void *context);         ///< the same
	int (*stop)(void *context);                ///< make one more round trip, after which worker 1 ends
	struct team *team;                         ///< set by twin_time_pair()
};

/// Start the partner, time round trips, stop it. Round trips without sleep are an error: they would look like cheap
/// calls. Returns 0 or -errno, with a message.
int twin_time_pair(const struct twin_setup *setup, struct twin_pair *pair, struct trial *trial);

/// A twin with the axes that an experiment wants.
struct twin_row {
	const char *call;
	const char *between; ///< "threads", "processes" or NULL where it does not matter
	unsigned workers_n;
	enum pin pin;
	const char *family;
};

/// Add a twin's row, skipped with the reason where it cannot run here. Returns its index or a negative status.
int twin_add_row(struct record *record, const struct topology *topology, const struct twin_row *wanted);

/// Give a row its twin: the twin joins the row's group and becomes its baseline. `wanted->family` is ignored. Does
/// nothing where there is no such twin. Returns 0 or a negative status.
int twin_attach(struct record *record, const struct topology *topology, int row, const struct twin_row *wanted);

/// Whether the workers and pins that the user chose allow a row.
bool twin_wanted(const struct plan_options *options, unsigned workers_n, enum pin pin);
/// NULL, or the reason where this machine has too few CPUs for workers that must not share one.
const char *twin_why_too_few_cpus(const struct topology *topology, unsigned workers_n, enum pin pin);

/// The rows the `limits` experiment wants: clock and futex.
int twin_plan_limits(const struct plan_options *options, struct record *record);

#endif
