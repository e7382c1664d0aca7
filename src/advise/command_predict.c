// wall = slowdown × list scheduling of all inputs by what each takes alone; the slowdown is what the inputs that were
// tried took in that way, over the same calculation for them.
#include "advise/command_predict.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "advise/list_schedule.h"
#include "base/rng.h"
#include "base/status.h"
#include "stats/sampling.h"
#include "stats/values.h"

enum { DRAWS_N = 40, DRAWS_QUICK_N = 4, LISTED_MOST = 2048, STEPS_PER_DECADE = 6, DECADES = 3 };
static const double clearly = 1.05; // ties are no flips
static const double again = 0.03;   // what the same way takes more or less some minutes later; see docs/advise.md

struct list_draw {
	double *item_ns;
	size_t n;
};

static struct list_schedule schedule_of(const struct command_advice *advice, const struct command_way *way)
{
	return (struct list_schedule){.workers_n = way->workers_n,
	                              .batch_n = way->batch_n ? way->batch_n : 1,
	                              .cpus_n = advice->list.cpus_n,
	                              .busy = advice->busy};
}

static double sum_of(const double *values, size_t n)
{
	return n ? values_mean(values, n) * (double)n : 0;
}

// Inputs that were run stand in their places; each of the others is like one of them. Of a long list a part is enough:
// what its end looks like depends on the last inputs alone.
static void draw(const struct command_advice *advice, double items_n, struct rng *rng, struct list_draw *draw)
{
	const struct command_list *list = &advice->list;
	draw->n = (size_t)fmin(items_n, LISTED_MOST);
	for (size_t i = 0; i < draw->n; i++)
		draw->item_ns[i] = list->time[rng_below(rng, (uint32_t)list->n)].wall_ns;
	for (size_t i = 0; i < list->n && items_n == list->items_n; i++)
		if (list->place[i] < draw->n)
			draw->item_ns[list->place[i]] = list->time[i].wall_ns;
	for (size_t i = 0; i < draw->n; i++)
		draw->item_ns[i] *= advice->rounds_factor;
}

// Mean and deviation of the tail: what list scheduling takes longer than an even division. NAN: no memory.
static struct cost tail_of(const struct command_advice *advice, const struct list_schedule *schedule, double items_n,
                           int draws_n)
{
	double tail[DRAWS_N];
	struct cost cost = {NAN, NAN};
	struct rng rng = {advice->list.seed};
	struct list_draw list = {.item_ns = malloc((size_t)fmin(items_n, LISTED_MOST) * sizeof *list.item_ns)};
	for (int i = 0; i < draws_n && list.item_ns; i++) {
		draw(advice, items_n, &rng, &list);
		tail[i] = list_schedule_ns(schedule, list.item_ns, list.n) -
		          list_schedule_even_ns(schedule, sum_of(list.item_ns, list.n));
	}
	if (list.item_ns)
		cost = (struct cost){values_mean(tail, (size_t)draws_n),
		                     sampling_t((size_t)draws_n - 1) * sqrt(values_variance(tail, (size_t)draws_n))};
	free(list.item_ns);
	return cost;
}

static double slowdown_of(const struct command_advice *advice, const struct command_way *way)
{
	struct list_schedule schedule = schedule_of(advice, way);
	double alone_ns = list_schedule_ns(&schedule, advice->list.tried_ns, advice->list.tried_n);
	return way->tried.ns / (alone_ns * advice->rounds_factor);
}

static void predict_rest(const struct command_advice *advice, struct command_way *way)
{
	const struct command_list *list = &advice->list;
	double tried_ns = sum_of(list->tried_ns, list->tried_n) * advice->rounds_factor;
	way->cpu_ns = way->tried_cpu_ns / tried_ns * advice->mean_ns * list->items_n;
	way->memory_bytes = way->peak_bytes * way->workers_n;
}

