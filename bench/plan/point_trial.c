// The trial of every experiment that runs a kernel through a model.
#include <errno.h>
#include <string.h>

#include "base/status.h"
#include "base/words.h"
#include "bench/plan/numa_plans.h"
#include "bench/plan/point.h"
#include "bench/plan/problems.h"
#include "bench/plan/result_check.h"
#include "kernel/plugin/plugin.h"

int point_problem(const struct point *point, const struct problem **problem)
{
	struct size size = point_whole_size(point);
	struct problem_memory memory = {.pages = point->pages};
	int status = numa_plan_of(point, &memory.numa);
	return status < 0 ? status : problems_get(point->kernel, &size, &point->options, &memory, problem);
}

int point_prepare(const struct spec *spec)
{
	struct point point;
	const struct problem *problem;
	int status = point_from_spec(&point, spec);
	if (status == 0)
		status = point_problem(&point, &problem);
	if (status == 0 && point.memory == MEMORY_PRIVATE && !point.kernel->plugin)
		problems_copy_private(problem);
	if (status == 0)
		problems_inherit(problem, false);
	return status;
}

// NULL: a program that does not inherit it makes its own.
static const struct problem *problem_of(const struct spec *spec)
{
	struct point point;
	const struct problem *problem;
	return point_from_spec(&point, spec) < 0 || point_problem(&point, &problem) < 0 ? NULL : problem;
}

void point_inherit(const struct spec *spec, bool inherited)
{
	const struct problem *problem = problem_of(spec);
	if (problem)
		problems_inherit(problem, inherited);
}

bool point_give_back(const struct spec *spec)
{
	const struct problem *problem = problem_of(spec);
	return problem && problems_give_back_private(problem);
}

struct bench {
	struct exec exec;
	struct job job, first_job; ///< both made before the workers, who have a copy
	struct result_check check;
};

static int run(void *context)
{
	struct bench *bench = context;
	return exec_dispatch(&bench->exec, &bench->job);
}

static int warm_up(void *context)
{
	struct bench *bench = context;
	return exec_dispatch(&bench->exec, &bench->first_job);
}

static void ready(void *context)
{
	struct bench *bench = context;
	result_check_ready(&bench->check, &bench->exec);
}

static int usage(void *context, struct usage *usage)
{
	struct bench *bench = context;
	return exec_usage(&bench->exec, usage);
}

static int parts(void *context, uint64_t entry_ns, uint64_t return_ns, struct parts *parts)
{
	struct bench *bench = context;
	const struct slot *slot = &bench->exec.slots[exec_critical(&bench->exec)];
	*parts = (struct parts){slot->begin_ns - entry_ns, slot->end_ns - slot->begin_ns, return_ns - slot->end_ns};
	return exec_cpus_check(&bench->exec);
}

// memory:private: the inputs in anonymous memory, which forked workers inherit copy-on-write: as lent by the
// supervisor, or the runner's own.
static int make_private(const struct point *point, const struct problem *shared, struct problem *problem,
                        struct trial *trial)
{
	static struct arena arena; // for the life of the runner
	*problem = *shared;
	trial->value[METRIC_huge_bytes] = (double)problems_huge_bytes(shared);
	if (point->memory == MEMORY_SHARED || shared->in_bytes == 0)
		return 0;
	size_t huge_bytes;
	int status = 0;
	problem->in = problems_private(shared, &huge_bytes);
	if (!problem->in) {
		status = arena_open(&arena, shared->in_bytes, MEMORY_PRIVATE, point->pages);
		if (status < 0)
			return status;
		problem->in = memcpy(arena.base, shared->in, shared->in_bytes);
		status = arena_huge_bytes(&arena, &huge_bytes);
	}
	trial->value[METRIC_huge_bytes] = (double)huge_bytes;
	trial_note_size(trial);
	return status;
}

// How many items are enough to have faulted in and woken everything; 0: all. Where items only wait or compute by the
// clock there is no data to touch: one for each worker. Where one job fills a visit, and its data is sent, all memory
// is touched and an eighth is sent: more of it would tell the caches no more, and take as long as what is timed.
static uint64_t first_items(const struct point *point, const struct problem *problem, const struct trial *trial)
{
	enum { LONG_ITERATIONS_N = 2, PART = 8 };
	struct traffic traffic;
	problem->kernel->traffic(problem, &traffic);
	uint64_t items_n = problem->items_n;
	// Not where all of the result is checked: a slice of the gate does in any build what earlier ones did.
	bool is_long = trial->check_seed != 0 && trial->iterations_n <= LONG_ITERATIONS_N && trial->batch_n == 1;
	if (traffic.waited_ns > 0 && traffic.read_bytes + traffic.written_bytes == 0)
		items_n = point->workers;
	else if (is_long && point->transport)
		items_n = problem->items_n / PART > point->workers ? problem->items_n / PART : point->workers;
	return items_n < problem->items_n ? items_n : 0;
}

