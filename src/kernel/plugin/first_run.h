// In tvp-kernel-host only: a plug-in's first run, before anything is timed. What would fail every visit, or spoil the
// memory of another worker unnoticed, is found here and named once.
#ifndef TVP_KERNEL_PLUGIN_FIRST_RUN_H
#define TVP_KERNEL_PLUGIN_FIRST_RUN_H

#include "kernel/kernel.h"

/// Compute the prepared problem serially: with its input read-only, without threads or processes, twice where there is
/// no check(), and a third of it. Keeps the result as the reference of later checks (problem->serial_total). Returns 0
/// or -EPROTO with a message.
int first_run(struct problem *problem);

#endif
