// `tvp topo`: the machine, or a described one, and where each worker of each plan would run.
#include "cli/topo/draw.h"

#include "base/status.h"
#include "base/units.h"
#include "cli/cli.h"

#include <argp.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { WORKERS_MAX = 1024, COUNTS_MAX = 64 };
enum { OPTION_TOPOLOGY = 't', OPTION_WORKERS = 'w', OPTION_PIN = 'p' };

struct request {
	const char *source;
	unsigned workers[COUNTS_MAX];
	unsigned workers_n; ///< 0: auto
	unsigned pins_mask;
};

static const struct argp_option options[] = {
	{"topology", OPTION_TOPOLOGY, "FILE.xml|SYNTHETIC", 0,
     "Plan for the machine of an hwloc XML file (lstopo "
     "machine.xml) or a synthetic description",
     0},
	{"workers", OPTION_WORKERS, "LIST", 0,
     "Worker counts, 1 to 1024, comma-separated; auto (the default) is 1, 2, "
     "4, … up to the allowed CPUs, and twice as many",
     0},
	{"pin", OPTION_PIN, "LIST", 0, "none, compact, spread, same; the default is all of them", 0},
	{0},
};

static const char doc[] =
	"Draw this machine, as far as this process may use it, and the CPU each worker would be bound to.\v"
	"Examples:\n"
	"  tvp topo\n"
	"  tvp topo --workers=1,2,4 --pin=compact,spread\n"
	"  tvp topo --topology='package:2 numa:2 l3:2 core:4 pu:2'\n"
	"  tvp topo --topology=server.xml --workers=96 --pin=spread\n\n"
	"[0 1] is one core with its CPUs; w3→5 is worker 3 bound to CPU 5. Exit status: 0; 2 for bad input; 4 where "
	"this machine cannot be read.";

static void workers_parse(struct request *request, char *list, struct argp_state *state)
{
	request->workers_n = 0;
	if (strcmp(list, "auto") == 0)
		return;
	for (char *word; (word = strsep(&list, ","));) {
		uint64_t workers;
		if (units_parse_count(word, 1, WORKERS_MAX, &workers))
			argp_error(state, "--workers: \"%s\" is not a count from 1 to %d", word, WORKERS_MAX);
		else if (request->workers_n == COUNTS_MAX)
			argp_error(state, "--workers: more than %d counts", COUNTS_MAX);
		else
			request->workers[request->workers_n++] = (unsigned)workers;
	}
}

static void pins_parse(struct request *request, char *list, struct argp_state *state)
{
	request->pins_mask = 0;
	for (char *word; (word = strsep(&list, ","));) {
		enum pin pin;
		if (pin_parse(word, &pin))
			argp_error(state, "--pin: %s", status_message());
		else
			request->pins_mask |= 1u << pin;
	}
}

static error_t option_parse(int key, char *argument, struct argp_state *state)
{
	struct request *request = state->input;
	switch (key) {
	case OPTION_TOPOLOGY:
		request->source = argument;
		return 0;
	case OPTION_WORKERS:
		workers_parse(request, argument, state);
		return 0;
	case OPTION_PIN:
		pins_parse(request, argument, state);
		return 0;
	case ARGP_KEY_ARG:
		argp_error(state, "unexpected argument \"%s\"", argument);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static void workers_fill(struct request *request, unsigned cpus_n)
{
	if (request->workers_n)
		return;
	for (unsigned workers = 1; workers < cpus_n && workers < WORKERS_MAX; workers *= 2)
		request->workers[request->workers_n++] = workers;
	request->workers[request->workers_n++] = cpus_n < WORKERS_MAX ? cpus_n : WORKERS_MAX;
	if (2 * cpus_n <= WORKERS_MAX)
		request->workers[request->workers_n++] = 2 * cpus_n;
}

int cli_topo(int argc, char **argv)
{
	const struct argp argp = {.options = options, .parser = option_parse, .doc = doc};
	struct request request = {.pins_mask = (1u << PIN_N) - 1};
	struct topology *topology = NULL;
	argp_err_exit_status = EXIT_USAGE;
	argp_parse(&argp, argc, argv, 0, NULL, &request);
	int rc = topology_open(&topology, request.source);
	bool opened = !rc;
	if (opened) {
		workers_fill(&request, topology_cpus_n(topology));
		rc = topo_print(stdout, topology, request.workers, request.workers_n, request.pins_mask);
	}
	topology_close(topology);
	if (!rc && (fflush(stdout) || ferror(stdout)))
		rc = status_fail(errno ? errno : EIO, "writing to standard output");
	if (!rc)
		return EXIT_OK;
	// A described machine that cannot be opened is the user's mistake, unless memory or processes ran out.
	bool bad_input = request.source && !opened && rc != -ENOMEM && rc != -EAGAIN;
	return cli_fail(argv[0], bad_input ? EXIT_USAGE : EXIT_ENVIRONMENT);
}
