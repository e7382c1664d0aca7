// Kinds of CPUs of a hybrid machine (big and little cores), as hwloc ranks them.
#include "host/topology_hwloc.h"

#include "base/status.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

// What tells a kind from the others, the plainest first. Only the first is a word to choose it by.
static const struct {
	const char *key, *format;
} tells[] = {
	{"CoreType", "%s"},
	{"LinuxCapacity", "capacity %s"},
	{"FrequencyMaxMHz", "up to %s MHz"},
	{"FrequencyBaseMHz", "base %s MHz"},
};

static void name_make(char *name, size_t name_bytes, const struct hwloc_info_s *infos, unsigned infos_n)
{
	*name = '\0';
	for (size_t i = 0; i < sizeof tells / sizeof *tells && !*name; i++)
		for (unsigned j = 0; j < infos_n && !*name; j++)
			if (strcmp(infos[j].name, tells[i].key) == 0)
				snprintf(name, name_bytes, tells[i].format, infos[j].value);
}

// Put the table's CPUs of this set into a kind; one without any is none of this machine's.
static void kind_add(struct topology *topology, hwloc_const_bitmap_t set, const struct hwloc_info_s *infos,
                     unsigned infos_n)
{
	bool last = topology->kinds_n == TOPOLOGY_KINDS_MAX;
	unsigned index = last ? TOPOLOGY_KINDS_MAX - 1 : topology->kinds_n;
	struct topology_kind *kind = &topology->kind[index];
	unsigned before_n = kind->cpus_n;
	for (unsigned i = 0; i < topology->cpus_n; i++)
		if (hwloc_bitmap_isset(set, (unsigned)topology->cpu[i].os_index)) {
			topology->cpu[i].kind = index;
			kind->cpus_n++;
		}
	if (last || kind->cpus_n == before_n)
		return;
	name_make(kind->name, sizeof kind->name, infos, infos_n);
	topology->kinds_n++;
}

// hwloc's order rises in efficiency; where it knows none, its order is all there is.
int topology_kinds_index(struct topology *topology)
{
	int known_n = hwloc_cpukinds_get_nr(topology->hwloc, 0);
	hwloc_bitmap_t set = hwloc_bitmap_alloc(), rest = hwloc_bitmap_alloc();
	topology->kinds_n = 0;
	topology->kinds_ranked = true;
	memset(topology->kind, 0, sizeof topology->kind);
	if (!set || !rest) {
		hwloc_bitmap_free(set);
		hwloc_bitmap_free(rest);
		return status_fail(ENOMEM, "indexing the kinds of CPUs");
	}
	for (unsigned i = 0; i < topology->cpus_n; i++)
		hwloc_bitmap_set(rest, (unsigned)topology->cpu[i].os_index);
	for (int i = known_n - 1; i >= 0; i--) {
		int efficiency;
		unsigned infos_n;
		struct hwloc_info_s *infos;
		if (hwloc_cpukinds_get_info(topology->hwloc, (unsigned)i, set, &efficiency, &infos_n, &infos, 0))
			continue;
		topology->kinds_ranked &= efficiency >= 0 || known_n == 1;
		kind_add(topology, set, infos, infos_n);
		hwloc_bitmap_andnot(rest, rest, set);
	}
	if (!hwloc_bitmap_iszero(rest))
		kind_add(topology, rest, NULL, 0);
	hwloc_bitmap_free(set);
	hwloc_bitmap_free(rest);
	return 0;
}

unsigned topology_kinds_n(const struct topology *topology)
{
	return topology->kinds_n;
}

const struct topology_kind *topology_kinds(const struct topology *topology)
{
	return topology->kind;
}

bool topology_kinds_ranked(const struct topology *topology)
{
	return topology->kinds_ranked;
}

char *topology_kind_list(const struct topology *topology, unsigned kind, char *out, size_t out_bytes)
{
	hwloc_bitmap_t set = hwloc_bitmap_alloc();
	*out = '\0';
	for (unsigned i = 0; set && i < topology->cpus_n; i++)
		if (topology->cpu[i].kind == kind)
			hwloc_bitmap_set(set, (unsigned)topology->cpu[i].os_index);
	if (set)
		topology_bitmap_list(set, out, out_bytes);
	hwloc_bitmap_free(set);
	return out;
}
