#include "bench/plan/worlds.h"

#include <errno.h>
#include <stdio.h>

#include "base/status.h"
#include "base/words.h"
#include "bench/plan/point.h"
#include "bench/plan/problems.h"
#include "kernel/plugin/plugin.h"

enum { TIMES_N = 5, MESSAGE_BYTES = 400 }; // threads that get into each other's way need not do so every time

enum outcome { RIGHT, WRONG_AT_ONCE, WRONG_LATER, UNKNOWN };

static int compute(struct exec *exec, const struct job *job, unsigned *right_n)
{
	const struct problem *problem = job->problem;
	int status = 0;
	for (*right_n = 0; *right_n < TIMES_N; (*right_n)++) {
		problem_poison(problem, span_whole(problem));
		status = exec_dispatch(exec, job);
		if (status == 0)
			status = problem->kernel->check(problem, span_whole(problem), exec->total);
		if (status < 0)
			break;
	}
	return status;
}

int worlds_compute(const struct spec *spec, const struct topology *topology, unsigned *right_n)
{
	struct point point;
	struct exec exec;
	struct job job = {0};
	struct placement *placement = NULL;
	int status = point_from_spec(&point, spec);
	if (status == 0)
		status = point_problem(&point, &job.problem);
	if (status == 0)
		status = placement_plan(topology, PIN_NONE, point.workers, &placement);
	struct exec_config config = point_exec_config(&point, placement);
	job.schedule = point.schedule;
	if (status == 0 && (status = exec_open(&exec, &config)) == 0) {
		status = compute(&exec, &job, right_n);
		exec_close(&exec);
	}
	placement_free(placement);
	return status;
}

// The row's spec with this model, its data in place.
static int try_spec(const struct point *row, const char *model, char *name)
{
	struct point point = *row;
	struct spec spec;
	point.model = model_find(model);
	point.workers = point.model->baseline ? 1 : row->workers;
	point.size = point_whole_size(row);
	point.size_per_worker = false;
	point.transport = NULL;
	point.wait = point_default().wait;
	int status = point_to_spec(&point, "scaling", &spec);
	spec_name(&spec, name, SPEC_NAME_BYTES);
	return status;
}

static enum outcome try(const struct point *row, const struct problem *problem, const char *model)
{
	char name[SPEC_NAME_BYTES];
	unsigned right_n = 0;
	struct plugin_visit visit = {
		.problem = problem,
		.arena = problems_arena(problem),
		.huge_bytes = problems_huge_bytes(problem),
		.spec = name,
	};
	int status = try_spec(row, model, name);
	if (status == 0)
		status = plugin_try(&visit, &right_n);
	return status == 0 ? RIGHT : status != -EBADMSG ? UNKNOWN : right_n == 0 ? WRONG_AT_ONCE : WRONG_LATER;
}

// What the row itself shows need not be tried, and is not always seen again: two threads may have met by chance.
static enum outcome try_or_known(const struct point *row, const struct problem *problem, const char *model)
{
	bool is_shown = row->model->processes == model_find(model)->processes && !row->transport;
	return is_shown ? WRONG_LATER : try(row, problem, model);
}

static const char *explain_workers(const struct point *row, const struct problem *problem)
{
	enum outcome threads = try_or_known(row, problem, "thread_pool"),
				 processes = try_or_known(row, problem, "process_pool");
	if (threads == UNKNOWN || processes == UNKNOWN || (threads == RIGHT && processes == RIGHT))
		return NULL;
	if (threads == RIGHT)
		return "wrong with processes, right with threads: what run() keeps in static data stays in the process that "
			   "wrote it";
	if (processes == RIGHT)
		return "wrong with threads, right with processes: threads share the static data that run() uses, and write it "
			   "at the same time";
	return "wrong with threads and with processes, right with one worker: run() must compute its span's items alone";
}

// One worker first: what is wrong there is so in every row, and no matter of threads or processes.
static const char *explain(const struct point *row, const struct problem *problem)
{
	switch (try(row, problem, model_baseline()->name)) {
	case WRONG_AT_ONCE:
		return "wrong with one worker, too, in a process that has not called prepare(): what that keeps in static data "
			   "is not there in run()";
	case WRONG_LATER:
		return "right once, then wrong with one worker, too: run() keeps something in static data from one call to the "
			   "next";
	case RIGHT:
		return row->workers > 1 ? explain_workers(row, problem) : NULL;
	default:
		return NULL;
	}
}

int worlds_explain(const struct spec *spec, int status)
{
	char message[MESSAGE_BYTES];
	struct point point;
	const struct problem *problem;
	if (status != -EBADMSG)
		return status;
	text_fit(message, sizeof message, status_message());
	const char *why = NULL;
	if (point_from_spec(&point, spec) == 0 && point.kernel->plugin && point_problem(&point, &problem) == 0)
		why = explain(&point, problem);
	return why ? status_say(-status, "%s (%s)", why, message) : status_say(-status, "%s", message);
}
