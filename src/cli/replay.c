// tvp replay: a gate's recorded blocks judged again.
#include "cli/cli.h"

#include <argp.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/status.h"
#include "base/units.h"
#include "cli/options/format_option.h"
#include "cli/options/options.h"
#include "cli/options/thresholds.h"
#include "gate/stored/other_rules.h"
#include "gate/stored/replay.h"
#include "report/gate/load.h"
#include "report/text/document.h"

enum { KEY_RULES = 256, KEY_FLIPS, KEY_SEED };

struct request {
	char **files;
	int files_n;
	struct replay_options options;
	struct thresholds_request thresholds; ///< where options are filled in
	struct format_request format;
	enum replay_question question;
	bool rules;
	uint64_t flips_n, seed; ///< flips_n 0: none asked for
	// Over all files:
	struct rng rng;
	uint32_t flipped_n, alarmed_n[OTHER_RULES_MAX];
};

static const struct argp_option options[] = {
	{0, 0, 0, 0, "Other thresholds than the gate had:", 4},
	{0, 0, 0, 0, "Instead of the verdicts:", 5},
	{"rules", KEY_RULES, 0, 0, "what other tools' rules conclude from the same blocks", 5},
	{"flips", KEY_FLIPS, "N", 0,
     "false alarms of each rule in N gates without a difference, made by swapping the two sides of each block at random",
     5},
	{"seed", KEY_SEED, "N", 0, "seed of that swapping; default: 1", 5},
	{0, 0, 0, 0, "Output:", 6},
	{0},
};

static const char doc[] =
	"Judge the blocks that `tvp gate --out=GATE.json` recorded once more: with the recorded thresholds, which gives "
	"the stored verdicts, or with others.\v"
	"Examples:\n"
	"  tvp replay gate.json\n"
	"  tvp replay gate.json --statistic=min --alpha=0.1%\n"
	"  tvp replay gates/*.json --rules --format=tsv > rules.tsv\n"
	"  tvp replay gates/*.json --flips=1000\n\n"
	"A gate stops measuring a spec at its verdict: for a stricter threshold there are no further blocks, and every "
	"rule is given the blocks that this gate chose to measure. Flipped gates test the rules and the code, not the "
	"measuring.\n\n"
	"Exit status: 0; 2 for bad input; 4 where the output cannot be written.";

static error_t parse_operands(struct request *request, int key, struct argp_state *state)
{
	switch (key) {
	case ARGP_KEY_ARGS:
		request->files = state->argv + state->next;
		request->files_n = state->argc - state->next;
		return 0;
	case ARGP_KEY_NO_ARGS:
		operand_missing(state, "GATE.json");
		return 0;
	case ARGP_KEY_END:
		if (request->rules && request->flips_n)
			argp_error(state, "--rules and --flips exclude each other");
		return 0;
	}
	return ARGP_ERR_UNKNOWN;
}

static error_t parse(int key, char *argument, struct argp_state *state)
{
	struct request *request = state->input;
	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &request->thresholds;
		state->child_inputs[1] = &request->format;
		return 0;
	case KEY_RULES:
		request->rules = true;
		request->question = REPLAY_RULES;
		return 0;
	case KEY_FLIPS:
		if (units_parse_count(argument, 1, 1000000, &request->flips_n) < 0)
			option_refuse(state, "flips", argument, "a whole number from 1 to 1000000");
		request->question = REPLAY_FLIPS;
		return 0;
	case KEY_SEED:
		if (units_parse_count(argument, 0, UINT64_MAX, &request->seed) < 0)
			option_refuse(state, "seed", argument, "a whole number");
		return 0;
	}
	return parse_operands(request, key, state);
}

static int file_write(const struct request *request, struct replayed *replayed)
{
	struct report_style style;
	style_of_output(&style);
	replayed->question = request->question;
	return request->format.format->replay->file(stdout, replayed, &style);
}

static int replay_verdicts(struct request *request, struct gate *gate, struct replayed *replayed)
{
	enum verdict *stored = malloc((gate->judgements_n + 1) * sizeof *stored);
	if (!stored)
		return status_fail(ENOMEM, "%s: %u judgements", replayed->file, gate->judgements_n);
	for (uint32_t i = 0; i < gate->judgements_n; i++)
		stored[i] = gate->judgements[i].verdict;
	replayed->stored = stored;
	int status = gate_replay(gate);
	if (status == 0)
		status = file_write(request, replayed);
	free(stored);
	return status;
}

