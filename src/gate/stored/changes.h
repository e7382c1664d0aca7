// What differs between two results that explains a difference in times, and is no reason to refuse.
#ifndef TVP_GATE_STORED_CHANGES_H
#define TVP_GATE_STORED_CHANGES_H

#include "gate/stored/machine.h"
#include "measure/record.h"

enum { CHANGES_MAX = 2 * MACHINE_FACTS_MAX };

/// Kernels from files whose bytes differ (machine_compare_plugins()), and ways of kernels: each run chooses by
/// measuring, and may choose otherwise. "way of square, up to 32MiB in and out". `out` has room for CHANGES_MAX.
/// Returns how many.
unsigned changes_find(const struct record *a, const struct record *b, struct machine_difference *out);

#endif
