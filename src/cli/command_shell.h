// A way of running a command, as a line for a shell.
#ifndef TVP_CLI_COMMAND_SHELL_H
#define TVP_CLI_COMMAND_SHELL_H

#include <stddef.h>

#include "advise/command_advice.h"
#include "bench/command/job.h"

/// By xargs, of all inputs. "" where no such line does exactly the same: placeholders that xargs does not know,
/// resident workers, items from standard input, patterns that a shell reads otherwise. Returns out.
char *command_shell_text(char *out, size_t out_bytes, const struct command_job *job, const struct command_way *way);

#endif
