#include "bench/plan/worlds.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/status.h"
#include "base/words.h"
#include "exec/exec.h"

enum { WORKERS_N = 2, TIMES_N = 5 }; // threads that get into each other's way need not do so every time

static int compute_in(struct exec *exec, const struct problem *problem)
{
	struct job job = {.problem = problem, .schedule = {SCHEDULE_STATIC, 1}};
	int status = 0;
	for (int i = 0; i < TIMES_N && status == 0; i++) {
		problem_poison(problem, span_whole(problem));
		status = exec_dispatch(exec, &job);
		if (status == 0)
			status = problem->kernel->check(problem, span_whole(problem), exec->total);
	}
	return status;
}

static int world_try(const char *model, const struct problem *problem, const struct trial *trial)
{
	struct exec exec;
	struct placement *placement;
	int status = placement_plan(trial->topology, PIN_NONE, WORKERS_N, &placement);
	if (status < 0)
		return status;
	struct exec_config config = {.model = model_find(model), .workers_n = WORKERS_N, .placement = placement};
	status = exec_open(&exec, &config);
	if (status == 0) {
		status = compute_in(&exec, problem);
		exec_close(&exec);
	}
	placement_free(placement);
	return status;
}

int worlds_explain(int status, const struct problem *problem, const struct trial *trial)
{
	char message[sizeof trial->message];
	text_fit(message, sizeof message, status_message());
	// The processes first: what threads leave in static data would be found by the check behind them.
	int processes = world_try("fork", problem, trial), threads = world_try("threads", problem, trial);
	if (processes == -EBADMSG && threads == 0)
		return status_say(-status,
		                  "wrong with processes, right with threads: what run() keeps in static data stays in the "
		                  "process that wrote it (%s)",
		                  message);
	if (threads == -EBADMSG && processes == 0)
		return status_say(-status,
		                  "wrong with threads, right with processes: threads share the static data that run() "
		                  "uses, and write it at the same time (%s)",
		                  message);
	return status_say(-status, "%s", message);
}
