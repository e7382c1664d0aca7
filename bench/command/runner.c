#include "bench/command/runner.h"

#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "host/placement.h"
#include "host/terminate.h"

// In a group of its own: SIGKILL of the supervisor's whole group (`timeout -s KILL`) leaves it to end the commands.
static void end_with_parent(void)
{
	int parent = getppid();
	setpgid(0, 0);
	terminate_with_children();
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (getppid() != parent)
		_exit(1);
}

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
		end_with_parent();
	return status;
}
