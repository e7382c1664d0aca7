// Load on hardware threads that share a core with an allowed CPU, and are not allowed themselves.
#include "doctor/cause.h"

#include <stdlib.h>
#include <string.h>

enum { LIST_BYTES = 256 };
#define DOUBT_SHARE 0.02

static double busy_share(const struct doctor *doctor, unsigned cpu)
{
	const struct reading *before = &doctor->before, *after = &doctor->after;
	if (cpu >= before->cpus_n || cpu >= after->cpus_n || after->cpu[cpu].busy_ns < before->cpu[cpu].busy_ns)
		return 0;
	return (double)(after->cpu[cpu].busy_ns - before->cpu[cpu].busy_ns) / 1e9 / doctor_seconds(doctor);
}

static bool is_allowed(const struct topology *topology, long cpu)
{
	for (unsigned i = 0; i < topology_cpus_n(topology); i++)
		if (topology_cpus(topology)[i].os_index == cpu)
			return true;
	return false;
}

// "0,64" or "0-1": ranges of siblings hold no others.
static void list_judge(struct doctor *doctor, int cpu, const char *list)
{
	char text[16];
	for (const char *at = list; *at;) {
		char *end;
		long first = strtol(at, &end, 10), last = *end == '-' ? strtol(end + 1, &end, 10) : first;
		if (end == at)
			return;
		for (long sibling = first; sibling <= last; sibling++) {
			double share = busy_share(doctor, (unsigned)sibling);
			if (!is_allowed(doctor->settings.topology, sibling) && share >= DOUBT_SHARE)
				doctor_find(doctor, cause_siblings.name, FINDING_DOUBT,
				            "CPU %ld shares a core with CPU %d, is not allowed here, and was busy for %s of the time.",
				            sibling, cpu, doctor_percent(text, share));
		}
		at = end + (*end == ',');
	}
}

static void judge(void *state, struct doctor *doctor)
{
	unsigned unread_n = 0, cpus_n = topology_cpus_n(doctor->settings.topology);
	(void)state;
	for (unsigned i = 0; i < cpus_n; i++) {
		int cpu = topology_cpus(doctor->settings.topology)[i].os_index;
		char path[96], list[LIST_BYTES];
		snprintf(path, sizeof path, "/sys/devices/system/cpu/cpu%d/topology/thread_siblings_list", cpu);
		if (reading_line(doctor->settings.root, path, list, sizeof list))
			list_judge(doctor, cpu, list);
		else
			unread_n++;
	}
	if (unread_n > 0)
		doctor_find(doctor, cause_siblings.name, FINDING_UNREADABLE,
		            "Which CPUs share a core is not known of %u of %u.", unread_n, cpus_n);
}

const struct cause cause_siblings = {
	.name = "siblings", .summary = "load on the other hardware threads of the allowed cores", .judge = judge};
