// `tvp fit`: the scaling laws that a result's curves over workers follow.
#include "cli/cli.h"

#include "cli/options/format_option.h"
#include "cli/options/options.h"
#include "cli/results.h"
#include "report/fit/fit_report.h"

#include <argp.h>
#include <stdio.h>
#include <string.h>

enum { OPTION_LAW = 'l', OPTION_SCALE = 's' };

struct request {
	struct operands operands;
	struct law_request law;
	struct format_request format;
};

static const struct argp_option options[] = {
	{"law", OPTION_LAW, "LAW", 0, "fit this law and no other: linear, amdahl, gustafson, bandwidth, usl", 0},
	{"scale", OPTION_SCALE, "SCALE", 0,
     "what the squares are of: log (the default: relative errors), or linear, as R's usl does", 0},
	{0},
};

static const char doc[] =
	"Say for every curve of a result over workers which law its speedups follow, with 95 % intervals of its parameters, "
	"and how many workers are the most that help.\v"
	"Examples:\n"
	"  tvp run scaling --kernel=convolve --workers=1,2,3,4,6,8,12,16\n"
	"  tvp fit results/latest.json\n"
	"  tvp fit --format=json results/latest.json | jq '.curves[].law'\n"
	"  tvp fit --law=usl results/latest.json\n\n"
	"Laws, N workers, γ the speedup of one:\n"
	"  linear       γ N\n"
	"  Amdahl       γ N / (1 + α (N - 1)): a share α of the work is serial\n"
	"  Gustafson    γ (N - α (N - 1)): the same in weak scaling\n"
	"  bandwidth    γ min(N, K): K workers use up what all share\n"
	"  USL          γ N / (1 + α (N - 1) + β N (N - 1)): contention and coherency;\n"
	"               a negative α or β means a speedup above linear\n\n"
	"Columns:\n"
	"  workers      how many counts were fitted, and which\n"
	"  peak         the workers beyond which the USL's curve falls, named where its\n"
	"               interval spans less than a factor of 2; else below how many\n"
	"               workers there is none\n"
	"  ±            how far points lie from the law (its residual deviation)\n"
	"  weight       Akaike's weight of the law among those that were compared\n"
	"  rounds       in how many of 200 resamples of the rounds the same law is chosen\n\n"
	"The law is chosen by AICc, which takes 5 worker counts, and 6 before the USL is among the laws; --law takes one "
	"count more than the law has parameters. Only counts up to the CPUs (and the quota) are fitted, and where SMT "
	"siblings share cores, counts that use whole cores; the others are named below the table.\n\n"
	"Exit status: 0; 2 for bad input; 4 where the output cannot be written.";

static void law_take(const struct argp_state *state, const char *argument, struct law_request *request)
{
	request->only = law_find(argument);
	if (!request->only)
		option_refuse(state, "law", argument, "linear, amdahl, gustafson, bandwidth or usl");
}

static error_t option_parse(int key, char *argument, struct argp_state *state)
{
	struct request *request = state->input;
	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &request->format;
		return 0;
	case OPTION_LAW:
		law_take(state, argument, &request->law);
		return 0;
	case OPTION_SCALE:
		if (strcmp(argument, "log") != 0 && strcmp(argument, "linear") != 0)
			option_refuse(state, "scale", argument, "log or linear");
		request->law.scale = strcmp(argument, "log") == 0 ? LAW_LOGS : LAW_LINEAR;
		return 0;
	}
	return operands_parse(&request->operands, key, argument, state);
}

static int fit_and_write(const struct record *record, void *context)
{
	const struct request *request = context;
	struct report_style style = {0};
	struct derived derived;
	struct curves curves;
	int status = derive_open(&derived, record);
	if (status < 0)
		return status;
	style_of_output(&style);
	status = curves_open(&curves, &derived, &request->law, true);
	if (status == 0)
		status = request->format.format->fit(stdout, &curves, &style);
	curves_close(&curves);
	derive_close(&derived);
	return status;
}

int cli_fit(int argc, char **argv)
{
	const struct argp_child children[] = {{.argp = format_option()}, {0}};
	const struct argp argp = {
		.options = options, .parser = option_parse, .args_doc = "RESULT", .doc = doc, .children = children};
	struct request request = {
		.operands = {.name = {"RESULT"}, .required_n = 1},
		.format.kind = REPORT_FIT,
	};
	argp_err_exit_status = EXIT_USAGE;
	argp_parse(&argp, argc, argv, 0, NULL, &request);
	return result_with(argv[0], request.operands.value[0], fit_and_write, &request);
}
