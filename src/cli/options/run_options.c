// The command line of `tvp run`.
#include "cli/options/run_options.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/units.h"
#include "cli/options/exit_code.h"

enum { KEY_ROUNDS = 256, KEY_BUDGET, KEY_TARGET, KEY_SEED, KEY_RESUME, KEY_DRY_RUN, KEY_PROGRESS };

static const struct argp_option options[] = {
	{0, 0, 0, 0, "How long, and how well:", 3},
	{"rounds", KEY_ROUNDS, "N", 0, "exactly N rounds, instead of until the target is reached", 3},
	{"time-budget", KEY_BUDGET, "TIME", 0, "stop after TIME (90s, 10m) in any case; default 90s, ipc 2m, full 30m", 3},
	{"target-ci", KEY_TARGET, "PERCENT", 0, "stop when every median's 95 % interval is this narrow; default 5%", 3},
	{"seed", KEY_SEED, "N", 0, "of the order of visits; default: from the clock, stored in the result", 3},
	{0, 0, 0, 0, "Where to:", 4},
	{"out", 'o', "FILE", 0, "result file; default results/latest.json, or ./tvp-result.json where there is no results/",
     4},
	{"resume", KEY_RESUME, "FILE", 0,
     "go on with an interrupted run, with its own options; saves to FILE unless --out is given", 4},
	{"dry-run", KEY_DRY_RUN, 0, 0, "list the specs and the seconds they will take", 4},
	{"progress", KEY_PROGRESS, "WHEN", 0, "always, never or auto (when stderr is a terminal)", 4},
	{0},
};

static const char doc[] =
	"Measure a suite (quick, ipc, full) or experiments; quick is the default.\v"
	"Examples:\n"
	"  tvp run quick\n"
	"  tvp run scaling --kernel=sum --size=256MiB --workers=auto --pin=spread\n"
	"  tvp run scaling --kernel=convolve --k=3,7 --transport=inplace,copy:pipe\n"
	"  tvp run ipc\n"
	"  tvp run latency --channel=pipe,futex --bytes=1,64KiB --place=same_cpu\n"
	"  tvp run overhead,limits --time-budget=2m --out=here.json\n"
	"  tvp run full --dry-run\n"
	"  tvp run --resume=results/latest.json\n\n"
	"Exit codes: 0 measured; 2 usage or bad input; 4 something failed here (the table says what); 130 interrupted, "
	"what was measured is saved.";

static error_t parse_measuring(int key, const char *argument, struct argp_state *state)
{
	struct run_request *request = state->input;
	struct run_options *run = &request->options;
	uint64_t count;
	switch (key) {
	case KEY_ROUNDS:
		if (units_parse_count(argument, 1, 1000000, &count) < 0)
			option_refuse(state, "rounds", argument, "1 to 1000000");
		run->rounds_least = run->rounds_most = (uint32_t)count;
		request->rounds_given = true;
		return 0;
	case KEY_BUDGET:
		if (units_parse_duration(argument, &run->time_budget_ns) < 0 || run->time_budget_ns == 0)
			option_refuse(state, "time-budget", argument, "90s, 10m, 1h");
		request->budget_given = true;
		return 0;
	case KEY_TARGET:
		fraction_take(state, "target-ci", argument, DBL_TRUE_MIN, INFINITY, &run->target_ci);
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

static error_t parse_where(int key, char *argument, struct argp_state *state)
{
	struct run_request *request = state->input;
	switch (key) {
	case 'o':
		if (strlen(argument) == 0 || strlen(argument) >= sizeof request->out)
			argp_failure(state, EXIT_USAGE, 0, "--out: a path of 1 to %zu bytes", sizeof request->out - 1);
		strcpy(request->out, argument);
		return 0;
	case KEY_RESUME:
		if (strlen(argument) == 0 || strlen(argument) >= sizeof request->out)
			argp_failure(state, EXIT_USAGE, 0, "--resume: a path of 1 to %zu bytes", sizeof request->out - 1);
		request->resume = argument;
		return 0;
	case KEY_DRY_RUN:
		request->dry_run = true;
		return 0;
	case KEY_PROGRESS:
		if (progress_mode_parse(argument, &request->progress) < 0)
			option_refuse(state, "progress", argument, "auto, always or never");
		return 0;
	case ARGP_KEY_ARG:
		if (request->options.suite[0])
			argp_failure(state, EXIT_USAGE, 0, "one suite or list of experiments, not '%s' and '%s'",
			             request->options.suite, argument);
		snprintf(request->options.suite, sizeof request->options.suite, "%s", argument);
		request->plan_given = true;
		return 0;
	}
	return ARGP_ERR_UNKNOWN;
}

static error_t parse(int key, char *argument, struct argp_state *state)
{
	if (key == ARGP_KEY_INIT) {
		state->child_inputs[0] = &((struct run_request *)state->input)->axes;
		return 0;
	}
	error_t status = parse_measuring(key, argument, state);
	return status == ARGP_ERR_UNKNOWN ? parse_where(key, argument, state) : status;
}

void run_request_parse(struct run_request *request, int argc, char **argv)
{
	const struct argp_child axes[] = {{.argp = axis_options()}, {0}};
	const struct argp argp = {
		.options = options,
		.parser = parse,
		.args_doc = "[quick|ipc|full|EXPERIMENT],...",
		.doc = doc,
		.children = axes,
	};
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
	};
	command_join(request->options.command, sizeof request->options.command, argc, argv);
	argp_err_exit_status = EXIT_USAGE;
	argp_parse(&argp, argc, argv, 0, NULL, request);
	request->plan_given = request->plan_given || request->axes.given;
	if (request->resume && request->plan_given) {
		fprintf(stderr,
		        "%s: --resume goes on with its own plan: besides it only --rounds, --time-budget, --out, --dry-run "
		        "and --progress can be given\n",
		        argv[0]);
		exit(EXIT_USAGE);
	}
	if (!request->options.suite[0])
		strcpy(request->options.suite, "quick");
}
