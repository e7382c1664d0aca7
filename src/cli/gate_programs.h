// Planning a gate of programs that are no tvp: its rows, and what its sides run.
#ifndef TVP_CLI_GATE_PROGRAMS_H
#define TVP_CLI_GATE_PROGRAMS_H

#include "cli/options/gate_options.h"

/// Add a row for the pair of commands, or for each benchmark; those that one side alone has are skipped with that
/// reason. The sides' words point into the request. Returns 0 or -errno with a message.
int gate_programs_plan(struct gate_request *request, struct record *record);

#endif
