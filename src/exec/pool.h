// The resident pool: what thread_pool and process_pool share, which is everything but how a worker is created and
// reaped.
#ifndef TVP_EXEC_POOL_H
#define TVP_EXEC_POOL_H

#include "exec/exec.h"

/// What a resident is told to do.
enum command { COMMAND_JOB, COMMAND_USAGE, COMMAND_EXIT };

/// In shared memory, mapped before the workers exist.
struct pool {
	struct eventcount newest; ///< generation, enum command and job of the newest command; residents wait on it
	struct eventcount
		unfinished; ///< residents that have not finished it; the caller waits on it, unless it spins on the slots
	_Alignas(128) _Atomic uint64_t cursor; ///< of SCHEDULE_DYNAMIC
	_Alignas(128) enum wait workers_wait;  ///< fixed at open, as is the next
	enum wait caller_wait;
	struct usage usage[]; ///< one per worker, answers COMMAND_USAGE
};

/// Map the pool, open the transport's channels. Sets exec->state.
int pool_open(struct exec *exec);
/// Place the caller, and wait until every resident is ready (generation 1).
int pool_ready(struct exec *exec);
/// What resident `worker` does, from its pin to COMMAND_EXIT. Runs in its thread or process.
void pool_worker(struct exec *exec, unsigned worker);
int pool_dispatch(struct exec *exec, const struct job *job);
/// Run COMMAND_USAGE: brings every resident's accounting up to date, and adds that of resident processes.
int pool_usage(struct exec *exec, struct usage *usage);
/// Tell every resident to exit.
void pool_stop(struct exec *exec);
/// A resident died: mark its slot and let the caller see it. Async-signal-safe.
void pool_reap(struct exec *exec, unsigned worker, int wait_status);
/// Free what pool_open() took; workers are gone.
void pool_close(struct exec *exec);

/// The common part of a pool's model_state; a pool puts it first in its own.
struct model_state {
	struct pool *pool;
	size_t pool_bytes;
	struct channel *channels; ///< one per worker with a transport, else NULL
	void *workers;            ///< the pool's own: pthread_t array, or NULL
	unsigned created_n;       ///< workers first to created_n - 1 exist
	volatile bool broken;     ///< a resident died: no more dispatches
};

#endif
