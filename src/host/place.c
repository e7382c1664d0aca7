// Pairs of CPUs by their distance, from the table of allowed CPUs.
#include "host/place.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

#include "base/status.h"

static const struct {
	const char *name, *lacking;
} places[PLACE_N] = {
	[PLACE_SAME_CPU] = {"same_cpu", "no CPU is allowed"},
	[PLACE_SMT] = {"smt", "no core has two allowed CPUs here"},
	[PLACE_SAME_CACHE] = {"same_cache", "no two allowed cores share a last-level cache here"},
	[PLACE_SAME_PACKAGE] = {"same_package", "no package has two last-level caches with allowed CPUs here"},
	[PLACE_OTHER_PACKAGE] = {"other_package", "all allowed CPUs are in one package"},
};

const char *place_name(enum place place)
{
	return places[place].name;
}

int place_parse(const char *text, enum place *place)
{
	for (int i = 0; i < PLACE_N; i++)
		if (strcmp(text, places[i].name) == 0) {
			*place = (enum place)i;
			return 0;
		}
	return status_say(EINVAL, "place '%s' (same_cpu, smt, same_cache, same_package or other_package)", text);
}

enum place place_of(const struct topology_cpu *a, const struct topology_cpu *b)
{
	if (a == b)
		return PLACE_SAME_CPU;
	if (a->core == b->core)
		return PLACE_SMT;
	if (a->cache == b->cache)
		return PLACE_SAME_CACHE;
	return a->package == b->package ? PLACE_SAME_PACKAGE : PLACE_OTHER_PACKAGE;
}

// By the rule of pins: a pair within the strongest kind of CPU, else within another, else of two kinds.
static unsigned kind_rank(const struct topology *topology, const struct topology_cpu *a, const struct topology_cpu *b)
{
	return a->kind == b->kind ? a->kind : topology_kinds_n(topology);
}

bool place_find(const struct topology *topology, enum place place, int cpu[2])
{
	const struct topology_cpu *cpus = topology_cpus(topology);
	unsigned cpus_n = topology_cpus_n(topology), best = UINT_MAX;
	for (unsigned a = 0; a < cpus_n && best > 0; a++)
		for (unsigned b = a; b < cpus_n && best > 0; b++) {
			unsigned rank = kind_rank(topology, &cpus[a], &cpus[b]);
			if (rank >= best || place_of(&cpus[a], &cpus[b]) != place)
				continue;
			best = rank;
			cpu[0] = cpus[a].os_index;
			cpu[1] = cpus[b].os_index;
		}
	return best != UINT_MAX;
}

int place_plan(const struct topology *topology, enum place place, struct placement **placement)
{
	int cpu[2];
	*placement = NULL;
	if (!place_find(topology, place, cpu))
		return status_say(ENOTSUP, "%s", places[place].lacking);
	return placement_on(topology, cpu, 2, placement);
}

enum place place_nearest(const struct topology *topology)
{
	int cpu[2];
	for (int place = PLACE_SMT; place < PLACE_N; place++)
		if (place_find(topology, (enum place)place, cpu))
			return (enum place)place;
	return PLACE_SAME_CPU;
}
