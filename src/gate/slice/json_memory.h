// Whether jansson had the memory that it asked for. What it cannot allocate it leaves out: a value that could not be
// made is a key that is not set, as one is whose value was left out on purpose.
#ifndef TVP_GATE_SLICE_JSON_MEMORY_H
#define TVP_GATE_SLICE_JSON_MEMORY_H

#include <stdbool.h>

/// Have jansson's allocations watched from now on. Once, before any.
void json_memory_watch(void);
/// Whether one failed since this was last asked: then what was composed meanwhile may lack something.
bool json_memory_ended(void);

#endif
