// tvp gbench: our benchmarks under Google Benchmark's own command line, reporters and iteration control.
// Each call of a benchmark's function is one visit in a runner process; its mean is the manual time of every iteration.
#include <argp.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/status.h"
#include "cli/cli.h"
#include "cli/machine.h"
#include "cli/options/axis_options.h"
#include "cli/options/options.h"
#include "cli/options/plugin_options.h"
#include "cli/plan.h"
#include "gbench/gbench.h"
#include "kernel/ways.h"
#include "measure/visit.h"

struct benched {
	const struct row *row;
	double run_operations_n; ///< of one iteration of a visit; 1 until a visit has reported it
};

static struct visitor visitor;
static unsigned failed_n; // visits

enum { VISIT_DEADLINE_S = 120 };

// Google Benchmark asks for up to 1e9 operations. In some experiments one run does many operations; and a visit stores
// a bounded number of iterations, so the rest becomes the batch.
static void split(uint64_t asked_n, double run_operations_n, uint64_t *iterations_n, uint32_t *batch_n)
{
	asked_n = (uint64_t)ceil((double)asked_n / run_operations_n);
	uint64_t batch = (asked_n + TRIAL_ITERATIONS_MAX - 1) / TRIAL_ITERATIONS_MAX;
	*batch_n = (uint32_t)batch;
	*iterations_n = (asked_n + batch - 1) / batch;
}

static void benchmark(struct gbench_state *state, void *argument)
{
	struct benched *benched = argument;
	const struct row *row = benched->row;
	uint64_t iterations_n, asked_n = gbench_max_iterations(state);
	uint32_t batch_n;
	if (visitor_check(&visitor)) {
		gbench_skip_with_error(state, "interrupted");
		return;
	}
	split(asked_n, benched->run_operations_n, &iterations_n, &batch_n);
	int status = row->hooks->prepare ? row->hooks->prepare(&row->spec) : 0;
	struct visit_request request = {
		.hooks = row->hooks,
		.spec = &row->spec,
		.iterations_n = iterations_n,
		.batch_n = batch_n,
		.deadline_ns = VISIT_DEADLINE_S * NS_PER_S,
	};
	if (status == 0)
		status = visit_run(&visitor, &request);
	if (status < 0) {
		failed_n++;
		gbench_skip_with_error(state, status_message());
		return;
	}
	double mean_ns = visitor.trial->value[METRIC_wall_mean_ns],
		   run_operations_n = visitor.trial->value[METRIC_run_operations_n];
	benched->run_operations_n = run_operations_n > 1 ? run_operations_n : 1;
	while (gbench_keep_running(state))
		gbench_set_iteration_time(state, mean_ns / 1e9);
	gbench_counter(state, "cpu_ns", visitor.trial->value[METRIC_cpu_ns], GBENCH_COUNTER_PLAIN);
	if (row->bytes)
		gbench_set_bytes_processed(state, row->bytes * asked_n);
	if (visitor.trial->label[0])
		gbench_label(state, visitor.trial->label);
}

// The user's own least time would lose against one set per benchmark.
static bool sets_min_time(char **flags)
{
	static const char flag[] = "--benchmark_min_time";
	while (*flags && strncmp(*flags, flag, sizeof flag - 1) != 0)
		flags++;
	return *flags;
}

static int register_rows(struct record *record, struct benched *benched, bool default_time)
{
	char name[SPEC_NAME_BYTES];
	for (uint32_t i = 0; i < record->rows_n; i++) {
		struct row *row = &record->rows[i];
		// The loops over Google Benchmark itself cannot run inside it.
		const char *call = spec_get(&row->spec, "call");
		if (row->state != ROW_OPEN || (call && (strcmp(call, "shim") == 0 || strcmp(call, "cxx") == 0)))
			continue;
		benched[i] = (struct benched){row, 1};
		struct gbench_benchmark *registered =
			gbench_register(spec_name(&row->spec, name, sizeof name), benchmark, &benched[i]);
		if (!registered)
			return status_fail(ENOMEM, "registering %s", name);
		gbench_manual_time(registered);
		if (default_time)
			gbench_min_time(registered, 0.02);
	}
	return 0;
}

static int run_registered(const char *command)
{
	gbench_context("tvp_version", TVP_VERSION);
	size_t benchmarks_n = gbench_run_default();
	if (visitor.interrupted)
		return EXIT_INTERRUPTED;
	if (benchmarks_n == 0) {
		fprintf(stderr, "%s: no benchmark matches --benchmark_filter\n", command);
		return EXIT_USAGE;
	}
	if (failed_n > 0) {
		fprintf(stderr, "%s: failed runs: %u\n", command, failed_n);
		return EXIT_ENVIRONMENT;
	}
	return EXIT_OK;
}

