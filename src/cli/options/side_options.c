#include "cli/options/side_options.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/options/options.h"

// SUFFIX: "", "-env", "-prefix".
_Noreturn static void refuse(const struct side *side, const char *suffix, const char *argument, const char *expected,
                             const struct argp_state *state)
{
	char option[24];
	snprintf(option, sizeof option, "%s%s", side->name, suffix);
	option_refuse(state, option, argument, expected);
}

void side_variants_take(struct side *side, char **copy, const char *argument, const struct argp_state *state)
{
	free(*copy);
	*copy = strdup(argument);
	side->variants_n = 0;
	for (char *rest = *copy, *word; (word = strsep(&rest, ",")) != NULL;) {
		if (!*word || side->variants_n == SIDE_VARIANTS_MAX)
			refuse(side, "", argument, "1 to 64 programs, separated by commas", state);
		side->variant[side->variants_n++] = word;
	}
	if (side->variants_n == 0) // no memory for the copy
		refuse(side, "", argument, "memory for it", state);
	side->program = side->variant[0];
}

void side_env_take(struct side *side, const char *argument, const struct argp_state *state)
{
	if (!strchr(argument, '=') || *argument == '=' || side->env_n == SIDE_ENV_MAX)
		refuse(side, "-env", argument, "KEY=VALUE, at most 32 times", state);
	side->env[side->env_n++] = argument;
}

// As a shell reads words, without running anything.
void side_prefix_take(struct side *side, wordexp_t *words, const char *argument, const struct argp_state *state)
{
	wordfree(words);
	*words = (wordexp_t){0};
	if (wordexp(argument, words, WRDE_NOCMD | WRDE_UNDEF) != 0 || words->we_wordc == 0 ||
	    words->we_wordc > SIDE_PREFIX_MAX)
		refuse(side, "-prefix", argument, "a command and its arguments", state);
	side->prefix_n = (unsigned)words->we_wordc;
	for (unsigned i = 0; i < side->prefix_n; i++)
		side->prefix[i] = words->we_wordv[i];
}
