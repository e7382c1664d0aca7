// `tvp show`: the tables of a result file.
#include "cli/cli.h"

#include "report/result/result.h"
#include "report/table/table.h"

#include <argp.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { OPTION_ALL = 'a', OPTION_COLOUR = 'c' };

struct request {
	const char *path;
	struct table_options table;
};

static const struct argp_option options[] = {
	{"all", OPTION_ALL, 0, 0,
     "Every figure of every row: launch, work and collect, faults, context switches, the "
     "interval's ends, percentiles, counters",
     0},
	{"colour", OPTION_COLOUR, "WHEN", 0, "auto (the default: on a terminal), always or never", 0},
	{"color", OPTION_COLOUR, 0, OPTION_ALIAS, 0, 0},
	{0},
};

static const char doc[] =
	"Print a result file: every row with its interval, rounds and noise floor, speedups, COST, break-even "
	"sizes, warnings, failures.\v"
	"Examples:\n"
	"  tvp show results/latest.json\n"
	"  tvp show --all results/latest.json | less\n\n"
	"Columns; times and counts are of one operation, medians over rounds:\n"
	"  wall          call to return, results there; 95 %: its interval's half-width\n"
	"  speedup       serial wall ÷ wall; effic.: speedup ÷ workers\n"
	"  ÷ thread      process wall ÷ thread wall of the same point\n"
	"  copying       what sending takes of it: 1 - wall in place ÷ wall\n"
	"  roof          the least time the machine's limits allow ÷ wall\n"
	"  twin's        wall of the row set beside it: a bare loop of the same system\n"
	"                calls, for Python the same shape in C; ÷ twin: wall ÷ twin's\n"
	"  CPU/op        CPU time of caller and workers; other CPU: of the other side\n"
	"  rate          operations or bytes a second; CPU s/GB: CPU time of both sides\n"
	"  →running      the creating call to the first statement of the created\n"
	"  exit→reaped   the last statement of the created to its reaping's return\n"
	"  fairness      operations of the slowest worker ÷ of the fastest\n"
	"  switches      voluntary context switches\n"
	"  alone         one task doing all hops; switch: the wall of a hop less that\n"
	"  resident, PSS, private, page tables/w\n"
	"                memory that a further worker adds\n"
	"  noticed       a worker's death to the caller's knowing of it; replaced: to\n"
	"                the first job its replacement has done; lost: jobs\n\n"
	"Break-even is the size at which speedup crosses 1, found in each round and summarised over rounds. Exit status: 0; "
	"2 for bad input; 4 where the output cannot be written.";

static error_t option_parse(int key, char *argument, struct argp_state *state)
{
	struct request *request = state->input;
	switch (key) {
	case OPTION_ALL:
		request->table.all = true;
		return 0;
	case OPTION_COLOUR:
		if (!strcmp(argument, "always") || !strcmp(argument, "never"))
			request->table.colour = *argument == 'a';
		else if (strcmp(argument, "auto"))
			argp_error(state, "--colour: \"%s\" is not auto, always or never", argument);
		return 0;
	case ARGP_KEY_ARG:
		if (request->path)
			argp_error(state, "one RESULT, not also \"%s\"", argument);
		request->path = argument;
		return 0;
	case ARGP_KEY_NO_ARGS:
		argp_error(state, "which RESULT?");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

int cli_show(int argc, char **argv)
{
	const struct argp argp = {.options = options, .parser = option_parse, .args_doc = "RESULT", .doc = doc};
	struct request request = {.table.colour = isatty(STDOUT_FILENO)};
	struct record record;
	argp_err_exit_status = EXIT_USAGE;
	if (argp_parse(&argp, argc, argv, 0, NULL, &request))
		return EXIT_USAGE;
	int status = result_load(&record, request.path);
	if (status < 0)
		return cli_fail_input(argv[0], status);
	status = table_print(stdout, &record, &request.table);
	int exit_code = status < 0 ? cli_fail(argv[0], EXIT_ENVIRONMENT) : EXIT_OK;
	record_close(&record);
	return exit_code;
}
