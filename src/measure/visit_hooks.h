// The contract of what is measured, as far as visits need it: the hooks that make, run and clean up one visit of a
// spec. Which specs there are is planned elsewhere: bench/plan/experiment.h.
#ifndef TVP_MEASURE_VISIT_HOOKS_H
#define TVP_MEASURE_VISIT_HOOKS_H

#include <stdbool.h>
#include <stdint.h>

#include "measure/spec.h"

struct trial;

/// Only trial() is required, and only what it hands to trial_run() is timed. "Supervisor": the process of `tvp` itself,
/// which has one thread and outlives every visit. "Runner": the child it forks for one visit. Hooks that can fail
/// return 0 or -errno with a status message; -ENOTSUP says that this machine cannot: the row is skipped, not failed.
struct visit_hooks {
	/// Supervisor, untimed, before the first visit of this spec and possibly again before later ones: make what all its
	/// visits share (the problem's data), unless it is already there. NULL: nothing is shared.
	int (*prepare)(const struct spec *spec);
	/// Supervisor, untimed, just before (inherited) and after (not inherited) the fork of a runner: let the runner
	/// inherit what prepare() made for this spec, and no other runner. Cannot fail. NULL: every runner may inherit it.
	void (*inherit)(const struct spec *spec, bool inherited);
	/// Supervisor, untimed, after a fork that failed for want of memory: give back what prepare() made for this spec,
	/// so that runners make their own. Returns whether there was anything. NULL: there is not.
	bool (*give_back)(const struct spec *spec);
	/// Runner: one whole visit. Opens what it needs (untimed), hands its operation to trial_run() (timed), closes
	/// (untimed). It may leave workers behind when it fails: the supervisor ends them. Required.
	int (*trial)(const struct spec *spec, struct trial *trial);
	/// Supervisor, untimed, after a visit that failed with this status, once no process of it lives: put into the
	/// status message, which is the visit's, what more can be found out. Returns the status. NULL: nothing more.
	int (*explain)(const struct spec *spec, int status);
	/// Supervisor, untimed, after a visit that failed or was interrupted, once no process of it lives: remove what a
	/// killed runner may have left in a file system. Cannot fail, and leaves the status message alone. NULL: nothing is
	/// left.
	void (*clean)(void);
	/// Supervisor, untimed, once, before anything of any experiment is measured: remove what an earlier program that
	/// was killed left in a file system. Silent, cannot fail. NULL: nothing is left.
	void (*remove_leftovers)(void);
	/// Anywhere, any time: whether workers die as a part of what this spec measures, so that a death is no failure.
	/// NULL: never.
	bool (*expects_deaths)(const struct spec *spec);
	/// Supervisor, untimed: how long one visit may take, in ns. NULL: what the last one took decides.
	uint64_t (*deadline_ns)(const struct spec *spec);
	/// Timed work per visit in ns, where less than the run's is enough; 0: the run's.
	uint64_t visit_ns;
};

#endif
