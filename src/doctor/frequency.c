// Who decides how fast the CPUs run. Whether that disturbed is for `speed` to say.
#include "doctor/cause.h"

#include <string.h>

#define DIRECTORY "/sys/devices/system/cpu/"

static void governor_judge(struct doctor *doctor, const char *governor)
{
	if (strcmp(governor, "performance") == 0)
		return;
	struct finding *finding = doctor_find(
		doctor, cause_frequency.name, FINDING_NOTE,
		"The frequency governor is %.20s, not performance: short work may run at a low frequency.", governor);
	snprintf(finding->command, sizeof finding->command,
	         "echo performance | tee " DIRECTORY "cpu*/cpufreq/scaling_governor");
	snprintf(finding->undo, sizeof finding->undo, "echo %.20s | tee " DIRECTORY "cpu*/cpufreq/scaling_governor",
	         governor);
}

static void boost_judge(struct doctor *doctor)
{
	static const struct {
		const char *path, *on, *off;
	} known[] = {{DIRECTORY "intel_pstate/no_turbo", "0", "1"}, {DIRECTORY "cpufreq/boost", "1", "0"}};
	char line[16];
	for (int i = 0; i < 2; i++) {
		if (!reading_line(doctor->settings.root, known[i].path, line, sizeof line) || strcmp(line, known[i].on) != 0)
			continue;
		struct finding *finding =
			doctor_find(doctor, cause_frequency.name, FINDING_NOTE,
		                "Turbo is on: how fast a core runs depends on what the others do, and on their heat.");
		snprintf(finding->command, sizeof finding->command, "echo %s > %s", known[i].off, known[i].path);
		snprintf(finding->undo, sizeof finding->undo, "echo %s > %s", known[i].on, known[i].path);
		return;
	}
}

static void judge(void *state, struct doctor *doctor)
{
	char path[96], governor[32];
	(void)state;
	snprintf(path, sizeof path, DIRECTORY "cpu%d/cpufreq/scaling_governor",
	         topology_cpus(doctor->settings.topology)[0].os_index);
	if (reading_line(doctor->settings.root, path, governor, sizeof governor))
		governor_judge(doctor, governor);
	else
		doctor_find(doctor, cause_frequency.name, FINDING_UNREADABLE,
		            "No frequency governor can be seen (%s): a virtual machine's host decides.", path);
	boost_judge(doctor);
}

const struct cause cause_frequency = {.name = "frequency", .summary = "frequency governor and turbo", .judge = judge};
