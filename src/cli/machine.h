// Opening the machine that a command measures or plans for, as far as its options leave it.
#ifndef TVP_CLI_MACHINE_H
#define TVP_CLI_MACHINE_H

#include "cli/options/machine_options.h"
#include "host/topology.h"
#include "measure/record.h"

/// topology_open() of `source` and topology_choose(). Returns EXIT_OK, or the exit status, having said why on stderr;
/// *topology is then NULL.
int machine_open(const char *command, const char *source, const struct machine_request *request,
                 struct topology **topology);

/// Warn, with the facts, where planned workers exceed a cgroup's quota or the CPUs of the strongest kind.
void machine_warn(struct facts *facts, const struct topology *topology, const struct record *planned);

#endif
