// `tvp doctor`: what disturbs measurements on this machine now, and what that means for tvp.
#include "cli/cli.h"

#include <argp.h>
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/self.h"
#include "base/status.h"
#include "base/units.h"
#include "cli/machine.h"
#include "cli/options/format_option.h"
#include "cli/options/options.h"
#include "doctor/doctor.h"
#include "host/other_runs.h"

enum { OPTION_FOR = 256, OPTION_WATCH, OPTION_EVERY };
#define FOR_NS (10 * NS_PER_S)
#define FOR_LEAST_NS (NS_PER_S / 2)
#define FOR_MOST_NS (3600 * NS_PER_S)
#define EVERY_NS (2 * NS_PER_S)
#define GATE_LEAST_NS (5 * NS_PER_S) ///< of the whole: below it there is no time for blocks of the gate
#define GATE_SHARE 0.4

struct request {
	struct operands operands; ///< none
	struct format_request format;
	struct machine_request machine;
	uint64_t for_ns; ///< 0: not given
	uint64_t every_ns;
	bool watch, every_given;
};

static const struct argp_option options[] = {
	{"for", OPTION_FOR, "TIME", 0,
     "how long to look, 500ms to 1h; default: 10s, of which blocks of the gate are measured for 4 (none below 5s); with "
     "--watch: until interrupted",
     0},
	{"watch", OPTION_WATCH, 0, 0,
     "beside a run of tvp: every 2 s print what else disturbed since the last line; computes nothing, so it disturbs "
     "little",
     0},
	{"every", OPTION_EVERY, "TIME", 0, "of --watch: how often, 200ms to 1h; default: 2s", 0},
	{0},
};

static const char doc[] =
	"What disturbs measurements on this machine now: every allowed CPU repeats a fixed piece of work, alone and all "
	"together, while interrupts, other processes, steal, throttling and memory are watched. Needs no privilege and sets "
	"nothing.\v"
	"Examples:\n"
	"  tvp doctor\n"
	"  tvp doctor --for=2s --cpus=2,3\n"
	"  tvp doctor --watch --for=10m          # in another terminal, beside a run\n"
	"  tvp doctor --format=json | jq .verdict\n\n"
	"Exit status: 0 quiet; 1 doubtful: something disturbed; 2 bad input; 4 the machine did not let us look.";

static void time_take(const struct argp_state *state, const char *option, const char *argument, uint64_t least_ns,
                      uint64_t *out)
{
	char least[24], expected[80];
	if (units_parse_duration(argument, out) == 0 && *out >= least_ns && *out <= FOR_MOST_NS)
		return;
	snprintf(expected, sizeof expected, "a time from %s to 1h, such as 10s",
	         units_format_ns(least, sizeof least, (double)least_ns));
	option_refuse(state, option, argument, expected);
}

static error_t option_parse(int key, char *argument, struct argp_state *state)
{
	struct request *request = state->input;
	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &request->format;
		state->child_inputs[1] = &request->machine;
		return 0;
	case OPTION_FOR:
		time_take(state, "for", argument, FOR_LEAST_NS, &request->for_ns);
		return 0;
	case OPTION_WATCH:
		request->watch = true;
		return 0;
	case OPTION_EVERY:
		time_take(state, "every", argument, NS_PER_S / 5, &request->every_ns);
		request->every_given = true;
		return 0;
	case ARGP_KEY_END:
		if (request->every_given && !request->watch)
			argp_failure(state, EXIT_USAGE, 0, "--every is for --watch");
		break;
	}
	return operands_parse(&request->operands, key, argument, state);
}

static volatile sig_atomic_t interrupted;

static void interrupt_note(int number)
{
	(void)number;
	interrupted = 1;
}

static void clock_text(char out[16])
{
	time_t now = time(NULL);
	struct tm local;
	localtime_r(&now, &local);
	strftime(out, 16, "%H:%M:%S", &local);
}

