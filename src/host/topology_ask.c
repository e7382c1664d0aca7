// Questions to a loaded topology: counts, lists, its XML.
#include "base/status.h"
#include "host/crash_guard.h"
#include "host/topology_hwloc.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

bool topology_is_this_machine(const struct topology *topology)
{
	return topology->this_machine;
}

unsigned topology_cpus_n(const struct topology *topology)
{
	return topology->cpus_n;
}

const struct topology_cpu *topology_cpus(const struct topology *topology)
{
	return topology->cpu;
}

unsigned topology_cores_n(const struct topology *topology)
{
	return topology->cores_n;
}

unsigned topology_packages_n(const struct topology *topology)
{
	int packages_n = hwloc_get_nbobjs_by_type(topology->hwloc, HWLOC_OBJ_PACKAGE);
	return packages_n > 0 ? (unsigned)packages_n : 1;
}

unsigned topology_numa_nodes_n(const struct topology *topology)
{
	unsigned nodes_n = 0;
	for (hwloc_obj_t node = NULL; (node = hwloc_get_next_obj_by_type(topology->hwloc, HWLOC_OBJ_NUMANODE, node));)
		nodes_n += !hwloc_bitmap_iszero(node->cpuset);
	return nodes_n ? nodes_n : 1;
}

size_t topology_llc_bytes(const struct topology *topology)
{
	static const hwloc_obj_type_t levels[] = {HWLOC_OBJ_L5CACHE, HWLOC_OBJ_L4CACHE, HWLOC_OBJ_L3CACHE,
	                                          HWLOC_OBJ_L2CACHE, HWLOC_OBJ_L1CACHE};
	size_t largest_bytes = 0;
	for (size_t i = 0; i < sizeof levels / sizeof *levels && !largest_bytes; i++)
		for (hwloc_obj_t cache = NULL; (cache = hwloc_get_next_obj_by_type(topology->hwloc, levels[i], cache));)
			if (cache->attr->cache.size > largest_bytes)
				largest_bytes = cache->attr->cache.size;
	return largest_bytes;
}

double topology_quota_cpus(const struct topology *topology)
{
	return topology->quota_cpus;
}

void topology_quota_set(struct topology *topology, double quota_cpus)
{
	topology->quota_cpus = quota_cpus;
}

unsigned topology_parallel_n(const struct topology *topology)
{
	double quota_cpus = topology->quota_cpus;
	if (quota_cpus <= 0.0 || quota_cpus >= topology->cpus_n)
		return topology->cpus_n;
	return quota_cpus < 1.0 ? 1 : (unsigned)quota_cpus;
}

char *topology_bitmap_list(hwloc_const_bitmap_t set, char *out, size_t out_bytes)
{
	static const char cut[] = "…";
	int length = hwloc_bitmap_list_snprintf(out, out_bytes, set);
	if (length >= 0 && (size_t)length >= out_bytes && out_bytes > sizeof cut) {
		// Cut behind a comma, so that no number is halved.
		out[out_bytes - sizeof cut] = '\0';
		char *comma = strrchr(out, ',');
		strcpy(comma ? comma + 1 : out, cut);
	}
	return out;
}

char *topology_allowed_list(const struct topology *topology, char *out, size_t out_bytes)
{
	return topology_bitmap_list(hwloc_topology_get_topology_cpuset(topology->hwloc), out, out_bytes);
}

int topology_xml(const struct topology *topology, char **xml)
{
	char *buffer;
	int length;
	struct crash_guard guard;
	crash_guard_begin(&guard, topology->this_machine ? "this machine" : "a described machine");
	int failed = hwloc_topology_export_xmlbuffer(topology->hwloc, &buffer, &length, 0); // crashes where memory ends
	crash_guard_end(&guard);
	if (failed)
		return status_fail(errno ? errno : EIO, "writing the topology as XML");
	*xml = strdup(buffer);
	hwloc_free_xmlbuffer(topology->hwloc, buffer);
	return *xml ? 0 : status_fail(ENOMEM, "writing the topology as XML");
}
