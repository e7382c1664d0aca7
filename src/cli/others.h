// Other runs of tvp at the same time on this machine: waited for, seen, and told of.
#ifndef TVP_CLI_OTHERS_H
#define TVP_CLI_OTHERS_H

#include <stdint.h>

#include "host/facts.h"

/// Before the first measurement: wait until no other tvp measures, for at most wait_ns; let others see that this one
/// does; say on stderr, and among the facts, where another measures all the same.
void others_meet(const char *command, uint64_t wait_ns, struct facts *facts);
/// As wait_ns: the command has no option to wait, and is not to be told of one.
static const uint64_t others_no_waiting = UINT64_MAX;

/// Now and then, while measuring: another may have begun later. Warns among the facts only.
void others_look(struct facts *facts);

#endif
