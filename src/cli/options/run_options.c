// The command line of `tvp run`.
#include "cli/options/run_options.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/units.h"
#include "cli/options/exit_code.h"
#include "cli/options/plugin_options.h"

enum {
	KEY_ROUNDS = 256,
	KEY_BUDGET,
	KEY_TARGET,
	KEY_SEED,
	KEY_RESUME,
	KEY_DRY_RUN,
	KEY_PROGRESS,
	KEY_OTHERS,
	KEY_DOCTOR,
	KEY_LINES
};

static const struct argp_option options[] = {
	{0, 0, 0, 0, "How long, and how precise:", 3},
	{"rounds", KEY_ROUNDS, "N", 0, "exactly N rounds, instead of until the target is reached", 3},
	{"time-budget", KEY_BUDGET, "TIME", 0,
     "stop after TIME (90s, 10m) even if the target is not reached; default: 90s, ipc 2m, full 30m", 3},
	{"target-ci", KEY_TARGET, "PERCENT", 0,
     "stop when the 95 % interval of every median is this narrow (half-width); default: 5 %", 3},
	{"seed", KEY_SEED, "N", 0, "seed of the order of visits; default: from the clock, stored in the result", 3},
	{"wait-for-others", KEY_OTHERS, "TIME", 0, OTHERS_WAIT_HELP, 3},
	{"doctor", KEY_DOCTOR, "WHEN", 0, DOCTOR_HELP, 3},
	{0, 0, 0, 0, "Output:", 6},
	{"out", 'o', "FILE", 0,
     "result file; default: results/latest.json, or ./tvp-result.json without a directory results", 6},
	{"resume", KEY_RESUME, "FILE", 0,
     "continue an interrupted run with its own options; saves to FILE unless --out is given", 6},
	{"dry-run", KEY_DRY_RUN, 0, 0, "list the specs and the estimated time; measure nothing", 6},
	{"lines", KEY_LINES, "N|all", 0, LINES_HELP, 6},
	{"progress", KEY_PROGRESS, "WHEN", 0, "auto (the default: on a terminal), always or never", 6},
	{0},
};

static const char doc[] =
	"Measure a suite (quick, ipc, full) or experiments; the default is quick.\v"
	"Examples:\n"
	"  tvp run quick\n"
	"  tvp run scaling --kernel=sum --size=256MiB --workers=auto --pin=spread\n"
	"  tvp run scaling --kernel=convolve --k=3,7 --transport=inplace,copy:pipe\n"
	"  tvp run ipc\n"
	"  tvp run latency --channel=pipe,futex --bytes=1,64KiB --place=same_cpu\n"
	"  tvp run overhead,limits --time-budget=2m --out=here.json\n"
	"  tvp run quick --format=csv > quick.csv\n"
	"  tvp run command --command='convert {} -blur 0x2 out/{/}' --inputs='img/*.png' --workers=auto\n"
	"  tvp run full --dry-run\n"
	"  tvp run --resume=results/latest.json\n\n"
	"Exit status: 0 measured; 2 bad input; 4 something failed on this machine (the table says what); 130 interrupted: "
	"what was measured is saved.";

static error_t parse_measuring(int key, const char *argument, struct argp_state *state)
{
	static const struct fraction_range targets = {0, INFINITY, true, "more than 0 %"};
	struct run_request *request = state->input;
	struct run_options *run = &request->options;
	uint64_t count;
	switch (key) {
	case KEY_ROUNDS:
		if (units_parse_count(argument, 1, 1000000, &count) < 0)
			option_refuse(state, "rounds", argument, "a whole number from 1 to 1000000");
		run->rounds_least = run->rounds_most = (uint32_t)count;
		request->rounds_given = true;
		return 0;
	case KEY_BUDGET:
		if (units_parse_duration(argument, &run->time_budget_ns) < 0 || run->time_budget_ns == 0)
			option_refuse(state, "time-budget", argument, "a time such as 90s, 10m or 1h");
		request->budget_given = true;
		return 0;
	case KEY_OTHERS:
		others_wait_take(state, argument, &request->others_wait_ns);
		return 0;
	case KEY_TARGET:
		fraction_take(state, "target-ci", argument, &targets, &run->target_ci);
		request->plan_given = true;
		return 0;
	case KEY_SEED:
		if (units_parse_count(argument, 0, UINT64_MAX >> 1, &run->seed) < 0)
			option_refuse(state, "seed", argument, "a whole number");
		request->plan_given = true;
		return 0;
	}
	return ARGP_ERR_UNKNOWN;
}

