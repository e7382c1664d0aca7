// The command line of `tvp gate`. Every output format that writes gates is an option, made from the registry.
#include "cli/options/gate_options.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/units.h"
#include "cli/options/exit_code.h"
#include "cli/options/plugin_options.h"
#include "cli/options/side_options.h"

enum {
	KEY_SUITE = 256,
	KEY_SPEC,
	KEY_STEAL,
	KEY_STRICT,
	KEY_BUDGET,
	KEY_BLOCKS,
	KEY_SEED,
	KEY_SLICE_TIME,
	KEY_SERIES,
	KEY_DEADLINE,
	KEY_UNBOUND,
	KEY_OLD,
	KEY_NEW,
	KEY_OLD_ENV,
	KEY_NEW_ENV,
	KEY_OLD_PREFIX,
	KEY_NEW_PREFIX,
	KEY_PROGRESS,
	KEY_OTHERS,
	KEY_DOCTOR,
	KEY_OLD_KERNEL,
	KEY_NEW_KERNEL,
	KEY_FORMAT
};
enum { DEADLINE_MOST_S = 24 * 3600 };

static const struct argp_option fixed_options[] = {
	{0, 0, 0, 0, "What to compare:", 2},
	{"suite", KEY_SUITE, "LIST", 0,
     "suites and experiments, as for `tvp run`; default: gate, a list of small quiet specs of every kind (with an "
     "axis option: quick)",
     2},
	{"spec", KEY_SPEC, "NAME", 0, "one spec by its full name, instead of a suite; may be repeated", 2},
	{"old", KEY_OLD, "LIST", 0,
     "instead of OLD: programs of the same source with different layouts, separated by commas, at most 64; every block "
     "runs a random one of each side",
     2},
	{"new", KEY_NEW, "LIST", 0, "the same instead of NEW", 2},
	{OLD_KERNEL, KEY_OLD_KERNEL, "FILE", 0,
     "a kernel's file, .so or .c: two versions of one kernel are compared, in scaling where no suite is given; without OLD "
     "this tvp measures both",
     2},
	{NEW_KERNEL, KEY_NEW_KERNEL, "FILE", 0, "the new version of the kernel", 2},
	{"old-env", KEY_OLD_ENV, "KEY=VALUE", 0, "environment variable of the old side only; may be repeated", 2},
	{"new-env", KEY_NEW_ENV, "KEY=VALUE", 0, "environment variable of the new side only; may be repeated", 2},
	{"old-prefix", KEY_OLD_PREFIX, "COMMAND", 0, "command that starts the old side: \"taskset -c 0\", \"numactl -m 1\"",
     2},
	{"new-prefix", KEY_NEW_PREFIX, "COMMAND", 0, "command that starts the new side", 2},
	{0, 0, 0, 0, "What counts:", 4},
	{"steal", KEY_STEAL, "PERCENT", 0,
     "drop a block if the host took more than this share of CPU time from either of its slices; default: 10 %; 100%: "
     "drop none",
     4},
	{"strict", KEY_STRICT, 0, 0, "CANNOT TELL fails, too (exit status 3)", 4},
	{"metric", KEY_SERIES, "LIST", 0,
     "what to judge, each a hypothesis of its own: wall and, where a spec has them, cpu, faults, memory, switches, "
     "launch, work, collect; default: wall",
     4},
	{"series", KEY_SERIES, 0, OPTION_ALIAS, 0, 4},
	{0, 0, 0, 0, "How long, and how:", 5},
	{"time-budget", KEY_BUDGET, "TIME", 0, "start no new slice after TIME; default: 10m", 5},
	{"blocks", KEY_BLOCKS, "N", 0, "exactly N blocks of every spec, whatever the verdict", 5},
	{"slice-time", KEY_SLICE_TIME, "TIME", 0, "timed work per slice; default: 10ms", 5},
	{"unbound", KEY_UNBOUND, 0, 0,
     "let specs that work on one CPU migrate between CPUs; without it their slices stay on one CPU", 5},
	{"slice-deadline", KEY_DEADLINE, "TIME", 0, "a slice that takes longer has failed; default: 60s", 5},
	{"seed", KEY_SEED, "N", 0, "seed of all random choices; default: from the clock, stored in the result", 5},
	{"wait-for-others", KEY_OTHERS, "TIME", 0, OTHERS_WAIT_HELP, 5},
	{"doctor", KEY_DOCTOR, "WHEN", 0, DOCTOR_HELP, 5},
	{"progress", KEY_PROGRESS, "WHEN", 0, "auto (the default: on a terminal), always or never", 5},
	{0, 0, 0, 0, "Output beside the table (FILE may be -, standard output):", 6},
};
enum { FIXED_N = sizeof fixed_options / sizeof *fixed_options };
static struct argp_option options[FIXED_N + FORMATS_MAX + 1];

