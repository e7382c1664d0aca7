// `tvp topo`: the machine, or a described one, and where each worker of each plan would run.
#include "cli/topo/draw.h"

#include "base/status.h"
#include "base/units.h"
#include "cli/cli.h"
#include "cli/machine.h"
#include "cli/options/options.h"

#include <argp.h>
#include <stdio.h>
#include <string.h>

enum { WORKERS_MAX = 1024, COUNTS_MAX = 64, ENTRY_BYTES = 24 };
enum { OPTION_TOPOLOGY = 't', OPTION_WORKERS = 'w', OPTION_PIN = 'p' };

struct request {
	struct operands operands; ///< none
	const char *source;
	struct machine_request machine;
	unsigned workers[COUNTS_MAX];
	unsigned workers_n; ///< 0: auto
	unsigned pins_mask;
};

static const struct argp_option options[] = {
	{"topology", OPTION_TOPOLOGY, "FILE.xml|SYNTHETIC", 0,
     "plan for the machine in an hwloc XML file (lstopo machine.xml) or in a synthetic description", 0},
	{"workers", OPTION_WORKERS, "LIST", 0,
     "worker counts, 1 to 1024, comma-separated; auto (the default): 1, 2, 4, … up to the allowed CPUs, and twice "
     "as many; not beyond a cgroup's quota",
     0},
	{"pin", OPTION_PIN, "LIST", 0, "none, compact, spread, same; default: all of them", 0},
	{0},
};

static const char doc[] =
	"Draw this machine, as far as this process may use it, and the CPU each worker would be bound to.\v"
	"Examples:\n"
	"  tvp topo\n"
	"  tvp topo --workers=1,2,4 --pin=compact,spread\n"
	"  tvp topo --topology='package:2 numa:2 l3:2 core:4 pu:2'\n"
	"  tvp topo --topology=server.xml --workers=96 --pin=spread\n"
	"  tvp topo --cpus=node:1,0-3\n\n"
	"[0 1] is one core with its CPUs; w3→5 is worker 3 bound to CPU 5.\n\n"
	"Exit status: 0; 2 for bad input; 4 where this machine cannot be read.";

// The next entry of a comma-separated list into out, "" where it is too long. Returns what follows; NULL: it was the
// last.
static const char *entry_next(const char *list, char out[ENTRY_BYTES])
{
	size_t length = strcspn(list, ",");
	snprintf(out, ENTRY_BYTES, "%.*s", length < ENTRY_BYTES ? (int)length : 0, list);
	return list[length] ? list + length + 1 : NULL;
}

static void workers_parse(struct request *request, const char *list, const struct argp_state *state)
{
	char entry[ENTRY_BYTES];
	request->workers_n = 0;
	if (strcmp(list, "auto") == 0)
		return;
	for (const char *rest = list; rest;) {
		uint64_t workers;
		rest = entry_next(rest, entry);
		if (units_parse_count(entry, 1, WORKERS_MAX, &workers) < 0 || request->workers_n == COUNTS_MAX)
			option_refuse(state, "workers", list, "auto, or a list of up to 64 counts from 1 to 1024");
		request->workers[request->workers_n++] = (unsigned)workers;
	}
}

static void pins_parse(struct request *request, const char *list, const struct argp_state *state)
{
	char entry[ENTRY_BYTES];
	request->pins_mask = 0;
	for (const char *rest = list; rest;) {
		enum pin pin;
		rest = entry_next(rest, entry);
		if (pin_parse(entry, &pin) < 0)
			option_refuse(state, "pin", list, "a list of none, compact, spread, same");
		request->pins_mask |= 1u << pin;
	}
}

static error_t option_parse(int key, char *argument, struct argp_state *state)
{
	struct request *request = state->input;
	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &request->machine;
		return 0;
	case OPTION_TOPOLOGY:
		request->source = argument;
		return 0;
	case OPTION_WORKERS:
		workers_parse(request, argument, state);
		return 0;
	case OPTION_PIN:
		pins_parse(request, argument, state);
		return 0;
	}
	return operands_parse(&request->operands, key, argument, state);
}

// As --workers=auto of a run.
static void workers_fill(struct request *request, const struct topology *topology)
{
	unsigned cpus_n = topology_parallel_n(topology);
	if (request->workers_n)
		return;
	for (unsigned workers = 1; workers < cpus_n && workers < WORKERS_MAX; workers *= 2)
		request->workers[request->workers_n++] = workers;
	request->workers[request->workers_n++] = cpus_n < WORKERS_MAX ? cpus_n : WORKERS_MAX;
	if (cpus_n == topology_cpus_n(topology) && 2 * cpus_n <= WORKERS_MAX)
		request->workers[request->workers_n++] = 2 * cpus_n;
}

int cli_topo(int argc, char **argv)
{
	const struct argp_child children[] = {{.argp = machine_options()}, {0}};
	const struct argp argp = {.options = options, .parser = option_parse, .doc = doc, .children = children};
	struct request request = {.pins_mask = (1u << PIN_N) - 1};
	struct topology *topology = NULL;
	argp_err_exit_status = EXIT_USAGE;
	argp_parse(&argp, argc, argv, 0, NULL, &request);
	int exit_code = machine_open(argv[0], request.source, &request.machine, &topology);
	if (exit_code != EXIT_OK)
		return exit_code;
	const char *ignored = request.source ? NULL : topology_ignored_variable();
	if (ignored)
		fprintf(stderr, "%s: the environment variable %s describes a machine to hwloc; it is ignored\n", argv[0],
		        ignored);
	workers_fill(&request, topology);
	int status = topo_print(stdout, topology, request.workers, request.workers_n, request.pins_mask);
	topology_close(topology);
	return status < 0 ? cli_fail(argv[0], EXIT_ENVIRONMENT) : EXIT_OK;
}