// A path that a result can be saved to.
static void path_check(const char *option, const char *argument, const struct argp_state *state)
{
	char expected[48];
	size_t room = sizeof((struct run_request *)0)->out;
	snprintf(expected, sizeof expected, "a path of 1 to %zu bytes", room - 1);
	if (strlen(argument) == 0 || strlen(argument) >= room)
		option_refuse(state, option, argument, expected);
}

static error_t parse_where(int key, char *argument, struct argp_state *state)
{
	struct run_request *request = state->input;
	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &request->axes;
		state->child_inputs[1] = &request->format;
		state->child_inputs[2] = &request->machine;
		state->child_inputs[3] = &request->command;
		return 0;
	case 'o':
		path_check("out", argument, state);
		strcpy(request->out, argument);
		return 0;
	case KEY_RESUME:
		path_check("resume", argument, state);
		request->resume = argument;
		return 0;
	case KEY_DRY_RUN:
		request->dry_run = true;
		return 0;
	case KEY_LINES:
		lines_take(state, argument, &request->style);
		return 0;
	case KEY_DOCTOR:
		if (progress_mode_parse(argument, &request->doctor) < 0)
			option_refuse(state, "doctor", argument, "auto, always or never");
		return 0;
	case KEY_PROGRESS:
		if (progress_mode_parse(argument, &request->progress) < 0)
			option_refuse(state, "progress", argument, "auto, always or never");
		return 0;
	}
	return operands_parse(&request->operands, key, argument, state);
}

static error_t parse(int key, char *argument, struct argp_state *state)
{
	error_t status = parse_measuring(key, argument, state);
	return status == ARGP_ERR_UNKNOWN ? parse_where(key, argument, state) : status;
}

static void request_begin(struct run_request *request)
{
	*request = (struct run_request){
		.options =
			{
				.seed = clock_now_ns() % 1000000,
				.rounds_least = 30,
				.rounds_most = UINT32_MAX,
				.visit_ns = 6 * NS_PER_MS,
				.target_ci = 0.05,
			},
		.axes.plan = &request->plan,
		.operands.name = {"SUITE"},
		.format.kind = REPORT_RUN,
	};
}

static void request_check(struct run_request *request, const char *command)
{
	const char *wrong = NULL;
	if (request->resume && (request->plan_given || request->doctor == PROGRESS_ALWAYS))
		wrong = "--resume continues a run as it was planned: only --rounds, --time-budget, --wait-for-others, --out, "
				"--format, --lines, --dry-run and --progress can be given with it";
	else if (request->dry_run && request->format.given)
		wrong = "--dry-run prints a list of specs: --format is for results";
	if (!wrong)
		return;
	fprintf(stderr, "%s: %s\n", command, wrong);
	exit(EXIT_USAGE);
}

void run_request_parse(struct run_request *request, int argc, char **argv)
{
	const struct argp_child children[] = {{.argp = axis_options()},    {.argp = format_option()},
	                                      {.argp = machine_options()}, {.argp = command_options()},
	                                      {.argp = plugin_options()},  {0}};
	const struct argp argp = {
		.options = options,
		.parser = parse,
		.args_doc = "[quick|ipc|full|EXPERIMENT,...]",
		.doc = doc,
		.children = children,
	};
	request_begin(request);
	style_of_output(&request->style);
	command_join(request->options.command, sizeof request->options.command, argc, argv);
	argp_err_exit_status = EXIT_USAGE;
	argp_parse(&argp, argc, argv, 0, NULL, request);
	const char *suite = request->operands.value[0];
	request->plan_given =
		request->plan_given || request->axes.given || suite || request->machine.cpus || request->machine.kind;
	request_check(request, argv[0]);
	suite_take(argv[0], suite ? suite : "quick", request->options.suite, sizeof request->options.suite);
}
