// The options of one side of a gate: its programs, environment and prefix. Each ends the program with EXIT_USAGE and a
// message where the argument is wrong.
#ifndef TVP_CLI_OPTIONS_SIDE_OPTIONS_H
#define TVP_CLI_OPTIONS_SIDE_OPTIONS_H

#include <argp.h>
#include <wordexp.h>

#include "gate/slice/side.h"

/// --old=A1,A2,…: the paths end up in *copy, malloc'd; what it held before is freed.
void side_variants_take(struct side *side, char **copy, const char *argument, const struct argp_state *state);

/// --old-env=KEY=VALUE: one more.
void side_env_take(struct side *side, const char *argument, const struct argp_state *state);

/// --old-prefix=COMMAND: side->prefix points into *words; what they held before is freed.
void side_prefix_take(struct side *side, wordexp_t *words, const char *argument, const struct argp_state *state);

#endif
