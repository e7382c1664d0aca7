// The trial of every experiment that runs a kernel through a model.
#include <errno.h>
#include <string.h>

#include "base/status.h"
#include "base/words.h"
#include "bench/plan/point.h"
#include "bench/plan/problems.h"

static int get_problem(const struct point *point, const struct problem **problem)
{
	struct size size = point_whole_size(point);
	return problems_get(point->kernel, &size, &point->options, point->pages, problem);
}

int point_prepare(const struct spec *spec)
{
	struct point point;
	const struct problem *problem;
	int status = point_from_spec(&point, spec);
	return status < 0 ? status : get_problem(&point, &problem);
}

struct bench {
	struct exec exec;
	struct job job;
};

static int run(void *context)
{
	struct bench *bench = context;
	return exec_dispatch(&bench->exec, &bench->job);
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

// memory:private: the inputs in anonymous memory of the runner, which forked workers inherit copy-on-write.
static int make_private(const struct point *point, const struct problem *shared, struct problem *problem,
                        struct trial *trial)
{
	static struct arena arena; // for the life of the runner
	*problem = *shared;
	trial->value[METRIC_huge_bytes] = (double)problems_huge_bytes(shared);
	if (point->memory == MEMORY_SHARED || shared->in_bytes == 0)
		return 0;
	int status = arena_open(&arena, shared->in_bytes, MEMORY_PRIVATE, point->pages);
	if (status < 0)
		return status;
	problem->in = memcpy(arena.base, shared->in, shared->in_bytes);
	size_t huge_bytes = 0;
	status = arena_huge_bytes(&arena, &huge_bytes);
	trial->value[METRIC_huge_bytes] = (double)huge_bytes;
	trial_note_size(trial);
	return status;
}

static int time_and_check(const struct point *point, struct bench *bench, struct trial *trial)
{
	const struct problem *problem = bench->job.problem;
	if (problem->kernel->poison)
		problem->kernel->poison(problem);
	struct operation operation = {.context = bench, .run = run, .parts = parts, .usage = usage};
	int status = trial_run(trial, &operation);
	if (status == 0)
		status = exec_cpus_check(&bench->exec);
	if (status == 0)
		status = problem->kernel->check(problem, bench->exec.total);
	if (status == 0 && point->kernel->path)
		text_fit(trial->label, sizeof trial->label, point->kernel->path(problem));
	return status;
}

static void abandon(void *context, int error, const char *message)
{
	trial_abandon(context, error, message);
}

int point_trial(const struct spec *spec, struct trial *trial)
{
	struct point point;
	const struct problem *shared;
	struct problem problem;
	struct placement *placement = NULL;
	int status = point_from_spec(&point, spec);
	if (status == 0)
		status = get_problem(&point, &shared);
	if (status == 0)
		status = make_private(&point, shared, &problem, trial);
	if (status == 0)
		status = placement_plan(trial->topology, point.pin, point.workers, &placement);
	if (status < 0)
		return status;

	struct exec_config config = {
		.model = point.model,
		.workers_n = point.workers,
		.wait = point.wait,
		.caller = point.caller,
		.placement = placement,
		.transport = point.transport,
		.pages = point.pages,
		.abandon = abandon,
		.abandon_context = trial,
	};
	struct bench bench = {.job = {.problem = &problem, .schedule = point.schedule}};
	status = exec_open(&bench.exec, &config);
	if (status == 0) {
		status = time_and_check(&point, &bench, trial);
		exec_close(&bench.exec);
	}
	placement_free(placement);
	return status;
}
