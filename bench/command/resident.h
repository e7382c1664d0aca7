// Resident workers of a command: each is started once, is given one item at a time as a line of its standard input, and
// answers each with one line of its standard output, flushed. One that dies fails its item and is started again for the
// next.
#ifndef TVP_BENCH_COMMAND_RESIDENT_H
#define TVP_BENCH_COMMAND_RESIDENT_H

#include "bench/command/pass.h"

/// Returns 0 or -errno with a message.
int resident_start(struct command_pass *pass, struct command_slot *slot);
/// Give it the item of its slot, started again where it has died. Returns 0 or -errno with a message.
int resident_give(struct command_pass *pass, struct command_slot *slot);
/// It has written something.
void resident_take(struct command_pass *pass, struct command_slot *slot);
/// End its input, wait for it, and kill it where it does not end.
void resident_end(struct command_pass *pass, struct command_slot *slot);

#endif
