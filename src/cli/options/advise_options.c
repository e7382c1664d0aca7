#include "cli/options/advise_options.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/status.h"
#include "base/units.h"
#include "cli/options/exit_code.h"
#include "kernel/plugin/plugin.h"

enum {
	KEY_WORK = 256,
	KEY_ITEMS,
	KEY_CV,
	KEY_IN,
	KEY_OUT,
	KEY_WAIT,
	KEY_LOCK,
	KEY_ISOLATION,
	KEY_MEMORY,
	KEY_KERNEL,
	KEY_SIZE,
	KEY_FROM,
	KEY_VERIFY,
	KEY_EXPLAIN,
};

static const struct argp_option options[] = {
	{0, 0, 0, 0, "The work, described:", 1},
	{"work", KEY_WORK, "TIME", 0, "how long an item takes alone, reading its input and writing its output apart: 40us",
     1},
	{"items", KEY_ITEMS, "N", 0,
     "how many items a job has; default: 1000; of a kernel as many as its size has, of a command 1", 1},
	{"cv", KEY_CV, "X", 0, "standard deviation ÷ mean of the items' work: 0.5 or 50%; default: 0", 1},
	{"in", KEY_IN, "SIZE", 0, "what an item reads: 64KiB; default: nothing", 1},
	{"out", KEY_OUT, "SIZE", 0, "what it writes: 4KiB; default: nothing", 1},
	{"wait", KEY_WAIT, "PERCENT", 0, "of its work, what it waits (for I/O) without using a CPU; default: 0%", 1},
	{"lock", KEY_LOCK, "PERCENT", 0, "of its computing, what it does under one lock of all workers; default: 0%", 1},
	{0, 0, 0, 0, "The work, measured (or by --command, below):", 2},
	{"kernel", KEY_KERNEL, "KERNEL", 0,
     "measure items of a kernel: a name (`tvp list kernels`) or a file of yours (./mine.c, ./mine.so)", 2},
	{"size", KEY_SIZE, "SIZE", 0, "its size, as `tvp run` takes it; --items=N stands for it where it is a count", 2},
	{0, 0, 0, 0, "What it must be:", 5},
	{"isolation", KEY_ISOLATION, 0, 0, "a crash in one item must not end the others", 5},
	{"memory-per-worker", KEY_MEMORY, "SIZE", 0, "private memory that each worker needs: 300MiB", 5},
	{0, 0, 0, 0, "The answer:", 6},
	{"from", KEY_FROM, "RESULT", 0,
     "costs from a result file, also of another machine, instead of this machine's calibration", 6},
	{"verify", KEY_VERIFY, 0, 0,
     "run the two best ways and, of a job, the serial one: predicted ÷ measured; the case is kept beside the calibration",
     6},
	{"explain", KEY_EXPLAIN, 0, 0, "the cost model: its terms, their formulas, and what they were learned from", 6},
	{"all", 'a', 0, 0, "every way, not only the best", 6},
	{0},
};

static const char doc[] =
	"Threads or processes, how many, and how: predicted for your work from this machine's measured costs, with an "
	"interval.\v"
	"Examples:\n"
	"  tvp advise --work=40us --items=1000\n"
	"  tvp advise --work=40us --cv=0.5 --items=1000 --in=64KiB --out=4KiB --wait=20% --lock=2%\n"
	"  tvp advise --work=2ms --items=200 --isolation --memory-per-worker=300MiB\n"
	"  tvp advise --kernel=./mine.c --items=10000 --verify\n"
	"  tvp advise --work=40us --cv=1 --rate=2000/s\n"
	"  tvp advise --work=1ms --from=result-of-another-machine.json\n"
	"  tvp advise --command='gzip -9 {}' --inputs='logs/*'\n"
	"  tvp advise --command='md5sum' --inputs='img/*' --batch=20 --verify\n\n"
	"With --command, tvp RUNS the command, with all that it does, on a sample of the inputs, several times, for about 10 "
	"s: one after another, and several at once. It needs no calibration.\n\n"
	"The costs are those of `tvp calibrate`, which is run first where there is no calibration of this machine and "
	"configuration (a minute). A way that the measurements say nothing of is not guessed at: it is left out, with what "
	"would have to be measured.\n\n"
	"Exit status: 0; 2 bad input; 3 cannot tell: nothing can be predicted (the message says what would have to be "
	"measured), the costs have no intervals, nothing keeps up with --rate or meets --p99, or it cannot be run for "
	"--verify; 4 "
	"something failed on this machine.";

static void take_bytes(const struct argp_state *state, const char *option, const char *argument, double *out)
{
	uint64_t bytes = 0;
	if (strcmp(argument, "0") != 0 && units_parse_bytes(argument, &bytes) < 0)
		option_refuse(state, option, argument, "a size such as 64KiB or 1.5MiB");
	*out = (double)bytes;
}

static void take_cv(const struct argp_state *state, const char *argument, double *out)
{
	char *end;
	*out = strtod(argument, &end);
	if (strcmp(end, "%") == 0)
		*out /= 100;
	else if (*end != '\0')
		*out = -1;
	if (end == argument || !(*out >= 0 && *out <= 10))
		option_refuse(state, "cv", argument, "a number from 0 to 10, or a percentage");
}

// What a service is not described by.
static void check_service(const struct argp_state *state, const struct advise_request *request)
{
	if (request->service.rate_hz == 0 && request->service.goal_p99_ns > 0)
		argp_error(state, "--p99 is of a service: say how many requests arrive, --rate=2000/s");
	if (request->service.rate_hz > 0 && request->items_given)
		argp_error(state,
		           "--items is of a job, --rate of a service, whose requests are an item each: give one of them");
}