static int run_rows(const char *command, struct record *record, const struct topology *topology, int argc, char **argv)
{
	int exit_code = EXIT_ENVIRONMENT;
	struct benched *benched = calloc(record->rows_n + 1ul, sizeof *benched);
	if (visitor_open(&visitor, topology, clock_measure().cost_ns, NS_PER_MS) < 0) {
		free(benched);
		return cli_fail(command, EXIT_ENVIRONMENT);
	}
	if (!benched) {
		status_fail(ENOMEM, "%u benchmarks", record->rows_n);
		cli_fail(command, EXIT_ENVIRONMENT);
	} else if (register_rows(record, benched, !sets_min_time(argv)) < 0) {
		cli_fail(command, EXIT_ENVIRONMENT);
	} else if (gbench_init_flags(&argc, argv) < 0) {
		fprintf(stderr, "%s: '%s' is not a flag of Google Benchmark\n", command, argv[1]);
		exit_code = EXIT_USAGE;
	} else {
		ways_allow_measuring();
		exit_code = run_registered(command);
	}
	gbench_shutdown();
	visitor_close(&visitor);
	free(benched);
	return exit_code;
}

struct request {
	struct plan_options plan;
	struct axis_request axes;
	struct machine_request machine;
	struct operands operands;
};

static int run_suite(const char *command, struct request *request, int argc, char **argv)
{
	const char *suite = request->operands.n ? request->operands.value[0] : "quick";
	struct topology *topology = NULL;
	static struct record record; // some 18 KiB
	int exit_code, status;
	if (record_open(&record) < 0) {
		exit_code = cli_fail(command, EXIT_ENVIRONMENT);
		goto out;
	}
	exit_code = machine_open(command, NULL, &request->machine, &topology);
	if (exit_code != EXIT_OK)
		goto out;
	request->plan.topology = topology;
	status = plan_suite(suite, &request->plan, &record);
	if (status == 0)
		plan_tell_missing(command, &request->plan, &record);
	exit_code = status < 0 ? cli_fail_input(command, status) : run_rows(command, &record, topology, argc, argv);
out:
	record_close(&record);
	topology_close(topology);
	return exit_code;
}

static const char doc[] =
	"Run the benchmarks of a suite (quick, ipc, full, or experiments; default: quick) under Google Benchmark's own "
	"command line. Every run has a process of its own, as in `tvp run`, without rounds or intervals.\v"
	"Debian's Google Benchmark calls itself a debug build; its warning is about the library, not about tvp.\n\n"
	"Examples:\n"
	"  tvp gbench -- --benchmark_list_tests\n"
	"  tvp gbench -- --benchmark_filter='kernel:convolve.*workers:2'\n"
	"  tvp gbench scaling -- --benchmark_filter=sum --benchmark_format=json\n"
	"  tvp gbench scaling --kernel=./mine.c -- --benchmark_repetitions=5\n"
	"  tvp gbench -- --help          Google Benchmark's flags";

static error_t parse(int key, char *argument, struct argp_state *state)
{
	struct request *request = state->input;
	if (key == ARGP_KEY_INIT) {
		state->child_inputs[0] = &request->axes;
		state->child_inputs[1] = &request->machine;
		return 0;
	}
	return operands_parse(&request->operands, key, argument, state);
}

// How many arguments stand before Google Benchmark's.
static int own_arguments_n(int argc, char **argv)
{
	static const char flag[] = "--benchmark_";
	int n = 1;
	while (n < argc && strcmp(argv[n], "--") != 0 && strncmp(argv[n], flag, sizeof flag - 1) != 0)
		n++;
	return n;
}

int cli_gbench(int argc, char **argv)
{
	static struct request request = {.operands = {.name = {"SUITE"}}, .axes.plan = &request.plan};
	int own_n = own_arguments_n(argc, argv), at = own_n < argc && strcmp(argv[own_n], "--") == 0 ? own_n + 1 : own_n;
	int exit_code = plugins_take(own_n, argv);
	if (exit_code != EXIT_OK)
		return exit_code;
	const struct argp_child children[] = {
		{.argp = axis_options()}, {.argp = machine_options()}, {.argp = plugin_options()}, {0}};
	const struct argp argp = {.parser = parse, .args_doc = "[SUITE] -- [FLAG...]", .doc = doc, .children = children};
	char *command = argv[0];
	argp_err_exit_status = EXIT_USAGE;
	argp_parse(&argp, own_n, argv, 0, NULL, &request);
	argv[at - 1] = command;
	return run_suite(command, &request, argc - at + 1, argv + at - 1);
}
