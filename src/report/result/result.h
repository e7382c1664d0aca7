// The result file: JSON that Google Benchmark's compare.py reads, with a block of our own that makes it complete.
// What was measured stands in "benchmarks", one entry per spec and round; everything else stands in "tvp".
#ifndef TVP_REPORT_RESULT_H
#define TVP_REPORT_RESULT_H

#include <stdio.h>

#include "measure/record.h"

/// The format written, as "tvp": {"version": …}. Files of a newer one are refused, older ones are read.
enum { RESULT_VERSION = 1 };

/// Write the record to `path`: a temporary file beside it, fsync, rename, so that a reader (or a crash) finds the old
/// file or the new one. Created with mode 0644 less the umask. A path that is no regular file is refused.
/// Whole numbers are exact up to 2^53, others keep 9 digits; what is not a number is left out.
/// "real_time" is wall_ns; "cpu_time" is cpu_ns, or real_time where it was not measured (then the entry has no cpu_ns).
/// Returns 0 or -errno, with a message naming the path; on failure the old file stands and no temporary is left.
int result_save(const struct record *record, const char *path);

/// What result_save() writes, to a stream; context is the record. Returns 0 or -errno.
int result_compose(FILE *out, const void *context);

/// The inverse: opens `record` and fills it (rows' `experiment` stays NULL). On failure the record is closed.
/// Returns 0, -ENOENT (or another -errno of reading), -ENOMEM, or -EINVAL, with a message naming the file and:
/// line and column (malformed, cut off), "not a tvp result" (foreign), both versions (newer), or the field
/// (inconsistent).
int result_load(struct record *record, const char *path);

/// The same, also of files of other benchmark programs (foreign.h): Google Benchmark, hyperfine, pyperf. A row is one
/// of their benchmarks, a round one of its repetitions.
int result_load_any(struct record *record, const char *path);

#endif
