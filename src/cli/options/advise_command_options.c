#include "cli/options/advise_command_options.h"

#include "base/clock.h"
#include "base/units.h"
#include "cli/options/exit_code.h"
#include "cli/options/options.h"

enum { KEY_BUDGET = 256, KEY_SEED, BUDGET_S = 10 };

static const struct argp_option options[] = {
	{"time-budget", KEY_BUDGET, "TIME", 0, "how long to measure a command; default: 10s", 4},
	{"seed", KEY_SEED, "N", 0, "which inputs of a command are measured; default: from the clock, and said", 4},
	{0},
};

static error_t parse(int key, char *argument, struct argp_state *state)
{
	struct advise_command_request *request = state->input;
	switch (key) {
	case ARGP_KEY_INIT:
		request->budget_ns = BUDGET_S * NS_PER_S;
		request->seed = clock_now_ns() % 1000000;
		state->child_inputs[0] = &request->command;
		return 0;
	case KEY_BUDGET:
		if (units_parse_duration(argument, &request->budget_ns) < 0 || request->budget_ns < NS_PER_S)
			option_refuse(state, "time-budget", argument, "a time of 1s or more, such as 30s or 2m");
		request->measuring = "time-budget";
		return 0;
	case KEY_SEED:
		if (units_parse_count(argument, 0, UINT64_MAX >> 1, &request->seed) < 0)
			option_refuse(state, "seed", argument, "a whole number");
		request->measuring = "seed";
		return 0;
	case ARGP_KEY_END:
		if (request->measuring && !request->command.settings.command)
			argp_failure(state, EXIT_USAGE, 0, "--%s is about measuring a command: --command='…'", request->measuring);
		return 0;
	}
	return ARGP_ERR_UNKNOWN;
}

const struct argp *advise_command_options(void)
{
	static struct argp_child children[] = {{0}, {0}};
	static const struct argp argp = {.options = options, .parser = parse, .children = children};
	children[0].argp = command_options_without_items();
	return &argp;
}
