// The progress line on stderr.
#ifndef TVP_CLI_PROGRESS_H
#define TVP_CLI_PROGRESS_H

#include "gate/gate.h"
#include "measure/rounds.h"

/// Draw it, at most some ten times a second. context: unused.
void progress_draw(void *context, const struct rounds_progress *progress);
/// The same of a gate.
void progress_draw_gate(void *context, const struct gate_progress *progress);
/// Wipe it.
void progress_end(void);

#endif
