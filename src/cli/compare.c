// `tvp compare`: two result files, spec by spec.
#include "cli/cli.h"

#include "cli/options/format_option.h"
#include "cli/options/options.h"
#include "cli/results.h"
#include "report/compare/compare.h"

#include <argp.h>
#include <stdio.h>
#include <unistd.h>

struct request {
	struct operands operands;
	struct format_request format;
};

static const char doc[] =
	"Compare two result files: for every spec that both have, how many times slower it is in B than in A, with a "
	"95 % interval, the slowest first.\v"
	"Examples:\n"
	"  tvp compare before.json after.json\n"
	"  tvp compare before.json after.json -f markdown >>\"$GITHUB_STEP_SUMMARY\"\n"
	"  tvp compare a.json b.json -f json | jq '.rows[] | select(.low > 1).name'\n\n"
	"Where both were measured side by side, ratios are formed within rounds. The rounds of two ordinary runs do "
	"not pair: then the intervals are valid for these two runs only, and do not include what shifts a run as a "
	"whole. Differences of machine or build are listed above the table.\n\n"
	"JSON files of Google Benchmark, hyperfine and pyperf are read, too, gzip'd or not: their repetitions are the "
	"rounds.\n\n"
	"Exit status: 0, whatever the ratios are; 2 for bad input, and where the files have no spec in common; 4 where "
	"the output cannot be written.";

static error_t option_parse(int key, char *argument, struct argp_state *state)
{
	struct request *request = state->input;
	if (key != ARGP_KEY_INIT)
		return operands_parse(&request->operands, key, argument, state);
	state->child_inputs[0] = &request->format;
	return 0;
}

static int compare(const char *command, const struct request *request, const struct record *records)
{
	const char *const *paths = request->operands.value;
	struct report_style style;
	style_of_output(&style);
	struct comparison comparison;
	int status = compare_open(&comparison, (struct stored_run){&records[0], paths[0]},
	                          (struct stored_run){&records[1], paths[1]});
	if (status < 0)
		return cli_fail_input(command, status);
	status = request->format.format->comparison(stdout, &comparison, &style);
	compare_close(&comparison);
	return status < 0 ? cli_fail(command, EXIT_ENVIRONMENT) : EXIT_OK;
}

int cli_compare(int argc, char **argv)
{
	const struct argp_child children[] = {{.argp = format_option()}, {0}};
	const struct argp argp = {.parser = option_parse, .args_doc = "A B", .doc = doc, .children = children};
	struct request request = {
		.operands = {.name = {"A", "B"}, .required_n = 2},
		.format.kind = REPORT_COMPARISON,
	};
	static struct record records[2]; // some 18 KiB each
	argp_err_exit_status = EXIT_USAGE;
	argp_parse(&argp, argc, argv, 0, NULL, &request);
	int exit_code = results_load(argv[0], records, request.operands.value, 2);
	if (exit_code != EXIT_OK)
		return exit_code;
	exit_code = compare(argv[0], &request, records);
	results_close(records, 2);
	return exit_code;
}
