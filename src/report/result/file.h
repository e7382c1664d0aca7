// A file replaced in one step, or not at all.
#ifndef TVP_REPORT_RESULT_FILE_H
#define TVP_REPORT_RESULT_FILE_H

#include <stdio.h>

/// Write what `compose` prints to `path`: temporary file in the same directory, fsync, rename. compose returns 0 or
/// -errno; write errors of the stream are found here. Returns 0 or -errno with a message naming `path`.
int file_replace(const char *path, int (*compose)(FILE *out, const void *context), const void *context);

/// Whether file_replace() could begin: nothing is lost by asking before long work. Returns 0 or -errno with a message.
int file_replaceable(const char *path);

/// All of a file as text, malloc'd (caller frees), zero-terminated; what gzip compressed is uncompressed. Returns 0,
/// -errno, -EINVAL (damaged gzip data) or -EFBIG (over 1 GiB), with a message naming `path`.
int file_read(const char *path, char **text, size_t *text_bytes);

#endif
