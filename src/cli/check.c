// `tvp check`: a result against stored baselines. Advisory: a verdict becomes an exit status only with --strict.
#include "cli/cli.h"
#include "cli/options/options.h"

#include "base/status.h"
#include "report/compare/check.h"
#include "report/result/result.h"

#include <argp.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum {
	OPTION_FORMAT = 'f',
	OPTION_BASELINE = 'b',
	OPTION_STRICT = 's',
	OPTION_EFFECT = 256,
	OPTION_TOLERATE,
	OPTION_ALPHA
};

enum { BASELINES_MAX = 100 };

struct request {
	const char *result;
	const char *baseline[BASELINES_MAX];
	unsigned baselines_n;
	struct check_options check;
	enum report_format format;
	bool strict;
};

static const struct argp_option options[] = {
	{"baseline", OPTION_BASELINE, "FILE", 0,
     "a result of an earlier run; several, each of its own run, are much better than one", 0},
	{"effect", OPTION_EFFECT, "PERCENT", 0, "a slowdown that must not pass; default 5%", 0},
	{"tolerate", OPTION_TOLERATE, "PERCENT", 0, "a slowdown that is no regression; default 1%", 0},
	{"alpha", OPTION_ALPHA, "PERCENT", 0, "the chance of any false alarm, over all rows; default 1%", 0},
	{"strict", OPTION_STRICT, 0, 0, "exit with 1 where a row regressed, with 3 where it cannot be told", 0},
	{"format", OPTION_FORMAT, "FORMAT", 0, "table (the default), markdown (for GitHub) or json", 0},
	{0},
};

static const char doc[] =
	"Judge a result file by baselines: results of earlier runs on the same machine. REGRESSED, NOT REGRESSED or "
	"CANNOT TELL for each spec, the worst first, and the slowdown that this baseline could find.\v"
	"Examples:\n"
	"  tvp check new.json --baseline monday.json --baseline tuesday.json --baseline wednesday.json\n"
	"  tvp check new.json --baseline old.json --effect=10% --strict\n"
	"  tvp check new.json --baseline old.json --format=markdown >>\"$GITHUB_STEP_SUMMARY\"\n\n"
	"With several baseline runs, a new one is judged by how much those differ from each other. With one, it is "
	"judged by the rounds of two runs, and what shifts a run as a whole is not seen: such baselines alarm falsely "
	"often (56 % in a published A/A study of another tool), so REGRESSED is a hint there; `tvp gate` measures two "
	"builds side by side. Where CPU model, CPUs, kernel, governor, C library, compiler, flags or build differ, it "
	"cannot tell, and says which.\n\n"
	"Exit status: 0, with a warning where that hides a verdict; with --strict 1 where a row regressed, 3 where "
	"one cannot be told; 2 for bad input; 4 where the output cannot be written.";

static void validate(const struct request *request, struct argp_state *state)
{
	if (!request->result)
		argp_error(state, "which RESULT?");
	if (request->baselines_n == 0)
		argp_error(state, "which --baseline?");
	if (request->check.effect <= request->check.tolerate)
		argp_failure(state, EXIT_USAGE, 0, "--effect must be more than --tolerate");
	if (request->check.alpha <= 0 || request->check.alpha >= 0.5)
		argp_failure(state, EXIT_USAGE, 0, "--alpha: between 0%% and 50%%");
}

static error_t option_parse(int key, char *argument, struct argp_state *state)
{
	struct request *request = state->input;
	double below_ten = nextafter(10, 0);
	switch (key) {
	case OPTION_BASELINE:
		if (request->baselines_n == BASELINES_MAX)
			argp_failure(state, EXIT_USAGE, 0, "--baseline: more than %d", BASELINES_MAX);
		request->baseline[request->baselines_n++] = argument;
		return 0;
	case OPTION_EFFECT:
		fraction_take(state, "effect", argument, 0, below_ten, &request->check.effect);
		return 0;
	case OPTION_TOLERATE:
		fraction_take(state, "tolerate", argument, 0, below_ten, &request->check.tolerate);
		return 0;
	case OPTION_ALPHA:
		fraction_take(state, "alpha", argument, 0, below_ten, &request->check.alpha);
		return 0;
	case OPTION_STRICT:
		request->strict = true;
		return 0;
	case OPTION_FORMAT:
		if (report_format_parse(argument, &request->format) < 0)
			argp_failure(state, EXIT_USAGE, 0, "%s", status_message());
		return 0;
	case ARGP_KEY_ARG:
		if (request->result)
			argp_error(state, "one RESULT, not also \"%s\"", argument);
		request->result = argument;
		return 0;
	case ARGP_KEY_END:
		validate(request, state);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
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

// input[0] is the result, the others are the baselines.
static int judge(const char *command, const struct request *request, const struct check_input *input)
{
	struct check check;
	int status = check_open(&check, input[0], input + 1, request->baselines_n, &request->check);
	if (status < 0)
		return cli_fail_input(command, status);
	status = check_print(stdout, &check, request->format);
	int exit_code = exit_code_of(command, &check, request->strict);
	check_close(&check);
	return status < 0 ? cli_fail(command, EXIT_ENVIRONMENT) : exit_code;
}

int cli_check(int argc, char **argv)
{
	const struct argp argp = {.options = options, .parser = option_parse, .args_doc = "RESULT", .doc = doc};
	struct request request = {.check = {.effect = 0.05, .tolerate = 0.01, .alpha = 0.01}};
	argp_err_exit_status = EXIT_USAGE;
	argp_parse(&argp, argc, argv, 0, NULL, &request);
	unsigned loaded_n = 0, records_n = request.baselines_n + 1;
	struct record *record = calloc(records_n, sizeof *record);
	struct check_input input[BASELINES_MAX + 1];
	int status = record ? 0 : status_fail(ENOMEM, "%u results", records_n);
	for (; status == 0 && loaded_n < records_n; loaded_n += status == 0) {
		input[loaded_n] =
			(struct check_input){&record[loaded_n], loaded_n ? request.baseline[loaded_n - 1] : request.result};
		status = result_load(&record[loaded_n], input[loaded_n].path);
	}
	int exit_code = status < 0 ? cli_fail_input(argv[0], status) : judge(argv[0], &request, input);
	while (loaded_n > 0)
		record_close(&record[--loaded_n]);
	free(record);
	return exit_code;
}
