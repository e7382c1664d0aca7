// Only machines with several nodes need the topology for it, and pay the few ms that opening it takes.
#include "bench/plan/numa_plans.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/status.h"

struct kept {
	struct numa_plan plan;
	struct kept *next;
};

static bool has_several_nodes(void)
{
	char list[64] = "";
	FILE *file = fopen("/sys/devices/system/node/has_memory", "re");
	if (file && !fgets(list, sizeof list, file))
		*list = '\0';
	if (file)
		fclose(file);
	return strpbrk(list, ",-") != NULL;
}

// *topology: NULL on a machine with one node.
static int machine_open(const struct topology **topology)
{
	static struct topology *opened;
	static bool known;
	int status = known || !has_several_nodes() ? 0 : topology_open(&opened, NULL);
	known = status == 0;
	*topology = opened;
	return status;
}

static int keep(const struct numa_plan *plan, const struct numa_plan **out)
{
	static struct kept *first;
	struct kept *kept = first;
	while (kept && !numa_plan_equal(&kept->plan, plan))
		kept = kept->next;
	if (!kept) {
		kept = malloc(sizeof *kept);
		if (!kept)
			return status_fail(ENOMEM, "where memory lies");
		kept->plan = *plan;
		kept->next = first;
		first = kept;
	}
	*out = &kept->plan;
	return 0;
}

int numa_plan_of(const struct point *point, const struct numa_plan **plan)
{
	const struct topology *topology;
	static struct numa_plan made; // 4 KiB
	*plan = NULL;
	int status = machine_open(&topology);
	if (status < 0)
		return status;
	if (!topology)
		return point->numa.kind == NUMA_LOCAL
		           ? 0
		           : status_say(ENOTSUP, "this machine has one NUMA node: all its memory is equally near");
	status = numa_plan_make(&made, topology, &point->numa, point->pin, point->workers);
	return status < 0 || made.parts_n == 0 ? status : keep(&made, plan);
}
