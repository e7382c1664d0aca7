// What topology.c and placement.c share: the loaded hwloc topology itself. Nobody else includes this, or hwloc.
#ifndef TVP_HOST_TOPOLOGY_HWLOC_H
#define TVP_HOST_TOPOLOGY_HWLOC_H

#include "host/topology.h"

#include <hwloc.h>

struct topology {
	hwloc_topology_t hwloc;
	bool this_machine;
	unsigned cpus_n;
	unsigned cores_n;
	struct topology_cpu *cpu; ///< cpus_n of them, in hwloc's logical order
};

/// Whether a description is the path of an XML file, not a synthetic description.
bool topology_source_is_xml(const char *source);
/// The message for a description that hwloc could not read. Returns -EINVAL.
int topology_source_refuse(const char *source);

#endif
