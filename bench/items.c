// `items`: what one item of a kernel takes, and how much items differ. They are computed serially, each timed by
// itself, or in groups where an item is shorter than the clock can tell; of a problem that takes long, a sample of
// blocks drawn by the seed. A group's time is the least of several passes over the same items: what disturbs one pass
// is not taken for a difference between items.
#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/rng.h"
#include "base/status.h"
#include "base/words.h"
#include "bench/plan/model_grid.h"
#include "bench/plan/point.h"
#include "stats/trend.h"
#include "stats/values.h"

enum { GROUP_NS = 2000, CLOCK_COSTS_LEAST = 100, GROUPS_MOST = 1 << 15 };
enum { PASS_NS = 60000000, BLOCK_NS = 1000000, LONG_NS = PASS_NS / 10, SPENT_MOST_NS = 10 * PASS_NS };

struct items_run {
	const struct problem *problem;
	double clock_ns;                     ///< what one reading of the clock takes
	double item_ns;                      ///< the mean, as learnt
	uint64_t group_n, block_n, blocks_n; ///< items in a group; items in a block; blocks in a pass
	bool whole;                          ///< a pass is all items in their order
	double long_ns;                      ///< else: an item that took much of the time to learn from; 0
	double first;                        ///< where the first block lies, of 1
	// Of the last pass.
	double took_ns, total;
	uint64_t done_n;
	// Of all passes.
	uint64_t passes_n, groups_n;
	double spent_ns;
	double queued_ns; ///< when the timing began: usage_queued_ns()
	double *least_ns; ///< of each whole group
	double *place;    ///< where its middle lies, of 1
};

static double group_least_ns(const struct items_run *run)
{
	return fmax(GROUP_NS, CLOCK_COSTS_LEAST * run->clock_ns);
}

static double span_time(struct items_run *run, uint64_t begin, uint64_t end)
{
	uint64_t before_ns = clock_now_ns();
	run->problem->kernel->run(run->problem, (struct span){begin, end, 1}, &run->total);
	return (double)(clock_now_ns() - before_ns);
}

// How long this thread had no CPU since; 0 where the kernel does not say.
static double queued_since(double before_ns)
{
	double queued_ns = usage_queued_ns(0) - before_ns;
	return isfinite(queued_ns) ? queued_ns : 0;
}

// Whether a pass took its time, by itself: a short job on a busy machine is no long one.
static bool is_over(double took_ns, double queued_before_ns)
{
	return took_ns >= PASS_NS && (took_ns >= SPENT_MOST_NS || took_ns - queued_since(queued_before_ns) >= PASS_NS);
}

// From the first item on, in groups that grow as the items allow, for as long as a pass may take.
static void learn(struct items_run *run)
{
	const uint64_t items_n = run->problem->items_n;
	uint64_t done_n = 0, group_n = 1;
	double took_ns = 0, queued_ns = usage_queued_ns(0);
	while (done_n < items_n && !is_over(took_ns, queued_ns)) {
		uint64_t end = items_n - done_n < group_n ? items_n : done_n + group_n;
		double group_ns = span_time(run, done_n, end);
		done_n = end;
		took_ns += group_ns;
		run->long_ns = fmax(run->long_ns, group_ns);
		if (group_ns < group_least_ns(run))
			group_n *= 2;
		else if (group_ns > 4 * group_least_ns(run) && group_n > 1)
			group_n /= 2;
	}
	run->whole = done_n == items_n;
	run->long_ns = run->whole || run->long_ns < LONG_NS ? 0 : run->long_ns;
	run->item_ns = fmax(took_ns / (double)done_n, 1e-3);
}

// `wanted`, rounded up and limited.
static uint64_t count(double wanted, uint64_t least, uint64_t most)
{
	return wanted < (double)least ? least : wanted > (double)most ? most : (uint64_t)ceil(wanted);
}

