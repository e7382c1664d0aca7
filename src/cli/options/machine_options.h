// The options that say which CPUs are used: --cpus and --cpukind, of every command that measures or plans.
#ifndef TVP_CLI_OPTIONS_MACHINE_OPTIONS_H
#define TVP_CLI_OPTIONS_MACHINE_OPTIONS_H

#include <argp.h>

/// As given; NULL: all. What they name is checked by topology_choose().
struct machine_request {
	const char *cpus, *kind;
};

/// A child for a command's own parser, which hands it a struct machine_request in state->child_inputs. Static, for the
/// program's life.
const struct argp *machine_options(void);

#endif
