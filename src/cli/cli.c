// How subcommands fail.
#include "cli/cli.h"

#include <errno.h>
#include <stdio.h>

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
