// tvp run: plan, measure, save, show.
#include <errno.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/status.h"
#include "base/units.h"
#include "cli/budget.h"
#include "cli/cli.h"
#include "cli/command.h"
#include "cli/machine.h"
#include "cli/plan.h"
#include "cli/resume.h"
#include "cli/session.h"
#include "cli/options/plugin_options.h"
#include "cli/options/run_options.h"
#include "measure/rounds.h"
#include "report/result/result.h"
#include "report/text/document.h"

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
	printf("\n%u specs, %u to run, about %.0f s%s\n", record->rows_n, open_n, rounds_estimate_s(record),
	       command_assumption());
	return EXIT_OK;
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

// A result file names a kernel's file or a command, but what it names is never opened or run: it is given again.
static void say_how_to_continue(const struct session *session)
{
	FILE *out = notes(session);
	fprintf(out, "interrupted; continue with: tvp run --resume=%s", session->request.out);
	plugins_put_again(out);
	if (session->request.command.given)
		command_put_again(&session->request.command.settings, out);
	fputc('\n', out);
}

static int exit_code_of_record(const struct session *session)
{
	const struct record *record = &session->record;
	if (record->stop == STOP_INTERRUPT) {
		say_how_to_continue(session);
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
	status = request->resume ? resume_plan(request, session->topology, &session->record) : session_plan(session);
	if (status < 0)
		return cli_fail(session->command, exit_code_of(status));
	plan_tell_missing(session->command, &request->plan, &session->record);
	budget_tell(session->command, &request->plan, &session->record);
	if (request->dry_run)
		return dry_run(&session->record);
	if (check_writable(request->out) < 0)
		return cli_fail(session->command, EXIT_ENVIRONMENT);
	status = session_measure(session);
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
