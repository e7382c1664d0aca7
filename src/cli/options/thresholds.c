// One wording and one range of each threshold.
#include "cli/options/thresholds.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "cli/options/exit_code.h"
#include "cli/options/options.h"
#include "report/text/text.h"

enum { KEY_EFFECT = 0x200, KEY_TOLERATE, KEY_ALPHA, KEY_BETA, KEY_STATISTIC };

static const char statistics[] = "min, p10, p25, median or mean";

static const struct argp_option options[] = {
	{"beta", KEY_BETA, "PERCENT", 0, "chance of each false NOT REGRESSED", 4},
	{"statistic", KEY_STATISTIC, "NAME", 0, "of the iterations of a slice: min, p10, p25, median or mean", 4},
	{"effect", KEY_EFFECT, "PERCENT", 0, "smallest slowdown that must be detected", 4},
	{"tolerate", KEY_TOLERATE, "PERCENT", 0, "largest tolerated slowdown", 4},
	{"alpha", KEY_ALPHA, "PERCENT", 0, "chance of any false REGRESSED among all specs", 4},
	{0},
};
enum { GATE_ALONE_N = 2 }; // the first ones, which `tvp check` does not have

static error_t parse(int key, char *argument, struct argp_state *state)
{
	static const struct fraction_range effects = {0, 1, true, "more than 0 % and less than 100 %"};
	static const struct fraction_range tolerable = {0, 1, false, "0 % to 100 %"};
	static const struct fraction_range chances = {0, 0.5, true, "more than 0 % and less than 50 %"};
	const struct thresholds_request *request = state->input;
	switch (key) {
	case KEY_EFFECT:
		fraction_take(state, "effect", argument, &effects, request->effect);
		return 0;
	case KEY_TOLERATE:
		fraction_take(state, "tolerate", argument, &tolerable, request->tolerate);
		return 0;
	case KEY_ALPHA:
		fraction_take(state, "alpha", argument, &chances, request->alpha);
		return 0;
	case KEY_BETA:
		fraction_take(state, "beta", argument, &chances, request->beta);
		return 0;
	case KEY_STATISTIC:
		*request->statistic = statistic_find(argument);
		if (*request->statistic == STATISTIC_N)
			option_refuse(state, "statistic", argument, statistics);
		return 0;
	case ARGP_KEY_END:
		if (*request->effect <= *request->tolerate)
			argp_failure(state, EXIT_USAGE, 0, "--effect must be larger than --tolerate");
		return 0;
	}
	return ARGP_ERR_UNKNOWN;
}

// The option's text, followed by its default. argp frees the result unless it is the text itself.
static char *help(int key, const char *text, void *input)
{
	const struct thresholds_request *request = input;
	const double *const values[] = {request->effect, request->tolerate, request->alpha, request->beta};
	char number[32], out[200];
	if (key < KEY_EFFECT || key > KEY_STATISTIC)
		return (char *)text;
	const char *value = request->otherwise;
	if (key != KEY_STATISTIC && !isnan(*values[key - KEY_EFFECT]))
		value = text_percent_given(number, sizeof number, *values[key - KEY_EFFECT]);
	snprintf(out, sizeof out, "%s; default: %s", text, value);
	return strdup(out);
}

const struct argp *thresholds_of_gate(void)
{
	static const struct argp argp = {.options = options, .parser = parse, .help_filter = help};
	return &argp;
}

const struct argp *thresholds_of_check(void)
{
	static const struct argp argp = {.options = options + GATE_ALONE_N, .parser = parse, .help_filter = help};
	return &argp;
}
