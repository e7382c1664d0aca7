// What the command lines of several commands have in common, beside the axes.
#ifndef TVP_CLI_OPTIONS_H
#define TVP_CLI_OPTIONS_H

#include <argp.h>
#include <stddef.h>

/// End the program with EXIT_USAGE and "--OPTION='ARGUMENT' (FORM)": FORM says how it is written.
_Noreturn void option_refuse(const struct argp_state *state, const char *option, const char *argument,
                             const char *form);

/// "5%" or "0.05", within [least, most]; refuses what is not.
void fraction_take(const struct argp_state *state, const char *option, const char *argument, double least, double most,
                   double *out);

/// --progress=WHEN: where stderr is a terminal, or as told.
enum progress_mode { PROGRESS_AUTO, PROGRESS_ALWAYS, PROGRESS_NEVER };

/// "auto", "always", "never". Returns 0 or -EINVAL.
int progress_mode_parse(const char *text, enum progress_mode *mode);

/// The command line as one text, cut where there is no more room.
void command_join(char *out, size_t out_bytes, int argc, char **argv);

#endif
