// What the facts mean for a measurement, in sentences a reader can act on.
#include "host/facts_parts.h"

#include <stdlib.h>
#include <string.h>

static bool fact_is(const struct facts *facts, const char *key, const char *value)
{
	const char *known = facts_get(facts, key);
	return known && strcmp(known, value) == 0;
}

static bool fact_known(const struct facts *facts, const char *key)
{
	return facts_get(facts, key) && !fact_is(facts, key, FACT_UNKNOWN);
}

static void cpus_judge(struct facts *facts, const struct topology *topology)
{
	unsigned cpus_n = topology_cpus_n(topology);
	double quota_cpus = topology_quota_cpus(topology);
	if (cpus_n == 1)
		facts_warn(facts, "Only one CPU is allowed: workers take turns on it, and nothing runs in parallel.");
	if (quota_cpus > 0.0 && quota_cpus < cpus_n)
		facts_warn(facts, "The cgroup quota is %.2f of %u CPUs: more workers than that are throttled in every period.",
		           quota_cpus, cpus_n);
	if (topology_kinds_n(topology) > 1)
		facts_warn(
			facts,
			"The CPUs are of %u kinds (%.100s): pins fill the %s first, and workers that are not pinned may run on "
			"any; --cpukind=0 keeps to one.",
			topology_kinds_n(topology), facts_get(facts, "cpu_kinds"),
			topology_kinds_ranked(topology) ? "strongest" : "first");
	if (fact_is(facts, "smt", "on"))
		facts_warn(facts, "SMT is on: two workers can share a core; --pin=spread uses separate cores first.");
}

static void environment_judge(struct facts *facts)
{
	const char *variable = topology_ignored_variable();
	if (variable)
		facts_warn(
			facts,
			"The environment variable %s describes a machine to hwloc; it is ignored, and this machine is measured.",
			variable);
}

static void scheduling_judge(struct facts *facts)
{
	const char *scheduling = facts_get(facts, "scheduling");
	if (strncmp(scheduling, "SCHED_FIFO", 10) == 0 || strncmp(scheduling, "SCHED_RR", 8) == 0)
		facts_warn(
			facts,
			"This program runs under real-time scheduling (%.40s): workers that spin keep all else off their CPUs, "
			"and RLIMIT_RTTIME ends those that do so for as long as a visit may take.",
			scheduling);
}

static void power_judge(struct facts *facts)
{
	if (fact_known(facts, "governor") && !fact_is(facts, "governor", "performance"))
		facts_warn(facts, "The CPU frequency governor is %s, not performance: short work may run at a low frequency.",
		           facts_get(facts, "governor"));
	if (fact_is(facts, "turbo", "on"))
		facts_warn(
			facts,
			"Turbo is on: one busy core runs at a higher frequency than many, which makes speedups look smaller.");
}

static void time_judge(struct facts *facts)
{
	// Clock sources that are read in user space, without a system call.
	static const char *const fast[] = {
		"tsc", "kvm-clock",      "hyperv_clocksource_tsc_page", "arch_sys_counter", "timebase", "riscv_clocksource",
		"tod", "Loongarch_Timer"};
	bool known_fast = !fact_known(facts, "clocksource");
	for (size_t i = 0; i < sizeof fast / sizeof *fast; i++)
		known_fast |= fact_is(facts, "clocksource", fast[i]);
	if (!known_fast)
		facts_warn(facts, "The clock source is %s: reading the time may need a system call.",
		           facts_get(facts, "clocksource"));
}

static void memory_judge(struct facts *facts)
{
	if (!fact_known(facts, "thp_enabled"))
		facts_warn(facts, "This kernel has no transparent huge pages: pages:huge will be 4 KiB pages.");
	else if (fact_is(facts, "thp_enabled", "never"))
		facts_warn(facts, "Transparent huge pages are off (never): pages:huge has huge pages only where "
		                  "MADV_COLLAPSE can still make them.");
	const char *aslr = facts_get(facts, "aslr");
	if (strncmp(aslr, "off", 3) == 0 || strcmp(aslr, "partial") == 0)
		facts_warn(facts,
		           "Address space layout randomisation is %s: every run has the same memory layout, and its "
		           "effect is not averaged out.",
		           aslr);
}

static void machine_judge(struct facts *facts)
{
	const char *hypervisor = facts_get(facts, "hypervisor");
	if (!fact_is(facts, "hypervisor", "none seen"))
		facts_warn(facts,
		           "This is a virtual machine (%.80s): its host can take CPU time away (steal) and may present "
		           "the hardware threads of one core as two cores.",
		           hypervisor);
}

static void build_judge(struct facts *facts)
{
	if (!fact_is(facts, "build", "release"))
		facts_warn(facts, "This build is %s: its results do not represent a release build.", facts_get(facts, "build"));
}

void facts_judge(struct facts *facts, const struct topology *topology)
{
	cpus_judge(facts, topology);
	environment_judge(facts);
	scheduling_judge(facts);
	power_judge(facts);
	time_judge(facts);
	memory_judge(facts);
	machine_judge(facts);
	build_judge(facts);
}
