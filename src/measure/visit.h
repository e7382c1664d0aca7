// A visit: one spec measured once, in a runner process of its own, under a deadline.
#ifndef TVP_MEASURE_VISIT_H
#define TVP_MEASURE_VISIT_H

#include "measure/trial.h"
#include "measure/visit_hooks.h"

/// The supervisor's side: the trial in shared memory, and the signals it waits for.
struct visitor {
	struct trial *trial;
	const struct topology *topology;
	uint64_t visit_ns;          ///< timed work per visit, where the hooks do not want less
	bool visit_exact;           ///< exactly that, whatever the hooks want; false unless set
	char *preexisting_children; ///< pids of the children it had before its first visit, of a shell that became it by
	                            ///< exec; NULL: none
	uint64_t stopped_ns;        ///< of the last visit: how long its runner was stopped
	bool interrupted;           ///< SIGINT, SIGTERM or SIGHUP arrived: no more visits
};

/// Map the trial, become the reaper of orphans, block the signals that visits wait for (SIGHUP unless it is ignored),
/// initialise Google Benchmark. Children that exist now are left alone.
/// Call once, from the only thread. Returns 0 or -errno.
int visitor_open(struct visitor *visitor, const struct topology *topology, double clock_cost_ns, uint64_t visit_ns);
void visitor_close(struct visitor *visitor);

/// In a runner: the trial of a request; what is there beside it is a visit's: counters where they are asked for. Stores
/// status and message in the trial. Does not return.
_Noreturn void visit_make(const struct visit_hooks *hooks, const struct spec *spec, struct trial *trial);

/// Between visits: whether an interrupt has arrived.
bool visitor_check(struct visitor *visitor);

/// What one visit is asked to do.
struct visit_request {
	const struct visit_hooks *hooks;
	const struct spec *spec;
	uint64_t iterations_n; ///< clock readings; 0: calibrate these and the batch
	uint32_t batch_n;      ///< operations per clock reading
	uint64_t check_seed;   ///< 0: check the whole result; else a part of it, drawn by this
	uint64_t seed;         ///< of what the visit draws
	uint32_t round;        ///< what it drew in earlier rounds is not drawn again before all was
	bool counting;         ///< count hardware events; the times are not used
	uint64_t deadline_ns;  ///< from the runner's start; it starts afresh when a stopped program is continued
};

/// Timed work of one visit with these hooks, in a run that gives run_visit_ns to each. hooks NULL: the run's.
uint64_t visit_timed_ns(const struct visit_hooks *hooks, uint64_t run_visit_ns);

/// Run one visit. The answers lie in visitor->trial. On return no process of the visit lives. Returns 0; -EINTR
/// (interrupted); -ETIMEDOUT; -ECHILD (runner or worker died, the message names the signal); or what the trial said.
int visit_run(struct visitor *visitor, const struct visit_request *request);

#endif
