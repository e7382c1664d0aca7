// Options that several commands have, read and refused alike.
#include "cli/options/options.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/units.h"
#include "cli/options/exit_code.h"

_Noreturn void option_refuse(const struct argp_state *state, const char *option, const char *argument, const char *form)
{
	fprintf(stderr, "%s: --%s='%s' (%s)\n", state->name, option, argument, form);
	exit(EXIT_USAGE);
}

void fraction_take(const struct argp_state *state, const char *option, const char *argument, double least, double most,
                   double *out)
{
	if (units_parse_fraction(argument, out) < 0 || *out < least || *out > most)
		option_refuse(state, option, argument, "5% or 0.05");
}

void command_join(char *out, size_t out_bytes, int argc, char **argv)
{
	*out = '\0';
	for (int i = 0; i < argc; i++)
		snprintf(out + strlen(out), out_bytes - strlen(out), "%s%s", i ? " " : "", argv[i]);
}

int progress_mode_parse(const char *text, enum progress_mode *mode)
{
	static const char *const names[] = {"auto", "always", "never"};
	for (int i = PROGRESS_AUTO; i <= PROGRESS_NEVER; i++)
		if (strcmp(text, names[i]) == 0) {
			*mode = (enum progress_mode)i;
			return 0;
		}
	return -EINVAL;
}
