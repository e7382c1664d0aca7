// Reading a gate's own JSON back, so that its blocks can be judged again.
#ifndef TVP_REPORT_GATE_LOAD_H
#define TVP_REPORT_GATE_LOAD_H

#include "gate/gate.h"

/// The inverse of gate_json_write(): opens and fills `gate`, to be closed with gate_close(). Judgements carry the
/// verdict stored, the blocks they had at that time, and their numbers; bets are as before the first block until
/// gate_replay() has taken them. Of the sides only names and revisions are kept. Every judged time is > 0. On failure
/// nothing is to be closed. Returns 0, -ENOENT (or another -errno of reading), -ENOMEM, or -EINVAL with a message
/// naming the file and: line and column (malformed), "not a gate's file" (foreign), both versions (newer), or the field
/// (inconsistent).
int gate_load(struct gate *gate, const char *path);

#endif
