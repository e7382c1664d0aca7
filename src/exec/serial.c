// One worker, and it is the caller: the baseline of every speedup.
#include <errno.h>

#include "base/status.h"
#include "exec/exec.h"

static int open_serial(struct exec *exec)
{
	if (exec->config.workers_n != 1)
		return status_say(EINVAL, "serial has one worker, not %u", exec->config.workers_n);
	return placement_apply(exec->config.placement, 0);
}

static int dispatch(struct exec *exec, const struct job *job)
{
	_Atomic uint64_t cursor = 0;
	exec_work(&exec->slots[0], job, 0, 1, &cursor);
	slot_finish(&exec->slots[0], 0, ++exec->generation);
	return exec_gather(exec);
}

static void close_serial(struct exec *exec)
{
	placement_release(exec->config.placement);
}

const struct model model_serial = {
	.name = "serial",
	.summary = "the caller computes everything itself",
	.baseline = true,
	.open = open_serial,
	.dispatch = dispatch,
	.close = close_serial,
};
