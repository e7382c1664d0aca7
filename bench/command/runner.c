#include "bench/command/runner.h"

#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "host/placement.h"

static const struct command_pass *running;

// The supervisor was killed: the groups would outlive this runner.
static void on_terminate(int signal)
{
	command_pass_kill(running);
	_exit(128 + signal);
}

static void end_with_parent(const struct command_pass *pass)
{
	int parent = getppid();
	running = pass;
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	signal(SIGTERM, on_terminate);
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

int command_runner_open(const struct command_pass *pass, const struct topology *topology)
{
	int status = allow_all(topology);
	if (status == 0)
		end_with_parent(pass);
	return status;
}
