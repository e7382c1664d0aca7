#include "cli/advise_command.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "advise/capacity.h"
#include "advise/command_trial.h"
#include "base/clock.h"
#include "base/status.h"
#include "base/units.h"
#include "bench/command/sample.h"
#include "cli/advise_answer.h"
#include "cli/advise_command_verify.h"
#include "cli/advise_command_ways.h"
#include "cli/cli.h"
#include "cli/command.h"
#include "cli/command_shell.h"
#include "cli/session.h"
#include "report/advise/advice.h"
#include "report/advise/command.h"
#include "report/text/text.h"

enum { SAMPLE_LEAST = 2, VISIT_NS = 20000000, DEADLINE_MORE_S = 60, SHELL_BYTES = 4096, CPUS_MOST = 1024 };
static const double clearly = 0.1;        // is said
static const double noise_unknown = 0.05; // of inputs that take so long that they are run once
static const double sample_share = 0.2;   // of the budget, for each of two passes

// Large, and what runners inherit.
static struct {
	const char *command;
	const struct advise_request *request;
	struct session session;
	struct command_sample *sample;
	struct capacity capacity;
	struct command_trial trial;
	struct command_advice advice;
	struct command_report report;
	uint64_t begin_ns;
	uint64_t tried[COMMAND_SAMPLE_MAX]; ///< indices among all inputs, rising
	double tried_ns[COMMAND_SAMPLE_MAX];
	char work[600], shell[SHELL_BYTES];
} now;

static int exit_code_of(int status)
{
	switch (status) {
	case -EINVAL:
		return EXIT_USAGE;
	case -ERANGE:
	case -ETIMEDOUT:
		return EXIT_CANNOT_TELL;
	case -EINTR:
		return EXIT_INTERRUPTED;
	}
	return EXIT_ENVIRONMENT;
}

static int open_job(void)
{
	struct session *session = &now.session;
	session_ask(session, "command", now.request->command.budget_ns);
	session->request.command = now.request->command.command;
	if (now.request->workload.isolation && session->request.command.settings.batch_n > 0) {
		session->request.command.settings.batch_n = 0;
		command_advice_exclude(&now.advice, "batches", "isolation: a crash would end the other inputs of its batch");
	}
	int status = command_open(&session->request, NULL);
	if (status < 0)
		return status;
	static struct facts facts; // some 17 KiB
	facts_read(&facts, session->topology);
	now.capacity = capacity_of(&facts);
	return command_sample_open(&now.sample, COMMAND_SAMPLE_MAX, now.request->command.seed);
}

static double left_ns(void)
{
	return (double)now.request->command.budget_ns - (double)(clock_now_ns() - now.begin_ns);
}

static int visit_sample(void)
{
	struct session *session = &now.session;
	const uint64_t budget_ns = now.request->command.budget_ns;
	struct spec spec;
	int status = spec_init(&spec, "command");
	now.sample->least_n = now.sample->n < SAMPLE_LEAST ? now.sample->n : SAMPLE_LEAST;
	now.sample->spend_ns = (uint64_t)((double)budget_ns * sample_share);
	if (status == 0)
		status = visitor_open(&session->visitor, session->topology, 0, VISIT_NS);
	const struct visit_request request = {.hooks = &command_sample_visit,
	                                      .spec = &spec,
	                                      .iterations_n = 1,
	                                      .batch_n = 1,
	                                      .deadline_ns = 2 * budget_ns + DEADLINE_MORE_S * NS_PER_S};
	if (status == 0)
		status = visit_run(&session->visitor, &request);
	visitor_close(&session->visitor);
	return status;
}

// What failed says nothing of how long the work takes.
static int check_failures(void)
{
	const struct command_job *job = command_job();
	char text[420];
	if (job->failures->failures_n == 0)
		return 0;
	for (unsigned i = 0; i < job->failures->kept_n; i++)
		fprintf(stderr, "%s: %s\n", now.command, command_failure_text(job, i, text, sizeof text));
	return status_say(EIO, "the command failed, and its times would be those of failures: nothing is predicted from "
	                       "them");
}

static struct command_time mean_input(void)
{
	struct command_time sum = {0};
	double n = (double)now.sample->done_n;
	for (uint64_t i = 0; i < now.sample->done_n; i++) {
		sum.wall_ns += now.sample->time[i].wall_ns / n;
		sum.cpu_ns += now.sample->time[i].cpu_ns / n;
		sum.queued_ns += now.sample->time[i].queued_ns / n;
	}
	return sum;
}

static double process_bytes(void)
{
	double given = now.request->workload.memory_bytes;
	return given > 0 ? given : (double)now.sample->peak_bytes;
}

static double most_at_once(void)
{
	double most = now.capacity.memory_bytes / process_bytes();
	return now.capacity.memory_bytes > 0 && process_bytes() > 0 ? fmax(floor(most), 1) : INFINITY;
}

static void say_limit(const struct command_trial_wish *wish)
{
	char what[48], reason[200], bytes[32];
	double most = command_trial_most(wish);
	if (wish->most_n < most)
		snprintf(reason, sizeof reason, "%.0f MiB of each do not fit %s", process_bytes() / 0x1p20,
		         units_format_bytes(bytes, sizeof bytes, (uint64_t)now.capacity.memory_bytes));
	else if (wish->cpus_n > wish->busy * most)
		snprintf(reason, sizeof reason, "not tried; an input waits so much that more may be faster");
	else
		return;
	snprintf(what, sizeof what, "more than %.0f at once", fmin(wish->most_n, most));
	command_advice_exclude(&now.advice, what, reason);
}

