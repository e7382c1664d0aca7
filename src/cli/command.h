// What `tvp run` does for a user's command, before and after it is measured.
#ifndef TVP_CLI_COMMAND_H
#define TVP_CLI_COMMAND_H

#include "cli/options/run_options.h"
#include "measure/record.h"

/// Load the command and its items, where any option of it was given. The record is the one to be continued, or empty.
/// Returns 0, -EINVAL, -ENOENT …, with a message.
int command_open(const struct run_request *request, const struct record *record);
/// Warn of items that failed, in the record, and tell of each on `out`, as far as they are known.
void command_tell_failed(struct record *record, FILE *out);

#endif
