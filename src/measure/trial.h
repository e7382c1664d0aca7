// What is timed: one operation, warmed up, calibrated, iterated by Google Benchmark.
#ifndef TVP_MEASURE_TRIAL_H
#define TVP_MEASURE_TRIAL_H

#include <stdbool.h>
#include <stdint.h>

#include "exec/exec.h"
#include "host/counters.h"
#include "host/topology.h"
#include "measure/sample.h"

enum { TRIAL_ITERATIONS_MAX = 4096 };

/// How one operation's wall time divides along the worker that ended last; the three add up to the wall time.
struct parts {
	uint64_t launch_ns, work_ns, collect_ns;
};

/// What is timed. All hooks are called in the runner, by the thread that called trial_run(); only run() is required,
/// and only run() is timed. Those that return int: 0, or -errno with a message, which fails the visit.
struct operation {
	void *context; ///< handed to every hook
	/// Timed: do the operation once, or, where operations_n is given, as many times as that says afterwards.
	int (*run)(void *context);
	/// After each iteration: how long it took in ns, where that is not from run()'s call to its return, by clock
	/// readings inside run(). Fifteen experiments bring their own clock so: what counts is between readings of
	/// their workers (address_space, bandwidth, cores, locks, manager, numa, queue, service) or of an interpreter
	/// (python), or only a part of run(), the rest being set up, noted and put back (command, isolation, items, memory,
	/// spawn, switch). NULL: from call to return. Never batched where given.
	uint64_t (*took_ns)(void *context);
	/// After each iteration: how many operations that run did (at least 1), where one run does many: a window, a burst.
	/// Times, CPU time and counts are then per single one of them. Never batched where given. NULL: one.
	uint64_t (*operations_n)(void *context);
	/// After each iteration, not with batches: divide [entry_ns, return_ns] into parts that add up to it; an error
	/// where a worker's times lie outside of it. NULL: no parts.
	int (*parts)(void *context, uint64_t entry_ns, uint64_t return_ns, struct parts *parts);
	/// Instead of run(), to warm up, where less than all of it will do. NULL: run() once.
	int (*warm_up)(void *context);
	/// Just before the first iteration, after warming up and calibrating. NULL: nothing.
	void (*ready)(void *context);
	/// Before the first and after the last iteration: resources used so far by all who take part. NULL: those of this
	/// process and its reaped children.
	int (*usage)(void *context, struct usage *usage);
};

/// The CPUs that an iteration was between, by the kernel's numbers.
struct trial_pair {
	int32_t from, to;
};

/// One trial, in memory shared between the supervisor, which fills in the request, and the runner, which fills in the
/// results.
struct trial {
	// The request.
	int file; ///< a descriptor of this memory, for a runner that becomes another program
	const struct topology *topology;
	double clock_cost_ns;
	uint64_t visit_ns;               ///< timed work wanted
	uint64_t iterations_n;           ///< 0: calibrate this and batch_n
	uint32_t batch_n;                ///< operations per clock reading
	uint64_t check_seed;             ///< 0: check the whole result; else a part of it, drawn by this
	uint64_t seed;                   ///< of the run, for what a visit draws; in a gate 0
	uint32_t round;                  ///< of the run, from 0; in a gate 0
	bool counting;                   ///< count with perf_event_open; the times are not used
	const struct counters *counters; ///< in the runner, while counting: open since before the workers
	// The results.
	bool answered;
	int status; ///< 0 or -errno
	char message[256];
	char label[48]; ///< the code path, where the trial knows one
	double value[METRIC_N];
	uint64_t counted[COUNTER_N];                 ///< thousandths per operation, UINT64_MAX: not available
	uint64_t wall_ns[TRIAL_ITERATIONS_MAX];      ///< per iteration (of operations_n[] operations), in order
	uint64_t operations_n[TRIAL_ITERATIONS_MAX]; ///< that wall_ns[] is of, in the same order
	struct parts parts[TRIAL_ITERATIONS_MAX];
	uint32_t pairs_n; ///< iterations that were each between a pair of CPUs of its own; 0: the visit was not about pairs
	struct trial_pair pair[TRIAL_ITERATIONS_MAX];
};

/// Store this process's resident and page-table bytes. The runner does so at its start; a trial that uses more memory
/// does it again just before it creates its workers.
void trial_note_size(struct trial *trial);

/// From anywhere in a runner, also a signal handler: the visit fails now, with this message (strerror() is not added).
_Noreturn void trial_abandon(struct trial *trial, int error, const char *message);

/// Warm up once, calibrate if asked, iterate, fill in the results. Call once per trial. Returns 0 or the operation's
/// -errno.
int trial_run(struct trial *trial, const struct operation *operation);

#endif