static void plan(struct items_run *run)
{
	const uint64_t items_n = run->problem->items_n;
	run->group_n = count(group_least_ns(run) / run->item_ns, run->whole ? (items_n - 1) / GROUPS_MOST + 1 : 1, items_n);
	run->block_n = items_n;
	run->blocks_n = 1;
	if (run->whole)
		return;
	double group_ns = (double)run->group_n * run->item_ns;
	uint64_t groups_n = count(BLOCK_NS / group_ns, 1, items_n / run->group_n);
	run->block_n = groups_n * run->group_n;
	run->blocks_n = count(PASS_NS / (group_ns * (double)groups_n), 2, GROUPS_MOST / groups_n);
}

// Multiples of the golden ratio: however many there are, they lie everywhere.
static uint64_t block_begin(const struct items_run *run, uint64_t block)
{
	double place = run->first + (double)block * 0.6180339887498949;
	double room_n = (double)(run->problem->items_n - run->block_n);
	return run->whole ? 0 : (uint64_t)((place - floor(place)) * room_n);
}

static void group_note(struct items_run *run, uint64_t group, uint64_t begin, double group_ns)
{
	double *least_ns = &run->least_ns[group];
	if (run->passes_n == 0) // it is the same in all
		run->place[group] = ((double)begin + (double)run->group_n / 2) / (double)run->problem->items_n;
	if (run->passes_n == 0 || group_ns < *least_ns)
		*least_ns = group_ns;
}

// Returns the number of whole groups.
static uint64_t block_time(struct items_run *run, uint64_t begin, uint64_t group)
{
	uint64_t end = begin + run->block_n;
	for (uint64_t i = begin; i < end; i += run->group_n) {
		bool part = end - i < run->group_n;
		double group_ns = fmax(span_time(run, i, part ? end : i + run->group_n) - run->clock_ns, 0);
		run->took_ns += group_ns;
		if (!part)
			group_note(run, group++, i, group_ns);
	}
	run->done_n += run->block_n;
	return group;
}

// The first pass decides how much of the sample fits into its time; the later ones compute the same. They are as many
// as an earlier sample needed, which may have had none of the long items: once enough time is spent, the last one
// stands for the rest.
static int pass(void *context)
{
	struct items_run *run = context;
	uint64_t group = 0;
	if (run->spent_ns > SPENT_MOST_NS)
		return 0;
	run->total = run->took_ns = 0;
	run->done_n = 0;
	for (uint64_t block = 0; block < run->blocks_n; block++) {
		group = block_time(run, block_begin(run, block), group);
		if (run->passes_n == 0 && run->took_ns > 2.0 * PASS_NS)
			run->blocks_n = block + 1;
	}
	run->groups_n = group;
	run->spent_ns += run->took_ns;
	run->passes_n++;
	return 0;
}

// A pass that is not timed, unless a single item takes as long.
static int warm_up(void *context)
{
	struct items_run *run = context;
	learn(run);
	plan(run);
	if (run->whole)
		problem_poison(run->problem, span_whole(run->problem));
	return run->item_ns < PASS_NS ? pass(run) : 0;
}

static uint64_t took_ns(void *context)
{
	const struct items_run *run = context;
	return (uint64_t)run->took_ns;
}

static uint64_t operations_n(void *context)
{
	const struct items_run *run = context;
	return run->done_n;
}

static void fill_bytes(const struct problem *problem, double *value)
{
	double items_n = (double)problem->items_n;
	struct span_bytes bytes = {.in_bytes = problem->in_bytes, .out_bytes = problem->out_bytes};
	if (problem->kernel->span_bytes)
		problem->kernel->span_bytes(problem, span_whole(problem), &bytes);
	value[METRIC_item_in_bytes] = (double)bytes.in_bytes / items_n;
	value[METRIC_item_out_bytes] = (double)bytes.out_bytes / items_n;
}

static void ready(void *context)
{
	struct items_run *run = context;
	run->queued_ns = usage_queued_ns(0);
}

static double operations_of(const struct trial *trial)
{
	double sum = 0;
	for (uint64_t i = 0; i < trial->iterations_n; i++)
		sum += (double)trial->operations_n[i];
	return sum;
}

