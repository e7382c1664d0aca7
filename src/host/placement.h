// Where each worker runs: the plan for a worker count and a pin, and its application by the worker itself.
#ifndef TVP_HOST_PLACEMENT_H
#define TVP_HOST_PLACEMENT_H

#include "host/topology.h"

/// Which CPUs a pin means, as a number that grows when that changes: results by different rules are of different CPUs.
/// 1: whatever their kinds; 2: CPUs of one kind before those of another, the strongest first. Where all CPUs are of one
/// kind the two are the same.
#define PIN_RULE 2

enum pin {
	PIN_NONE,    ///< unbound: the scheduler decides
	PIN_COMPACT, ///< fill cores, SMT siblings together, neighbours first
	PIN_SPREAD,  ///< over packages, NUMA nodes and last-level caches; one PU per core before any second
	PIN_SAME,    ///< all on the first allowed PU: time-slicing
	PIN_N
};

/// "none", "compact", "spread", "same".
const char *pin_name(enum pin pin);
/// Returns 0 or -EINVAL.
int pin_parse(const char *text, enum pin *pin);

struct placement;

/// Plan for workers_n workers (1 to 1024); beyond the allowed CPUs the plan wraps round. Returns 0, -EINVAL or -ENOMEM.
int placement_plan(const struct topology *topology, enum pin pin, unsigned workers_n, struct placement **placement);
/// Kinds of CPUs that so many workers run on: 1, or more where they exceed the CPUs of the strongest; for PIN_NONE,
/// all.
unsigned placement_kinds_n(const struct topology *topology, enum pin pin, unsigned workers_n);
/// A plan for given CPUs: worker w on the allowed CPU cpu[w modulo cpus_n], by the kernel's number. Returns 0, -ENOMEM,
/// or -EINVAL (a CPU that is not allowed).
int placement_on(const struct topology *topology, const int *cpu, unsigned cpus_n, struct placement **placement);
/// Of an experiment that has no other pin: where binding is refused, none is recommended. placement_on() is so, too.
void placement_fix(struct placement *placement);
void placement_free(struct placement *placement);

/// The OS index of the CPU planned for a worker; -1 where it is unbound.
int placement_cpu(const struct placement *placement, unsigned worker);
/// CPUs the plan can keep busy at once: distinct planned CPUs, or all the allowed ones for PIN_NONE.
unsigned placement_cpus_n(const struct placement *placement);
/// CPUs this process may use at all, planned for or not.
unsigned placement_allowed_n(const struct placement *placement);

/// The message for a placement_apply() that failed with `error` (a positive errno value), also where only the number
/// came back: whether the CPU is offline, no longer allowed, or binding is refused. It does not name the worker.
/// Returns -error.
int placement_fail(const struct placement *placement, unsigned worker, int error);

/// Bind the calling thread as hwloc planned for `worker`, and read the binding back. Does nothing for PIN_NONE.
/// Two system calls, no memory touched but the stack: a forked child pays for every page. Returns 0 or -errno, with a
/// message.
int placement_apply(const struct placement *placement, unsigned worker);

/// Bind the calling thread to all allowed CPUs again (callers do so before they create workers, which inherit the
/// mask).
int placement_release(const struct placement *placement);

/// Bind the calling thread to the allowed CPUs that the plan leaves free; to all of them where it leaves none
/// (PIN_NONE, or as many workers as CPUs). Returns 0 or -errno.
int placement_spare(const struct placement *placement);

/// Bind this process, and what it will create, to the first CPU it may run on. Before topology_open(), which then sees
/// that CPU alone. Returns 0 or -errno.
int placement_narrow(void);

#endif
