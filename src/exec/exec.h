// The contract of a model: who computes. One job at a time, the same job in every model.
#ifndef TVP_EXEC_EXEC_H
#define TVP_EXEC_EXEC_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "channel/channel.h"
#include "exec/usage.h"
#include "host/placement.h"
#include "kernel/kernel.h"
#include "sync/waiter.h"

enum { EXEC_WORKERS_MAX = 1024 };

enum caller { CALLER_WAITS, CALLER_WORKS };

enum schedule_kind { SCHEDULE_STATIC, SCHEDULE_STRIDED, SCHEDULE_DYNAMIC };
struct schedule {
	enum schedule_kind kind;
	uint64_t chunk_items; ///< SCHEDULE_DYNAMIC: items taken at a time, >= 1
};
/// "static", "strided", "dynamic:64". Returns 0 or -EINVAL, with a message.
int schedule_parse(const char *text, struct schedule *schedule);
char *schedule_format(char *out, size_t out_bytes, const struct schedule *schedule);

/// What is dispatched. The job, and everything it points to, lies in memory mapped before exec_open() and shared by all
/// workers (an arena): resident processes see what the caller wrote there, not what it allocates later.
struct job {
	const struct problem *problem;
	struct schedule schedule;
	uint64_t items_n; ///< only the first items_n items of the problem, to warm up; 0: all
};

static inline uint64_t job_items(const struct job *job)
{
	return job->items_n > 0 ? job->items_n : job->problem->items_n;
}

enum { SLOT_RUNNING = 0, SLOT_DEAD = -1 };

/// What one worker reports of one dispatch: one cache line (and the next, which prefetchers load with it), written by
/// that worker alone.
struct slot {
	_Alignas(128) uint64_t begin_ns, end_ns; ///< clock_now_ns() around its share
	double partial;                          ///< its share of the kernel's sum
	int32_t cpu;                             ///< the CPU it ended on
	int32_t error;                           ///< 0, or -errno: could not pin, could not receive …
	_Atomic int32_t status; ///< the dispatch's generation, stored last with release order; SLOT_DEAD: the worker died
	int32_t pid;            ///< of a worker process, negated once reaped; 0 for threads
	int32_t wait_status;    ///< as waitpid() gave it, when SLOT_DEAD
	bool unbound;           ///< `error` is why it could not be bound to its CPU
};

struct exec_config {
	const struct model *model;
	unsigned workers_n; ///< computing workers, 1 to EXEC_WORKERS_MAX
	enum wait wait;     ///< pools only
	enum caller caller;
	const struct placement *placement;    ///< planned for workers_n
	const struct channel_type *transport; ///< pools only; NULL: in place
	enum pages pages;                     ///< of the private memory that a transport's data arrives in
	/// What ends this process, with the reason, when a channel of resident threads failed, at either end: whoever waits
	/// at the other cannot be told. Does not return. NULL: the failure is noticed when the caller next looks.
	void (*abandon)(void *context, int error, const char *message);
	void *abandon_context;
};

struct exec {
	struct exec_config config;
	struct slot *slots;        ///< workers_n of them, in shared memory
	unsigned first;            ///< index of the first worker that is not the caller: 1 when the caller works, else 0
	struct model_state *state; ///< the model's own, from its open()
	// Written at every dispatch: away from what resident threads read.
	_Alignas(128) int32_t generation; ///< of the last dispatch
	double total;                     ///< the sum of the last dispatch's partials
};

