// The order in which a pin takes CPUs, kind by kind.
#include "host/placement_order.h"

#include "host/placement.h"
#include "host/topology_hwloc.h"

#include <errno.h>
#include <stdlib.h>

/// A CPU being sorted into the spread order.
struct candidate {
	unsigned cpu; ///< index into topology_cpus()
	unsigned smt;
	unsigned rank;   ///< position among the CPUs of the branch ranked so far
	uint64_t branch; ///< the branch being ranked
};

static int candidate_compare(const void *left, const void *right)
{
	const struct candidate *a = left, *b = right;
	if (a->branch != b->branch)
		return a->branch < b->branch ? -1 : 1;
	if (a->smt != b->smt)
		return a->smt < b->smt ? -1 : 1;
	if (a->rank != b->rank)
		return a->rank < b->rank ? -1 : 1;
	return a->cpu < b->cpu ? -1 : a->cpu > b->cpu;
}

// The highest object above a CPU that is not above `depth`. In trees with uneven branches a branch is ranked twice,
// which changes nothing.
static uint64_t branch_at(hwloc_topology_t hwloc, unsigned cpu, int depth)
{
	hwloc_obj_t object = hwloc_get_obj_by_type(hwloc, HWLOC_OBJ_PU, cpu);
	while (object->parent && object->parent->depth >= depth)
		object = object->parent;
	return object->gp_index;
}

// Bottom up, every branch takes its children's CPUs in turns, one CPU of each core before any second: the first n of
// the resulting order are as far apart as n can be, on uneven machines too.
static void candidates_spread(const struct topology *topology, struct candidate *candidates, unsigned n)
{
	for (int depth = hwloc_topology_get_depth(topology->hwloc) - 1; depth >= 0; depth--) {
		for (unsigned i = 0; i < n; i++)
			candidates[i].branch = branch_at(topology->hwloc, candidates[i].cpu, depth);
		qsort(candidates, n, sizeof *candidates, candidate_compare);
		for (unsigned i = 0; i < n; i++) {
			bool first = i == 0 || candidates[i].branch != candidates[i - 1].branch;
			candidates[i].rank = first ? 0 : candidates[i - 1].rank + 1;
		}
	}
}

// Kind by kind, the strongest first: unlike CPUs would make a balanced division of work an unbalanced one.
int placement_order(const struct topology *topology, bool spread, int *os_index)
{
	struct candidate *candidates = calloc(topology->cpus_n, sizeof *candidates);
	unsigned n = 0;
	if (!candidates)
		return -ENOMEM;
	for (unsigned kind = 0; kind < topology->kinds_n; kind++) {
		struct candidate *of_kind = &candidates[n];
		// The table's own order is the compact one.
		for (unsigned i = 0; i < topology->cpus_n; i++)
			if (topology->cpu[i].kind == kind)
				candidates[n++] = (struct candidate){.cpu = i, .smt = topology->cpu[i].smt};
		if (spread)
			candidates_spread(topology, of_kind, topology->kind[kind].cpus_n);
	}
	for (unsigned i = 0; i < n; i++)
		os_index[i] = topology->cpu[candidates[i].cpu].os_index;
	free(candidates);
	return 0;
}

unsigned placement_kinds_n(const struct topology *topology, enum pin pin, unsigned workers_n)
{
	unsigned kinds_n = 1;
	if (pin == PIN_NONE)
		return topology->kinds_n;
	if (pin == PIN_SAME)
		return 1;
	for (unsigned room_n = topology->kind[0].cpus_n; kinds_n < topology->kinds_n && workers_n > room_n; kinds_n++)
		room_n += topology->kind[kinds_n].cpus_n;
	return kinds_n;
}