// Who never gave up the CPU did not wait, whatever kept it from running; who did, did not while it queued for one.
static void fill_waiting(const struct items_run *run, const struct trial *trial, double *value)
{
	double operations_n = operations_of(trial), queued_ns = queued_since(run->queued_ns) / operations_n;
	double rest_ns = value[METRIC_wall_mean_ns] - value[METRIC_cpu_ns] - queued_ns;
	bool gave_up = value[METRIC_switches_voluntary_n] * operations_n >= (double)trial->iterations_n;
	value[METRIC_item_wait_ns] = gave_up ? fmax(rest_ns, 0) : 0;
}

// Times of groups are sums of so many items' times: their variance is as many times that of an item, if an item does
// not depend on its neighbours. The longest item stands in the slowest group, among others that are taken to be
// ordinary.
static void fill(const struct items_run *run, double *value)
{
	double group_n = (double)run->group_n, *group_ns = run->least_ns;
	size_t n = run->groups_n;
	if (n == 0)
		return;
	struct trend trend = trend_fit(run->place, group_ns, n);
	double mean_ns = values_mean(group_ns, n), variance = n > 1 ? values_variance(group_ns, n) : NAN;
	double median_ns = values_median(group_ns, n); // sorts them
	if (mean_ns > 0)
		value[METRIC_item_cv] = sqrt(variance * group_n) / mean_ns;
	value[METRIC_item_median_ns] = median_ns / group_n;
	value[METRIC_item_slope] = trend.slope;
	value[METRIC_item_bend] = trend.bend;
	value[METRIC_item_max_ns] = fmax(group_ns[n - 1] - median_ns * (group_n - 1) / group_n, run->long_ns);
}

// Of a sample there is no total to compare with: it is not checked.
static int check(const struct items_run *run, double *checked)
{
	*checked = run->whole ? 1 : NAN;
	return run->whole ? run->problem->kernel->check(run->problem, span_whole(run->problem), run->total) : 0;
}

static int time_items(struct items_run *run, struct trial *trial)
{
	struct operation operation = {.context = run,
	                              .run = pass,
	                              .warm_up = warm_up,
	                              .took_ns = took_ns,
	                              .operations_n = operations_n,
	                              .ready = ready};
	problem_poison(run->problem, (struct span){0, 1, 1});
	int status = trial_run(trial, &operation);
	if (status == 0)
		status = check(run, &trial->value[METRIC_checked]);
	if (status < 0)
		return status;
	fill(run, trial->value);
	fill_waiting(run, trial, trial->value);
	fill_bytes(run->problem, trial->value);
	if (run->problem->kernel->path)
		text_fit(trial->label, sizeof trial->label, run->problem->kernel->path(run->problem));
	return 0;
}

static int measure(const struct point *point, const struct problem *problem, struct trial *trial)
{
	struct placement *placement;
	struct rng rng = {trial->seed ^ (uint64_t)trial->round << 32};
	struct items_run run = {
		.problem = problem, .clock_ns = trial->clock_cost_ns, .first = (double)(rng_next(&rng) >> 11) / 0x1p53};
	if (problem->items_n == 0)
		return status_say(ENOTSUP, "kernel %s has no items", problem->kernel->name);
	int status = placement_plan(trial->topology, point->pin, 1, &placement);
	if (status < 0)
		return status;
	run.least_ns = malloc(2 * GROUPS_MOST * sizeof *run.least_ns);
	run.place = run.least_ns ? run.least_ns + GROUPS_MOST : NULL;
	status = run.least_ns ? placement_apply(placement, 0) : status_fail(ENOMEM, "the times of items");
	if (status == 0)
		status = time_items(&run, trial);
	free(run.least_ns);
	placement_free(placement);
	return status;
}

static int trial(const struct spec *spec, struct trial *trial)
{
	return point_trial_by(spec, trial, measure);
}

static const struct model_grid grids[] = {
	{.kernel = "synthetic", .model = "=serial"},
	{0},
};

const struct experiment experiment_items = {
	.name = "items",
	.summary = "what one item of a kernel takes, serially, and how much items differ",
	.budget_s = 30,
	.grids = grids,
	.figures =
		"item_median_ns item_max_ns item_cv item_slope item_bend cpu_ns item_wait_ns item_in_bytes item_out_bytes",
	.visit = {.prepare = point_prepare,
              .inherit = point_inherit,
              .give_back = point_give_back,
              .trial = trial,
              .explain = worlds_explain},
};
