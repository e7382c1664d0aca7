// What `tvp topo` says beside the drawing and the plans.
#ifndef TVP_CLI_TOPO_NOTES_H
#define TVP_CLI_TOPO_NOTES_H

#include "host/topology.h"

#include <stdio.h>

/// The kinds of CPUs of a hybrid machine; nothing where all are alike.
void notes_kinds_print(FILE *out, const struct topology *topology);
/// The CPU pairs of the axis `place`: where two workers that communicate can run.
void notes_places_print(FILE *out, const struct topology *topology);
/// Warnings where a number of workers exceeds the strongest kind, the allowed CPUs or the cgroup's quota.
void notes_excess_print(FILE *out, const struct topology *topology, const unsigned *workers, unsigned workers_n);

#endif
