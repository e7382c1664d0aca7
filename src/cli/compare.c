// `tvp compare`: two result files, spec by spec.
#include "cli/cli.h"

#include "base/status.h"
#include "report/compare/compare.h"
#include "report/result/result.h"

#include <argp.h>
#include <stdio.h>

enum { OPTION_FORMAT = 'f' };

struct request {
	const char *path[2];
	enum report_format format;
};

static const struct argp_option options[] = {
	{"format", OPTION_FORMAT, "FORMAT", 0, "table (the default), markdown (for GitHub) or json", 0},
	{0},
};

static const char doc[] =
	"Compare two result files: of every spec that both have, how many times slower it is in B than in A, with a "
	"95 % interval, the slowest first.\v"
	"Examples:\n"
	"  tvp compare before.json after.json\n"
	"  tvp compare before.json after.json --format=markdown >>\"$GITHUB_STEP_SUMMARY\"\n"
	"  tvp compare a.json b.json --format=json | jq '.rows[] | select(.low > 1) | .name'\n\n"
	"Where both were measured side by side, ratios are formed within rounds. The rounds of two ordinary runs do "
	"not pair: then an interval holds for these two runs, and what shifts a run as a whole is not in it. Where "
	"machines or builds differ, it says so.\n\n"
	"Exit status: 0, whatever the ratios are; 2 for bad input, and where the files have no spec in common; 4 where "
	"the output cannot be written.";

static error_t option_parse(int key, char *argument, struct argp_state *state)
{
	struct request *request = state->input;
	switch (key) {
	case OPTION_FORMAT:
		if (report_format_parse(argument, &request->format) < 0)
			argp_failure(state, EXIT_USAGE, 0, "%s", status_message());
		return 0;
	case ARGP_KEY_ARG:
		if (state->arg_num >= 2)
			argp_error(state, "two results, A and B, not also \"%s\"", argument);
		request->path[state->arg_num] = argument;
		return 0;
	case ARGP_KEY_END:
		if (state->arg_num < 2)
			argp_error(state, "two results to compare, A and B");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static int compare(const char *command, const struct request *request, const struct record *a, const struct record *b)
{
	struct comparison comparison;
	int status = compare_open(&comparison, (struct compare_input){a, request->path[0]},
	                          (struct compare_input){b, request->path[1]});
	if (status < 0)
		return cli_fail_input(command, status);
	status = compare_print(stdout, &comparison, request->format);
	compare_close(&comparison);
	return status < 0 ? cli_fail(command, EXIT_ENVIRONMENT) : EXIT_OK;
}

int cli_compare(int argc, char **argv)
{
	const struct argp argp = {.options = options, .parser = option_parse, .args_doc = "A B", .doc = doc};
	struct request request = {0};
	struct record record[2];
	int status = 0, loaded_n = 0;
	argp_err_exit_status = EXIT_USAGE;
	argp_parse(&argp, argc, argv, 0, NULL, &request);
	while (loaded_n < 2 && (status = result_load(&record[loaded_n], request.path[loaded_n])) == 0)
		loaded_n++;
	int exit_code = status < 0 ? cli_fail_input(argv[0], status) : compare(argv[0], &request, &record[0], &record[1]);
	while (loaded_n > 0)
		record_close(&record[--loaded_n]);
	return exit_code;
}
