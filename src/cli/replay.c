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
#include "cli/options/options.h"
#include "gate/stored/replay.h"
#include "gate/stored/other_rules.h"
#include "report/gate/load.h"
#include "report/gate/replay_text.h"
#include "report/format/text.h"

enum { KEY_ALPHA = 256, KEY_BETA, KEY_EFFECT, KEY_TOLERATE, KEY_STATISTIC, KEY_RULES, KEY_FLIPS, KEY_SEED, KEY_FORMAT };

struct request {
	char **files;
	int files_n;
	struct replay_options options;
	bool rules;
	uint64_t flips_n, seed; ///< flips_n 0: none asked for
	enum replay_format format;
	// Over all files:
	struct rng rng;
	uint32_t flipped_n, alarmed_n[OTHER_RULES_MAX];
};

static const struct argp_option options[] = {
	{0, 0, 0, 0, "What would it have said with:", 1},
	{"alpha", KEY_ALPHA, "PERCENT", 0, "another chance of any false alarm in the whole gate", 1},
	{"beta", KEY_BETA, "PERCENT", 0, "another chance of each false all-clear", 1},
	{"effect", KEY_EFFECT, "PERCENT", 0, "another slowdown that must be caught", 1},
	{"tolerate", KEY_TOLERATE, "PERCENT", 0, "another slowdown that is let pass", 1},
	{"statistic", KEY_STATISTIC, "NAME", 0, "another statistic of a slice's wall times: min, p10, p25, median, mean",
     1},
	{0, 0, 0, 0, "Instead of the verdicts:", 2},
	{"rules", KEY_RULES, 0, 0, "what other tools' rules say of the same blocks", 2},
	{"flips", KEY_FLIPS, "N", 0,
     "false alarms of each rule in N gates of no difference: the sides exchanged by a coin in every block", 2},
	{"seed", KEY_SEED, "N", 0, "of those coins; default 1", 2},
	{0, 0, 0, 0, "How:", 3},
	{"format", KEY_FORMAT, "FORMAT", 0, "table (the default), or tsv: a header line and tabs, for scripts", 3},
	{0},
};

static const char doc[] =
	"Judge the blocks again that `tvp gate --out=GATE.json` recorded: with the thresholds they were recorded with, "
	"which gives the verdicts stored, or with others.\v"
	"Examples:\n"
	"  tvp replay gate.json\n"
	"  tvp replay gate.json --statistic=min --alpha=0.1%\n"
	"  tvp replay gates/*.json --rules --format=tsv > rules.tsv\n"
	"  tvp replay gates/*.json --flips=1000\n\n"
	"A gate stops measuring a spec at its verdict: a stricter question finds no further blocks, and every rule is "
	"given the blocks that this gate chose to measure. Flipped gates test the rules and the code, not the "
	"measuring. Exit codes: 0; 2 usage, or a file that is no gate's; 4 where the output cannot be written.";

static error_t parse_question(int key, const char *argument, struct argp_state *state)
{
	struct replay_options *asked = &((struct request *)state->input)->options;
	switch (key) {
	case KEY_ALPHA:
		fraction_take(state, "alpha", argument, 0, INFINITY, &asked->alpha);
		return 0;
	case KEY_BETA:
		fraction_take(state, "beta", argument, 0, INFINITY, &asked->beta);
		return 0;
	case KEY_EFFECT:
		fraction_take(state, "effect", argument, 0, INFINITY, &asked->effect);
		return 0;
	case KEY_TOLERATE:
		fraction_take(state, "tolerate", argument, 0, INFINITY, &asked->tolerate);
		return 0;
	case KEY_STATISTIC:
		asked->statistic = statistic_find(argument);
		if (asked->statistic == STATISTIC_N)
			argp_error(state, "--statistic: \"%s\" is not min, p10, p25, median or mean", argument);
		return 0;
	}
	return ARGP_ERR_UNKNOWN;
}

static void format_take(struct request *request, const char *argument, struct argp_state *state)
{
	if (strcmp(argument, "table") != 0 && strcmp(argument, "tsv") != 0)
		argp_error(state, "--format: \"%s\" is not table or tsv", argument);
	request->format = strcmp(argument, "tsv") == 0 ? REPLAY_TSV : REPLAY_TABLE;
}

