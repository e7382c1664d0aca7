#include "cli/command.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/status.h"
#include "base/words.h"
#include "bench/command/plan.h"
#include "bench/plan/experiment.h"
#include "cli/options/options.h"
#include "cli/plan.h"

enum { TEXT_BYTES = 420, WARNED_MOST = 5 };

int command_open(const struct run_request *request, const struct record *record)
{
	struct command_settings settings = request->command.settings;
	if (!request->command.given)
		return 0;
	if (!request->resume && !words_have(request->options.suite, ',', "command"))
		return status_say(EINVAL, "--command is for the experiment command: tvp run command --command='…'");
	settings.pass_ns = request->budget_given ? request->options.time_budget_ns
	                   : request->resume     ? record->options.time_budget_ns
	                                         : plan_budget_ns(request->options.suite);
	int status = command_job_open(&settings);
	return status == 0 || status == -ENOMEM ? status : -EINVAL; // what was given is wrong
}

const char *command_assumption(void)
{
	return command_job() ? ", if each item of the command takes " COMMAND_ASSUMED_TEXT " (it has not run yet)" : "";
}

void command_put_again(const struct command_settings *settings, FILE *out)
{
	char items[24];
	snprintf(items, sizeof items, "%llu", (unsigned long long)settings->items_n);
	option_put(out, "command", settings->command);
	option_put(out, "inputs", settings->inputs);
	option_put(out, "items-from", settings->items_from);
	option_put(out, "items", settings->items_n ? items : NULL);
	option_put(out, "cache", settings->cold ? "cold" : NULL);
	fputs(settings->null ? " --null" : "", out);
	fputs(settings->shell ? " --shell" : "", out);
	fputs(settings->fed ? " --fed" : "", out);
}

void command_tell_failed(struct record *record, FILE *out)
{
	const struct command_job *job = command_job();
	char text[TEXT_BYTES];
	if (!job || job->failures->failures_n == 0)
		return;
	unsigned kept_n = job->failures->kept_n;
	bool all = kept_n < COMMAND_FAILURES_KEPT;
	facts_warn(&record->facts, "The command failed for some items: their times are those of failures.");
	fprintf(out, "\nthe command failed%s:\n", all ? "" : " for more items than these");
	for (unsigned i = 0; i < kept_n; i++) {
		command_failure_text(job, i, text, sizeof text);
		fprintf(out, "  %s\n", text);
		if (i < WARNED_MOST && record->facts.warnings_n < FACT_WARNINGS_MAX)
			facts_warn(&record->facts, "%.230s.", text);
	}
}
