// tvp run --resume: the plan and options of the run that is continued; only time and rounds may be raised.
#include "cli/resume.h"

#include <errno.h>
#include <string.h>

#include "base/status.h"
#include "bench/plan/experiment.h"
#include "cli/options/plugin_options.h"
#include "kernel/ways.h"

// A result must not mix the rounds of two machines or of two builds.
static int check_same_machine(const struct run_request *request, const struct topology *topology,
                              const struct record *record)
{
	static const char *const keys[] = {"cpu_model", "cpus_n",       "allowed_cpus",
	                                   "kernel",    "git_revision", "compiler_flags"};
	static struct facts now; // some 17 KiB
	facts_read(&now, topology);
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
		const char *was = facts_get(&record->facts, keys[i]), *is = facts_get(&now, keys[i]);
		if (was && is && strcmp(was, is) != 0)
			return status_say(EINVAL, "%s cannot be continued here: its %s is \"%s\", here it is \"%s\"",
			                  request->resume, keys[i], was, is);
	}
	return plugins_check(record);
}

// More rounds reopen rows that were done; a run that its budget ended needs more time.
static int extend(const struct run_request *request, struct record *record)
{
	if (request->rounds_given && request->options.rounds_most < record->rounds_n)
		return status_say(EINVAL, "--rounds=%u: %s has %u rounds already", request->options.rounds_most,
		                  request->resume, record->rounds_n);
	if (request->rounds_given) {
		record->options.rounds_least = request->options.rounds_least;
		record->options.rounds_most = request->options.rounds_most;
	}
	for (uint32_t i = 0; i < record->rows_n; i++)
		if (record->rows[i].state == ROW_DONE && request->rounds_given &&
		    request->options.rounds_most > record->rounds_n)
			record->rows[i].state = ROW_OPEN;
	if (request->budget_given)
		record->options.time_budget_ns = request->options.time_budget_ns;
	if (record->stop == STOP_BUDGET && !(request->budget_given && record->options.time_budget_ns > record->elapsed_ns))
		return status_say(EINVAL, "%s has used up its time budget; give a larger --time-budget to continue",
		                  request->resume);
	return 0;
}

int resume_plan(const struct run_request *request, const struct topology *topology, struct record *record)
{
	int status = check_same_machine(request, topology, record);
	for (uint32_t i = 0; status == 0 && i < record->rows_n; i++) {
		struct row *row = &record->rows[i];
		const struct experiment *experiment = experiment_find(row->spec.experiment);
		if (!experiment)
			return status_say(EINVAL, "%s: this tvp has no experiment '%s'", request->resume, row->spec.experiment);
		row->hooks = &experiment->visit;
		if (experiment->may_resume && (status = experiment->may_resume(&row->spec)) < 0)
			status = status_wrap(status, "--resume=%s", request->resume);
	}
	ways_adopt(&record->ways);
	record->pairs[0] = '\0'; // further rounds have no partner
	return status < 0 ? status : extend(request, record);
}
