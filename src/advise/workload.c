#include "advise/workload.h"

#include <errno.h>
#include <math.h>

#include "base/status.h"

int workload_check(const struct workload *workload)
{
	if (!(workload->items_n >= 1) || workload->items_n != floor(workload->items_n) || workload->items_n > 1e12)
		return status_say(EINVAL, "items: a whole number from 1 to 1e12");
	if (!(workload->work_ns > 0) || workload->work_ns > 3.6e12)
		return status_say(EINVAL, "work of an item: more than 0 and at most an hour");
	if (!(workload->cv >= 0 && workload->cv <= 10))
		return status_say(EINVAL, "the items' coefficient of variation: 0 to 10");
	if (!(workload->wait_share >= 0 && workload->wait_share < 1))
		return status_say(EINVAL, "the share of its work that an item waits: 0 %% to below 100 %%");
	if (!(workload->lock_share >= 0 && workload->lock_share < 1))
		return status_say(EINVAL, "the share of the computing under a lock: 0 %% to below 100 %%");
	if (!(workload->in_bytes >= 0 && workload->out_bytes >= 0 && workload->memory_bytes >= 0))
		return status_say(EINVAL, "sizes cannot be negative");
	return 0;
}
