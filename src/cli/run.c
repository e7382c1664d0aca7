// tvp run: plan, measure, save, show.
#include <errno.h>
#include <libgen.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/status.h"
#include "base/units.h"
#include "cli/budget.h"
#include "cli/cli.h"
#include "cli/command.h"
#include "cli/machine.h"
#include "cli/others.h"
#include "cli/plan.h"
#include "cli/progress.h"
#include "cli/resume.h"
#include "cli/options/plugin_options.h"
#include "cli/options/run_options.h"
#include "report/result/result.h"
#include "report/text/document.h"

struct session {
	const char *command;
	struct run_request request;
	struct topology *topology;
	struct visitor visitor;
	struct record record;
};

// An option that is wrong is 2; memory, processes or files that the machine refuses are 4.
static int exit_code_of(int status)
{
	return status == -EINVAL || status == -ERANGE || status == -ENOENT || status == -EISDIR ? EXIT_USAGE
	                                                                                        : EXIT_ENVIRONMENT;
}

static void choose_out(struct run_request *request)
{
	struct stat results;
	if (request->out[0])
		return;
	if (request->resume)
		strcpy(request->out, request->resume); // its length was checked with the options
	else if (stat("results", &results) == 0 && S_ISDIR(results.st_mode))
		strcpy(request->out, "results/latest.json");
	else
		strcpy(request->out, "tvp-result.json");
}

// Checked before measuring for a minute and a half.
static int check_writable(const char *path)
{
	char copy[sizeof((struct run_request *)0)->out];
	struct stat existing;
	snprintf(copy, sizeof copy, "%s", path);
	if (stat(path, &existing) == 0 && !S_ISREG(existing.st_mode))
		return status_say(EACCES, "--out=%s is not a regular file", path);
	return access(dirname(copy), W_OK | X_OK) == 0 ? 0 : status_fail(errno, "cannot write --out=%s", path);
}

static void set_date(struct record *record)
{
	time_t now = time(NULL);
	struct tm local;
	localtime_r(&now, &local);
	strftime(record->date, sizeof record->date, "%Y-%m-%dT%H:%M:%S%z", &local);
}

static int plan_new(struct session *session)
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

// A continued run keeps to the CPUs that were chosen when it began.
static void choose_as_before(struct run_request *request, const struct facts *facts)
{
	request->machine.cpus = facts_get(facts, "cpus_chosen");
	request->machine.kind = facts_get(facts, "cpukind_chosen");
}

static int dry_run(const struct record *record)
{
	char name[SPEC_NAME_BYTES];
	unsigned open_n = 0;
	for (uint32_t i = 0; i < record->rows_n; i++) {
		const struct row *row = &record->rows[i];
		bool out = row->state == ROW_SKIPPED || row->state == ROW_FAILED;
		open_n += row->state == ROW_OPEN;
		printf("%s%s%s%s%s\n", spec_name(&row->spec, name, sizeof name), out ? "  " : "",
		       out ? row_state_names[row->state] : "", out ? ": " : "", out ? row->reason : "");
	}
	printf("\n%u specs, %u to run, about %.0f s\n", record->rows_n, open_n, rounds_estimate_s(record));
	return EXIT_OK;
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
	int status = result_save(record, session->request.out);
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

static int measure(struct session *session)
{
	struct record *record = &session->record;
	enum progress_mode mode = session->request.progress;
	bool drawn = mode == PROGRESS_ALWAYS || (mode == PROGRESS_AUTO && isatty(STDERR_FILENO));
	others_meet(session->command, session->request.others_wait_ns, &record->facts);
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

// Where every row was left out, the reasons of the rows say it all.
static bool lacks_samples(const struct record *record)
{
	bool any_tried = false;
	for (uint32_t i = 0; i < record->rows_n; i++)
		any_tried = any_tried || record->rows[i].state == ROW_OPEN || record->rows[i].state == ROW_DONE;
	return any_tried && record->samples_n == 0;
}

static bool prints_table(const struct session *session)
{
	return session->request.format.format == format_find("table", REPORT_RUN);
}

// Where notes about the run go: reports for programs must not contain them, and a full disk must not swallow them.
static FILE *notes(const struct session *session)
{
	return prints_table(session) && fflush(stdout) == 0 && !ferror(stdout) ? stdout : stderr;
}

static int exit_code_of_record(const struct session *session)
{
	const struct record *record = &session->record;
	if (record->stop == STOP_INTERRUPT) {
		fprintf(notes(session), "interrupted; continue with: tvp run --resume=%s\n", session->request.out);
		return EXIT_INTERRUPTED;
	}
	if (lacks_samples(record)) {
		fprintf(stderr, "%s: the time budget ended before anything was measured\n", session->command);
		return EXIT_ENVIRONMENT;
	}
	for (uint32_t i = 0; i < record->rows_n; i++)
		if (record->rows[i].state == ROW_FAILED)
			return EXIT_ENVIRONMENT;
	return EXIT_OK;
}

// Whatever happened, what was measured is saved and shown.
static int conclude(const struct session *session, int status)
{
	const struct record *record = &session->record;
	const struct run_request *request = &session->request;
	if (status < 0)
		cli_fail(session->command, EXIT_ENVIRONMENT);
	int saved = result_save(record, request->out);
	if (saved < 0)
		cli_fail(session->command, EXIT_ENVIRONMENT);
	int shown = format_run_write(request->format.format, stdout, record, &request->style);
	if (shown < 0)
		cli_fail(session->command, EXIT_ENVIRONMENT);
	FILE *out = notes(session);
	if (saved == 0)
		fprintf(out, "%sresult: %s%s%s\n", out == stdout ? "\n" : "", request->out,
		        request->style.lines ? "; every row and figure: tvp show --all " : "",
		        request->style.lines ? request->out : "");
	return status < 0 || saved < 0 || shown < 0 ? EXIT_ENVIRONMENT : exit_code_of_record(session);
}

// What happens between the command line and the cleaning up. Returns the exit code.
static int run(struct session *session)
{
	struct run_request *request = &session->request;
	int status = request->resume ? result_load(&session->record, request->resume) : 0;
	if (status < 0)
		return cli_fail(session->command, exit_code_of(status));
	if (request->resume)
		choose_as_before(request, &session->record.facts);
	status = command_open(request, &session->record);
	if (status < 0)
		return cli_fail(session->command, exit_code_of(status));
	int opened = machine_open(session->command, NULL, &request->machine, &session->topology);
	if (opened != EXIT_OK)
		return opened;
	status = request->resume ? resume_plan(request, session->topology, &session->record) : plan_new(session);
	if (status < 0)
		return cli_fail(session->command, exit_code_of(status));
	plan_tell_missing(session->command, &request->plan, &session->record);
	budget_tell(session->command, &request->plan, &session->record);
	if (request->dry_run)
		return dry_run(&session->record);
	if (check_writable(request->out) < 0)
		return cli_fail(session->command, EXIT_ENVIRONMENT);
	status = measure(session);
	command_tell_failed(&session->record, stderr);
	return conclude(session, status);
}

int cli_run(int argc, char **argv)
{
	static struct session session; // some 40 KiB
	session.command = argv[0];
	int exit_code = plugins_take(argc, argv);
	if (exit_code != EXIT_OK)
		return exit_code;
	run_request_parse(&session.request, argc, argv);
	choose_out(&session.request);
	exit_code = run(&session);
	record_close(&session.record);
	topology_close(session.topology);
	return exit_code;
}
