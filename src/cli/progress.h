// The one line on stderr that says how far a run is.
#ifndef TVP_CLI_PROGRESS_H
#define TVP_CLI_PROGRESS_H

#include "gate/gate.h"
#include "measure/rounds.h"

/// --progress=WHEN: where stderr is a terminal, or as told.
enum progress_mode { PROGRESS_AUTO, PROGRESS_ALWAYS, PROGRESS_NEVER };

/// "auto", "always", "never". Returns 0 or -EINVAL.
int progress_mode_parse(const char *text, enum progress_mode *mode);

/// Draw it, at most some ten times a second. context: unused.
void progress_draw(void *context, const struct rounds_progress *progress);
/// The same of a gate.
void progress_draw_gate(void *context, const struct gate_progress *progress);
/// Wipe it.
void progress_end(void);

#endif