// One line, or several. Returns whether anything disturbed, or -errno.
static int watch_once(const struct request *request, const struct topology *topology, uint64_t for_ns)
{
	static struct doctor doctor;
	char time[16];
	struct doctor_settings settings = {.topology = topology, .root = "", .watch_ns = for_ns};
	clock_text(time);
	other_runs_n(&settings.beside);
	int status = doctor_examine(&doctor, &settings);
	bool doubts = doctor_doubts(&doctor);
	if (status == 0)
		status = request->format.format->doctor->line(stdout, &doctor, time);
	doctor_close(&doctor);
	return status < 0 ? status : doubts;
}

static int watch(const char *command, const struct request *request, const struct topology *topology)
{
	const struct sigaction action = {.sa_handler = interrupt_note};
	uint64_t begin_ns = clock_now_ns(), end_ns = request->for_ns ? begin_ns + request->for_ns : UINT64_MAX;
	bool any = false;
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	for (uint64_t now_ns = begin_ns; !interrupted && now_ns < end_ns; now_ns = clock_now_ns()) {
		uint64_t left_ns = end_ns - now_ns;
		int status = watch_once(request, topology, left_ns < request->every_ns ? left_ns : request->every_ns);
		if (status < 0 && status != -EINTR)
			return cli_fail(command, EXIT_ENVIRONMENT);
		any = any || status == 1;
	}
	return any ? EXIT_REGRESSED : EXIT_OK;
}

// What the noise means for the gate, by measuring blocks of it. Returns 0 or -EINTR.
static int forecast(struct doctor *doctor, uint64_t for_ns)
{
	static const char *const specs[] = {
		"scaling/kernel:sum/size:256KiB/model:serial/workers:1/pin:compact",
		"scaling/kernel:convolve/k:5/size:640x480/model:thread_pool/workers:2/pin:compact", NULL};
	char program[PATH_MAX];
	int n = forecast_measure(doctor->forecast, self_path(program, sizeof program), specs, doctor->settings.topology,
	                         for_ns);
	doctor->forecasts_n = n > 0 ? (unsigned)n : 0;
	if (n == 0)
		snprintf(doctor->forecast_why_not, sizeof doctor->forecast_why_not, "no blocks: %.180s", status_message());
	return n < 0 ? n : 0;
}

static int examine(const char *command, const struct request *request, const struct topology *topology)
{
	static struct doctor doctor; // some 30 KiB
	struct report_style style;
	uint64_t for_ns = request->for_ns ? request->for_ns : FOR_NS;
	uint64_t gate_ns = for_ns >= GATE_LEAST_NS ? (uint64_t)(GATE_SHARE * (double)for_ns) : 0;
	struct doctor_settings settings = {.topology = topology, .root = "", .spin_ns = for_ns - gate_ns};
	int exit_code = EXIT_OK, status = doctor_examine(&doctor, &settings);
	style_of_output(&style);
	if (status == 0 && gate_ns > 0)
		status = forecast(&doctor, gate_ns);
	if (status == -EINTR)
		exit_code = EXIT_INTERRUPTED;
	else if (status < 0 || request->format.format->doctor->whole(stdout, &doctor, &style) < 0)
		exit_code = cli_fail(command, EXIT_ENVIRONMENT);
	else if (doctor_doubts(&doctor))
		exit_code = EXIT_REGRESSED;
	doctor_close(&doctor);
	return exit_code;
}

int cli_doctor(int argc, char **argv)
{
	const struct argp_child children[] = {{.argp = format_option()}, {.argp = machine_options()}, {0}};
	const struct argp argp = {.options = options, .parser = option_parse, .doc = doc, .children = children};
	struct request request = {.format.kind = REPORT_DOCTOR, .every_ns = EVERY_NS};
	struct topology *topology = NULL;
	argp_err_exit_status = EXIT_USAGE;
	argp_parse(&argp, argc, argv, 0, NULL, &request);
	int exit_code = machine_open(argv[0], NULL, &request.machine, &topology);
	if (exit_code != EXIT_OK)
		return exit_code;
	exit_code = request.watch ? watch(argv[0], &request, topology) : examine(argv[0], &request, topology);
	topology_close(topology);
	return exit_code;
}