static const char doc[] =
	"Did anything get slower? Runs OLD and NEW alternately, each slice in a fresh process, until every spec has a "
	"verdict. One binary alone is both sides: to compare environments or prefixes, or to test the gate itself.\v"
	"Examples:\n"
	"  tvp gate build-old/tvp build-new/tvp\n"
	"  tvp gate --old=old/tvp.1,old/tvp.2 --new=new/tvp.1,new/tvp.2\n"
	"  tvp gate old/tvp new/tvp --suite=scaling --kernel=sum --markdown=gate.md\n"
	"  tvp gate build/tvp --new-env=MALLOC_ARENA_MAX=1 --suite=address_space\n"
	"  tvp gate b/tvp --old-prefix='taskset -c 0' --new-prefix='taskset -c 1'\n"
	"  tvp gate --old-command='./a.out in' --new-command='./b.out in' --metric=wall,cpu\n"
	"  tvp gate --gbench build-old/bench build-new/bench --filter=BM_parse\n\n"
	"Exit status: 0 nothing got slower; 1 REGRESSED; 2 bad input; 3 CANNOT TELL, with --strict; 4 a benchmark or the "
	"environment failed; 130 interrupted, with the verdicts so far.";

static void series_take(struct gate_options *gate, const char *argument, struct argp_state *state)
{
	char copy[80], *rest = copy;
	snprintf(copy, sizeof copy, "%s", argument);
	gate->series = 0;
	for (const char *word; (word = strsep(&rest, ",")) != NULL;) {
		enum series series = series_find(word);
		if (series == SERIES_N)
			option_refuse(state, "metric", argument,
			              "a list of wall, cpu, faults, memory, switches, launch, work, collect");
		gate->series |= 1u << series;
	}
}

static error_t parse_counts(int key, const char *argument, struct argp_state *state)
{
	static const struct fraction_range share = {0, 1, false, "0 % to 100 %"};
	struct gate_request *request = state->input;
	switch (key) {
	case KEY_STEAL:
		fraction_take(state, "steal", argument, &share, &request->options.steal_most);
		return 0;
	case KEY_STRICT:
		request->strict = true;
		return 0;
	case KEY_SERIES:
		series_take(&request->options, argument, state);
		return 0;
	}
	return ARGP_ERR_UNKNOWN;
}

static error_t parse_how(int key, const char *argument, struct argp_state *state)
{
	struct gate_request *request = state->input;
	struct gate_options *gate = &request->options;
	uint64_t count;
	switch (key) {
	case KEY_BUDGET:
		if (units_parse_duration(argument, &gate->time_budget_ns) < 0 || gate->time_budget_ns == 0)
			option_refuse(state, "time-budget", argument, "a time such as 90s, 10m or 1h");
		return 0;
	case KEY_BLOCKS:
		if (units_parse_count(argument, 1, 1000000, &count) < 0)
			option_refuse(state, "blocks", argument, "a whole number from 1 to 1000000");
		gate->blocks_n = (uint32_t)count;
		return 0;
	case KEY_OTHERS:
		others_wait_take(state, argument, &request->others_wait_ns);
		return 0;
	case KEY_SLICE_TIME:
		if (units_parse_duration(argument, &gate->slice_ns) < 0 || gate->slice_ns < NS_PER_US)
			option_refuse(state, "slice-time", argument, "a time of 1us or more, such as 6ms");
		return 0;
	case KEY_UNBOUND:
		gate->unbound = true;
		return 0;
	case KEY_DEADLINE:
		if (units_parse_duration(argument, &gate->deadline_ns) < 0 || gate->deadline_ns < NS_PER_MS ||
		    gate->deadline_ns > DEADLINE_MOST_S * NS_PER_S)
			option_refuse(state, "slice-deadline", argument, "a time from 1ms to 24h");
		return 0;
	case KEY_SEED:
		if (units_parse_count(argument, 0, UINT64_MAX >> 1, &gate->seed) < 0)
			option_refuse(state, "seed", argument, "a whole number");
		return 0;
	}
	return ARGP_ERR_UNKNOWN;
}

