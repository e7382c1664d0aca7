// The distance between the CPUs of two workers that communicate, in terms of the machine's topology.
#ifndef TVP_HOST_PLACE_H
#define TVP_HOST_PLACE_H

#include "host/placement.h"

enum place {
	PLACE_SAME_CPU,      ///< on one CPU, in turns
	PLACE_SMT,           ///< two CPUs of one core
	PLACE_SAME_CACHE,    ///< two cores that share the last-level cache
	PLACE_SAME_PACKAGE,  ///< two caches of one package
	PLACE_OTHER_PACKAGE, ///< two packages
	PLACE_N
};

/// "same_cpu", "smt", "same_cache", "same_package", "other_package".
const char *place_name(enum place place);
/// Returns 0 or -EINVAL, with a message.
int place_parse(const char *text, enum place *place);

/// The distance of two CPUs of topology_cpus().
enum place place_of(const struct topology_cpu *a, const struct topology_cpu *b);

/// Whether two allowed CPUs are at this distance; cpu: the first such pair of topology_cpus(), of the strongest
/// kind that has one, as the kernel numbers them.
bool place_find(const struct topology *topology, enum place place, int cpu[2]);

/// Plan two workers at this distance. Returns 0, -ENOTSUP (this machine has no such pair) or -ENOMEM, with a message.
int place_plan(const struct topology *topology, enum place place, struct placement **placement);

/// The nearest place of two different CPUs that this machine has; PLACE_SAME_CPU where there is one CPU only.
enum place place_nearest(const struct topology *topology);

#endif
