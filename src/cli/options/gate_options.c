// The command line of `tvp gate`. Every output format is an option, made from the table of formats.
#include "cli/options/gate_options.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/units.h"
#include "cli/options/exit_code.h"
#include "report/gate/outputs.h"

enum {
	KEY_SUITE = 256,
	KEY_SPEC,
	KEY_EFFECT,
	KEY_TOLERATE,
	KEY_ALPHA,
	KEY_BETA,
	KEY_STRICT,
	KEY_BUDGET,
	KEY_BLOCKS,
	KEY_STEAL,
	KEY_SEED,
	KEY_SLICE_TIME,
	KEY_STATISTIC,
	KEY_SERIES,
	KEY_DEADLINE,
	KEY_UNBOUND,
	KEY_OLD_ENV,
	KEY_NEW_ENV,
	KEY_OLD_PREFIX,
	KEY_NEW_PREFIX,
	KEY_PROGRESS,
	KEY_FORMAT
};
enum { DEADLINE_MOST_S = 24 * 3600 };

static const struct argp_option fixed_options[] = {
	{0, 0, 0, 0, "What to compare:", 3},
	{"suite", KEY_SUITE, "LIST", 0,
     "suites and experiments, as for `tvp run`; default gate, a list of small quiet specs of everything (with an axis: quick)",
     3},
	{"spec", KEY_SPEC, "NAME", 0, "one spec, by its full name, instead of a suite; may be repeated", 3},
	{"old-env", KEY_OLD_ENV, "KEY=VALUE", 0, "environment of the old side only; may be repeated", 3},
	{"new-env", KEY_NEW_ENV, "KEY=VALUE", 0, "… of the new side", 3},
	{"old-prefix", KEY_OLD_PREFIX, "COMMAND", 0, "runs the old side: \"taskset -c 0\", \"numactl -m 1\"", 3},
	{"new-prefix", KEY_NEW_PREFIX, "COMMAND", 0, "… the new side", 3},
	{0, 0, 0, 0, "What counts:", 4},
	{"effect", KEY_EFFECT, "PERCENT", 0, "a slowdown that must be caught; default 5%", 4},
	{"tolerate", KEY_TOLERATE, "PERCENT", 0, "a slowdown that is let pass; default 1%", 4},
	{"alpha", KEY_ALPHA, "PERCENT", 0, "chance of any false alarm in the whole gate; default 1%", 4},
	{"beta", KEY_BETA, "PERCENT", 0, "chance of each false all-clear; default 1%", 4},
	{"steal", KEY_STEAL, "PERCENT", 0,
     "drop a block if the host took more than that of the CPU time from either slice; default 10%; 100%: never", 4},
	{"strict", KEY_STRICT, 0, 0, "CANNOT TELL fails, too (exit code 3)", 4},
	{0, 0, 0, 0, "How long, and how:", 5},
	{"time-budget", KEY_BUDGET, "TIME", 0, "begin nothing after TIME; default 10m", 5},
	{"blocks", KEY_BLOCKS, "N", 0, "exactly N blocks of every spec, verdict or not", 5},
	{"slice-time", KEY_SLICE_TIME, "TIME", 0, "timed work of a slice; default 10ms", 5},
	{"statistic", KEY_STATISTIC, "NAME", 0,
     "of a slice's iterations: min, p10, p25, median, mean; default p10 on one CPU, p25 across", 5},
	{"series", KEY_SERIES, "LIST", 0, "judged: wall, and where it has them launch, work, collect; default wall", 5},
	{"unbound", KEY_UNBOUND, 0, 0,
     "let rows that work on one CPU float over all of them; without it their slices are kept on one", 5},
	{"slice-deadline", KEY_DEADLINE, "TIME", 0, "a slice that takes longer has failed; default 60s", 5},
	{"seed", KEY_SEED, "N", 0, "of coins, orders and paddings; default: from the clock, stored in the result", 5},
	{"progress", KEY_PROGRESS, "WHEN", 0, "always, never or auto (when stderr is a terminal)", 5},
	{0, 0, 0, 0, "Where to (FILE may be -, standard output):", 6},
};
enum { FIXED_N = sizeof fixed_options / sizeof *fixed_options };
static struct argp_option options[FIXED_N + GATE_FORMATS_MAX + 1];

