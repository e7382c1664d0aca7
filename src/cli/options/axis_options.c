// An option's key is its place in the table, and its name is the axis: no axis is named a second time.
#include "cli/options/axis_options.h"

#include <string.h>

#include "base/status.h"
#include "bench/plan/axes.h"
#include "cli/options/exit_code.h"
#include "cli/options/plugin_options.h"

enum { KEY_FIRST = 256, OPTIONS_MAX = PLAN_AXES_MAX + 3 };

static struct argp_option options[OPTIONS_MAX];

static void options_add(struct argp_option **end, bool of_experiments, const char *title, int group)
{
	*(*end)++ = (struct argp_option){0, 0, 0, 0, title, group};
	for (const struct known_axis *axis = known_axes(); axis->key; axis++)
		if ((axis->origin == AXIS_OF_EXPERIMENTS) == of_experiments) {
			**end = (struct argp_option){axis->key, KEY_FIRST + (int)(*end - options), "LIST", 0, axis->help, group};
			(*end)++;
		}
}

static error_t parse(int key, char *argument, struct argp_state *state)
{
	struct axis_request *request = state->input;
	if (key == ARGP_KEY_INIT)
		return 0;
	if (key < KEY_FIRST || key >= KEY_FIRST + OPTIONS_MAX)
		return ARGP_ERR_UNKNOWN;
	const char *name = options[key - KEY_FIRST].name;
	if (plan_choose(request->plan, name, strcmp(name, "kernel") == 0 ? plugins_named(state, argument) : argument) < 0)
		argp_failure(state, EXIT_USAGE, 0, "%s", status_message());
	request->given = true;
	return 0;
}

const struct argp *axis_options(void)
{
	static const struct argp argp = {.options = options, .parser = parse};
	struct argp_option *end = options;
	if (options[0].doc)
		return &argp;
	options_add(&end, false, "What to measure (lists are comma-separated; `tvp list` shows what there is):", 1);
	options_add(&end, true, "Axes that experiments declare (which experiment has which: `tvp list experiments`):", 2);
	return &argp;
}
