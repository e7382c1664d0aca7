#include "bench/command/runner.h"

#include <unistd.h>

#include "host/placement.h"
#include "host/terminate.h"

static int allow_all(const struct topology *topology)
{
	struct placement *placement = NULL;
	int status = placement_plan(topology, PIN_NONE, 1, &placement);
	if (status == 0)
		status = placement_release(placement);
	placement_free(placement);
	return status;
}

int command_runner_open(const struct topology *topology)
{
	int status = allow_all(topology);
	if (status == 0)
		terminate_with_parent(getppid());
	return status;
}
