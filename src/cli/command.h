// What `tvp run` does for a user's command, before and after it is measured.
#ifndef TVP_CLI_COMMAND_H
#define TVP_CLI_COMMAND_H

#include "cli/options/run_options.h"
#include "measure/record.h"

/// Load the command and its items, where any option of it was given. The record is the one to be continued, or empty.
/// Returns 0, -EINVAL, -ENOENT …, with a message.
int command_open(const struct run_request *request, const struct record *record);
/// Behind an estimate of a run: ", if each item of the command takes 50 ms (it has not run yet)"; "" without a command.
const char *command_assumption(void);
/// Its options again, as a shell reads them: " --command='gzip {}' --inputs='*.md'".
void command_put_again(const struct command_settings *settings, FILE *out);
/// Warn of items that failed, in the record, and tell of each on `out`, as far as they are known.
void command_tell_failed(struct record *record, FILE *out);

#endif
