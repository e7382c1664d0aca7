// What the command lines of several commands have in common, beside the axes: refusals, fractions, operands.
#ifndef TVP_CLI_OPTIONS_OPTIONS_H
#define TVP_CLI_OPTIONS_OPTIONS_H

#include <argp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/// End the program with EXIT_USAGE and "--OPTION='ARGUMENT': expected EXPECTED".
_Noreturn void option_refuse(const struct argp_state *state, const char *option, const char *argument,
                             const char *expected);

/// What a fraction may be.
struct fraction_range {
	double least, most;
	bool without_ends; ///< the ends themselves are out of range
	const char *text;  ///< "more than 0 % and less than 100 %"
};
/// Read "5%" or "0.05"; refuses what is malformed or out of range.
void fraction_take(const struct argp_state *state, const char *option, const char *argument,
                   const struct fraction_range *range, double *out);

/// Read a time into ns; refuses one without its unit.
void unit_time_take(const struct argp_state *state, const char *option, const char *argument, double *ns);

enum { OPERANDS_MAX = 2 };

/// The operands of a command, in the order of its usage.
struct operands {
	const char *name[OPERANDS_MAX]; ///< as in the usage: "RESULT"
	unsigned required_n;            ///< the others may be left out
	const char *value[OPERANDS_MAX];
	unsigned n; ///< given
};
/// For a parser: takes ARGP_KEY_ARG and ARGP_KEY_END, and refuses an operand too many or too few. ARGP_ERR_UNKNOWN for
/// all other keys.
error_t operands_parse(struct operands *operands, int key, const char *argument, const struct argp_state *state);
/// The refusal of a command whose operand NAME is missing.
void operand_missing(const struct argp_state *state, const char *name);

/// --progress=WHEN: where stderr is a terminal, or as told.
enum progress_mode { PROGRESS_AUTO, PROGRESS_ALWAYS, PROGRESS_NEVER };

/// "auto", "always", "never". Returns 0 or -EINVAL.
int progress_mode_parse(const char *text, enum progress_mode *mode);

/// --wait-for-others=TIME of the commands that measure.
#define OTHERS_WAIT_HELP                                                                                             \
	"before measuring, wait for at most TIME until no other tvp measures; only those in the same network namespace " \
	"(not those in other containers) are seen; default: 0, warn only"
void others_wait_take(const struct argp_state *state, const char *argument, uint64_t *wait_ns);

/// --doctor=WHEN of the commands that measure.
#define DOCTOR_HELP                                                                                                    \
	"look for a second before measuring at what disturbs this machine: auto (the default: where measuring takes 10 s " \
	"or more, in 6 rounds or blocks or more), always or never"

/// --lines=N|all of the commands that print a run.
#define LINES_HELP                                                                                                 \
	"fit the report into about N lines (at least 10), a few for each experiment, or print all rows; default: the " \
	"terminal's height, at least 40, and all where standard output is no terminal"
struct report_style;
/// Read it into style->lines.
void lines_take(const struct argp_state *state, const char *argument, struct report_style *style);
/// How a report is printed on standard output where nobody said: as its terminal is.
void style_of_output(struct report_style *style);

/// Keep a list of suites and experiments; ends the program with EXIT_USAGE and a message where it is too long.
void suite_take(const char *command, const char *list, char *out, size_t out_bytes);

/// " --NAME='VALUE'", quoted for a shell; nothing where value is NULL.
void option_put(FILE *out, const char *name, const char *value);

/// The command line as one text, cut to the room there is.
void command_join(char *out, size_t out_bytes, int argc, char **argv);

#endif
