// tvp gate: plan, run the blocks, show and write the verdicts.
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/status.h"
#include "cli/cli.h"
#include "cli/doctor_brief.h"
#include "cli/options/gate_options.h"
#include "cli/options/plugin_options.h"
#include "cli/gate_programs.h"
#include "cli/gate_suite.h"
#include "cli/machine.h"
#include "cli/others.h"
#include "cli/plan.h"
#include "cli/progress.h"
#include "report/gate/entries.h"
#include "report/result/file.h"
#include "report/text/document.h"

// Whether they can run here their slices will say.
static int plan_names(const char *const *names, unsigned names_n, struct record *record)
{
	for (unsigned i = 0; i < names_n && names[i]; i++) {
		struct spec spec;
		int status = spec_parse(&spec, names[i]);
		const struct experiment *experiment = status == 0 ? experiment_find(spec.experiment) : NULL;
		if (status == 0 && !experiment)
			status = status_say(EINVAL, "no experiment '%s' (`tvp list experiments`)", spec.experiment);
		int row = status == 0 ? record_find(record, &spec) : -1;
		if (status == 0 && row < 0)
			status = row = record_add_row(record, &spec, "");
		if (status < 0)
			return status;
		record->rows[row].hooks = &experiment->visit;
	}
	return 0;
}

static int plan(struct gate_request *request, struct record *record)
{
	if (programs_given(&request->programs))
		return gate_programs_plan(request, record);
	if (request->specs_n)
		return plan_names(request->spec, request->specs_n, record);
	if (strcmp(request->options.suite, "gate") == 0)
		return plan_names(gate_suite, UINT_MAX, record);
	int status = plan_suite(request->options.suite, &request->plan, record);
	if (status == 0)
		plan_tell_missing("tvp gate", &request->plan, record);
	return status;
}

// Judgements without a verdict, and specs that the gate never came to.
static uint32_t untold_n(const struct gate *gate)
{
	uint32_t n = 0;
	for (uint32_t i = 0; i < gate->judgements_n; i++)
		n += gate->judgements[i].verdict == VERDICT_CANNOT_TELL;
	for (uint32_t i = 0; i < gate->rows_n; i++)
		n += gate->rows[i].state == GATE_ROW_MEASURED && gate->rows[i].judgements_n == 0;
	return n;
}

// What the old side could do and the new one cannot: no fault of this machine.
static uint32_t lost_n(const struct gate *gate)
{
	uint32_t n = 0;
	for (uint32_t i = 0; i < gate->rows_n; i++)
		n += gate->rows[i].state == GATE_ROW_SKIPPED && gate->rows[i].failed_side == SIDE_NEW;
	return n;
}

static int exit_code_of(const struct gate *gate, bool strict)
{
	bool failed = gate->stop == STOP_BROKEN;
	for (uint32_t i = 0; i < gate->rows_n; i++)
		failed |= gate->rows[i].state == GATE_ROW_FAILED;
	if (failed)
		return EXIT_ENVIRONMENT;
	if (gate_has(gate, VERDICT_REGRESSED))
		return EXIT_REGRESSED;
	if (gate->stop == STOP_INTERRUPT)
		return EXIT_INTERRUPTED;
	return strict && (untold_n(gate) + lost_n(gate) > 0 || gate->judgements_n == 0) ? EXIT_CANNOT_TELL : EXIT_OK;
}

// Before the first block: a directory that is not there must not cost the time budget.
static int outputs_check(const struct gate_request *request)
{
	int status = 0;
	for (int i = 0; formats[i] && status == 0; i++)
		if (request->output[i] && strcmp(request->output[i], "-") != 0)
			status = file_replaceable(request->output[i]);
	return status;
}

static int write_outputs(const struct gate *gate, const struct gate_request *request, const char *command)
{
	int exit_code = EXIT_OK;
	for (int i = 0; formats[i]; i++)
		if (request->output[i] && format_gate_write(formats[i], gate, request->output[i], stdout) < 0)
			exit_code = cli_fail(command, EXIT_ENVIRONMENT);
	return exit_code;
}

// What passes without a verdict must at least be seen.
static void warn(const struct gate *gate, const char *command)
{
	struct gate_entries entries;
	if (gate_entries_open(&entries, gate) < 0)
		return;
	if (lost_n(gate) > 0)
		fprintf(stderr, "%s: warning: specs skipped by the new side only: %u; with --strict the exit status is %d\n",
		        command, lost_n(gate), EXIT_CANNOT_TELL);
	if (gate->judgements_n == 0 && !entries.verdict_n[VERDICT_CANNOT_TELL])
		fprintf(stderr, "%s: warning: nothing was judged; with --strict the exit status is %d\n", command,
		        EXIT_CANNOT_TELL);
	else if (entries.verdict_n[VERDICT_CANNOT_TELL])
		fprintf(stderr, "%s: warning: CANNOT TELL for %u of %u; with --strict the exit status is %d\n", command,
		        entries.verdict_n[VERDICT_CANNOT_TELL], entries.n - entries.verdict_n[VERDICT_SKIPPED],
		        EXIT_CANNOT_TELL);
	gate_entries_close(&entries);
}

