// The calls that create a worker (calls.c, vm.c, program.c), and a burst of workers created by one of them, which
// `spawn` times (time.c).
#ifndef TVP_BENCH_SPAWN_H
#define TVP_BENCH_SPAWN_H

#include <pthread.h>
#include <sys/types.h>

#include "base/arena.h"
#include "bench/twin/spawn_worker.h"
#include "host/place.h"
#include "measure/spec.h"
#include "measure/trial.h"

enum { SPAWN_BURST_MAX = 256 };

struct spawn_state; // private to a call

struct spawn_burst {
	const struct spawn_call *call;
	unsigned workers_n;          ///< created before any is reaped, 1 to SPAWN_BURST_MAX
	int bind_cpu;                ///< the workers bind themselves to it; -1: they stay on their creator's CPU
	int stamps_file;             ///< the memory below as a file, for workers that share none with their creator
	struct spawn_stamps *stamps; ///< per worker, in shared memory
	struct spawn_state *state;
	pid_t pid[SPAWN_BURST_MAX];
	pthread_t thread[SPAWN_BURST_MAX];
};

struct spawn_call {
	const char *name;
	bool executes; ///< runs tvp-tiny, which inherits stamps_file
	/// Untimed, may be NULL: prepare what create() needs. Returns 0 or -errno with a message.
	int (*open)(struct spawn_burst *burst);
	/// TIMED. Create worker `index`, which runs spawn_worker_run(). Returns 0 or -errno with a message.
	int (*create)(struct spawn_burst *burst, unsigned index);
	/// TIMED. Wait for its end. Returns 0, or -errno with a message that says how it ended.
	int (*reap)(struct spawn_burst *burst, unsigned index);
	void (*close)(struct spawn_burst *burst); ///< may be NULL; safe after a failed open
};

extern const struct spawn_call spawn_pthread, spawn_pthread_small, spawn_fork, spawn_exec, spawn_posix_spawn,
	spawn_vfork, spawn_clone_vm;

/// The reap() of processes.
int spawn_reap_process(struct spawn_burst *burst, unsigned index);

/// A row of `spawn`.
struct spawn_case {
	const struct spawn_call *call;
	unsigned burst_n;
	enum place place;
	uint64_t resident_bytes; ///< resident memory of the creator
	enum pages pages;        ///< of that memory
};

/// One visit. The wall time is that of a burst, from the first call to the last reaped worker. Returns 0 or -errno with
/// a message.
int spawn_time(const struct spawn_case *wanted, struct trial *trial);

/// The creator's resident memory. In the supervisor: allocate it, once; let the next forked runner inherit it, or no
/// longer. In a runner: check that it is there, and record the pages obtained. Return 0, -ENOTSUP (too little memory,
/// or not all of it on huge pages) or -errno, with a message.
int spawn_resident_prepare(const struct spec *spec);
void spawn_resident_inherit(const struct spec *spec, bool inherited);
bool spawn_resident_give_back(const struct spec *spec);
int spawn_resident_use(uint64_t bytes, enum pages pages, struct trial *trial);

/// Where tvp-tiny is: beside the running program, else where it is installed; NULL where it is neither.
const char *spawn_tiny_path(void);

#endif
