// Short runs, which tests and quick looks are, would be twice as long with it: they carry none.
#include "cli/doctor_brief.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/status.h"
#include "base/words.h"
#include "doctor/doctor.h"
#include "measure/rounds.h"

enum { WARNINGS_LEFT = 3 }; // for what happens while measuring
#define WORTH_S 10

static bool is_due(const struct doctor_case *known)
{
	if (known->when == PROGRESS_NEVER || known->resumed)
		return false;
	return known->when == PROGRESS_ALWAYS || (known->rounds_n >= ROUNDS_FOR_INTERVAL && known->expected_s >= WORTH_S);
}

static void tell(const char *command, const struct doctor *doctor, struct facts *facts)
{
	char causes[120] = "";
	for (unsigned i = 0; i < doctor->findings_n; i++) {
		const struct finding *finding = &doctor->finding[i];
		if (finding->kind != FINDING_DOUBT)
			continue;
		fprintf(stderr, "%s: warning: %s\n", command, finding->text);
		if (!words_have(causes, ',', finding->cause))
			words_add(causes, sizeof causes, ",", finding->cause);
		if (facts->warnings_n + WARNINGS_LEFT < FACT_WARNINGS_MAX)
			facts_warn(facts, "Before measuring: %s", finding->text);
	}
	facts_add(facts, "doctor", "%s%s, %.1f s before measuring", *causes ? "doubtful: " : "quiet", causes,
	          doctor_seconds(doctor));
	if (*causes)
		fprintf(stderr, "%s: `tvp doctor` says more; --doctor=never does not look\n", command);
}

void doctor_brief(const char *command, const struct doctor_case *known, const struct topology *topology,
                  struct facts *facts)
{
	static struct doctor doctor; // some 30 KiB
	const struct doctor_settings settings = {.topology = topology, .root = "", .spin_ns = NS_PER_S};
	if (!is_due(known))
		return;
	if (doctor_examine(&doctor, &settings) == 0)
		tell(command, &doctor, facts);
	else
		fprintf(stderr, "%s: warning: what disturbs this machine was not looked at: %s\n", command, status_message());
	doctor_close(&doctor);
}
