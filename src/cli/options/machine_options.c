// --cpus and --cpukind. The man page describes them once, for all commands.
#include "cli/options/machine_options.h"

enum { KEY_CPUS = 256, KEY_KIND };

static const struct argp_option options[] = {
	{0, 0, 0, 0, "Which CPUs:", 8},
	{"cpus", KEY_CPUS, "LIST", 0,
     "use only these of the allowed CPUs, as if no others were there: 0,2-5, node:1, package:0, or several of them", 8},
	{"cpukind", KEY_KIND, "KIND", 0,
     "use only CPUs of this kind (big or little cores): its number, 0 for the strongest, or its name; `tvp topo` lists "
     "them",
     8},
	{0},
};

static error_t parse(int key, char *argument, struct argp_state *state)
{
	struct machine_request *request = state->input;
	switch (key) {
	case KEY_CPUS:
		request->cpus = argument;
		return 0;
	case KEY_KIND:
		request->kind = argument;
		return 0;
	}
	return ARGP_ERR_UNKNOWN;
}

const struct argp *machine_options(void)
{
	static const struct argp argp = {.options = options, .parser = parse};
	return &argp;
}