static error_t parse(int key, char *argument, struct argp_state *state)
{
	struct request *request = state->input;
	switch (key) {
	case KEY_RULES:
		request->rules = true;
		return 0;
	case KEY_FLIPS:
		if (units_parse_count(argument, 1, 1000000, &request->flips_n) < 0)
			argp_error(state, "--flips: \"%s\" is not within 1 to 1000000", argument);
		return 0;
	case KEY_SEED:
		if (units_parse_count(argument, 0, UINT64_MAX, &request->seed) < 0)
			argp_error(state, "--seed: \"%s\" is not a whole number", argument);
		return 0;
	case KEY_FORMAT:
		format_take(request, argument, state);
		return 0;
	case ARGP_KEY_ARGS:
		request->files = state->argv + state->next;
		request->files_n = state->argc - state->next;
		return 0;
	case ARGP_KEY_NO_ARGS:
		argp_error(state, "which GATE.json?");
		return 0;
	case ARGP_KEY_END:
		if (request->rules && request->flips_n)
			argp_error(state, "--rules or --flips, not both");
		return 0;
	}
	return parse_question(key, argument, state);
}

static int show_verdicts(struct request *request, const char *file, struct gate *gate)
{
	enum verdict *stored = malloc((gate->judgements_n + 1) * sizeof *stored);
	if (!stored)
		return status_fail(ENOMEM, "%s: %u judgements", file, gate->judgements_n);
	for (uint32_t i = 0; i < gate->judgements_n; i++)
		stored[i] = gate->judgements[i].verdict;
	int status = gate_replay(gate);
	if (status == 0)
		status = replay_verdicts_print(stdout, request->format, file, gate, stored, isatty(STDOUT_FILENO));
	free(stored);
	return status;
}

static int show_rules(struct request *request, const char *file, struct gate *gate)
{
	int status = gate_replay(gate);
	return status < 0 ? status : replay_rules_print(stdout, request->format, file, gate);
}

static int show_flips(struct request *request, const char *file, struct gate *gate)
{
	uint32_t alarmed_n[OTHER_RULES_MAX] = {0};
	int status = other_rules_flip(gate, (uint32_t)request->flips_n, &request->rng, alarmed_n);
	if (status < 0)
		return status;
	for (int i = 0; i < OTHER_RULES_MAX; i++)
		request->alarmed_n[i] += alarmed_n[i];
	request->flipped_n += (uint32_t)request->flips_n;
	replay_flips_print(stdout, request->format, file, gate->id, (uint32_t)request->flips_n, alarmed_n);
	return 0;
}

// Returns an exit code, having said why where it is not EXIT_OK.
static int replay_file(struct request *request, const char *command, const char *file)
{
	struct gate gate;
	int status = gate_load(&gate, file);
	if (status == 0) {
		status = replay_ask(&gate, &request->options);
		if (status < 0)
			status_wrap(status, "%s", file);
		else
			status = (request->rules     ? show_rules
			          : request->flips_n ? show_flips
			                             : show_verdicts)(request, file, &gate);
		gate_close(&gate);
	} else if (status != -ENOMEM) {
		status = -EINVAL;
	}
	if (status == 0)
		return EXIT_OK;
	return cli_fail(command, status == -EINVAL ? EXIT_USAGE : EXIT_ENVIRONMENT);
}

static int replay_all(struct request *request, const char *command)
{
	(request->rules     ? replay_rules_head
	 : request->flips_n ? replay_flips_head
	                    : replay_verdicts_head)(stdout, request->format);
	for (int i = 0; i < request->files_n; i++) {
		if (i && request->format == REPLAY_TABLE)
			putchar('\n');
		int exit_code = replay_file(request, command, request->files[i]);
		if (exit_code != EXIT_OK)
			return exit_code;
	}
	if (request->flips_n && request->files_n > 1) {
		fputs(request->format == REPLAY_TABLE ? "\n" : "", stdout);
		replay_flips_print(stdout, request->format, "all files", "*", request->flipped_n, request->alarmed_n);
	}
	if (request->flips_n || request->rules)
		replay_rules_explain(stdout, request->format);
	return EXIT_OK;
}

int cli_replay(int argc, char **argv)
{
	const struct argp argp = {.options = options, .parser = parse, .args_doc = "GATE.json...", .doc = doc};
	struct request request = {
		.options = {.alpha = NAN, .beta = NAN, .effect = NAN, .tolerate = NAN, .statistic = STATISTIC_N},
		.seed = 1,
	};
	argp_err_exit_status = EXIT_USAGE;
	if (argp_parse(&argp, argc, argv, 0, NULL, &request))
		return EXIT_USAGE;
	request.rng = (struct rng){request.seed};
	int exit_code = replay_all(&request, argv[0]);
	// A full disk behind stdout shows only now.
	return exit_code == EXIT_OK && text_end(stdout) < 0 ? cli_fail(argv[0], EXIT_ENVIRONMENT) : exit_code;
}
