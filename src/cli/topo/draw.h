// What `tvp topo` draws; the command itself, cli_topo(), is declared with the other commands in cli.h.
#ifndef TVP_CLI_TOPO_DRAW_H
#define TVP_CLI_TOPO_DRAW_H

#include "host/placement.h"

#include <stdio.h>

/// Draw the machine as a tree, then a plan for every pin in `pins_mask` (bit 1 << enum pin) and every worker count,
/// then warnings where a count exceeds the allowed CPUs or the cgroup's quota. Returns 0 or -errno, with a message.
int topo_print(FILE *out, const struct topology *topology, const unsigned *workers, unsigned workers_n,
               unsigned pins_mask);

#endif