/// One way to have workers. "Caller": the thread that opens and dispatches, in a runner. open(), dispatch() and close()
/// are required; only dispatch() is timed; all are called by the caller, one at a time. None may print or exit.
struct model {
	const char *name;
	const char *summary; ///< one line for `tvp list models`
	bool baseline;       ///< the caller computes everything itself: speedups are formed with this model
	bool processes;      ///< workers have address spaces of their own
	bool resident;       ///< workers live from open() to close(): `wait` and `transport` apply
	const char *peer;    ///< the threads model that differs in nothing else; NULL for thread models
	/// Required; untimed. Create residents, if any, and place them; returns once all are ready. Keeps what it needs in
	/// exec->state. Returns 0, or -errno with a message; exec_open() then calls close().
	int (*open)(struct exec *exec);
	/// Required; TIMED, from its call to its return. Run the job on all workers, each of which writes its slot (begin,
	/// end, CPU, status) by exec_work() and slot_finish() or by exec_share(); returns with every slot written and
	/// `total` summed up, by exec_gather(). Returns 0, or -errno with a message that names the worker: no dispatch
	/// follows.
	int (*dispatch)(struct exec *exec, const struct job *job);
	/// Untimed, between dispatches. Add what living workers have used since open(); that of the caller's process and of
	/// reaped children is added by exec_usage(). Returns 0 or -errno with a message. NULL: nothing beyond those.
	int (*usage)(struct exec *exec, struct usage *usage);
	/// Required; untimed. End and reap every worker, within a deadline, killing them if need be, and release the
	/// caller's pin. Cannot fail; safe after a failed open() and after a failed dispatch().
	void (*close)(struct exec *exec);
};

extern const struct model *const models[];
const struct model *model_find(const char *name);
/// The model that speedups are formed with.
const struct model *model_baseline(void);

/// Why this combination cannot run (spinning workers beyond the CPUs, transport in a model without residents …), or
/// NULL.
const char *exec_unsupported(const struct exec_config *config);

/// Open a model. Call from a process with one thread. Returns 0 or -errno with a message; on failure nothing is left.
int exec_open(struct exec *exec, const struct exec_config *config);
static inline int exec_dispatch(struct exec *exec, const struct job *job)
{
	return exec->config.model->dispatch(exec, job);
}
/// Resources so far, caller and workers; between dispatches only.
int exec_usage(struct exec *exec, struct usage *usage);
void exec_close(struct exec *exec);

/// Between dispatches: forget the partials, so that one that is not computed anew makes the next total NAN.
void exec_forget(struct exec *exec);
/// After a dispatch: the worker that ended last.
unsigned exec_critical(const struct exec *exec);
/// After a dispatch: 0, or -ESTALE with a message that names the worker that ended on a CPU it was not planned for.
int exec_cpus_check(const struct exec *exec);

/// For models.

/// The items of one worker under SCHEDULE_STATIC.
struct span exec_static_span(uint64_t items_n, unsigned worker, unsigned workers_n);
/// TIMED. A worker's share of the job, stamped into its slot. cursor: of SCHEDULE_DYNAMIC, zeroed before the dispatch.
void exec_work(struct slot *slot, const struct job *job, unsigned worker, unsigned workers_n, _Atomic uint64_t *cursor);
/// TIMED. Close a slot: error and status, the latter last.
void slot_finish(struct slot *slot, int error, int32_t generation);
/// TIMED. All that a worker does that was created for one dispatch: pin, share, slot.
void exec_share(struct exec *exec, const struct job *job, unsigned worker, _Atomic uint64_t *cursor);
/// Why this slot's worker did not finish its share, as a status with a message.
int slot_failure(const struct exec *exec, unsigned worker);
/// The failure of the worker that died, with a message; 0 where none did.
int exec_death(const struct exec *exec);
/// TIMED. Check every slot and sum the partials into exec->total. Returns 0 or the first worker's -errno, with a
/// message.
int exec_gather(struct exec *exec);
/// In a forked worker: die with the process that forked it (`parent`).
void worker_process_begin(int parent);
/// Whether there are more workers, the caller included, than CPUs for them.
bool exec_oversubscribed(const struct exec_config *config);
/// How residents and caller really wait: they park where more would spin than there are CPUs.
void exec_effective_waits(const struct exec_config *config, enum wait *workers_wait, enum wait *caller_wait);
/// "SIGSEGV", "SIGKILL" …; "signal 42" where there is no name.
const char *signal_text(int signal);

#endif
