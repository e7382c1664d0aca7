// How often the spin had to leave its CPU to somebody.
#include "doctor/cause.h"

#define DOUBT_HZ 500

static void judge(void *state, struct doctor *doctor)
{
	double most_hz = 0;
	int cpu = -1;
	(void)state;
	for (unsigned i = 0; i < doctor->spin.cpus_n; i++) {
		const struct gap_log *log = &doctor->spin.cpu[i].log[SPIN_TOGETHER];
		double hz = log->ran_ns ? (double)log->involuntary_n * 1e9 / (double)log->ran_ns : 0;
		if (hz > most_hz) {
			most_hz = hz;
			cpu = doctor->spin.cpu[i].cpu;
		}
	}
	if (cpu >= 0)
		doctor_find(
			doctor, cause_switches.name, most_hz >= DOUBT_HZ ? FINDING_DOUBT : FINDING_NOTE,
			"On CPU %d the kernel took a computing process off %.0f times a second (involuntary context switches).",
			cpu, most_hz);
}

const struct cause cause_switches = {
	.name = "switches", .summary = "involuntary context switches of a process that computes", .judge = judge};