// What the caller itself reads and writes of data that is sent.
static int touch_sent(const struct point *point, const struct problem *problem)
{
	int status = 0;
	if (point->transport && problem->in_bytes > 0)
		status = memory_touch(problem->in, problem->in_bytes, false);
	if (point->transport && problem->out_bytes > 0 && status == 0)
		status = memory_touch(problem->out, problem->out_bytes, true);
	return status < 0 ? status_fail(-status, "touching the problem's memory") : 0;
}

static int time_and_check(const struct point *point, struct bench *bench, struct trial *trial)
{
	const struct problem *problem = bench->job.problem;
	struct operation operation = {.context = bench,
	                              .run = run,
	                              .warm_up = bench->first_job.items_n > 0 ? warm_up : NULL,
	                              .ready = ready,
	                              .parts = parts,
	                              .usage = usage};
	result_check_begin(&bench->check, problem, trial->check_seed);
	int status = trial_run(trial, &operation);
	if (status == 0)
		status = exec_cpus_check(&bench->exec);
	if (status == 0)
		status = result_check_end(&bench->check, &bench->exec, &trial->value[METRIC_checked]);
	if (status == 0 && point->kernel->path)
		text_fit(trial->label, sizeof trial->label, point->kernel->path(problem));
	return status;
}

// After timing, because the kernel may move pages meanwhile. Local memory is no demand: what came of it is told.
static int check_nodes(const struct point *point, const struct problem *problem, struct trial *trial)
{
	const double least = 0.99;
	double *placed = &trial->value[METRIC_placed];
	char policy[32];
	int status = problems_placed(problem, placed);
	if (point->numa.kind == NUMA_LOCAL)
		return 0;
	if (status == 0 && *placed < least)
		return status_say(EXDEV, "numa:%s: only %.1f %% of the pages are on the nodes asked for",
		                  numa_format(&point->numa, policy, sizeof policy), *placed * 100);
	return status;
}

static void abandon(void *context, int error, const char *message)
{
	trial_abandon(context, error, message);
}

static int dispatch_and_check(const struct point *point, const struct problem *problem,
                              const struct placement *placement, struct trial *trial)
{
	struct exec_config config = point_exec_config(point, placement);
	config.abandon = abandon;
	config.abandon_context = trial;
	struct bench bench = {.job = {.problem = problem, .schedule = point->schedule}};
	bench.first_job = bench.job;
	bench.first_job.items_n = first_items(point, problem, trial);
	int status = bench.first_job.items_n > 0 ? touch_sent(point, problem) : 0;
	if (status == 0)
		status = exec_open(&bench.exec, &config);
	if (status == 0) {
		status = time_and_check(point, &bench, trial);
		exec_close(&bench.exec);
	}
	return status;
}

int point_measure(const struct point *point, const struct problem *problem, struct trial *trial)
{
	struct placement *placement = NULL;
	int status = placement_plan(trial->topology, point->pin, point->workers, &placement);
	if (status == 0)
		status = dispatch_and_check(point, problem, placement, trial);
	placement_free(placement);
	return status;
}

// A kernel from a file is measured by the program that opens it, which this runner becomes.
static int become_host(const struct spec *spec, const struct problem *problem, const struct trial *trial)
{
	char name[SPEC_NAME_BYTES];
	struct plugin_visit visit = {
		.problem = problem,
		.arena = problems_arena(problem),
		.huge_bytes = problems_huge_bytes(problem),
		.spec = spec_name(spec, name, sizeof name),
		.trial_file = trial->file,
	};
	return plugin_exec(&visit);
}

int point_trial_by(const struct spec *spec, struct trial *trial,
                   int (*measure)(const struct point *point, const struct problem *problem, struct trial *trial))
{
	struct point point;
	const struct problem *shared;
	struct problem problem;
	int status = point_from_spec(&point, spec);
	if (status == 0)
		status = point_problem(&point, &shared);
	if (status == 0 && point.kernel->plugin)
		return become_host(spec, shared, trial);
	if (status == 0)
		status = make_private(&point, shared, &problem, trial);
	if (status == 0)
		status = measure(&point, &problem, trial);
	return status == 0 && problem.in == shared->in ? check_nodes(&point, shared, trial) : status;
}

int point_trial(const struct spec *spec, struct trial *trial)
{
	return point_trial_by(spec, trial, point_measure);
}
