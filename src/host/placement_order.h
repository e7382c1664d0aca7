// Which CPUs a plan takes first. Only placement.c needs it.
#ifndef TVP_HOST_PLACEMENT_ORDER_H
#define TVP_HOST_PLACEMENT_ORDER_H

#include "host/topology.h"

/// All allowed CPUs, by the kernel's number, in the order of PIN_SPREAD or of PIN_COMPACT: topology_cpus_n() of them.
/// Returns 0 or -ENOMEM.
int placement_order(const struct topology *topology, bool spread, int *os_index);

#endif
