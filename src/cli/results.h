// Reading the result files that a command's operands name.
#ifndef TVP_CLI_RESULTS_H
#define TVP_CLI_RESULTS_H

#include "measure/record.h"

/// Read n result files. Returns EXIT_OK, and the records are to be closed with results_close(); or the exit code to end
/// with, after an error on stderr, and none of them is open.
int results_load(const char *command, struct record *records, const char *const *paths, unsigned n);
void results_close(struct record *records, unsigned n);

/// What a command does that reads one result: load it, call `use`, which returns 0 or a status with a message, and
/// close it. Returns the exit code, after an error on stderr.
int result_with(const char *command, const char *path, int (*use)(const struct record *record, void *context),
                void *context);

#endif
