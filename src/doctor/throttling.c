// A cgroup's CPU quota: it stops everything in the cgroup until the next period.
#include "doctor/cause.h"

#include <inttypes.h>

#include "host/cgroup.h"

static void judge(void *state, struct doctor *doctor)
{
	struct noise between = noise_between(&doctor->before.noise, &doctor->after.noise);
	double quota_cpus = cgroup_quota_cpus(doctor->settings.root);
	(void)state;
	if (quota_cpus <= 0)
		return;
	if (between.throttled_n == UINT64_MAX)
		doctor_find(doctor, cause_throttling.name, FINDING_UNREADABLE,
		            "There is a quota of %.2f CPUs, and no cpu.stat to see whether it stops anything.", quota_cpus);
	else if (between.throttled_n > 0)
		doctor_find(doctor, cause_throttling.name, FINDING_DOUBT,
		            "The cgroup's quota of %.2f CPUs was used up in %" PRIu64
		            " periods (threads waited %.2g s in all): "
		            "fewer workers, or a larger quota.",
		            quota_cpus, between.throttled_n, (double)between.throttled_ns / 1e9);
	else
		doctor_find(doctor, cause_throttling.name, FINDING_NOTE,
		            "The cgroup has a quota of %.2f CPUs; it stopped nothing meanwhile.", quota_cpus);
}

const struct cause cause_throttling = {.name = "throttling", .summary = "the CPU quota of the cgroup", .judge = judge};
