// Going on with an interrupted run.
#ifndef TVP_CLI_RESUME_H
#define TVP_CLI_RESUME_H

#include "cli/options/run_options.h"
#include "host/topology.h"
#include "measure/record.h"

/// Make the loaded record of --resume one that can be measured on: its rows get their hooks, and more rounds or time
/// where the user gave them. Returns 0, or -EINVAL with a message: another machine, build or file of a kernel; nothing
/// to go on with.
int resume_plan(const struct run_request *request, const struct topology *topology, struct record *record);

#endif