static void predict_way(const struct command_advice *advice, struct command_way *way)
{
	const struct command_list *list = &advice->list;
	struct list_schedule schedule = schedule_of(advice, way);
	double slowdown = slowdown_of(advice, way);
	double even_ns = list_schedule_even_ns(&schedule, advice->mean_ns * list->items_n);
	struct cost tail = tail_of(advice, &schedule, list->items_n, DRAWS_N);
	way->wall.ns = slowdown * (even_ns + tail.ns);
	way->even_ns = even_ns;
	way->tail_ns = tail.ns;
	way->beside_ns = way->wall.ns - way->even_ns - way->tail_ns;
	double of_mean_ns = slowdown * even_ns * sampling_half_width(advice->cv, list->n, list->items_n);
	double of_tail_ns = slowdown * tail.doubt_ns;
	double of_slowdown =
		hypot(hypot(way->tried.doubt_ns / way->tried.ns, again), 1.96 * list->noise / sqrt((double)list->tried_n));
	way->wall.doubt_ns = hypot(hypot(of_mean_ns, of_tail_ns), way->wall.ns * of_slowdown);
	predict_rest(advice, way);
}

int command_predict(struct command_advice *advice)
{
	for (unsigned i = 0; i < advice->n; i++) {
		predict_way(advice, &advice->way[i]);
		if (isnan(advice->way[i].wall.ns))
			return status_fail(ENOMEM, "predicting a command");
	}
	return 0;
}

double command_way_wall_ns(const struct command_advice *advice, const struct command_way *way, double items_n)
{
	struct list_schedule schedule = schedule_of(advice, way);
	double even_ns = list_schedule_even_ns(&schedule, advice->mean_ns * items_n);
	return slowdown_of(advice, way) * (even_ns + tail_of(advice, &schedule, items_n, DRAWS_QUICK_N).ns);
}

static void flip_add(struct command_advice *advice, const struct command_flip *flip)
{
	if (advice->flips_n < FLIPS_MAX)
		advice->flip[advice->flips_n++] = *flip;
}

// The model that is the fastest by far with so many inputs; `incumbent` where none is.
static enum command_model winner_with(const struct command_advice *advice, double items_n, enum command_model incumbent)
{
	double wall_ns[COMMAND_MODELS_N] = {INFINITY, INFINITY, INFINITY, INFINITY};
	enum command_model best = incumbent;
	for (unsigned i = 0; i < advice->n; i++) {
		double *least = &wall_ns[advice->way[i].model];
		*least = fmin(*least, command_way_wall_ns(advice, &advice->way[i], items_n));
	}
	for (int model = 0; model < COMMAND_MODELS_N; model++)
		best = wall_ns[model] < wall_ns[best] ? (enum command_model)model : best;
	return wall_ns[best] * clearly < wall_ns[incumbent] ? best : incumbent;
}

static void scan_items(struct command_advice *advice, bool below, enum command_model incumbent)
{
	for (int step = 1; step <= STEPS_PER_DECADE * DECADES; step++) {
		double items_n = floor(advice->list.items_n * pow(10, (below ? -1.0 : 1.0) * step / STEPS_PER_DECADE));
		if (items_n < 2) // one is one, in every way
			return;
		enum command_model winner = winner_with(advice, items_n, incumbent);
		if (winner != incumbent) {
			flip_add(advice, &(struct command_flip){"inputs", items_n, below, winner});
			return;
		}
	}
}

// A process for each input loses to a way that starts fewer by the same time an input, however long an input takes: it
// is as good where that is less than a clear part.
static void compare_starts(struct command_advice *advice, enum command_model saving)
{
	if (advice->best[COMMAND_PROCESS] < 0 || advice->best[saving] < 0)
		return;
	const struct command_way *process = &advice->way[advice->best[COMMAND_PROCESS]];
	const struct command_way *other = &advice->way[advice->best[saving]];
	double saved = 1 - other->wall.ns / process->wall.ns;
	if (saved <= 0)
		return;
	bool wins = saved > 1 - 1 / clearly;
	double at_ns = advice->mean_ns * saved / (1 - 1 / clearly);
	flip_add(advice, &(struct command_flip){"work", at_ns, !wins, wins ? COMMAND_PROCESS : saving});
}

int command_find_flips(struct command_advice *advice)
{
	enum command_model incumbent = advice->way[0].model;
	scan_items(advice, true, incumbent);
	scan_items(advice, false, incumbent);
	for (enum command_model saving = COMMAND_BATCH; saving <= COMMAND_FED; saving++)
		if (incumbent == COMMAND_PROCESS || incumbent == saving)
			compare_starts(advice, saving);
	return 0;
}
