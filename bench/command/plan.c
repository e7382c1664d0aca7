// The rows of `command`: serial, which the others' speedups are of; `true` for as many items; and each other model with
// each number of workers.
#include "bench/command/plan.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/status.h"
#include "bench/command/job.h"

enum { STARTING_MS = 1, DEADLINE_PASSES_N = 3, DEADLINE_MORE_S = 60 };

struct planning {
	const struct command_job *job;
	struct record *record;
	struct spec spec; ///< without model and workers
	char group[GROUP_BYTES];
	int serial;
};

// How long a command takes is not known before it runs: an estimate assumes a time for each item, and says so.
static uint64_t assumed_ns(const struct planning *planning, const char *model, unsigned workers_n)
{
	uint64_t items_n = planning->job->items.n, item_ms = strcmp(model, "start") == 0 ? STARTING_MS : COMMAND_ASSUMED_MS;
	return (items_n + workers_n - 1) / workers_n * item_ms * NS_PER_MS;
}

static int add_row(struct planning *planning, const char *model, unsigned workers_n)
{
	struct spec spec = planning->spec;
	int status = spec_set(&spec, "model", model);
	if (status == 0)
		status = spec_set_count(&spec, "workers", workers_n);
	if (status < 0)
		return status;
	int index = record_find(planning->record, &spec);
	if (index < 0)
		index = record_add_row(planning->record, &spec, planning->group);
	if (index < 0)
		return index;
	struct row *row = &planning->record->rows[index];
	row->hooks = &experiment_find("command")->visit;
	row->waited_ns = assumed_ns(planning, model, workers_n);
	if (strcmp(model, "serial") == 0)
		planning->serial = index;
	else if (strcmp(model, "start") != 0)
		row->baseline = planning->serial;
	return 0;
}

// One process at a time is what serial is.
static int add_counts(struct planning *planning, const struct axis_values *workers, const char *model)
{
	int status = 0;
	bool is_serial_at_one = strcmp(model, "process") == 0;
	for (unsigned i = 0; i < workers->n && status == 0; i++) {
		unsigned workers_n = (unsigned)strtoul(workers->value[i], NULL, 10);
		if (workers_n > 1 || !is_serial_at_one)
			status = add_row(planning, model, workers_n);
	}
	return status;
}

static int add_rows(struct planning *planning, const struct axis_values *workers)
{
	const struct command_settings *settings = &planning->job->settings;
	char batch[32];
	int status = add_row(planning, "serial", 1);
	if (status == 0)
		status = add_row(planning, "start", 1);
	if (status == 0)
		status = add_counts(planning, workers, "process");
	snprintf(batch, sizeof batch, "batch:%llu", (unsigned long long)settings->batch_n);
	if (status == 0 && settings->batch_n > 0)
		status = add_counts(planning, workers, batch);
	if (status == 0 && settings->fed)
		status = add_counts(planning, workers, "fed");
	return status;
}

int command_plan(const struct plan_options *options, struct record *record)
{
	struct planning planning = {.job = command_job(), .record = record};
	struct axis_values workers;
	if (!planning.job)
		return status_say(EINVAL, "command needs --command='…', and what to run it for: --inputs, --items-from or "
		                          "--items (tvp run --help)");
	const char *chosen = plan_chosen(options, "workers");
	int status = axis_values_split(&workers, chosen ? chosen : "auto");
	if (status == 0)
		status = axis_values_expand(&workers, "workers", options->topology);
	if (status == 0)
		status = spec_init(&planning.spec, "command");
	if (status == 0)
		status = command_job_describe(planning.job, &planning.spec);
	if (status < 0)
		return status;
	char name[SPEC_NAME_BYTES];
	snprintf(planning.group, sizeof planning.group, "%s|", spec_name(&planning.spec, name, sizeof name));
	return add_rows(&planning, &workers);
}

uint64_t command_visit_deadline_ns(const struct spec *spec)
{
	const struct command_job *job = command_job();
	(void)spec;
	return DEADLINE_MORE_S * NS_PER_S + (job ? DEADLINE_PASSES_N * job->settings.pass_ns : 0);
}
