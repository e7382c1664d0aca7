// A runner whose visit starts commands.
#ifndef TVP_BENCH_COMMAND_RUNNER_H
#define TVP_BENCH_COMMAND_RUNNER_H

#include "bench/command/pass.h"
#include "host/topology.h"

/// Before the pass, which it keeps, is opened: processes inherit all allowed CPUs; what they leave becomes the
/// runner's; and the pass's process groups end with the supervisor. Once per process. Returns 0 or -errno with a
/// message.
int command_runner_open(const struct command_pass *pass, const struct topology *topology);

#endif
