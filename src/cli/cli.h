// The subcommands: one file each. The only folder that prints or exits.
#ifndef TVP_CLI_CLI_H
#define TVP_CLI_CLI_H

#include "cli/options/exit_code.h"

/// Say status_message() on stderr, behind the command's name. Returns exit_code.
int cli_fail(const char *command, int exit_code);
/// The same for an input that could not be read or judged: EXIT_USAGE, or EXIT_ENVIRONMENT where memory ran out.
int cli_fail_input(const char *command, int status);

/// argv[0] is "tvp NAME". Each returns an exit code, after an error on stderr that begins with argv[0].
int cli_run(int argc, char **argv);
int cli_advise(int argc, char **argv);
int cli_calibrate(int argc, char **argv);
int cli_list(int argc, char **argv);
int cli_topo(int argc, char **argv);
int cli_show(int argc, char **argv);
int cli_plot(int argc, char **argv);
int cli_fit(int argc, char **argv);
int cli_check(int argc, char **argv);
int cli_compare(int argc, char **argv);
int cli_gbench(int argc, char **argv);
int cli_slice(int argc, char **argv);
int cli_gate(int argc, char **argv);
int cli_replay(int argc, char **argv);
int cli_doctor(int argc, char **argv);

#endif
