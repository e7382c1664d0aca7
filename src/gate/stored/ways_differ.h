// Code paths that differ between two results: each run chooses by measuring, and may choose otherwise.
#ifndef TVP_GATE_STORED_WAYS_DIFFER_H
#define TVP_GATE_STORED_WAYS_DIFFER_H

#include "gate/stored/machine.h"
#include "kernel/ways.h"

/// Kernels and size classes of which both chose, and not alike: "way of square, up to 32MiB in and out". It explains a
/// difference in times, and is no reason to refuse. `out` has room for MACHINE_FACTS_MAX. Returns how many.
unsigned ways_differ(const struct way_choices *a, const struct way_choices *b, struct machine_difference *out);

#endif
