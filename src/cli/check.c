// `tvp check`: a result against stored baselines. Advisory: a verdict becomes an exit status only with --strict.
#include "cli/cli.h"

#include "base/status.h"
#include "cli/options/format_option.h"
#include "cli/options/options.h"
#include "cli/options/thresholds.h"
#include "cli/results.h"
#include "report/compare/check.h"

#include <argp.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { OPTION_BASELINE = 'b', OPTION_STRICT = 's' };

enum { BASELINES_MAX = 100 };

struct request {
	struct operands operands;
	const char *path[BASELINES_MAX + 1]; ///< the result's, then those of the baselines
	unsigned baselines_n;
	struct check_options check;
	struct thresholds_request thresholds; ///< where check is filled in
	struct format_request format;
	bool strict;
};

static const struct argp_option options[] = {
	{"baseline", OPTION_BASELINE, "FILE", 0,
     "result of an earlier run; may be repeated: several runs are much better than one", 0},
	{"strict", OPTION_STRICT, 0, 0, "exit with 1 if a spec REGRESSED, with 3 if the verdict on one is CANNOT TELL", 0},
	{0},
};

static const char doc[] =
	"Judge a result file by baselines: results of earlier runs on the same machine. REGRESSED, NOT REGRESSED or "
	"CANNOT TELL for each spec, the worst first, and the slowdown that this baseline can detect.\v"
	"Examples:\n"
	"  tvp check new.json -b monday.json -b tuesday.json -b wednesday.json\n"
	"  tvp check new.json --baseline=old.json --effect=10% --strict\n"
	"  tvp check new.json -b old.json -f markdown >>\"$GITHUB_STEP_SUMMARY\"\n\n"
	"With several baseline runs, a new one is judged by how much those differ from each other. With one, it is "
	"judged by the rounds of the two runs, and what shifts a run as a whole is not included: such baselines raise "
	"false alarms often (56 % in a published A/A study of another tool), so REGRESSED is only a hint; `tvp gate` "
	"measures two builds side by side. Where CPU model, CPUs, kernel, governor, C library, compiler, flags or build "
	"differ, the verdict is CANNOT TELL, with a list of the differences.\n\n"
	"JSON files of Google Benchmark, hyperfine and pyperf are read, too, gzip'd or not: their repetitions are the "
	"rounds.\n\n"
	"Exit status: 0, with a warning unless every verdict is NOT REGRESSED; with --strict 1 if a spec REGRESSED, else 3 "
	"if the verdict on one is CANNOT TELL; 2 for bad input; 4 where the output cannot be written.";

static error_t option_parse(int key, char *argument, struct argp_state *state)
{
	struct request *request = state->input;
	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &request->thresholds;
		state->child_inputs[1] = &request->format;
		return 0;
	case OPTION_BASELINE:
		if (request->baselines_n == BASELINES_MAX)
			argp_failure(state, EXIT_USAGE, 0, "--baseline: at most %d", BASELINES_MAX);
		request->path[++request->baselines_n] = argument;
		return 0;
	case OPTION_STRICT:
		request->strict = true;
		return 0;
	}
	error_t status = operands_parse(&request->operands, key, argument, state);
	if (key == ARGP_KEY_END && request->baselines_n == 0)
		argp_error(state, "missing option: --baseline=FILE");
	return status;
}

static int exit_code_of(const char *command, const struct check *check, bool strict)
{
	static const int codes[CHECK_VERDICTS_N] = {
		[CHECK_REGRESSED] = EXIT_REGRESSED,
		[CHECK_CANNOT_TELL] = EXIT_CANNOT_TELL,
		[CHECK_NOT_REGRESSED] = EXIT_OK,
	};
	enum check_verdict worst = check_worst(check);
	if (!strict && codes[worst] != EXIT_OK)
		fprintf(stderr, "%s: warning: %s; the exit status is 0 without --strict\n", command, check_verdict_name(worst));
	return strict ? codes[worst] : EXIT_OK;
}

// records[0] is the result, the others are the baselines.
static int judge(const char *command, const struct request *request, const struct record *records)
{
	struct report_style style;
	style_of_output(&style);
	struct stored_run input[BASELINES_MAX + 1];
	struct check check;
	for (unsigned i = 0; i <= request->baselines_n; i++)
		input[i] = (struct stored_run){&records[i], request->path[i]};
	int status = check_open(&check, input[0], input + 1, request->baselines_n, &request->check);
	if (status < 0)
		return cli_fail_input(command, status);
	status = request->format.format->check(stdout, &check, &style);
	int exit_code = exit_code_of(command, &check, request->strict);
	check_close(&check);
	return status < 0 ? cli_fail(command, EXIT_ENVIRONMENT) : exit_code;
}

static int load_and_judge(const char *command, struct request *request)
{
	unsigned records_n = request->baselines_n + 1;
	struct record *records = calloc(records_n, sizeof *records);
	if (!records)
		return cli_fail_input(command, status_fail(ENOMEM, "%u results", records_n));
	request->path[0] = request->operands.value[0];
	int exit_code = results_load(command, records, request->path, records_n);
	if (exit_code == EXIT_OK) {
		exit_code = judge(command, request, records);
		results_close(records, records_n);
	}
	free(records);
	return exit_code;
}

int cli_check(int argc, char **argv)
{
	const struct argp_child children[] = {{.argp = thresholds_of_check()}, {.argp = format_option()}, {0}};
	const struct argp argp = {
		.options = options, .parser = option_parse, .args_doc = "RESULT", .doc = doc, .children = children};
	struct request request = {
		.operands = {.name = {"RESULT"}, .required_n = 1},
		.check = {.effect = 0.05, .tolerate = 0.01, .alpha = 0.01},
		.format.kind = REPORT_CHECK,
	};
	request.thresholds = (struct thresholds_request){
		.effect = &request.check.effect, .tolerate = &request.check.tolerate, .alpha = &request.check.alpha};
	argp_err_exit_status = EXIT_USAGE;
	argp_parse(&argp, argc, argv, 0, NULL, &request);
	return load_and_judge(argv[0], &request);
}
