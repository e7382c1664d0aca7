// `command`: a user's command for each of many items, by models that start processes: one at a time, several at once,
// for batches of items, or resident ones that are given items. One operation is a pass over all items. job.c has what
// was asked for, pass.c the pass.
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/status.h"
#include "base/units.h"
#include "bench/command/pass.h"
#include "bench/command/plan.h"
#include "bench/command/runner.h"
#include "bench/plan/axis_product.h"
#include "bench/plan/experiment.h"
#include "exec/exec.h"
#include "host/orphans.h"
#include "measure/trial.h"

struct command_run {
	struct command_pass pass;
	struct trial *trial;
	struct command_job start;      ///< the job of model:start, whose command is `true`
	struct command_weight *weight; ///< of this row; NULL: no room
	bool warm;
	uint64_t took_ns, failed_n;
};

static struct command_run run; // a runner has only one

// Own clock: what was read before is dropped from the page cache first, and what left its process group is ended
// afterwards.
static int pass_once(uint64_t items_n)
{
	const struct command_job *job = run.pass.job;
	if (job->settings.cold)
		items_drop_cached(&job->items);
	uint64_t begin_ns = clock_now_ns();
	int status = command_pass_run(&run.pass, items_n);
	run.took_ns = clock_now_ns() - begin_ns;
	run.failed_n += run.pass.failed_n;
	if (status == 0 && run.pass.failed_n == items_n && items_n == job->items.n)
		status = status_say(EBADMSG, "every item failed; the last one %s", run.pass.failure);
	if (!run.pass.resident)
		orphans_end(NULL);
	return status;
}

// The calibrating visit begins with a whole pass. What later visits find is as warm; those of short passes begin with
// one item, as the first processes of a runner cost more.
static int pass(void *context)
{
	(void)context;
	if (run.warm)
		return pass_once(run.pass.job->items.n);
	run.warm = true;
	int status = run.trial->iterations_n > 1 && !run.pass.job->settings.cold ? pass_once(1) : 0;
	run.failed_n = 0;
	return status;
}

static uint64_t took_ns(void *context)
{
	(void)context;
	return run.took_ns;
}

static int usage(void *context, struct usage *usage)
{
	(void)context;
	*usage = (struct usage){0};
	usage_of(RUSAGE_SELF, usage);
	usage_of(RUSAGE_CHILDREN, usage);
	for (unsigned i = 0; run.pass.resident && i < run.pass.workers_n; i++)
		if (run.pass.slot[i].command.pid > 0)
			usage_of_process(run.pass.slot[i].command.pid, usage);
	return 0;
}

static int calibrate(struct trial *trial)
{
	run.pass.weight = run.weight;
	int status = pass_once(run.pass.job->items.n);
	run.pass.weight = NULL;
	if (status < 0)
		return status;
	double iterations = (double)trial->visit_ns / fmax((double)run.took_ns, 1);
	trial->iterations_n = (uint64_t)fmin(fmax(iterations, 1), TRIAL_ITERATIONS_MAX);
	trial->batch_n = 1;
	return 0;
}

static int time_passes(struct trial *trial)
{
	int status = trial->iterations_n == 0 ? calibrate(trial) : 0;
	if (status == 0)
		status =
			trial_run(trial, &(struct operation){.context = &run, .run = pass, .took_ns = took_ns, .usage = usage});
	if (status < 0)
		return status;
	trial->value[METRIC_failed_n] = (double)run.failed_n / (double)trial->iterations_n;
	return 0;
}

// `true` for as many items: what starting a process costs here.
static int start_job_make(const struct command_job *job)
{
	static char name[] = "true";
	static char *word[] = {name, NULL};
	run.start = (struct command_job){.settings = job->settings, .failures = job->failures};
	run.start.words = (struct command_words){.n = 1, .word = word};
	run.start.settings.fed = run.start.settings.cold = false;
	items_number(&run.start.items, job->items.n);
	run.start.from = (struct command_template){.words = &run.start.words, .items = &run.start.items};
	return command_find(name, run.start.path, sizeof run.start.path);
}

static int model_read(const struct command_job *job, const struct spec *spec)
{
	uint64_t workers_n = 1, batch_n = 1;
	const char *model = spec_get(spec, "model");
	int status = spec_axis_count(spec, "workers", 1, EXEC_WORKERS_MAX, &workers_n);
	run.pass = (struct command_pass){.job = job, .workers_n = (unsigned)workers_n, .resident = !strcmp(model, "fed")};
	if (status == 0 && strncmp(model, "batch:", 6) == 0)
		status = units_parse_count(model + 6, 1, COMMAND_ITEMS_MAX, &batch_n);
	run.pass.batch_n = batch_n;
	run.weight = command_weight_of(job->weights, model, (unsigned)workers_n);
	if (status == 0 && strcmp(model, "start") == 0) {
		status = start_job_make(job);
		run.pass.job = &run.start;
	}
	return status;
}

static void fill_memory(struct trial *trial)
{
	uint64_t peak_bytes = run.pass.peak_bytes;
	if (run.weight && run.weight->peak_bytes > peak_bytes)
		peak_bytes = run.weight->peak_bytes;
	if (peak_bytes > 0)
		trial->value[METRIC_worker_peak_bytes] = (double)peak_bytes;
	if (run.weight && run.weight->pss_bytes > 0)
		trial->value[METRIC_worker_pss_bytes] = (double)run.weight->pss_bytes;
}

static int trial(const struct spec *spec, struct trial *trial)
{
	int status = command_job_is(spec);
	if (status == 0 && !spec_get(spec, "model"))
		status = status_say(EINVAL, "a row of command needs a model");
	run.trial = trial;
	if (status == 0)
		status = model_read(command_job(), spec);
	if (status == 0)
		status = command_runner_open(trial->topology);
	if (status < 0)
		return status;
	status = command_pass_open(&run.pass);
	if (status == 0)
		status = time_passes(trial);
	command_pass_close(&run.pass);
	orphans_end(NULL);
	if (status == 0)
		fill_memory(trial);
	return status;
}

const struct experiment experiment_command = {
	.name = "command",
	.summary = "your command for each of many items: one process at a time, several, batches, resident workers",
	.axes = "workers", // ways are chosen by --batch and --fed
	.figures = "cpu_ns worker_peak_bytes worker_pss_bytes failed_n",
	.plan = command_plan,
	.may_resume = command_job_is,
	.visit = {.trial = trial, .deadline_ns = command_visit_deadline_ns},
};