static error_t parse_sides(int key, const char *argument, struct argp_state *state)
{
	struct gate_request *request = state->input;
	bool is_new = key == KEY_NEW || key == KEY_NEW_ENV || key == KEY_NEW_PREFIX;
	struct side *side = &request->side[is_new];
	switch (key) {
	case KEY_OLD:
	case KEY_NEW:
		if (!is_new)
			request->operands.required_n = 0; // it stands for both
		side_variants_take(side, &request->variants[is_new], argument, state);
		return 0;
	case KEY_OLD_KERNEL:
	case KEY_NEW_KERNEL:
		request->operands.required_n = 0; // this program is both
		return 0;
	case KEY_OLD_ENV:
	case KEY_NEW_ENV:
		side_env_take(side, argument, state);
		return 0;
	case KEY_OLD_PREFIX:
	case KEY_NEW_PREFIX:
		side_prefix_take(side, &request->prefix_words[is_new], argument, state);
		return 0;
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &request->axes;
		state->child_inputs[1] = &request->thresholds;
		state->child_inputs[2] = &request->machine;
		state->child_inputs[3] = &request->programs;
		return 0;
	case ARGP_KEY_END:
		if (request->programs.command[SIDE_OLD] || request->programs.command[SIDE_NEW])
			return 0; // they stand for both operands
		break;
	}
	return operands_parse(&request->operands, key, argument, state);
}

static error_t parse_what(int key, const char *argument, struct argp_state *state)
{
	struct gate_request *request = state->input;
	switch (key) {
	case KEY_SUITE:
		suite_take(state->name, argument, request->options.suite, sizeof request->options.suite);
		return 0;
	case KEY_SPEC:
		if (request->specs_n == GATE_SPECS_MAX)
			argp_failure(state, EXIT_USAGE, 0, "--spec: at most %d", GATE_SPECS_MAX);
		request->spec[request->specs_n++] = argument;
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
	if (key < KEY_FORMAT || key >= KEY_FORMAT + FORMATS_MAX)
		return ARGP_ERR_UNKNOWN;
	request->output[key - KEY_FORMAT] = argument;
	return 0;
}

static error_t parse(int key, char *argument, struct argp_state *state)
{
	error_t (*const parts[])(int key, const char *argument, struct argp_state *state) = {parse_counts, parse_how,
	                                                                                     parse_sides, parse_what};
	error_t status = ARGP_ERR_UNKNOWN;
	for (size_t i = 0; status == ARGP_ERR_UNKNOWN && i < sizeof parts / sizeof *parts; i++)
		status = parts[i](key, argument, state);
	return status;
}

static void options_make(void)
{
	memcpy(options, fixed_options, sizeof fixed_options);
	struct argp_option *end = options + FIXED_N;
	for (int i = 0; formats[i]; i++)
		if (formats[i]->gate && formats[i]->gate_option)
			*end++ =
				(struct argp_option){formats[i]->gate_option, KEY_FORMAT + i, "FILE", 0, formats[i]->gate_summary, 6};
}

// The thresholds are filled in where the gate has them.
static void request_begin(struct gate_request *request)
{
	struct gate_options *options = &request->options;
	*request = (struct gate_request){
		.options =
			{
				.seed = clock_now_ns() % 1000000,
				.time_budget_ns = 600 * NS_PER_S,
				.deadline_ns = 60 * NS_PER_S,
				.effect = 0.05,
				.tolerate = 0.01,
				.alpha = 0.01,
				.beta = 0.01,
				.steal_most = GATE_STEAL_MOST,
				.statistic = STATISTIC_N,
			},
		.operands = {.name = {"OLD", "NEW"}, .required_n = 1},
		.side = {{.name = "old"}, {.name = "new"}},
		.axes.plan = &request->plan,
	};
	request->thresholds = (struct thresholds_request){
		.effect = &options->effect,
		.tolerate = &options->tolerate,
		.alpha = &options->alpha,
		.beta = &options->beta,
		.statistic = &options->statistic,
		.otherwise = "p10 for work on one CPU, p25 across several",
	};
}

void gate_request_parse(struct gate_request *request, int argc, char **argv)
{
	const struct argp_child children[] = {{.argp = axis_options()},    {.argp = thresholds_of_gate()},
	                                      {.argp = machine_options()}, {.argp = program_options()},
	                                      {.argp = plugin_options()},  {0}};
	const struct argp argp = {.options = options,
	                          .parser = parse,
	                          .args_doc =
	                              "OLD [NEW]\n--old=LIST [--new=LIST]\n--gbench OLD [NEW]\n--old-command=COMMAND "
	                              "[--new-command=COMMAND]\n--old-kernel=FILE --new-kernel=FILE",
	                          .doc = doc,
	                          .children = children};
	request_begin(request);
	command_join(request->options.command, sizeof request->options.command, argc, argv);
	options_make();
	argp_err_exit_status = EXIT_USAGE;
	argp_parse(&argp, argc, argv, 0, NULL, request);
	const char *wrong = gate_request_wrong(request);
	if (wrong) {
		fprintf(stderr, "%s: %s\n", argv[0], wrong);
		exit(EXIT_USAGE);
	}
	gate_request_sides(request);
	gate_request_suite(request, plugins_for_sides(request->side, argv[0]));
}