static int plan_trial(void)
{
	const struct command_settings *settings = &command_job()->settings;
	const struct command_time input = mean_input();
	const struct command_trial_wish wish = {
		.drawn_n = (double)now.sample->n,
		.input_ns = input.wall_ns,
		.busy = fmin(input.cpu_ns / fmax(input.wall_ns - input.queued_ns, 1), CPUS_MOST),
		.cpus_n = now.capacity.cpus_n,
		.most_n = most_at_once(),
		.spend_ns = left_ns(),
		.batch_n = settings->batch_n,
		.fed = settings->fed,
	};
	say_limit(&wish);
	return command_trial_plan(&now.trial, &wish);
}

static int compare_tried(const void *a, const void *b)
{
	uint64_t x = now.sample->index[*(const uint64_t *)a], y = now.sample->index[*(const uint64_t *)b];
	return (x > y) - (x < y);
}

// Evenly from those that were run, so that what disturbed for a while is in them as in all, and further ones where more
// are needed; in the order of all inputs.
static void choose_tried(void)
{
	double mean_ns = mean_input().wall_ns;
	for (uint64_t i = 0; i < now.trial.inputs_n; i++)
		now.tried[i] = now.trial.inputs_n <= now.sample->done_n ? i * now.sample->done_n / now.trial.inputs_n : i;
	qsort(now.tried, now.trial.inputs_n, sizeof *now.tried, compare_tried);
	for (uint64_t i = 0; i < now.trial.inputs_n; i++) {
		uint64_t drawn = now.tried[i];
		now.tried_ns[i] = drawn < now.sample->done_n ? now.sample->time[drawn].wall_ns : mean_ns;
		now.tried[i] = now.sample->index[drawn];
	}
	command_job_choose(now.tried, now.trial.inputs_n);
}

static void fill_list(void)
{
	now.advice.list = (struct command_list){
		.items_n = (double)command_job()->all.n,
		.time = now.sample->time,
		.place = now.sample->index,
		.n = now.sample->done_n,
		.tried_ns = now.tried_ns,
		.tried_n = now.trial.inputs_n,
		.noise = isnan(now.sample->noise) ? noise_unknown : now.sample->noise,
		.cpus_n = now.capacity.cpus_n,
		.seed = now.request->command.seed,
	};
}

// A command that is no filter runs well for an input, and fails as a resident worker alone.
static int check_ways(void)
{
	char reason[200];
	if (!advise_command_resident_failed(&now.session.record))
		return check_failures();
	snprintf(reason, sizeof reason,
	         "%.70s: a resident worker reads an input a line until there are no more, and answers "
	         "each with a line at once; this command does not",
	         command_job()->failures->kept[0].text);
	command_advice_exclude(&now.advice, "resident workers", reason);
	return 0;
}

static int measure(void)
{
	int status = visit_sample();
	if (status == 0)
		status = check_failures();
	if (status == 0)
		status = plan_trial();
	if (status < 0)
		return status;
	choose_tried();
	fill_list();
	now.session.request.options.time_budget_ns = (uint64_t)fmax(left_ns(), 1);
	status = advise_command_ways(&now.session, &now.trial, &now.advice, process_bytes());
	return status == 0 ? check_ways() : status;
}

// Where it matters: that they took more or less alone, and that others had the CPUs.
static void add_conditions(void)
{
	const struct command_advice *advice = &now.advice;
	double share = advice->mean_cpu_ns / advice->mean_ns;
	if (share < advice->busy * (1 - clearly))
		text_add(now.work, sizeof now.work,
		         "; it queued for a CPU that others had, too, and uses %.2g CPUs while it has "
		         "one",
		         advice->busy);
	if (fabs(log(advice->rounds_factor)) > clearly)
		text_add(now.work, sizeof now.work,
		         "; in the rounds they took %.2g times as long as alone, and that mean is of "
		         "the rounds",
		         advice->rounds_factor);
}

static void say_work(void)
{
	char mean[32];
	const struct command_advice *advice = &now.advice;
	const struct command_list *list = &advice->list;
	snprintf(now.work, sizeof now.work,
	         "%zu of %.0f inputs run alone, drawn by seed %" PRIu64
	         ": mean %s, coefficient of variation %.2g, CPU time %.0f %% of it; every way tried on %zu of them",
	         list->n, list->items_n, list->seed, units_format_ns(mean, sizeof mean, advice->mean_ns), advice->cv,
	         100 * advice->mean_cpu_ns / advice->mean_ns, list->tried_n);
	add_conditions();
}

// Into a record of its own.
static int verify(void)
{
	record_close(&now.session.record);
	int status = advise_command_verify(&now.session, &now.report);
	return status == 0 ? check_failures() : status;
}

static int report(void)
{
	say_work();
	now.report.advice = &now.advice;
	int verified = now.request->verify ? verify() : 0;
	if (verified < 0)
		return verified;
	command_shell_text(now.shell, sizeof now.shell, command_job(), &now.advice.way[0]);
	now.report.command = command_job()->settings.command;
	now.report.work = now.work;
	now.report.shell = now.shell;
	now.report.explain = now.request->explain;
	const struct advice_report whole = {.command = &now.report};
	return advise_answer(now.request, &whole);
}

int advise_command(const char *command, const struct advise_request *request, struct topology *topology)
{
	now.command = now.session.command = command;
	now.request = request;
	now.session.topology = topology;
	now.begin_ns = clock_now_ns();
	int status = open_job();
	if (status == 0)
		status = measure();
	if (status == 0)
		status = command_advice_make(&now.advice);
	if (status == 0)
		status = report();
	record_close(&now.session.record);
	return status < 0 ? cli_fail(command, exit_code_of(status)) : EXIT_OK;
}
