// The command line of `tvp run`.
#include "cli/run_options.h"

#include <argp.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/status.h"
#include "base/units.h"
#include "cli/cli.h"
#include "cli/plan.h"

enum { KEY_FIRST = 256, KEY_ROUNDS = 300, KEY_BUDGET, KEY_TARGET, KEY_SEED, KEY_RESUME, KEY_DRY_RUN, KEY_PROGRESS, KEY_OWN = 400 };

// The axis options, in the order of their keys from KEY_FIRST on.
static const struct {
	const char *name;
	size_t offset;
} axis_options[] = {
#define AXIS(name) {#name, offsetof(struct plan_options, name)}
	AXIS(kernel), AXIS(k),      AXIS(size),  AXIS(model),     AXIS(workers),  AXIS(pin),
	AXIS(wait),   AXIS(caller), AXIS(memory), AXIS(pages),    AXIS(transport), AXIS(schedule),
#undef AXIS
};
enum { AXIS_OPTIONS_N = sizeof axis_options / sizeof *axis_options };

static const struct argp_option fixed_options[] = {
	{0, 0, 0, 0, "What to measure (lists are comma-separated; `tvp list` says what there is):", 1},
	{"kernel", KEY_FIRST, "LIST", 0, "kernels", 1},
	{"k", KEY_FIRST + 1, "LIST", 0, "taps a side of convolve: 3, 5, 7", 1},
	{"size", KEY_FIRST + 2, "LIST", 0, "32MiB (bytes of input), 1920x1080 (an image), 1000 (items) or 100us (of work): `tvp list kernels`", 1},
	{"model", KEY_FIRST + 3, "LIST", 0, "serial, threads, thread_pool, fork, process_pool", 1},
	{"workers", KEY_FIRST + 4, "LIST", 0, "worker counts, 1 to 1024; auto: 1, 2, 4, … CPUs, and 2 x CPUs; all: CPUs", 1},
	{"pin", KEY_FIRST + 5, "LIST", 0, "none, compact, spread, same", 1},
	{"wait", KEY_FIRST + 6, "LIST", 0, "of pools: spin, park, adaptive", 1},
	{"caller", KEY_FIRST + 7, "LIST", 0, "waits (N workers compute) or works (the caller is one of the N)", 1},
	{"memory", KEY_FIRST + 8, "LIST", 0, "of the inputs: shared, private", 1},
	{"pages", KEY_FIRST + 9, "LIST", 0, "huge, 4k", 1},
	{"transport", KEY_FIRST + 10, "LIST", 0, "of pools: inplace, or copy:CHANNEL (copy:pipe, copy:futex, …): `tvp list channels`", 1},
	{"schedule", KEY_FIRST + 11, "LIST", 0, "static, strided, dynamic:CHUNK", 1},
	{0, 0, 0, 0, "Axes of what sharing costs (which experiment has which: `tvp list experiments`):", 2},
	{0, 0, 0, 0, "How long, and how well:", 3},
	{"rounds", KEY_ROUNDS, "N", 0, "exactly N rounds, instead of until the target is reached", 3},
	{"time-budget", KEY_BUDGET, "TIME", 0, "stop after TIME (90s, 10m) in any case; default 90s, ipc 2m, full 30m", 3},
	{"target-ci", KEY_TARGET, "PERCENT", 0, "stop when every median's 95 % interval is this narrow; default 5%", 3},
	{"seed", KEY_SEED, "N", 0, "of the order of visits; default: from the clock, stored in the result", 3},
	{0, 0, 0, 0, "Where to:", 4},
	{"out", 'o', "FILE", 0, "result file; default results/latest.json, or ./tvp-result.json where there is no results/", 4},
	{"resume", KEY_RESUME, "FILE", 0, "go on with an interrupted run, with its own options; saves to FILE unless --out is given", 4},
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

// The fixed options, and one for every axis that an experiment declares itself, in the order of the experiments.
enum { FIXED_N = sizeof fixed_options / sizeof *fixed_options };
static struct argp_option options[FIXED_N + AXES_OWN_MAX];

// Keys of own axes follow each other from KEY_OWN, as the entries of plan_options.own do.
static void options_make(struct plan_options *plan)
{
	unsigned options_n = FIXED_N - 1;
	memcpy(options, fixed_options, sizeof fixed_options);
	for (const struct experiment *const *experiment = experiments; *experiment; experiment++)
		for (const struct experiment_axis *axis = (*experiment)->own_axes; axis && axis->key; axis++) {
			if (plan_declares(axis->key) != axis || plan->own_n == AXES_OWN_MAX)
				continue;
			options[options_n++] = (struct argp_option){axis->key, KEY_OWN + (int)plan->own_n, "LIST", 0, plan_axis_text(axis), 2};
			snprintf(plan->own[plan->own_n++].key, sizeof plan->own->key, "%s", axis->key);
		}
}

static void refuse(struct argp_state *state)
{
	argp_failure(state, EXIT_USAGE, 0, "%s", status_message());
}

static error_t parse_own(int key, const char *argument, struct argp_state *state)
{
	struct run_request *request = state->input;
	unsigned own = (unsigned)(key - KEY_OWN);
	if (plan_choose(&request->plan.own[own].choice, request->plan.own[own].key, argument) < 0)
		refuse(state);
	request->plan_given = true;
	return 0;
}

static error_t parse_axis(int key, const char *argument, struct argp_state *state)
{
	struct run_request *request = state->input;
	const char *name = axis_options[key - KEY_FIRST].name;
	struct axis_choice *choice =
		(struct axis_choice *)((char *)&request->plan + axis_options[key - KEY_FIRST].offset);
	if (plan_choose(choice, name, argument) < 0)
		refuse(state);
	request->plan_given = true;
	return 0;
}

static error_t parse_measuring(int key, const char *argument, struct argp_state *state)
{
	struct run_request *request = state->input;
	struct run_options *run = &request->options;
	uint64_t count;
	switch (key) {
	case KEY_ROUNDS:
		if (units_parse_count(argument, 1, 1000000, &count) < 0)
			argp_failure(state, EXIT_USAGE, 0, "--rounds='%s' (1 to 1000000)", argument);
		run->rounds_least = run->rounds_most = (uint32_t)count;
		request->rounds_given = true;
		return 0;
	case KEY_BUDGET:
		if (units_parse_duration(argument, &run->time_budget_ns) < 0 || run->time_budget_ns == 0)
			argp_failure(state, EXIT_USAGE, 0, "--time-budget='%s' (90s, 10m, 1h)", argument);
		request->budget_given = true;
		return 0;
	case KEY_TARGET:
		if (units_parse_fraction(argument, &run->target_ci) < 0 || run->target_ci <= 0)
			argp_failure(state, EXIT_USAGE, 0, "--target-ci='%s' (5%%)", argument);
		request->plan_given = true;
		return 0;
	case KEY_SEED:
		if (units_parse_count(argument, 0, UINT64_MAX >> 1, &run->seed) < 0)
			argp_failure(state, EXIT_USAGE, 0, "--seed='%s' (a whole number)", argument);
		request->plan_given = true;
		return 0;
	}
	return ARGP_ERR_UNKNOWN;
}

static error_t parse_where(int key, char *argument, struct argp_state *state)
{
	struct run_request *request = state->input;
	static const char *const modes[] = {"auto", "always", "never"};
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
		for (int mode = PROGRESS_AUTO; mode <= PROGRESS_NEVER; mode++)
			if (strcmp(argument, modes[mode]) == 0) {
				request->progress = (enum progress_mode)mode;
				return 0;
			}
		argp_failure(state, EXIT_USAGE, 0, "--progress='%s' (auto, always or never)", argument);
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
	if (key >= KEY_FIRST && key < KEY_FIRST + AXIS_OPTIONS_N)
		return parse_axis(key, argument, state);
	if (key >= KEY_OWN && key < KEY_OWN + AXES_OWN_MAX)
		return parse_own(key, argument, state);
	error_t status = parse_measuring(key, argument, state);
	return status == ARGP_ERR_UNKNOWN ? parse_where(key, argument, state) : status;
}

void run_request_parse(struct run_request *request, int argc, char **argv)
{
	static const struct argp argp = {.options = options, .parser = parse, .args_doc = "[quick|ipc|full|EXPERIMENT],...", .doc = doc};
	*request = (struct run_request){
		.options = {
			.seed = clock_now_ns() % 1000000,
			.rounds_least = 30,
			.rounds_most = UINT32_MAX,
			.visit_ns = 6 * NS_PER_MS,
			.target_ci = 0.05,
		},
	};
	char *command = request->options.command;
	size_t room = sizeof request->options.command;
	for (int i = 0; i < argc; i++)
		snprintf(command + strlen(command), room - strlen(command), "%s%s", i ? " " : "", argv[i]);
	options_make(&request->plan);
	argp_err_exit_status = EXIT_USAGE;
	argp_parse(&argp, argc, argv, 0, NULL, request);
	if (request->resume && request->plan_given) {
		fprintf(stderr, "%s: --resume goes on with its own plan: besides it only --rounds, --time-budget, --out, --dry-run "
		        "and --progress can be given\n", argv[0]);
		exit(EXIT_USAGE);
	}
	if (!request->options.suite[0])
		strcpy(request->options.suite, "quick");
	if (!request->budget_given)
		request->options.time_budget_ns = plan_budget_ns(request->options.suite);
}
