// How often a CPU quota kept a slice from running: as its own cgroup counts it, which may be another than the gate's.
#ifndef TVP_GATE_SLICE_THROTTLED_H
#define TVP_GATE_SLICE_THROTTLED_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

/// All 0: nothing is known, or there is no quota.
struct slice_throttled {
	bool known;
	uint64_t periods_n; ///< in which the quota was used up
	uint64_t time_ns;   ///< for which threads waited, in all
};

/// Read this process's counts; then, later, make them what they grew by since.
void slice_throttled_begin(struct slice_throttled *throttled);
void slice_throttled_end(struct slice_throttled *throttled);

/// The keys "throttled_n" and "throttled_ns" of an object, of a slice as of a gate's file: none where nothing is known.
void slice_throttled_put(json_t *object, const struct slice_throttled *throttled);
/// Returns 0, or -EBADMSG, without a message, where they are no counts.
int slice_throttled_get(const json_t *object, struct slice_throttled *throttled);

#endif