static const char doc[] =
	"Did anything get slower? Runs OLD and NEW alternately, each slice in a fresh process, until every spec has its verdict. One binary "
	"given is both sides: with its environments or prefixes, or to see what the gate says of a build and itself.\v"
	"Examples:\n"
	"  tvp gate build-old/tvp build-new/tvp\n"
	"  tvp gate old/tvp new/tvp --suite=scaling --kernel=sum,convolve --time-budget=5m --markdown=gate.md\n"
	"  tvp gate build/tvp --new-env=GLIBC_TUNABLES=glibc.pthread.mutex_spin_count=0 --suite=locks\n"
	"  tvp gate build/tvp --old-prefix='taskset -c 0' --new-prefix='taskset -c 1' --suite=limits\n\n"
	"Exit codes: 0 nothing got slower; 1 REGRESSED; 2 usage or bad input; 3 CANNOT TELL, with --strict; 4 a benchmark or the "
	"environment failed; 130 interrupted, with the verdicts so far.";

static error_t parse_counts(int key, const char *argument, struct argp_state *state)
{
	struct gate_request *request = state->input;
	struct gate_options *gate = &request->options;
	switch (key) {
	case KEY_EFFECT:
		fraction_take(state, "effect", argument, 0.001, 10, &gate->effect);
		return 0;
	case KEY_TOLERATE:
		fraction_take(state, "tolerate", argument, 0, 10, &gate->tolerate);
		return 0;
	case KEY_ALPHA:
		fraction_take(state, "alpha", argument, 1e-9, 0.5, &gate->alpha);
		return 0;
	case KEY_BETA:
		fraction_take(state, "beta", argument, 1e-9, 0.5, &gate->beta);
		return 0;
	case KEY_STEAL:
		fraction_take(state, "steal", argument, 0, 1, &gate->steal_most);
		return 0;
	case KEY_STRICT:
		request->strict = true;
		return 0;
	}
	return ARGP_ERR_UNKNOWN;
}

static void series_take(struct gate_options *gate, const char *argument, struct argp_state *state)
{
	char copy[80], *rest = copy;
	snprintf(copy, sizeof copy, "%s", argument);
	gate->series = 0;
	for (const char *word; (word = strsep(&rest, ",")) != NULL;) {
		enum series series = series_find(word);
		if (series == SERIES_N)
			option_refuse(state, "series", argument, "wall, launch, work, collect");
		gate->series |= 1u << series;
	}
}

static error_t parse_how(int key, const char *argument, struct argp_state *state)
{
	struct gate_request *request = state->input;
	struct gate_options *gate = &request->options;
	uint64_t count;
	switch (key) {
	case KEY_BUDGET:
		if (units_parse_duration(argument, &gate->time_budget_ns) < 0 || gate->time_budget_ns == 0)
			option_refuse(state, "time-budget", argument, "90s, 10m, 1h");
		return 0;
	case KEY_BLOCKS:
		if (units_parse_count(argument, 1, 1000000, &count) < 0)
			option_refuse(state, "blocks", argument, "1 to 1000000");
		gate->blocks_n = (uint32_t)count;
		return 0;
	case KEY_SLICE_TIME:
		if (units_parse_duration(argument, &gate->slice_ns) < 0 || gate->slice_ns < NS_PER_US)
			option_refuse(state, "slice-time", argument, "6ms");
		return 0;
	case KEY_STATISTIC:
		gate->statistic = statistic_find(argument);
		if (gate->statistic == STATISTIC_N)
			option_refuse(state, "statistic", argument, "min, p10, p25, median, mean");
		return 0;
	case KEY_SERIES:
		series_take(gate, argument, state);
		return 0;
	case KEY_UNBOUND:
		gate->unbound = true;
		return 0;
	case KEY_DEADLINE:
		if (units_parse_duration(argument, &gate->deadline_ns) < 0 || gate->deadline_ns < NS_PER_MS ||
		    gate->deadline_ns > DEADLINE_MOST_S * NS_PER_S)
			option_refuse(state, "slice-deadline", argument, "1ms to 24h");
		return 0;
	case KEY_SEED:
		if (units_parse_count(argument, 0, UINT64_MAX >> 1, &gate->seed) < 0)
			option_refuse(state, "seed", argument, "a whole number");
		return 0;
	}
	return ARGP_ERR_UNKNOWN;
}

static void env_add(struct side *side, const char *argument, struct argp_state *state)
{
	if (!strchr(argument, '=') || *argument == '=' || side->env_n == SIDE_ENV_MAX)
		option_refuse(state, side->name[0] == 'o' ? "old-env" : "new-env", argument, "KEY=VALUE, at most 32 of them");
	side->env[side->env_n++] = argument;
}

// As a shell reads words, without running anything.
static void prefix_take(struct side *side, wordexp_t *words, const char *argument, struct argp_state *state)
{
	wordfree(words); // of the same option before
	*words = (wordexp_t){0};
	if (wordexp(argument, words, WRDE_NOCMD | WRDE_UNDEF) != 0 || words->we_wordc == 0 ||
	    words->we_wordc > SIDE_PREFIX_MAX)
		option_refuse(state, side->name[0] == 'o' ? "old-prefix" : "new-prefix", argument, "the words of a command");
	side->prefix_n = (unsigned)words->we_wordc;
	for (unsigned i = 0; i < side->prefix_n; i++)
		side->prefix[i] = words->we_wordv[i];
}

