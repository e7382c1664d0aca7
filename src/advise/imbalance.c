#include "advise/imbalance.h"

#include <math.h>
#include <stdbool.h>

#include "base/rng.h"
#include "exec/exec.h"
#include "kernel/spread.h"
#include "stats/extreme.h"
#include "stats/values.h"

enum { TRIED_MOST = 128, ORDERS_N = 200 };

// An even share, or that of the CPU with the most items.
static double expected(const struct sharing *sharing)
{
	if (sharing->chunk_items > 0)
		return sharing->items_n / sharing->cpus_n;
	double items_n = 0;
	for (unsigned worker = 0; worker < sharing->workers_n; worker += sharing->cpus_n) {
		struct span span = exec_static_span((uint64_t)sharing->items_n, worker, sharing->workers_n);
		items_n += (double)span_items(span);
	}
	return items_n;
}

static void share_statically(const struct sharing *sharing, const double *work, double *load)
{
	for (unsigned worker = 0; worker < sharing->workers_n; worker++) {
		struct span span = exec_static_span((uint64_t)sharing->items_n, worker, sharing->workers_n);
		for (uint64_t i = span.begin; i < span.end; i++)
			load[worker % sharing->cpus_n] += work[i];
	}
}

static void share_dynamically(const struct sharing *sharing, const double *work, double *load)
{
	uint64_t items_n = (uint64_t)sharing->items_n;
	for (uint64_t i = 0; i < items_n;) {
		unsigned first = 0;
		for (unsigned cpu = 1; cpu < sharing->cpus_n; cpu++)
			first = load[cpu] < load[first] ? cpu : first;
		for (uint64_t end = i + sharing->chunk_items; i < end && i < items_n; i++)
			load[first] += work[i];
	}
}

static double busiest(const struct sharing *sharing, const double *work)
{
	double load[TRIED_MOST] = {0}, most = 0;
	(sharing->chunk_items > 0 ? share_dynamically : share_statically)(sharing, work, load);
	for (unsigned cpu = 0; cpu < sharing->cpus_n; cpu++)
		most = fmax(most, load[cpu]);
	return most;
}

static struct imbalance try_orders(const struct sharing *sharing)
{
	struct spread spread;
	struct rng rng = {0};
	uint32_t order[TRIED_MOST], items_n = (uint32_t)sharing->items_n;
	double work[TRIED_MOST], found[ORDERS_N], share = expected(sharing);
	spread_make(&spread, items_n, sharing->cv);
	for (uint32_t i = 0; i < items_n; i++)
		order[i] = i;
	for (int i = 0; i < ORDERS_N; i++) {
		rng_shuffle(&rng, order, items_n);
		for (uint32_t j = 0; j < items_n; j++)
			work[j] = spread.work[order[j]];
		found[i] = busiest(sharing, work) - share;
	}
	double mean = values_mean(found, ORDERS_N);
	for (int i = 0; i < ORDERS_N; i++)
		found[i] = fabs(found[i] - mean);
	values_sort(found, ORDERS_N);
	return (struct imbalance){mean, quantile_sorted(found, ORDERS_N, 0.95)};
}

// Of a given total: the differences between shares are those of independent ones, of items that vary by as much more as
// a mean takes from them; what they have in common does not vary.
static struct imbalance of_many_static(const struct sharing *sharing)
{
	double share = expected(sharing), varies = sharing->items_n / (sharing->items_n - 1);
	double shape = share / (sharing->cv * sharing->cv * varies);
	struct extreme most = extreme_of_gamma(shape, sharing->cpus_n);
	double deviation = sqrt(fmax(most.deviation * most.deviation - 1 / (shape * sharing->cpus_n), 0));
	return (struct imbalance){share * (most.mean - 1), share * 1.96 * deviation};
}

// When the last chunk is taken, the others are on average half through theirs; a long one is met more often.
static struct imbalance of_many_dynamic(const struct sharing *sharing)
{
	double chunk = (double)sharing->chunk_items, cv = sharing->cv;
	double mean = chunk * (1 + cv * cv / chunk) / 2 * (1 - 1.0 / sharing->cpus_n);
	return (struct imbalance){mean, mean};
}

static bool same(const struct sharing *a, const struct sharing *b)
{
	return a->items_n == b->items_n && a->cv == b->cv && a->workers_n == b->workers_n && a->cpus_n == b->cpus_n &&
	       a->chunk_items == b->chunk_items;
}

// Who compares many ways of running one job asks for the same few again and again.
static struct imbalance try_orders_once(const struct sharing *sharing)
{
	enum { KEPT_N = 64 };
	static _Thread_local struct {
		struct sharing sharing;
		struct imbalance imbalance;
	} kept[KEPT_N];
	static _Thread_local unsigned next;
	for (unsigned i = 0; i < KEPT_N; i++)
		if (same(&kept[i].sharing, sharing))
			return kept[i].imbalance;
	unsigned at = next++ % KEPT_N;
	kept[at].sharing = *sharing;
	return kept[at].imbalance = try_orders(sharing);
}

static struct imbalance of_chance(const struct sharing *sharing)
{
	if (sharing->cv == 0)
		return (struct imbalance){0};
	if (sharing->items_n <= TRIED_MOST && sharing->cpus_n <= TRIED_MOST)
		return try_orders_once(sharing);
	return sharing->chunk_items > 0 ? of_many_dynamic(sharing) : of_many_static(sharing);
}

// Of static shares, what the CPU with most has beyond its items where nothing but the trend tells items apart.
static double of_trend(const struct sharing *sharing)
{
	if (sharing->trend.slope == 0 && sharing->trend.bend == 0)
		return 0;
	double load[EXEC_WORKERS_MAX] = {0}, most = 0;
	for (unsigned worker = 0; worker < sharing->workers_n; worker++) {
		struct span span = exec_static_span((uint64_t)sharing->items_n, worker, sharing->workers_n);
		double *of_cpu = &load[worker % sharing->cpus_n];
		*of_cpu += sharing->items_n * trend_share(&sharing->trend, (double)span.begin / sharing->items_n,
		                                          (double)span.end / sharing->items_n);
		most = fmax(most, *of_cpu);
	}
	return fmax(most - expected(sharing), 0);
}

struct imbalance imbalance_of(const struct sharing *sharing)
{
	if (sharing->cpus_n < 2 || sharing->items_n < 2)
		return (struct imbalance){0};
	struct sharing rest = *sharing;
	rest.cv = sqrt(fmax(sharing->cv * sharing->cv - trend_variance(&sharing->trend), 0));
	struct imbalance chance = of_chance(&rest);
	if (sharing->chunk_items == 0)
		return (struct imbalance){hypot(chance.mean, of_trend(sharing)), chance.half_width};
	double last = fmax(trend_last(&sharing->trend), 1);
	return (struct imbalance){chance.mean * last, chance.half_width * last};
}
