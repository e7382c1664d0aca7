// Any lines as a command line: experiments, then "axis=values" each, through what `tvp run --dry-run` reads them with,
// on a described machine: refused with a message, or rows.
#include <stdlib.h>
#include <string.h>

#include "base/status.h"
#include "bench/plan/axes.h"
#include "cli/plan.h"
#include "host/topology.h"
#include "tests/fuzz/memory_file.h"

enum { LINES_MAX = 8 };

static const struct topology *machine(void)
{
	static struct topology *topology;
	if (!topology && topology_open(&topology, "pack:2 core:2 pu:2") < 0)
		abort();
	return topology;
}

static int line_choose(struct plan_options *options, char *line)
{
	char *values = strchr(line, '=');
	if (!values)
		return -1;
	*values++ = '\0';
	// argp knows the options' names: what is none of them never gets so far.
	return known_axis_find(line) ? plan_choose(options, line, values) : -1;
}

static void plan(char *text)
{
	static struct record record;
	struct plan_options options = {.topology = machine()};
	char *suite = strsep(&text, "\n");
	int status = 0;
	for (int i = 0; text && status == 0 && i < LINES_MAX; i++)
		status = line_choose(&options, strsep(&text, "\n"));
	if (status < 0 || record_open(&record) < 0)
		return;
	status_say(0, "%s", "");
	if (plan_suite(suite, &options, &record) < 0 && !*status_message())
		abort(); // refused without a reason
	record_close(&record);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
	char text[512];
	snprintf(text, sizeof text, "%.*s", (int)(bytes < sizeof text ? bytes : sizeof text - 1), (const char *)data);
	plan(text);
	return 0;
}
