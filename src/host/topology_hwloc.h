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
	double quota_cpus;          ///< 0.0: none
	struct topology_cpu *cpu;   ///< cpus_n of them, in hwloc's logical order
	struct topology_node *node; ///< nodes_n of them, with memory
	unsigned *distance;         ///< nodes_n x nodes_n
	unsigned nodes_n;
	struct topology_kind kind[TOPOLOGY_KINDS_MAX];
	unsigned kinds_n;
	bool kinds_ranked;
	char chosen_cpus[TOPOLOGY_CHOICE_BYTES], chosen_kind[TOPOLOGY_CHOICE_BYTES]; ///< as given to topology_choose(); ""
};

/// Make the table of CPUs anew, after the hwloc topology changed. Returns 0 or -errno, with a message.
int topology_index(struct topology *topology);
/// Make the kinds anew, and the table's `kind`. Returns 0 or -ENOMEM, with a message.
int topology_kinds_index(struct topology *topology);
/// Note the NUMA nodes and their distances: once, before anything is left out of the topology. Returns 0 or -ENOMEM.
int topology_nodes_index(struct topology *topology);
/// The node with memory that is nearest to a PU, by the kernel's number; -1: none.
int topology_node_of_pu(const struct topology *topology, hwloc_obj_t pu);
/// Keep only these CPUs, at least one of them allowed. Returns 0 or -errno, with a message.
int topology_restrict(struct topology *topology, hwloc_const_bitmap_t cpus);
/// A set as the kernel writes lists, cut with "…" where `out` is too small. Returns `out`.
char *topology_bitmap_list(hwloc_const_bitmap_t set, char *out, size_t out_bytes);

/// Whether a description is the path of an XML file, not a synthetic description.
bool topology_source_is_xml(const char *source);
/// The message for a description that hwloc could not read. Returns -EINVAL.
int topology_source_refuse(const char *source);

#endif
