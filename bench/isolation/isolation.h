// What the two sides of the experiment on dying workers share: the caller, who gives jobs and replaces, and the
// workers.
#ifndef TVP_BENCH_ISOLATION_H
#define TVP_BENCH_ISOLATION_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "host/placement.h"
#include "sync/waiter.h"

enum death { DEATH_NONE, DEATH_ABORT, DEATH_SEGV, DEATH_KILL, DEATH_OOM };

enum { FAILURE_BYTES = 200 };

/// Where one worker finds its jobs, whoever the worker is at the moment. In shared memory.
struct desk {
	struct eventcount go;  ///< counts the jobs given here; `command` is how to die in this one
	uint64_t number;       ///< of the job
	uint64_t result;       ///< isolation_result() of the number, once done
	_Atomic uint32_t done; ///< the count of the last job that was finished
};

/// In shared memory.
struct ward {
	struct eventcount news;      ///< bumped whenever a job is done and whenever somebody died
	_Atomic uint64_t died_ns;    ///< when the victim was about to die; 0: not yet
	_Atomic bool over;           ///< leave instead of working
	_Atomic bool moving_in;      ///< a home is not done with creating its threads: nobody in it dies yet
	char failure[FAILURE_BYTES]; ///< why a worker left that was not told to
	const struct placement *placement;
	unsigned workers_n;
	struct desk desk[];
};

/// "abort", "segv", "kill", "oom"; DEATH_NONE where it is none of them.
enum death isolation_death(const char *name);
/// The signal that such a death is seen as.
int isolation_signal(enum death death);
/// What the job of that number comes to.
uint64_t isolation_result(uint64_t number);
/// Tell the caller to look round. Async-signal-safe.
void isolation_bump(struct eventcount *news);

/// A process whose death is awaited: it holds one worker, or all of them as threads.
struct home {
	volatile int pid; ///< negated once reaped
	volatile int wait_status;
	volatile uint64_t noticed_ns;
};

/// A worker's place, as the caller sees it.
struct post {
	uint32_t seen; ///< the count of jobs that a new worker takes for done
	bool again;    ///< its job was lost and given out again
};

struct isolation_run {
	struct ward *ward;
	struct home *homes;
	unsigned homes_n; ///< 1 where all workers are threads of one process
	struct post *posts;
	enum death death;
	uint64_t deaths_n, number;
	uint64_t wall_ns;    ///< of the last recovery: death to the first job that a replacement did
	uint64_t noticed_ns; ///< death to the caller's knowing of it
	uint64_t lost_n;     ///< jobs given out again
};

/// Fork all homes and watch over them. One pool at a time. Returns 0 or -errno, with a message.
int isolation_start(struct isolation_run *run);
/// A job for everybody, in which one worker dies; then its replacement and the jobs that were lost, each checked.
int isolation_recover(struct isolation_run *run);
/// Until no home is left. asked: those who do not leave within 10 s of being told are killed; else all are.
void isolation_stop(struct isolation_run *run, bool asked);

/// The life of a forked process that is worker `worker`, who has seen the jobs up to `seen`.
_Noreturn void isolation_process(struct ward *ward, unsigned worker, uint32_t seen, int parent);
/// The life of a forked process all of whose threads are workers; posts: as the caller has them.
_Noreturn void isolation_threads(struct ward *ward, const struct post *posts, int parent);

#endif
