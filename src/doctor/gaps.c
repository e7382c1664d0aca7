// What the spin itself lost, whoever took it: the sum of all causes, known and unknown.
#include "doctor/cause.h"

#include <math.h>
#include <string.h>

#include "base/units.h"

#define LOST_DOUBT 0.05 ///< mean share over the CPUs: virtual machines lose 2 or 3 % to their host without anybody else
#define ONE_DOUBT 0.10  ///< of the CPU that lost most

static const char *const phase_words[SPIN_PHASES_N] = {"alone", "with all CPUs busy"};

static void period_add(struct finding *finding, const struct gap_log *log)
{
	char text[24];
	size_t used = strlen(finding->text);
	if (!isnan(log->period_ns))
		snprintf(finding->text + used, sizeof finding->text - used, " Gaps there come every %s.",
		         units_format_ns(text, sizeof text, log->period_ns));
}

static void phase_judge(struct doctor *doctor, enum spin_phase phase)
{
	const struct spin_cpu *worst = spin_worst(&doctor->spin, phase);
	double mean = spin_share(&doctor->spin, phase);
	char share[16], most[16], longest[24];
	if (!worst)
		return;
	const struct gap_log *log = &worst->log[phase];
	bool doubt = mean >= LOST_DOUBT || gap_share(log) >= ONE_DOUBT;
	struct finding *finding =
		doctor_find(doctor, cause_gaps.name, doubt ? FINDING_DOUBT : FINDING_NOTE,
	                "A CPU that computes %s lost %s of its time to gaps over 1 µs; CPU %d most: %s, the longest %s.",
	                phase_words[phase], doctor_percent(share, mean), worst->cpu, doctor_percent(most, gap_share(log)),
	                units_format_ns(longest, sizeof longest, (double)log->longest_ns));
	period_add(finding, log);
}

static void judge(void *state, struct doctor *doctor)
{
	unsigned unused_n = 0;
	(void)state;
	for (unsigned i = 0; i < doctor->spin.cpus_n; i++)
		unused_n += doctor->spin.cpu[i].log[SPIN_TOGETHER].ran_ns == 0;
	for (enum spin_phase phase = SPIN_ALONE; phase < SPIN_PHASES_N; phase++)
		phase_judge(doctor, phase);
	if (unused_n > 0)
		doctor_find(doctor, cause_gaps.name, FINDING_UNREADABLE,
		            "%u of %u CPUs could not be used, and were not looked at.", unused_n, doctor->spin.cpus_n);
}

const struct cause cause_gaps = {
	.name = "gaps", .summary = "time lost by a CPU that repeats a fixed piece of work", .judge = judge};
