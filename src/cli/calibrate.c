// tvp calibrate: measure what `tvp advise` predicts from, and keep it.
#include <argp.h>
#include <errno.h>
#include <stdio.h>

#include "advise/costs.h"
#include "base/status.h"
#include "base/units.h"
#include "cli/calibration.h"
#include "cli/cli.h"
#include "cli/machine.h"
#include "measure/rounds.h"
#include "report/advise/parts.h"
#include "report/text/text.h"

enum { KEY_BUDGET = 256, KEY_PROGRESS, KEY_SHOW };

struct request {
	uint64_t budget_ns;
	enum progress_mode progress;
};

static const struct argp_option options[] = {
	{"time-budget", KEY_BUDGET, "TIME", 0, "how long to measure; default: 55s, on more than 8 CPUs 110s", 1},
	{"progress", KEY_PROGRESS, "WHEN", 0, "auto (the default: on a terminal), always or never", 1},
	{0},
};

static const char doc[] =
	"Measure what things cost on this machine, for `tvp advise`: dispatching to every model, reading and writing "
	"memory, sending data, a lock, and the memory of workers. Kept under XDG_STATE_HOME, for this CPU model, these CPUs and this build.\v"
	"Examples:\n"
	"  tvp calibrate\n"
	"  tvp calibrate --time-budget=2m       # narrower intervals\n\n"
	"Exit status: 0; 2 bad input; 4 something failed on this machine; 130 interrupted: nothing is kept, and the "
	"calibration before it stays.";

static error_t parse(int key, char *argument, struct argp_state *state)
{
	struct request *request = state->input;
	switch (key) {
	case KEY_BUDGET:
		if (units_parse_duration(argument, &request->budget_ns) < 0 || request->budget_ns < NS_PER_S)
			option_refuse(state, "time-budget", argument, "a time such as 50s or 2m");
		return 0;
	case KEY_PROGRESS:
		if (progress_mode_parse(argument, &request->progress) < 0)
			option_refuse(state, "progress", argument, "auto, always or never");
		return 0;
	case ARGP_KEY_ARG:
		argp_error(state, "unexpected operand '%s'", argument);
	}
	return ARGP_ERR_UNKNOWN;
}

static unsigned measured_n(const struct record *record)
{
	unsigned n = 0;
	for (uint32_t i = 0; i < record->rows_n; i++)
		n += record->rows[i].last_sample != 0;
	return n;
}

static int tell(const struct session *session)
{
	struct costs costs;
	char path[CALIBRATION_PATH_BYTES], text[80];
	if (costs_open(&costs, &session->record) < 0)
		return cli_fail(session->command, EXIT_ENVIRONMENT);
	calibration_path(&session->record.facts, path, sizeof path);
	printf(
		"%u rows measured in %u round%s, %.0f s. Beyond the doubts of its terms the model is off, on rows that it did not "
		"learn from, by at most:\n",
		measured_n(&session->record), session->record.rounds_n, text_plural(session->record.rounds_n),
		(double)session->record.elapsed_ns / NS_PER_S);
	for (int i = 0; i < CHECKED_N; i++)
		printf("  %s: %s\n", checked_name((enum checked)i), checked_text(text, sizeof text, &costs, (enum checked)i));
	if (session->record.rounds_n < ROUNDS_FOR_INTERVAL)
		fprintf(stderr, "%s: warning: fewer than %d rounds give no intervals: more --time-budget\n", session->command,
		        ROUNDS_FOR_INTERVAL);
	printf("kept: %s\n", path);
	costs_close(&costs);
	return EXIT_OK;
}

int cli_calibrate(int argc, char **argv)
{
	const struct argp argp = {.options = options, .parser = parse, .doc = doc};
	static struct session session;
	struct request request = {0};
	argp_err_exit_status = EXIT_USAGE;
	argp_parse(&argp, argc, argv, 0, NULL, &request);
	session.command = argv[0];
	session.request.progress = request.progress;
	int exit_code = machine_open(argv[0], NULL, &session.request.machine, &session.topology);
	if (exit_code != EXIT_OK)
		return exit_code;
	int status =
		calibration_make(&session, request.budget_ns ? request.budget_ns : calibration_budget_ns(session.topology));
	exit_code = status == -EINTR ? cli_fail(argv[0], EXIT_INTERRUPTED)
	            : status < 0     ? cli_fail(argv[0], EXIT_ENVIRONMENT)
	                             : tell(&session);
	record_close(&session.record);
	topology_close(session.topology);
	return exit_code;
}
