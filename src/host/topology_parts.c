// The machine's tree, reduced to packages, NUMA nodes, dies and last-level caches.
#include "base/status.h"
#include "host/topology_hwloc.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

__attribute__((format(printf, 3, 4))) static void name_append(char *name, size_t name_bytes, const char *format, ...)
{
	size_t length = strlen(name);
	if (length && length < name_bytes)
		length += (size_t)snprintf(name + length, name_bytes - length, " · ");
	if (length >= name_bytes)
		return;
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(name + length, name_bytes - length, format, arguments);
	va_end(arguments);
}

static void name_append_size(char *name, size_t name_bytes, const char *what, uint64_t size_bytes)
{
	static const char *const units[] = {"KiB", "MiB", "GiB"};
	double size = (double)size_bytes / 1024;
	unsigned unit = 0;
	for (; size >= 1024 && unit < 2; unit++)
		size /= 1024;
	if (size_bytes == 0)
		name_append(name, name_bytes, "%s", what);
	else // three digits at most, but no exponent for 1010 MiB
		name_append(name, name_bytes, size >= 999.5 ? "%s %.0f %s" : "%s %.3g %s", what, size, units[unit]);
}

// Cores at or below an object, or 2 where there are more: hwloc would look at all cores of the machine to count them.
static unsigned cores_up_to_two(hwloc_obj_t object)
{
	unsigned cores_n = object->type == HWLOC_OBJ_CORE;
	for (hwloc_obj_t child = cores_n ? NULL : object->first_child; child && cores_n < 2; child = child->next_sibling)
		cores_n += cores_up_to_two(child);
	return cores_n < 2 ? cores_n : 2;
}

// L3, or on a machine without one, whatever cache several cores share.
static bool is_last_level(const struct topology *topology, hwloc_obj_t object)
{
	if (object->type == HWLOC_OBJ_L3CACHE)
		return true;
	return hwloc_obj_type_is_dcache(object->type) &&
	       hwloc_get_nbobjs_by_type(topology->hwloc, HWLOC_OBJ_L3CACHE) == 0 && cores_up_to_two(object) > 1;
}

static void object_name(const struct topology *topology, hwloc_obj_t object, char *name, size_t name_bytes)
{
	if (object->type == HWLOC_OBJ_PACKAGE)
		name_append(name, name_bytes, "package %u", object->logical_index);
	if (object->type == HWLOC_OBJ_DIE)
		name_append(name, name_bytes, "die %u", object->logical_index);
	if (is_last_level(topology, object)) {
		char level[8];
		snprintf(level, sizeof level, "L%u", object->attr->cache.depth);
		name_append_size(name, name_bytes, level, object->attr->cache.size);
	}
	for (hwloc_obj_t memory = object->memory_first_child; memory; memory = memory->next_sibling) {
		char node[32];
		uint64_t bytes = memory->type == HWLOC_OBJ_NUMANODE ? memory->attr->numanode.local_memory : 0;
		snprintf(node, sizeof node, "NUMA node %u%s", memory->os_index, bytes ? "," : "");
		if (memory->type == HWLOC_OBJ_NUMANODE)
			name_append_size(name, name_bytes, node, bytes);
	}
}

// A branch of the drawing that has no name of its own: a group of packages or caches, an L4.
static void branch_name(hwloc_obj_t object, char *name, size_t name_bytes)
{
	char type[32];
	hwloc_obj_type_snprintf(type, sizeof type, object, 0);
	if (object->type == HWLOC_OBJ_GROUP)
		snprintf(type, sizeof type, "%.31s", object->subtype ? object->subtype : "group");
	if (hwloc_obj_type_is_dcache(object->type))
		name_append_size(name, name_bytes, type, object->attr->cache.size);
	else
		name_append(name, name_bytes, "%s %u", type, object->logical_index);
}

// Whether this object, or one below it, would get a name.
static bool is_worth_drawing(const struct topology *topology, hwloc_obj_t object)
{
	if (object->type == HWLOC_OBJ_PACKAGE || object->type == HWLOC_OBJ_DIE || object->memory_arity > 0 ||
	    is_last_level(topology, object))
		return true;
	for (hwloc_obj_t child = object->first_child; child; child = child->next_sibling)
		if (is_worth_drawing(topology, child))
			return true;
	return false;
}

struct parts {
	struct topology_part *part;
	unsigned n, room;
};

static struct topology_part *parts_next(struct parts *parts)
{
	if (parts->n == parts->room) {
		unsigned room = parts->room ? 2 * parts->room : 16;
		struct topology_part *grown = realloc(parts->part, room * sizeof *grown);
		if (!grown)
			return NULL;
		parts->part = grown;
		parts->room = room;
	}
	struct topology_part *part = &parts->part[parts->n++];
	memset(part, 0, sizeof *part);
	return part;
}

// Where an object's CPUs are in the table: one contiguous part of it, because both follow hwloc's tree.
static void part_locate(hwloc_obj_t object, struct topology_part *part)
{
	int cpus_n = hwloc_bitmap_weight(object->cpuset);
	part->cpus_n = cpus_n > 0 ? (unsigned)cpus_n : 0;
	hwloc_obj_t first = object;
	while (first && first->type != HWLOC_OBJ_PU) {
		first = first->first_child;
		while (first && hwloc_bitmap_iszero(first->cpuset))
			first = first->next_sibling;
	}
	part->cpu_first = first ? first->logical_index : 0;
}

// A chain of only children (machine, package, L3) is one part with a long name.
static int parts_collect(const struct topology *topology, hwloc_obj_t object, unsigned depth, struct parts *parts)
{
	struct topology_part *part = parts_next(parts);
	hwloc_obj_t branch = object;
	if (!part)
		return -ENOMEM;
	part->depth = depth;
	part_locate(object, part);
	object_name(topology, object, part->name, sizeof part->name);
	while (object->arity == 1 && is_worth_drawing(topology, object->first_child)) {
		object = object->first_child;
		object_name(topology, object, part->name, sizeof part->name);
	}
	if (depth > 0 && !*part->name)
		branch_name(branch, part->name, sizeof part->name);
	part->leaf = true;
	for (hwloc_obj_t child = object->first_child; child; child = child->next_sibling)
		part->leaf &= !is_worth_drawing(topology, child);
	int status = 0;
	for (hwloc_obj_t child = part->leaf ? NULL : object->first_child; child && !status; child = child->next_sibling)
		status = parts_collect(topology, child, depth + 1, parts);
	return status;
}

int topology_parts(const struct topology *topology, struct topology_part **parts, unsigned *parts_n)
{
	struct parts collected = {0};
	int status = parts_collect(topology, hwloc_get_root_obj(topology->hwloc), 0, &collected);
	if (status) {
		free(collected.part);
		return status_fail(-status, "drawing the topology");
	}
	*parts = collected.part;
	*parts_n = collected.n;
	return 0;
}
