// `tvp show`: the tables of a result file.
#include "cli/cli.h"

#include "cli/options/format_option.h"
#include "cli/options/options.h"
#include "cli/results.h"
#include "report/text/document.h"

#include <argp.h>
#include <stdio.h>
#include <string.h>

enum { OPTION_ALL = 'a', OPTION_COLOUR = 'c', OPTION_LINES = 'n' };

struct request {
	struct operands operands;
	struct report_style style;
	struct format_request format;
};

static const struct argp_option options[] = {
	{"all", OPTION_ALL, 0, 0,
     "every figure of every row: launch, work and collect, page faults, context switches, ends of the interval, "
     "percentiles, counters; csv and json always have them",
     0},
	{"lines", OPTION_LINES, "N|all", 0, LINES_HELP, 0},
	{"colour", OPTION_COLOUR, "WHEN", 0, "auto (the default: on a terminal), always or never", 0},
	{"color", OPTION_COLOUR, 0, OPTION_ALIAS, 0, 0},
	{0},
};

static const char doc[] =
	"Print a result file: rows with their intervals, rounds and noise floor, speedups, COST, break-even sizes, "
	"warnings and failures. On a terminal: what fits a screen.\v"
	"Examples:\n"
	"  tvp show results/latest.json\n"
	"  tvp show results/latest.json | less           # every row\n"
	"  tvp show --all results/latest.json | less     # every figure of every row\n"
	"  tvp show --format=csv results/latest.json > latest.csv\n"
	"  tvp show -f json results/latest.json | jq '.rows[].wall_ns.median'\n\n"
	"Columns (times and counts are per operation, medians over rounds):\n"
	"  wall         from the caller's call to its return with all results there;\n"
	"               95 %: the half-width of its interval\n"
	"  speedup      serial wall ÷ wall; effic.: speedup ÷ workers\n"
	"  ÷ thread     wall between processes ÷ wall between threads\n"
	"  copying      share of wall time spent copying: 1 - wall in place ÷ wall\n"
	"  roof         the least time that the machine's limits allow ÷ wall\n"
	"  twin wall    of the reference row: a bare loop of the same system calls,\n"
	"               for Python the same program in C; ÷ twin: wall ÷ twin wall\n"
	"  CPU/op       CPU time of caller and workers; other CPU: of the other side\n"
	"  rate         operations or bytes per second\n"
	"  CPU s/GB     CPU time of both sides\n"
	"  →running     from the creating call to the first statement of the new task\n"
	"  exit→reaped  from its last statement to the end of the call that reaps it\n"
	"  fairness     operations of the slowest worker ÷ of the fastest\n"
	"  switches     voluntary context switches; forced: involuntary ones\n"
	"  alone        one task doing all hops; switch: the wall of a hop less that\n"
	"  resident, PSS, private, page tables/w\n"
	"               memory that each further worker adds\n"
	"  noticed      from a worker's death to the caller knowing of it\n"
	"  replaced     from its death to the first job done by its replacement\n"
	"  lost         jobs lost with the worker\n\n"
	"JSON files of Google Benchmark, hyperfine and pyperf are read, too, gzip'd or not: their repetitions are the "
	"rounds.\n\n"
	"The break-even size is where speedup crosses 1, found in each round; median and interval are over the rounds.\n\n"
	"Exit status: 0; 2 for bad input; 4 where the output cannot be written.";

static error_t option_parse(int key, char *argument, struct argp_state *state)
{
	struct request *request = state->input;
	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &request->format;
		return 0;
	case OPTION_ALL:
		request->style.all = true;
		return 0;
	case OPTION_LINES:
		lines_take(state, argument, &request->style);
		return 0;
	case OPTION_COLOUR:
		if (strcmp(argument, "always") == 0 || strcmp(argument, "never") == 0)
			request->style.colour = *argument == 'a';
		else if (strcmp(argument, "auto") != 0)
			option_refuse(state, "colour", argument, "auto, always or never");
		return 0;
	}
	return operands_parse(&request->operands, key, argument, state);
}

static int write_report(const struct record *record, void *context)
{
	const struct request *request = context;
	return format_run_write(request->format.format, stdout, record, &request->style);
}

int cli_show(int argc, char **argv)
{
	const struct argp_child children[] = {{.argp = format_option()}, {0}};
	const struct argp argp = {
		.options = options, .parser = option_parse, .args_doc = "RESULT", .doc = doc, .children = children};
	struct request request = {
		.operands = {.name = {"RESULT"}, .required_n = 1},
		.format.kind = REPORT_RUN,
	};
	style_of_output(&request.style);
	argp_err_exit_status = EXIT_USAGE;
	argp_parse(&argp, argc, argv, 0, NULL, &request);
	return result_with(argv[0], request.operands.value[0], write_report, &request);
}
