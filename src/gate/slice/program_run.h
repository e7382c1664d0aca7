// Running what a slice measures, by bench/command/spawn.h.
#ifndef TVP_GATE_SLICE_PROGRAM_RUN_H
#define TVP_GATE_SLICE_PROGRAM_RUN_H

#include "bench/command/spawn.h"
#include "gate/slice/slice.h"

/// Run words[0] (searched in PATH) once, its standard output being out_fd (-1: a pipe, the end of which is kept).
/// Returns 0, whatever its exit code; -ETIMEDOUT, and it was killed; or why it could not be started, with a message.
int program_run(const char *const *words, int out_fd, uint64_t deadline_ns, struct command_end *end);
/// -ETIMEDOUT with a message: "it did not finish within 60 s and was killed".
int program_late(uint64_t deadline_ns);
/// Its exit code; 128 + its number where a signal ended it.
int program_exit_code(const struct command_end *end);
/// -ECHILD with a message: "WHO exited with code 3: the last line of its standard error".
int program_failed(const char *who, const struct command_end *end);
/// Its peak of memory; at most floor_bytes is not known to be less.
void program_memory(struct slice_times *slice, double peak_bytes, double floor_bytes);
/// What it printed last.
void program_printed(const struct command_end *end, struct slice_printed *printed);

#endif
