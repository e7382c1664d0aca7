// tvp advise --command: how to run a user's command for many inputs.
#ifndef TVP_CLI_ADVISE_COMMAND_H
#define TVP_CLI_ADVISE_COMMAND_H

#include "cli/options/advise_options.h"

/// Measures, predicts and reports. Returns an exit code, after an error on stderr where it is not EXIT_OK.
int advise_command(const char *command, const struct advise_request *request, struct topology *topology);

#endif
