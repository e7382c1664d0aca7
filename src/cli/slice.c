// tvp slice: one visit in a fresh process, its raw times on standard output. What the gate runs, alternately of two
// builds.
#include <argp.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>

#include "base/clock.h"
#include "base/status.h"
#include "base/units.h"
#include "base/words.h"
#include "bench/plan/axes.h"
#include "cli/cli.h"
#include "cli/machine.h"
#include "cli/options/options.h"
#include "cli/options/plugin_options.h"
#include "cli/plan.h"
#include "gate/slice/program.h"
#include "gate/slice/side.h"
#include "host/facts.h"
#include "host/placement.h"
#include "host/terminate.h"
#include "measure/spec_text.h"
#include "measure/visit.h"

enum { KEY_ITERATIONS = 256, KEY_BATCH, KEY_TIME, KEY_DEADLINE, KEY_ONE_CPU, KEY_COMMAND, KEY_GBENCH };
enum { BATCH_MOST = 1u << 31 };

struct request {
	struct operands operands;
	uint64_t iterations_n, batch_n, time_ns, deadline_ns;
	bool one_cpu, command, gbench;
	const char *const *words; ///< behind "--"; NULL: none
	struct machine_request machine;
};

static const struct argp_option options[] = {
	{"iterations", KEY_ITERATIONS, "N", 0, "clock readings, 1 to 4096; without it they are calibrated", 0},
	{"batch", KEY_BATCH, "N", 0, "operations per clock reading, with --iterations; default 1", 0},
	{"time", KEY_TIME, "TIME", 0, "timed work to calibrate for; default 6ms", 0},
	{"one-cpu", KEY_ONE_CPU, 0, 0, "keep everything on the first allowed CPU", 0},
	{"command", KEY_COMMAND, 0, 0, "measure the command behind --, whatever SPEC is: an iteration is one run of it", 0},
	{"gbench", KEY_GBENCH, 0, 0,
     "measure a benchmark of the program behind --, which was linked with Google Benchmark: the axis benchmark of SPEC "
     "is its name",
     0},
	{"deadline", KEY_DEADLINE, "TIME", 0, "give up after TIME; default 60s", 0},
	{0},
};

static const char doc[] =
	"Run one visit of SPEC, a name as `tvp run --dry-run` prints it, and print its raw iteration times as JSON: what `tvp gate` compares.\v"
	"Examples:\n"
	"  tvp slice scaling/kernel:sum/size:32MiB/model:serial/workers:1/pin:compact\n"
	"  tvp slice latency/channel:pipe/between:threads/place:same_cpu/bytes:1 --iterations=200 --batch=4\n"
	"  tvp slice command/benchmark:sleep --command -- sleep 0.01\n\n"
	"Exit codes: 0 measured, or skipped because this machine cannot (the output says why); 2 usage, or no such spec; 4 it failed; "
	"130 interrupted.";

static error_t parse(int key, char *argument, struct argp_state *state)
{
	struct request *request = state->input;
	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &request->machine;
		return 0;
	case KEY_ITERATIONS:
		if (units_parse_count(argument, 1, TRIAL_ITERATIONS_MAX, &request->iterations_n) < 0)
			argp_failure(state, EXIT_USAGE, 0, "--iterations='%s' (1 to %d)", argument, TRIAL_ITERATIONS_MAX);
		return 0;
	case KEY_BATCH:
		if (units_parse_count(argument, 1, BATCH_MOST, &request->batch_n) < 0)
			argp_failure(state, EXIT_USAGE, 0, "--batch='%s' (1 to %u)", argument, BATCH_MOST);
		return 0;
	case KEY_TIME:
		if (units_parse_duration(argument, &request->time_ns) < 0)
			option_refuse(state, "time", argument, "6ms");
		return 0;
	case KEY_DEADLINE:
		if (units_parse_duration(argument, &request->deadline_ns) < 0)
			option_refuse(state, "deadline", argument, "60s");
		return 0;
	case KEY_ONE_CPU:
		request->one_cpu = true;
		return 0;
	case KEY_COMMAND:
		request->command = true;
		return 0;
	case KEY_GBENCH:
		request->gbench = true;
		return 0;
	case ARGP_KEY_END:
		if (request->batch_n && !request->iterations_n)
			argp_failure(state, EXIT_USAGE, 0, "--batch needs --iterations");
		if ((request->command || request->gbench) != (request->words != NULL) || (request->command && request->gbench))
			argp_failure(state, EXIT_USAGE, 0, "a program to measure: --command -- WORD... or --gbench -- PROGRAM");
		break;
	}
	return operands_parse(&request->operands, key, argument, state);
}

