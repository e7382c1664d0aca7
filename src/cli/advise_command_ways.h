// The ways of running a command, tried in rounds: rows of experiment `command`.
#ifndef TVP_CLI_ADVISE_COMMAND_WAYS_H
#define TVP_CLI_ADVISE_COMMAND_WAYS_H

#include "advise/command_advice.h"
#include "advise/command_trial.h"
#include "cli/session.h"

/// Whether the command failed for inputs of resident workers, and in no other row.
bool advise_command_resident_failed(const struct record *record);

/// Measure the ways of a trial, within the session's time budget, of the inputs that the job is to be run for now, and
/// fill in advice->way[], what is left out, and list.start_ns. peak_bytes: of a process that does not say itself.
/// Returns 0, -EINTR, or another status with a message.
int advise_command_ways(struct session *session, const struct command_trial *trial, struct command_advice *advice,
                        double peak_bytes);

#endif
