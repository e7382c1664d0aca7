// How subcommands end.
#include "cli/cli.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/status.h"

int cli_fail(const char *command, int exit_code)
{
	fprintf(stderr, "%s: %s\n", command, status_message());
	return exit_code;
}

int cli_fail_input(const char *command, int status)
{
	return cli_fail(command, status == -ENOMEM ? EXIT_ENVIRONMENT : EXIT_USAGE);
}

int cli_end(const char *command, int exit_code)
{
	if (fflush(stdout) == 0 || exit_code != EXIT_OK)
		return exit_code;
	fprintf(stderr, "%s: writing to stdout: %s\n", command, strerror(errno));
	return EXIT_ENVIRONMENT;
}