static int conclude(const struct gate *gate, const struct gate_request *request, const char *command)
{
	int exit_code = exit_code_of(gate, request->strict);
	struct report_style style;
	style_of_output(&style);
	if (format_find("table", REPORT_GATE)->gate(stdout, gate, &style) < 0)
		exit_code = cli_fail(command, EXIT_ENVIRONMENT);
	fflush(stdout); // where both go to one log, the table comes first
	if (gate->stop == STOP_BROKEN)
		fprintf(stderr, "%s: %s\n", command, gate->broken);
	else if (gate->stop == STOP_INTERRUPT)
		fprintf(stderr, "%s: interrupted; the verdicts are those reached so far\n", command);
	if (exit_code == EXIT_OK)
		warn(gate, command);
	return write_outputs(gate, request, command) == EXIT_OK ? exit_code : EXIT_ENVIRONMENT;
}

// Thirty blocks of 40 ms are usual for a spec. A gate that cannot begin has nothing to look for.
static void examine(const struct gate_request *request, struct gate *gate, const struct topology *topology,
                    const char *command)
{
	enum { USUAL_BLOCKS = 30 };
	const struct gate_options *options = &request->options;
	double blocks_n = options->blocks_n ? options->blocks_n : USUAL_BLOCKS,
		   budget_s = (double)options->time_budget_ns / 1e9;
	double needed_s = 0.04 * blocks_n * gate->rows_n;
	const struct doctor_case known = {
		.when = request->doctor,
		.expected_s = needed_s < budget_s ? needed_s : budget_s,
		.rounds_n = blocks_n,
	};
	if (side_check(&gate->side[SIDE_OLD]) == 0 && side_check(&gate->side[SIDE_NEW]) == 0)
		doctor_brief(command, &known, topology, &gate->facts);
}

// The reports are about the commands, not about the tvp that started them.
static void programs_name(struct gate *gate, const struct gate_request *request)
{
	const char *const *command = request->programs.command;
	for (int side = 0; side < SIDES_N; side++) {
		struct side *own = &gate->side[side];
		if (!own->words)
			continue;
		own->program = command[side] ? command[side] : command[SIDE_OLD] ? command[SIDE_OLD] : own->words[0];
		*own->revision = '\0';
	}
}

static int measure(struct gate_request *request, const struct record *planned, const struct topology *topology,
                   const char *command)
{
	static struct gate gate;
	bool drawn = request->progress == PROGRESS_ALWAYS || (request->progress == PROGRESS_AUTO && isatty(STDERR_FILENO));
	struct gate_hooks hooks = {.progress = drawn ? progress_draw_gate : NULL};
	if (outputs_check(request) < 0 || gate_open(&gate, &request->options, planned) < 0)
		return cli_fail(command, EXIT_ENVIRONMENT);
	memcpy(gate.side, request->side, sizeof gate.side);
	facts_read(&gate.facts, topology);
	plugins_add_facts(&gate.facts);
	machine_warn(&gate.facts, topology, planned);
	others_meet(command, request->others_wait_ns, &gate.facts);
	examine(request, &gate, topology, command);
	int status = gate_run(&gate, &hooks);
	if (drawn)
		progress_end();
	programs_name(&gate, request);
	int exit_code = status < 0 ? cli_fail(command, EXIT_ENVIRONMENT) : conclude(&gate, request, command);
	gate_close(&gate);
	return exit_code;
}

int cli_gate(int argc, char **argv)
{
	static struct gate_request request;
	struct topology *topology = NULL;
	static struct record planned;
	int exit_code = plugins_take(argc, argv);
	if (exit_code != EXIT_OK)
		return exit_code;
	gate_request_parse(&request, argc, argv);
	// The slices of both sides inherit the mask, also those of a build that knows no such options.
	exit_code = machine_open(argv[0], NULL, &request.machine, &topology);
	if (exit_code != EXIT_OK)
		return exit_code;
	request.plan.topology = topology;
	int status = record_open(&planned);
	if (status == 0 && (status = plan(&request, &planned)) == 0)
		exit_code = measure(&request, &planned, topology, argv[0]);
	else
		exit_code = cli_fail_input(argv[0], status);
	record_close(&planned);
	topology_close(topology);
	return exit_code;
}
