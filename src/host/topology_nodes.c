// NUMA nodes with memory, whether or not a CPU of theirs is allowed: what was chosen of the CPUs leaves the memory.
#include "host/topology_hwloc.h"

#include "base/status.h"

#include <errno.h>
#include <hwloc/distances.h>
#include <limits.h>
#include <stdlib.h>

enum { DISTANCE_NEAR = 10, DISTANCE_FAR = 20 };

// A described node may be of unknown size; one of this machine without memory has none to give.
static bool has_memory(const struct topology *topology, hwloc_obj_t node)
{
	return !topology->this_machine || node->attr->numanode.local_memory > 0;
}

static int position_of(const struct topology *topology, int os_index)
{
	for (unsigned i = 0; i < topology->nodes_n; i++)
		if (topology->node[i].os_index == os_index)
			return (int)i;
	return -1;
}

// As the firmware says; without that, every other node is as far as any.
static void distances_read(struct topology *topology)
{
	unsigned n = topology->nodes_n, found_n = 1;
	struct hwloc_distances_s *distances;
	for (unsigned i = 0; i < n * n; i++)
		topology->distance[i] = i / n == i % n ? DISTANCE_NEAR : DISTANCE_FAR;
	if (hwloc_distances_get_by_type(topology->hwloc, HWLOC_OBJ_NUMANODE, &found_n, &distances,
	                                HWLOC_DISTANCES_KIND_MEANS_LATENCY, 0) ||
	    found_n == 0)
		return;
	for (unsigned i = 0; i < distances->nbobjs; i++)
		for (unsigned j = 0; j < distances->nbobjs; j++) {
			int from = position_of(topology, (int)distances->objs[i]->os_index);
			int to = position_of(topology, (int)distances->objs[j]->os_index);
			if (from >= 0 && to >= 0)
				topology->distance[(unsigned)from * n + (unsigned)to] =
					(unsigned)distances->values[i * distances->nbobjs + j];
		}
	hwloc_distances_release(topology->hwloc, distances);
}

int topology_nodes_index(struct topology *topology)
{
	int all_n = hwloc_get_nbobjs_by_type(topology->hwloc, HWLOC_OBJ_NUMANODE);
	size_t room = all_n > 0 ? (size_t)all_n : 1;
	topology->node = calloc(room, sizeof *topology->node);
	topology->distance = calloc(room * room, sizeof *topology->distance);
	if (!topology->node || !topology->distance)
		return status_fail(ENOMEM, "indexing NUMA nodes");
	for (hwloc_obj_t node = NULL; (node = hwloc_get_next_obj_by_type(topology->hwloc, HWLOC_OBJ_NUMANODE, node));)
		if (has_memory(topology, node))
			topology->node[topology->nodes_n++] =
				(struct topology_node){(int)node->os_index, node->attr->numanode.local_memory};
	distances_read(topology);
	return 0;
}

int topology_node_of_pu(const struct topology *topology, hwloc_obj_t pu)
{
	for (unsigned i = 0; i < topology->nodes_n; i++)
		if (pu->nodeset && hwloc_bitmap_isset(pu->nodeset, (unsigned)topology->node[i].os_index))
			return topology->node[i].os_index;
	return -1;
}

const struct topology_node *topology_nodes(const struct topology *topology, unsigned *nodes_n)
{
	*nodes_n = topology->nodes_n;
	return topology->node;
}

bool topology_has_node(const struct topology *topology, uint64_t node)
{
	return node <= INT_MAX && position_of(topology, (int)node) >= 0;
}

int topology_node_of(const struct topology *topology, int cpu)
{
	for (unsigned i = 0; i < topology->cpus_n; i++)
		if (topology->cpu[i].os_index == cpu)
			return topology->cpu[i].node;
	return -1;
}

int topology_node_farthest(const struct topology *topology, int node)
{
	int from = position_of(topology, node), farthest = -1;
	unsigned most = 0;
	for (unsigned i = 0; from >= 0 && i < topology->nodes_n; i++) {
		unsigned distance = topology->distance[(unsigned)from * topology->nodes_n + i];
		if ((int)i != from && distance > most) {
			most = distance;
			farthest = topology->node[i].os_index;
		}
	}
	return farthest;
}
