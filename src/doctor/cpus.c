// Which CPUs this process may use at all.
#include "doctor/cause.h"

#include <stdlib.h>

// "0-3,8": how many.
static unsigned list_n(const char *list)
{
	unsigned n = 0;
	for (const char *at = list; *at;) {
		char *end;
		long first = strtol(at, &end, 10), last = *end == '-' ? strtol(end + 1, &end, 10) : first;
		if (end == at)
			break;
		n += (unsigned)(last - first + 1);
		at = end + (*end == ',');
	}
	return n;
}

static void judge(void *state, struct doctor *doctor)
{
	const struct topology *topology = doctor->settings.topology;
	char online[256], isolated[256], allowed[160];
	(void)state;
	topology_allowed_list(topology, allowed, sizeof allowed);
	if (!reading_line(doctor->settings.root, "/sys/devices/system/cpu/online", online, sizeof online))
		doctor_find(doctor, cause_cpus.name, FINDING_UNREADABLE,
		            "How many CPUs there are beside the allowed ones is not known.");
	else if (list_n(online) > topology_cpus_n(topology))
		doctor_find(
			doctor, cause_cpus.name, FINDING_NOTE,
			"Only CPUs %.80s of %.60s are allowed here (cpuset, affinity or --cpus): what runs on the others shares "
			"caches and memory.",
			allowed, online);
	if (reading_line(doctor->settings.root, "/sys/devices/system/cpu/isolated", isolated, sizeof isolated) && *isolated)
		doctor_find(
			doctor, cause_cpus.name, FINDING_NOTE,
			"CPUs %.80s are isolated: the kernel moves nothing there, and workers that are not pinned stay where they "
			"begin.",
			isolated);
}

const struct cause cause_cpus = {.name = "cpus", .summary = "cpuset, affinity, isolated CPUs", .judge = judge};
