// The ways to create a worker, each one line of a table: what `spawn` times.
#ifndef TVP_BENCH_SPAWN_H
#define TVP_BENCH_SPAWN_H

#include <pthread.h>
#include <sys/types.h>

#include "base/arena.h"
#include "bench/twin/life.h"
#include "host/place.h"
#include "measure/spec.h"
#include "measure/trial.h"

enum { SPAWN_BURST_MAX = 256 };

struct spawn_state; // a call's own

struct spawning {
	const struct spawn_call *call;
	unsigned burst_n;         ///< created before any is reaped, 1 to SPAWN_BURST_MAX
	int bind_cpu;             ///< the created bind themselves to it; -1: they stay on their creator's CPU
	int lives_file;           ///< the memory below, for those who share none with their creator
	struct spawn_life *lives; ///< burst_n of them, in shared memory
	struct spawn_state *state;
	pid_t pid[SPAWN_BURST_MAX];
	pthread_t thread[SPAWN_BURST_MAX];
};

struct spawn_call {
	const char *name;
	bool executes; ///< runs tvp-tiny, which inherits lives_file
	/// Untimed, may be NULL: what create() is to find ready. Returns 0 or -errno with a message.
	int (*open)(struct spawning *spawning);
	/// TIMED. Make worker `index`, whose life is spawn_live(). Returns 0 or -errno with a message.
	int (*create)(struct spawning *spawning, unsigned index);
	/// TIMED. Wait for its end. Returns 0, or -errno with a message that says what became of it.
	int (*reap)(struct spawning *spawning, unsigned index);
	void (*close)(struct spawning *spawning); ///< may be NULL; safe after a failed open
};

extern const struct spawn_call spawn_pthread, spawn_pthread_small, spawn_fork, spawn_exec, spawn_posix_spawn,
	spawn_vfork, spawn_clone_vm;

/// reap() of processes.
int spawn_reap_process(struct spawning *spawning, unsigned index);

/// A row of `spawn`.
struct spawn_case {
	const struct spawn_call *call;
	unsigned burst_n;
	enum place place;
	uint64_t resident_bytes; ///< of the creator
	enum pages pages;        ///< of these
};

/// One visit: the wall is of a burst, from the first call to the last reaped. Returns 0 or -errno with a message.
int spawn_time(const struct spawn_case *wanted, struct trial *trial);

/// What creators have resident. In the supervisor: make it, once; lend it to the runner that is about to be forked, and
/// take it back. In a runner: see that it is there, and note what was obtained. Return 0, -ENOTSUP (too little memory,
/// or not all of it on huge pages) or -errno, with a message.
int spawn_ballast_prepare(const struct spec *spec);
void spawn_ballast_lend(const struct spec *spec, bool lent);
int spawn_ballast_take(uint64_t bytes, enum pages pages, struct trial *trial);

/// Where tvp-tiny is: beside the running program, else where it is installed; NULL where it is neither.
const char *spawn_tiny_path(void);

#endif