static error_t parse_sides(int key, const char *argument, struct argp_state *state)
{
	struct gate_request *request = state->input;
	switch (key) {
	case KEY_OLD_ENV:
	case KEY_NEW_ENV:
		env_add(&request->side[key == KEY_NEW_ENV], argument, state);
		return 0;
	case KEY_OLD_PREFIX:
	case KEY_NEW_PREFIX:
		prefix_take(&request->side[key == KEY_NEW_PREFIX], &request->prefix_words[key == KEY_NEW_PREFIX], argument,
		            state);
		return 0;
	case ARGP_KEY_ARG:
		if (request->side[SIDE_NEW].program)
			argp_error(state, "two binaries, OLD and NEW; not '%s', too", argument);
		request->side[request->side[SIDE_OLD].program ? SIDE_NEW : SIDE_OLD].program = argument;
		return 0;
	case ARGP_KEY_END:
		if (!request->side[SIDE_OLD].program)
			argp_error(state, "which binaries? OLD and NEW");
		return 0;
	}
	return ARGP_ERR_UNKNOWN;
}

static error_t parse_what(int key, const char *argument, struct argp_state *state)
{
	struct gate_request *request = state->input;
	switch (key) {
	case KEY_SUITE:
		snprintf(request->options.suite, sizeof request->options.suite, "%s", argument);
		return 0;
	case KEY_SPEC:
		if (request->specs_n == GATE_SPECS_MAX)
			argp_failure(state, EXIT_USAGE, 0, "at most %d times --spec", GATE_SPECS_MAX);
		request->spec[request->specs_n++] = argument;
		return 0;
	case KEY_PROGRESS:
		if (progress_mode_parse(argument, &request->progress) < 0)
			option_refuse(state, "progress", argument, "auto, always or never");
		return 0;
	}
	if (key < KEY_FORMAT || key >= KEY_FORMAT + GATE_FORMATS_MAX)
		return ARGP_ERR_UNKNOWN;
	request->output[key - KEY_FORMAT] = argument;
	return 0;
}

static error_t parse(int key, char *argument, struct argp_state *state)
{
	error_t (*const parts[])(int key, const char *argument, struct argp_state *state) = {parse_counts, parse_how,
	                                                                                     parse_sides, parse_what};
	if (key == ARGP_KEY_INIT) {
		state->child_inputs[0] = &((struct gate_request *)state->input)->axes;
		return 0;
	}
	error_t status = ARGP_ERR_UNKNOWN;
	for (size_t i = 0; status == ARGP_ERR_UNKNOWN && i < sizeof parts / sizeof *parts; i++)
		status = parts[i](key, argument, state);
	return status;
}

static void options_make(void)
{
	memcpy(options, fixed_options, sizeof fixed_options);
	for (int i = 0; i < GATE_FORMATS_MAX && gate_formats[i].option; i++)
		options[FIXED_N + i] =
			(struct argp_option){gate_formats[i].option, KEY_FORMAT + i, "FILE", 0, gate_formats[i].text, 6};
}

static void request_check(struct gate_request *request, const char *command)
{
	const char *wrong = NULL;
	if (request->options.effect <= request->options.tolerate)
		wrong = "--effect must be larger than --tolerate";
	else if (request->axes.given && strcmp(request->options.suite, "gate") == 0)
		wrong = "the suite gate is a list of whole specs: no axis beside it";
	else if (request->specs_n && (request->axes.given || request->options.suite[0]))
		wrong = "--spec names whole specs: no --suite or axis beside it";
	if (!wrong)
		return;
	fprintf(stderr, "%s: %s\n", command, wrong);
	exit(EXIT_USAGE);
}

void gate_request_parse(struct gate_request *request, int argc, char **argv)
{
	const struct argp_child axes[] = {{.argp = axis_options()}, {0}};
	const struct argp argp = {
		.options = options, .parser = parse, .args_doc = "OLD [NEW]", .doc = doc, .children = axes};
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
		.side = {{.name = "old"}, {.name = "new"}},
		.axes.plan = &request->plan,
	};
	command_join(request->options.command, sizeof request->options.command, argc, argv);
	options_make();
	argp_err_exit_status = EXIT_USAGE;
	argp_parse(&argp, argc, argv, 0, NULL, request);
	request_check(request, argv[0]);
	if (!request->side[SIDE_NEW].program)
		request->side[SIDE_NEW].program = request->side[SIDE_OLD].program;
	if (!request->options.suite[0])
		strcpy(request->options.suite, request->specs_n ? "by name" : request->axes.given ? "quick" : "gate");
}
