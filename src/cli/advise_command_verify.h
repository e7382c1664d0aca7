// The best ways of running a command, run again: predicted beside measured.
#ifndef TVP_CLI_ADVISE_COMMAND_VERIFY_H
#define TVP_CLI_ADVISE_COMMAND_VERIFY_H

#include "cli/session.h"
#include "report/advise/command.h"

/// Run the two best ways and the serial one of report->advice, of all inputs where that takes a quarter of a minute or
/// less, else of a sample of them. Returns 0, -EINTR, or another status with a message.
int advise_command_verify(struct session *session, struct command_report *report);

#endif
