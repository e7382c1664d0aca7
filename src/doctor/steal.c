// CPU time that the host of a virtual machine gave to others, as far as it says so.
#include "doctor/cause.h"

#define DOUBT_SHARE 0.005
#define TICKS_NS 20000000 ///< two ticks: one may be left over from before

static bool is_known(const struct reading *reading, int cpu)
{
	return cpu >= 0 && (unsigned)cpu < reading->cpus_n && reading->cpu[cpu].known;
}

/// Over the allowed CPUs whose times are known.
struct stolen {
	double sum_ns, most_ns;
	int most_cpu;
	unsigned cpus_n;
};

static void cpu_add(struct stolen *stolen, const struct doctor *doctor, int cpu)
{
	if (!is_known(&doctor->before, cpu) || !is_known(&doctor->after, cpu))
		return;
	double ns = (double)doctor->after.cpu[cpu].steal_ns - (double)doctor->before.cpu[cpu].steal_ns;
	stolen->cpus_n++;
	stolen->sum_ns += ns > 0 ? ns : 0; // a virtual machine's ticks may step back a little
	if (ns > stolen->most_ns) {
		stolen->most_ns = ns;
		stolen->most_cpu = cpu;
	}
}

static void judge(void *state, struct doctor *doctor)
{
	struct stolen stolen = {0};
	double took_ns = 1e9 * doctor_seconds(doctor);
	char mean[16], most[16];
	(void)state;
	for (unsigned i = 0; i < topology_cpus_n(doctor->settings.topology); i++)
		cpu_add(&stolen, doctor, topology_cpus(doctor->settings.topology)[i].os_index);
	double share = stolen.sum_ns / took_ns / stolen.cpus_n;
	if (stolen.cpus_n == 0)
		doctor_find(doctor, cause_steal.name, FINDING_UNREADABLE, "/proc/stat has no times of the allowed CPUs.");
	else if (stolen.sum_ns > 0)
		doctor_find(
			doctor, cause_steal.name, stolen.sum_ns >= TICKS_NS && share >= DOUBT_SHARE ? FINDING_DOUBT : FINDING_NOTE,
			"The host of this virtual machine took %s of the CPUs' time (steal); of CPU %d most: %s. Nothing in here "
			"can change that.",
			doctor_percent(mean, share), stolen.most_cpu, doctor_percent(most, stolen.most_ns / took_ns));
}

const struct cause cause_steal = {.name = "steal", .summary = "CPU time that the host gave to others", .judge = judge};
