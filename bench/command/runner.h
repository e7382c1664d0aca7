// A runner whose visit starts commands.
#ifndef TVP_BENCH_COMMAND_RUNNER_H
#define TVP_BENCH_COMMAND_RUNNER_H

#include "host/topology.h"

/// Before any command starts: processes inherit all allowed CPUs; what they leave becomes the runner's; and all of them
/// end with the supervisor. Once per process. Returns 0 or -errno with a message.
int command_runner_open(const struct topology *topology);

#endif
