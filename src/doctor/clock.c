// What time is read from, and what a reading costs.
#include "doctor/cause.h"

#include "base/clock.h"

#include <string.h>

#define SOURCE "/sys/devices/system/clocksource/clocksource0/"
#define DOUBT_NS 500

static void commands_add(struct finding *finding, const char *root, const char *source)
{
	char available[128];
	if (!reading_line(root, SOURCE "available_clocksource", available, sizeof available) || !strstr(available, "tsc"))
		return;
	snprintf(finding->command, sizeof finding->command, "echo tsc > " SOURCE "current_clocksource");
	snprintf(finding->undo, sizeof finding->undo, "echo %.30s > " SOURCE "current_clocksource", source);
}

static void judge(void *state, struct doctor *doctor)
{
	char source[64];
	bool known = reading_line(doctor->settings.root, SOURCE "current_clocksource", source, sizeof source);
	struct clock_facts clock = clock_measure();
	(void)state;
	if (clock.cost_ns >= DOUBT_NS) {
		struct finding *finding = doctor_find(
			doctor, cause_clock.name, FINDING_DOUBT,
			"Reading the clock takes %.0f ns (clock source %s): it needs a system call, and short work is hard to time.",
			clock.cost_ns, known ? source : "not known");
		if (known)
			commands_add(finding, doctor->settings.root, source);
	}
	if (!known)
		doctor_find(doctor, cause_clock.name, FINDING_UNREADABLE, SOURCE "current_clocksource cannot be read.");
}

const struct cause cause_clock = {
	.name = "clock", .summary = "clock source, and the cost of reading it", .judge = judge};
