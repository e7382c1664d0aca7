// Items differ: with static shares the worker whose items took longest ends last; with dynamic ones, the last items.
#include "advise/imbalance.h"
#include "advise/term.h"

static int add(const struct costs *costs, const struct workload *workload, const struct point *setting,
               struct prediction *prediction)
{
	struct shares shares = shares_of(costs, workload, setting);
	bool dynamic = setting->schedule.kind == SCHEDULE_DYNAMIC;
	struct imbalance imbalance = imbalance_of(&(struct sharing){
		.items_n = workload->items_n,
		.cv = workload->cv,
		.trend = workload->trend,
		.workers_n = setting_workers(setting),
		.cpus_n = shares.running_n,
		.chunk_items = dynamic ? setting->schedule.chunk_items : 0,
	});
	// The last chunk is waited for alone; workers with static shares overlap to the end.
	double item_ns = dynamic ? workload->work_ns : prediction->term[TERM_work].ns / shares.items_cpu;
	prediction->term[TERM_skew] = (struct cost){imbalance.mean * item_ns, imbalance.half_width * item_ns};
	prediction->busy_ns += imbalance.mean * item_ns;
	return 0;
}

const struct term term_skew = {
	.name = "skew",
	.summary = "items differ: the worker with the longest ones ends last",
	.formula =
		"up to 128 items: the busiest CPU's work beyond its items, mean of 200 orders of lognormal items with their "
		"coefficient of variation; more: static shares: work × (expected largest of the shares' sums - 1), each "
		"gamma-distributed; dynamic: half a chunk, longer ones more often",
	.add = add,
};
