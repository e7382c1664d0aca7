// Items differ: with static shares the worker whose items took longest ends last; with dynamic ones, the last items.
#include <math.h>

#include "advise/term.h"
#include "stats/extreme.h"

static int add(const struct costs *costs, const struct workload *workload, const struct point *setting,
               struct prediction *prediction)
{
	struct shares shares = shares_of(costs, workload, setting);
	double base_ns = prediction->term[TERM_work].ns, cv = workload->cv;
	if (cv == 0 || shares.running_n < 2)
		return 0;
	struct cost *skew = &prediction->term[TERM_skew];
	if (setting->schedule.kind == SCHEDULE_DYNAMIC) {
		// When the last chunk is taken, the others are on average half through theirs; a long one is met more often.
		double chunk_ns = workload->work_ns * (double)setting->schedule.chunk_items;
		double share = 1 - 1.0 / shares.running_n;
		skew->ns = chunk_ns * (1 + cv * cv / (double)setting->schedule.chunk_items) / 2 * share;
		skew->doubt_ns = skew->ns;
	} else {
		// Of a given total: the more one share has, the less is left for the others.
		double left = 1 - 1.0 / shares.running_n;
		struct extreme most = extreme_of_gamma(shares.items_cpu / (cv * cv * left), shares.running_n);
		skew->ns = base_ns * (most.mean - 1);
		skew->doubt_ns = base_ns * 1.96 * most.deviation;
	}
	prediction->busy_ns += skew->ns;
	return 0;
}

const struct term term_skew = {
	.name = "skew",
	.summary = "items differ: the worker with the longest ones ends last",
	.formula = "static shares: work × (expected largest of the shares' sums - 1), each gamma-distributed with the "
			   "items' coefficient of variation; dynamic: half a chunk, longer ones more often",
	.add = add,
};
