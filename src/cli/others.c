// First announced, then looked: of two that begin at the same moment each sees the other. Nobody is kept from
// measuring.
#include "cli/others.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "host/other_runs.h"

static const char warning[] = "another tvp measured at the same time: each disturbs the other";

static bool warned(const struct facts *facts)
{
	for (unsigned i = 0; i < facts->warnings_n; i++)
		if (strcmp(facts->warning[i], warning) == 0)
			return true;
	return false;
}

static unsigned look(struct facts *facts, int *pid)
{
	unsigned others_n = other_runs_n(pid);
	if (others_n > 0 && !warned(facts))
		facts_warn(facts, "%s", warning);
	return others_n;
}

void others_look(struct facts *facts)
{
	int pid;
	look(facts, &pid);
}

void others_meet(const char *command, uint64_t wait_ns, struct facts *facts)
{
	int pid;
	bool waits = wait_ns != others_no_waiting;
	static bool told; // a command that measures several times says it once
	if (waits && wait_ns > 0 && other_runs_n(&pid) > 0) {
		fprintf(stderr, "%s: waiting for another tvp, process %d, to end\n", command, pid);
		other_runs_wait(wait_ns, &pid);
	}
	other_runs_announce();
	if (look(facts, &pid) > 0 && !told) {
		fprintf(stderr, "%s: warning: another tvp, process %d, measures at the same time: each disturbs the other%s\n",
		        command, pid, waits ? " (--wait-for-others=TIME waits for it)" : "");
		told = true;
	}
}
