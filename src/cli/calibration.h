// This machine's calibration: measured once, kept, and used again as long as the machine is the same.
#ifndef TVP_CLI_CALIBRATION_H
#define TVP_CLI_CALIBRATION_H

#include "cli/session.h"

enum { CALIBRATION_PATH_BYTES = 400 };

/// Where it is kept: $XDG_STATE_HOME/tvp/calibration-HASH.json, else below ~/.local/state; HASH is of the CPU model,
/// the allowed CPUs and the quota. Returns 0, or -ENOENT where neither variable is set, with a message.
int calibration_path(const struct facts *facts, char *path, size_t path_bytes);

/// A file beside it: "verified-1795813200.json". Makes the directory. Returns 0 or a status with a message.
int calibration_beside(const char *name, char *path, size_t path_bytes);

/// Load it. Returns 0 and an open record; -ENOENT: there is none; -ESTALE: it is of another machine, kernel, build or
/// version, with a message that says what differs; or another status of result_load().
int calibration_load(struct record *record, const struct facts *facts);

/// How long it takes where nobody said: 55 s, on more than 8 CPUs 110 s.
uint64_t calibration_budget_ns(const struct topology *topology);

/// Measure it anew and keep it. The session's command is set; its record is
/// open afterwards, also after a failure. Returns 0, -EINTR (interrupted: nothing is kept), -EAGAIN (too few rounds for
/// intervals, and the one that is kept has enough), or a status, with a message.
int calibration_make(struct session *session, uint64_t budget_ns);

#endif