static bool axis_known(const char *key)
{
	for (const struct experiment *const *experiment = experiments; *experiment; experiment++)
		if (experiment_has_axis(*experiment, key))
			return true;
	return false;
}

// An axis that this build has never heard of would go unheeded: another thing, measured under the spec's name.
static int axes_check(const struct spec *spec)
{
	for (unsigned i = 0; i < spec->axes_n; i++) {
		const char *key = spec_axis(spec, i).key;
		if (!axis_known(key))
			return status_say(EINVAL, "no axis '%s' (`tvp list axes`)", key);
	}
	return 0;
}

// The first value that no user could have given. Plans give some others, too, so that this alone refuses nothing.
static int values_check(const struct experiment *experiment, const struct spec *spec)
{
	for (const struct experiment_axis *own = experiment->own_axes; own && own->key; own++) {
		const char *value = spec_get(spec, own->key);
		if (value && own->check && own->check(value) < 0)
			return status_wrap(-EINVAL, "%s", own->key);
	}
	return 0;
}

// What a plan would have skipped: a name given by hand comes without one. Returns 0; -ENOTSUP with the plan's reason;
// or -EINVAL.
static int plan_check(const struct experiment *experiment, const struct spec *spec, const struct topology *topology)
{
	static struct plan_options wide = {.full = true};
	wide.topology = topology;
	const char *reason = experiment->why_not ? experiment->why_not(&wide, spec) : NULL;
	if (!reason || !*reason) // "" is left out of plans, and can be measured
		return 0;
	return values_check(experiment, spec) < 0 ? -EINVAL : status_say(ENOTSUP, "%s", reason);
}

// A fixed number of iterations needs no clock cost: measuring it takes 2 ms of every slice.
static double clock_cost_ns(const struct request *request)
{
	return request->iterations_n ? 0 : clock_measure().cost_ns;
}

static int prepare(const struct experiment *experiment, const struct spec *spec)
{
	return experiment->visit.prepare ? experiment->visit.prepare(spec) : 0;
}

static void values_fill(struct slice_times *slice, const double *value)
{
	slice->value[SERIES_CPU] = value[METRIC_cpu_ns];
	slice->value[SERIES_FAULTS] = value[METRIC_faults_n];
	slice->value[SERIES_MEMORY] = NAN;
	slice->value[SERIES_SWITCHES] = value[METRIC_switches_voluntary_n] + value[METRIC_switches_involuntary_n];
}

static int visit(const struct request *request, const struct experiment *experiment, const struct spec *spec,
                 struct visitor *visitor, struct slice_times *slice)
{
	int status = plan_check(experiment, spec, visitor->trial->topology);
	slice->begun_ns = clock_now_ns();
	slice_throttled_begin(&slice->throttled);
	if (status == 0)
		status = prepare(experiment, spec);
	slice->ready_ns = clock_now_ns();
	struct visit_request asked = {
		.hooks = &experiment->visit,
		.spec = spec,
		.iterations_n = request->iterations_n,
		.batch_n = request->batch_n ? (uint32_t)request->batch_n : 1,
		.deadline_ns = request->deadline_ns,
	};
	if (status == 0)
		status = visit_run(visitor, &asked);
	slice_throttled_end(&slice->throttled);
	slice->state = status == 0 ? SLICE_MEASURED : status == -ENOTSUP ? SLICE_SKIPPED : SLICE_FAILED;
	if (status < 0)
		text_fit(slice->message, sizeof slice->message, status_message());
	slice->has_parts = status == 0 && !isnan(visitor->trial->value[METRIC_launch_ns]);
	values_fill(slice, visitor->trial->value);
	return status;
}

