// An entry of "benchmarks" in the JSON of Google Benchmark, of any version.
#ifndef TVP_GATE_SLICE_GBENCH_ENTRY_H
#define TVP_GATE_SLICE_GBENCH_ENTRY_H

#include <jansson.h>
#include <stdbool.h>

/// A text of the entry; "" where it has none.
const char *gbench_text(const json_t *entry, const char *key);
/// Nanoseconds in the unit of its times; 0 for none that is known.
double gbench_unit_ns(const json_t *entry);
/// Whether it is a mean, a deviation, a fit: no repetition.
bool gbench_is_aggregate(const json_t *entry);
/// An aggregate that is a fit of Complexity() over several benchmarks: BigO or RMS.
bool gbench_is_fit(const json_t *entry);

#endif