static int replay_rules(struct request *request, struct gate *gate, struct replayed *replayed)
{
	int status = gate_replay(gate);
	return status < 0 ? status : file_write(request, replayed);
}

static int replay_flips(struct request *request, struct gate *gate, struct replayed *replayed)
{
	uint32_t alarmed_n[OTHER_RULES_MAX] = {0};
	int status = other_rules_flip(gate, (uint32_t)request->flips_n, &request->rng, alarmed_n);
	if (status < 0)
		return status;
	for (int i = 0; i < OTHER_RULES_MAX; i++)
		request->alarmed_n[i] += alarmed_n[i];
	request->flipped_n += (uint32_t)request->flips_n;
	replayed->flips_n = (uint32_t)request->flips_n;
	replayed->alarmed_n = alarmed_n;
	return file_write(request, replayed);
}

// Returns an exit code, having said why where it is not EXIT_OK.
static int replay_file(struct request *request, const char *command, unsigned index)
{
	static int (*const replays[])(struct request * request, struct gate * gate, struct replayed * replayed) = {
		[REPLAY_VERDICTS] = replay_verdicts, [REPLAY_RULES] = replay_rules, [REPLAY_FLIPS] = replay_flips};
	const char *file = request->files[index];
	static struct gate gate; // some 18 KiB
	int status = gate_load(&gate, file);
	if (status == 0) {
		struct replayed replayed = {.index = index, .file = file, .gate_id = gate.id, .gate = &gate};
		status = replay_options_set(&gate, &request->options);
		if (status < 0)
			status_wrap(status, "%s", file);
		else
			status = replays[request->question](request, &gate, &replayed);
		gate_close(&gate);
	} else if (status != -ENOMEM) {
		status = -EINVAL;
	}
	if (status == 0)
		return EXIT_OK;
	return cli_fail(command, status == -EINVAL ? EXIT_USAGE : EXIT_ENVIRONMENT);
}

// The null gates of all files together.
static int pool_write(const struct request *request)
{
	struct replayed all = {
		.index = (unsigned)request->files_n,
		.file = "all files",
		.gate_id = "*",
		.flips_n = request->flipped_n,
		.alarmed_n = request->alarmed_n,
	};
	return request->question == REPLAY_FLIPS && request->files_n > 1 ? file_write(request, &all) : 0;
}

static int replay_all(struct request *request, const char *command)
{
	const struct replay_format *format = request->format.format->replay;
	if (format->begin)
		format->begin(stdout, request->question);
	for (int i = 0; i < request->files_n; i++) {
		int exit_code = replay_file(request, command, (unsigned)i);
		if (exit_code != EXIT_OK)
			return exit_code;
	}
	if (pool_write(request) < 0)
		return cli_fail(command, EXIT_ENVIRONMENT);
	if (format->end)
		format->end(stdout, request->question);
	return EXIT_OK;
}

int cli_replay(int argc, char **argv)
{
	const struct argp_child children[] = {{.argp = thresholds_of_gate()}, {.argp = format_option()}, {0}};
	const struct argp argp = {
		.options = options, .parser = parse, .args_doc = "GATE.json...", .doc = doc, .children = children};
	struct request request = {
		.options = {.alpha = NAN, .beta = NAN, .effect = NAN, .tolerate = NAN, .statistic = STATISTIC_N},
		.format.kind = REPORT_REPLAY,
		.seed = 1,
	};
	request.thresholds = (struct thresholds_request){
		.effect = &request.options.effect,
		.tolerate = &request.options.tolerate,
		.alpha = &request.options.alpha,
		.beta = &request.options.beta,
		.statistic = &request.options.statistic,
		.otherwise = "as recorded",
	};
	argp_err_exit_status = EXIT_USAGE;
	argp_parse(&argp, argc, argv, 0, NULL, &request);
	request.rng = (struct rng){request.seed};
	return replay_all(&request, argv[0]);
}
