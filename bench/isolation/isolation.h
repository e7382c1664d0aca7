// What the two sides of `isolation` share: the caller, which gives out jobs and replaces dead workers (caller.c), and
// the workers, which do the jobs and die (worker.c).
#ifndef TVP_BENCH_ISOLATION_H
#define TVP_BENCH_ISOLATION_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "host/placement.h"
#include "sync/waiter.h"

enum death { DEATH_NONE, DEATH_ABORT, DEATH_SEGV, DEATH_KILL, DEATH_OOM };

enum { FAILURE_BYTES = 200 };

/// In shared memory. Where one worker finds its jobs; a replacement takes over the slot.
struct isolation_slot {
	struct eventcount go;  ///< jobs given out here so far; `command` is how to die in the current one
	uint64_t number;       ///< of the current job
	uint64_t result;       ///< isolation_result() of the number, once done
	_Atomic uint32_t done; ///< the value of `go` for the last job that was finished
};

/// In shared memory.
struct isolation_shared {
	struct eventcount events;    ///< incremented when a job is done and when a process has died
	_Atomic uint64_t died_ns;    ///< when the victim began to die; 0: not yet
	_Atomic bool over;           ///< workers end instead of taking a job
	_Atomic bool starting;       ///< a process is still creating its threads: none of them may die yet
	char failure[FAILURE_BYTES]; ///< why a worker ended that was not told to
	const struct placement *placement;
	unsigned workers_n;
	struct isolation_slot slot[];
};

/// "abort", "segv", "kill", "oom"; DEATH_NONE where it is none of them.
enum death isolation_death(const char *name);
/// The signal that ends a process which dies so.
int isolation_signal(enum death death);
/// The result of the job of that number.
uint64_t isolation_result(uint64_t number);
/// Wake the caller to look at the jobs and the processes. Async-signal-safe.
void isolation_notify(struct eventcount *events);

/// A process whose death the caller watches for: it is one worker, or it has all workers as its threads.
struct isolation_process {
	volatile int pid; ///< negated once reaped
	volatile int wait_status;
	volatile uint64_t noticed_ns;
};

/// One worker, or its replacement, as the caller sees it.
struct isolation_worker {
	uint32_t seen; ///< jobs that a new worker is to regard as done: the value of `go`
	bool retried;  ///< its job was lost and given out again
};

struct isolation_run {
	struct isolation_shared *shared;
	struct isolation_process *processes;
	unsigned processes_n; ///< 1 where all workers are threads of one process
	struct isolation_worker *workers;
	enum death death;
	uint64_t deaths_n, number;
	uint64_t wall_ns;    ///< of the last recovery: from the death to the first job done by a replacement
	uint64_t noticed_ns; ///< from the death to the caller's notice of it
	uint64_t lost_n;     ///< jobs given out again
};

/// Fork all processes and watch them. One run at a time. Returns 0 or -errno, with a message.
int isolation_start(struct isolation_run *run);
/// Give every worker a job in which one of them dies; replace it, give the lost jobs out again, check all results.
int isolation_recover(struct isolation_run *run);
/// End all processes. gracefully: they are told to end, and killed after 10 s; else they are killed at once.
void isolation_stop(struct isolation_run *run, bool gracefully);

/// In a forked process: be worker `worker`, which regards the jobs up to `seen` as done.
_Noreturn void isolation_run_process(struct isolation_shared *shared, unsigned worker, uint32_t seen, int parent);
/// In a forked process: let its threads be all the workers.
_Noreturn void isolation_run_threads(struct isolation_shared *shared, const struct isolation_worker *workers,
                                     int parent);

#endif
