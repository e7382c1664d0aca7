// Reading the result files that a command's operands name.
#include "cli/results.h"

#include "cli/cli.h"
#include "report/result/result.h"

int results_load(const char *command, struct record *records, const char *const *paths, unsigned n)
{
	for (unsigned i = 0; i < n; i++) {
		int status = result_load_any(&records[i], paths[i]);
		if (status < 0) {
			results_close(records, i);
			return cli_fail_input(command, status);
		}
	}
	return EXIT_OK;
}

void results_close(struct record *records, unsigned n)
{
	while (n > 0)
		record_close(&records[--n]);
}

int result_with(const char *command, const char *path, int (*use)(const struct record *record, void *context),
                void *context)
{
	static struct record record; // some 18 KiB
	int exit_code = results_load(command, &record, &path, 1);
	if (exit_code != EXIT_OK)
		return exit_code;
	if (use(&record, context) < 0)
		exit_code = cli_fail(command, EXIT_ENVIRONMENT);
	results_close(&record, 1);
	return exit_code;
}
