// Hand-written twins: the bare system calls under a model, with the same pins, as rows in the same rounds (METHOD rule 15).
#ifndef TVP_BENCH_TWIN_H
#define TVP_BENCH_TWIN_H

#include "measure/experiment.h"
#include "measure/trial.h"

/// The pieces every twin needs: who runs where. Placement planned for `workers`.
struct twin_setup {
	unsigned workers_n;
	struct placement *placement;
	bool processes; ///< between:processes
};

/// One hand-written loop.
struct twin {
	const char *call;    ///< value of the `call` axis
	const char *summary;
	int (*trial)(const struct twin_setup *setup, struct trial *trial);
	const char *(*why_not)(void); ///< NULL, or why this machine or build cannot run it; the hook itself may be NULL
};

extern const struct twin twin_clock, twin_futex, twin_pthread, twin_fork, twin_openmp, twin_shim, twin_cxx;

/// Bind the calling thread to the CPU planned for `worker`: one bare system call, nothing read back.
int twin_pin(const struct twin_setup *setup, unsigned worker);

/// Add a twin's row. between: "threads", "processes" or NULL where it does not matter. pin: "compact", "same" …
/// Returns its index or a negative status.
int twin_add_row(struct record *record, const char *call, const char *between, unsigned workers_n, const char *pin,
                 const char *family);

/// The rows the `limits` experiment wants: clock and futex.
int twin_plan_limits(const struct plan_options *options, struct record *record);

#endif
