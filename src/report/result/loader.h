// The two halves of reading a result file: what it says of the run, and its rows, rounds and samples.
#ifndef TVP_REPORT_RESULT_LOADER_H
#define TVP_REPORT_RESULT_LOADER_H

#include "report/result/json_cursor.h"

struct loader {
	struct record *record;
	struct json_cursor root, ours; ///< the file's outermost object, and "tvp" in it
};

/// "ways", where there are any. Returns 0 or -errno.
int ways_load(struct loader *loader);

/// "rows" with their relations, "rounds", the samples of "benchmarks", and "cpu_pairs", in this order. Return 0 or
/// -errno.
int rows_load(struct loader *loader);
int rounds_load(struct loader *loader);
int samples_load(struct loader *loader);
int cpu_pairs_load(struct loader *loader);
/// The row named at `key`; -1 where it is null. Returns 0 or -EINVAL with a message.
int loader_row_find(const struct loader *loader, const struct json_cursor *cursor, const char *key, int32_t *row);

#endif
