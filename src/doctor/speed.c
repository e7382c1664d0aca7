// How long the same work takes between the gaps: frequency, and whoever shares the core without being seen.
#include "doctor/cause.h"

#include <math.h>

#define SPREAD_DOUBT 1.25 ///< of one CPU alone, from one 10 ms to the next
#define SPREAD_NOTE 1.02
#define SLOWED_NOTE 1.05 ///< with all CPUs busy, against alone

static void spread_judge(struct doctor *doctor, const struct spin_cpu *worst, double spread)
{
	bool doubt = spread >= SPREAD_DOUBT;
	if (spread >= SPREAD_NOTE)
		doctor_find(
			doctor, cause_speed.name, doubt ? FINDING_DOUBT : FINDING_NOTE,
			"The same work on CPU %d took up to %.2f times as long from one 10 ms to the next%s", worst->cpu, spread,
			doubt ? ": its frequency changes, or a hardware thread that is not seen here shares its core." : ".");
}

// The mean over CPUs, so that one that was disturbed says little.
static double slowed(const struct spin *spin)
{
	double sum = 0;
	unsigned n = 0;
	for (unsigned i = 0; i < spin->cpus_n; i++) {
		double ratio = gap_speed_ns(&spin->cpu[i].log[SPIN_TOGETHER]) / gap_speed_ns(&spin->cpu[i].log[SPIN_ALONE]);
		if (!isnan(ratio)) {
			sum += ratio;
			n++;
		}
	}
	return n ? sum / n : NAN;
}

static void judge(void *state, struct doctor *doctor)
{
	const struct spin_cpu *worst = NULL;
	double most = 0, together = slowed(&doctor->spin);
	(void)state;
	for (unsigned i = 0; i < doctor->spin.cpus_n; i++) {
		double spread = gap_speed_spread(&doctor->spin.cpu[i].log[SPIN_ALONE]);
		if (spread > most) {
			most = spread;
			worst = &doctor->spin.cpu[i];
		}
	}
	if (worst)
		spread_judge(doctor, worst, most);
	if (together >= SLOWED_NOTE)
		doctor_find(doctor, cause_speed.name, FINDING_NOTE,
		            "With all CPUs busy the same work takes %.3g times as long as alone: CPUs share cores, or the "
		            "frequency falls. Speedups are bounded by that.",
		            together);
}

const struct cause cause_speed = {
	.name = "speed", .summary = "how evenly each CPU computes between the gaps", .judge = judge};
