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