static const struct fraction_range shares = {0, 0.999999, false, "0 % to below 100 %"};

static error_t parse_work(int key, const char *argument, struct argp_state *state)
{
	struct advise_request *request = state->input;
	struct workload *workload = &request->workload;
	uint64_t count;
	switch (key) {
	case KEY_WORK:
		unit_time_take(state, "work", argument, &workload->work_ns);
		return 0;
	case KEY_ITEMS:
		if (units_parse_count(argument, 1, UINT64_C(1000000000000), &count) < 0)
			option_refuse(state, "items", argument, "a whole number from 1 to 1000000000000, written out: 1000000");
		workload->items_n = (double)count;
		request->items_given = true;
		return 0;
	case KEY_CV:
		take_cv(state, argument, &workload->cv);
		request->cv_given = true;
		return 0;
	case KEY_IN:
		take_bytes(state, "in", argument, &workload->in_bytes);
		return 0;
	case KEY_OUT:
		take_bytes(state, "out", argument, &workload->out_bytes);
		return 0;
	case KEY_WAIT:
		fraction_take(state, "wait", argument, &shares, &workload->wait_share);
		return 0;
	case KEY_LOCK:
		fraction_take(state, "lock", argument, &shares, &workload->lock_share);
		return 0;
	}
	return ARGP_ERR_UNKNOWN;
}

// What a command does is measured, and on this machine.
static void check_command(const struct argp_state *state, struct advise_request *request)
{
	struct command_settings *settings = &request->command.command.settings;
	if (request->kernel || request->size)
		argp_error(state, "--command and --kernel or --size: the work is one or the other");
	if (request->described)
		argp_error(state, "--%s describes work: what a --command does is measured", request->described);
	if (request->service.rate_hz > 0 || request->service.goal_p99_ns > 0)
		argp_error(state, "--rate and --p99 are of a service: a --command has a list of inputs");
	if (request->from)
		argp_error(state, "--from has costs of kernels: a --command is measured on this machine");
	if (request->items_given && request->workload.items_n > COMMAND_ITEMS_MAX)
		argp_error(state, "--items: a --command takes a whole number from 1 to %d", COMMAND_ITEMS_MAX);
	settings->items_n = request->items_given ? (uint64_t)request->workload.items_n : 0;
}

static void check_kernel(const struct argp_state *state, const struct advise_request *request)
{
	const struct kernel *kernel = request->kernel ? kernel_find(request->kernel) : NULL;
	if (!request->kernel && request->size)
		argp_error(state, "--size is a kernel's: of work that is described, --items=N says how many");
	if (request->kernel && request->measured)
		argp_error(state, "--%s describes work: of a --kernel that is measured", request->measured);
	if (kernel && kernel->plugin && *kernel->plugin->broken)
		argp_error(state, "--kernel: nothing can be measured: %s", kernel->plugin->broken);
}

static void check(const struct argp_state *state, struct advise_request *request)
{
	const struct format *format = request->format.format;
	if (request->explain && strcmp(format->name, "json") == 0)
		argp_error(state, "--explain is text for people: without --format=json");
	if (request->command.command.settings.command)
		check_command(state, request);
	else if (!(request->workload.work_ns > 0) == !request->kernel)
		argp_error(state, "say what the work is: --work=TIME of an item, --kernel=KERNEL or --command=COMMAND to "
		                  "measure it");
	else
		check_kernel(state, request);
}

static error_t parse_rest(int key, char *argument, struct argp_state *state)
{
	struct advise_request *request = state->input;
	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &request->format;
		state->child_inputs[2] = &request->service;
		state->child_inputs[3] = &request->command;
		return 0;
	case KEY_KERNEL:
		request->kernel = plugins_named(state, argument);
		return 0;
	case KEY_SIZE:
		request->size = argument;
		return 0;
	case KEY_ISOLATION:
		request->workload.isolation = true;
		return 0;
	case KEY_MEMORY:
		take_bytes(state, "memory-per-worker", argument, &request->workload.memory_bytes);
		return 0;
	case KEY_FROM:
		request->from = argument;
		return 0;
	case KEY_VERIFY:
		request->verify = true;
		return 0;
	case KEY_EXPLAIN:
		request->explain = true;
		return 0;
	case 'a':
		request->style.all = true;
		return 0;
	case ARGP_KEY_END:
		check(state, request);
		check_service(state, request);
		return 0;
	}
	return ARGP_ERR_UNKNOWN;
}

// As its option is called.
static const char *described(int key)
{
	for (const struct argp_option *option = options; key != KEY_ITEMS && (option->name || option->doc); option++)
		if (option->key == key)
			return option->name;
	return NULL;
}

static error_t parse(int key, char *argument, struct argp_state *state)
{
	struct advise_request *request = state->input;
	error_t status = parse_work(key, argument, state);
	if (status == 0 && described(key))
		request->described = described(key);
	if (key == KEY_IN || key == KEY_OUT || key == KEY_WAIT)
		request->measured = described(key);
	return status == ARGP_ERR_UNKNOWN ? parse_rest(key, argument, state) : status;
}

void advise_request_parse(struct advise_request *request, int argc, char **argv)
{
	const struct argp_child children[] = {{.argp = format_option()},
	                                      {.argp = plugin_options()},
	                                      {.argp = service_options()},
	                                      {.argp = advise_command_options()},
	                                      {0}};
	const struct argp argp = {.options = options, .parser = parse, .doc = doc, .children = children};
	*request = (struct advise_request){.workload.items_n = 1000, .format.kind = REPORT_ADVICE};
	style_of_output(&request->style);
	argp_err_exit_status = EXIT_USAGE;
	argp_parse(&argp, argc, argv, 0, NULL, request);
}