static int measure(const char *command, const struct request *request, const struct experiment *experiment,
                   const struct spec *spec)
{
	struct topology *topology = NULL;
	struct visitor visitor;
	struct slice_times slice = {.pin_rule = PIN_RULE, .exit_code = -1};
	if (request->one_cpu && placement_narrow() < 0)
		return cli_fail(command, EXIT_ENVIRONMENT);
	int opened = machine_open(command, NULL, &request->machine, &topology);
	if (opened != EXIT_OK)
		return opened;
	if (visitor_open(&visitor, topology, clock_cost_ns(request), request->time_ns) < 0)
		return cli_fail(command, EXIT_ENVIRONMENT);
	visitor.visit_exact = true;
	spec_name(spec, slice.spec, sizeof slice.spec);
	snprintf(slice.revision, sizeof slice.revision, "%s", facts_revision());
	int status = visit(request, experiment, spec, &visitor, &slice);
	int exit_code = slice.state != SLICE_FAILED ? EXIT_OK : status == -EINTR ? EXIT_INTERRUPTED : EXIT_ENVIRONMENT;
	if (slice.state != SLICE_MEASURED)
		cli_fail(command, exit_code);
	if (slice_print(stdout, &slice, visitor.trial) < 0)
		exit_code = cli_fail(command, EXIT_ENVIRONMENT);
	visitor_close(&visitor);
	topology_close(topology);
	return exit_code;
}

static int measure_program(const char *command, const struct request *request, const struct spec *spec)
{
	static struct trial trial;
	char benchmark[SPEC_VALUE_BYTES];
	const char *value = spec_get(spec, SPEC_TEXT_KEY);
	struct slice_times slice = {.pin_rule = PIN_RULE, .begun_ns = clock_now_ns(), .exit_code = -1};
	const struct program_request program = {
		.words = request->words,
		.benchmark = spec_text_decode(benchmark, sizeof benchmark, value ? value : ""),
		.iterations_n = request->iterations_n,
		.batch_n = request->batch_n ? request->batch_n : 1,
		.time_ns = request->time_ns,
		.deadline_ns = request->deadline_ns,
	};
	terminate_with_children(); // by the gate, or because it was killed
	spec_name(spec, slice.spec, sizeof slice.spec);
	snprintf(slice.revision, sizeof slice.revision, "%s", facts_revision());
	slice_throttled_begin(&slice.throttled);
	slice.ready_ns = clock_now_ns();
	int status = request->gbench ? program_gbench(&program, &slice, &trial) : program_command(&program, &slice, &trial);
	slice_throttled_end(&slice.throttled);
	slice.state = status < 0 ? SLICE_FAILED : SLICE_MEASURED;
	if (status < 0)
		text_fit(slice.message, sizeof slice.message, status_message());
	if (slice_print(stdout, &slice, &trial) < 0)
		return cli_fail(command, EXIT_ENVIRONMENT);
	return status < 0 ? cli_fail(command, EXIT_ENVIRONMENT) : EXIT_OK;
}

// Words behind "--", which are not for argp. Returns how many stand before it.
static int words_take(struct request *request, int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		if (strcmp(argv[i], "--") == 0) {
			request->words = i + 1 < argc ? (const char *const *)argv + i + 1 : NULL;
			return i;
		}
	return argc;
}

// The gate asks for a death signal, but one that a wrapper which forks does not hand on. Asked for anew, the signal
// comes when the wrapper ends, which the gate's death has ended.
static void end_with_gate(void)
{
	if (getenv(SIDE_PAD_VARIABLE))
		prctl(PR_SET_PDEATHSIG, SIGTERM);
}

int cli_slice(int argc, char **argv)
{
	const struct argp_child children[] = {{.argp = machine_options()}, {.argp = plugin_options()}, {0}};
	const struct argp argp = {
		.options = options, .parser = parse, .args_doc = "SPEC", .doc = doc, .children = children};
	struct request request = {
		.operands = {.name = {"SPEC"}, .required_n = 1}, .time_ns = 6 * NS_PER_MS, .deadline_ns = 60 * NS_PER_S};
	struct spec spec;
	argp_err_exit_status = EXIT_USAGE;
	end_with_gate();
	int own_n = words_take(&request, argc, argv), exit_code = plugins_take(own_n, argv);
	if (exit_code != EXIT_OK)
		return exit_code;
	argp_parse(&argp, own_n, argv, 0, NULL, &request);
	if (spec_parse(&spec, request.operands.value[0]) < 0)
		return cli_fail(argv[0], EXIT_USAGE);
	if (request.words)
		return measure_program(argv[0], &request, &spec);
	const struct experiment *experiment = experiment_find(spec.experiment);
	if (!experiment) {
		fprintf(stderr, "%s: no experiment '%s' (`tvp list experiments`)\n", argv[0], spec.experiment);
		return EXIT_USAGE;
	}
	if (axes_check(&spec) < 0)
		return cli_fail(argv[0], EXIT_USAGE);
	return measure(argv[0], &request, experiment, &spec);
}
