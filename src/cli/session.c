// A run from its request to its samples: what every command does that measures by rounds.
#include "cli/session.h"

#include <errno.h>
#include <malloc.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/status.h"
#include "cli/doctor_brief.h"
#include "cli/machine.h"
#include "cli/others.h"
#include "cli/plan.h"
#include "cli/progress.h"
#include "cli/options/plugin_options.h"
#include "measure/rounds.h"
#include "report/result/result.h"

static void set_date(struct record *record)
{
	time_t now = time(NULL);
	struct tm local;
	localtime_r(&now, &local);
	strftime(record->date, sizeof record->date, "%Y-%m-%dT%H:%M:%S%z", &local);
}

void session_ask(struct session *session, const char *suite, uint64_t budget_ns)
{
	struct run_request *request = &session->request;
	request->options = (struct run_options){
		.seed = clock_now_ns() % 1000000,
		.rounds_least = 30,
		.rounds_most = UINT32_MAX,
		.visit_ns = 6 * NS_PER_MS,
		.target_ci = 0.01,
		.time_budget_ns = budget_ns,
	};
	request->budget_given = true;
	request->doctor = PROGRESS_NEVER;
	request->others_wait_ns = others_no_waiting;
	request->axes.plan = &request->plan;
	snprintf(request->options.suite, sizeof request->options.suite, "%s", suite);
}

int session_plan(struct session *session)
{
	struct run_request *request = &session->request;
	struct record *record = &session->record;
	request->plan.topology = session->topology;
	int status = record_open(record);
	if (status == 0)
		status = plan_suite(request->options.suite, &request->plan, record);
	if (status < 0)
		return status;
	record->options = request->options;
	if (!request->budget_given)
		record->options.time_budget_ns = plan_budget_ns(request->options.suite);
	facts_read(&record->facts, session->topology);
	plugins_add_facts(&record->facts);
	record->clock = clock_measure();
	set_date(record);
	const char *why_not = counters_why_not();
	snprintf(record->counters_why_not, sizeof record->counters_why_not, "%s", why_not ? why_not : "");
	machine_warn(&record->facts, session->topology, record);
	return topology_xml(session->topology, &record->topology_xml);
}

static void ways_keep(struct record *record)
{
	record->ways = *ways_known();
}

static int checkpoint(void *context, const struct record *record)
{
	struct session *session = context;
	others_look(&session->record.facts);
	ways_keep(&session->record);
	int status = session->request.out[0] ? result_save(record, session->request.out) : 0;
	// Saving needs memory that fork would then have to copy page tables for.
	malloc_trim(0);
	return status;
}

static void remove_all_leftovers(void)
{
	for (const struct experiment *const *experiment = experiments; *experiment; experiment++)
		if ((*experiment)->visit.remove_leftovers)
			(*experiment)->visit.remove_leftovers();
}

static void examine(struct session *session)
{
	struct record *record = &session->record;
	double rounds_n = rounds_budget(record).rounds_n, rounds_most = record->options.rounds_most;
	const struct doctor_case known = {
		.when = session->request.doctor,
		.expected_s = rounds_estimate_s(record),
		.rounds_n = rounds_n < rounds_most ? rounds_n : rounds_most,
		.resumed = session->request.resume,
	};
	doctor_brief(session->command, &known, session->topology, &record->facts);
}

int session_measure(struct session *session)
{
	struct record *record = &session->record;
	enum progress_mode mode = session->request.progress;
	bool drawn = mode == PROGRESS_ALWAYS || (mode == PROGRESS_AUTO && isatty(STDERR_FILENO));
	others_meet(session->command, session->request.others_wait_ns, &record->facts);
	examine(session);
	struct rounds_hooks hooks = {
		.context = session,
		.progress = drawn ? progress_draw : NULL,
		.checkpoint = checkpoint,
	};
	int status = visitor_open(&session->visitor, session->topology, record->clock.cost_ns, record->options.visit_ns);
	if (status == 0) {
		remove_all_leftovers();
		if (record->rounds_n == 0) // what a continued run was measured with is what it goes on with
			ways_allow_measuring();
		status = rounds_run(record, &session->visitor, &hooks);
	}
	if (drawn)
		progress_end();
	visitor_close(&session->visitor);
	ways_keep(record);
	return status;
}

int session_measure_whole(struct session *session)
{
	int status = session_measure(session);
	return status == 0 && session->record.stop == STOP_INTERRUPT ? status_say(EINTR, "interrupted") : status;
}
