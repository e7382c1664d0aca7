// An option's key is its place in the table, and its name is the axis: no axis is named a second time.
#include "cli/options/axis_options.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/status.h"
#include "cli/options/exit_code.h"

enum { KEY_FIRST = 256, OPTIONS_MAX = 16 + AXES_OWN_MAX };

// The axes of the sweeps; those that experiments declare themselves follow, in the order of the experiments.
static struct argp_option options[OPTIONS_MAX] = {
	{0, 0, 0, 0, "What to measure (lists are comma-separated; `tvp list` says what there is):", 1},
	{"kernel", 0, "LIST", 0, "kernels", 1},
	{"k", 0, "LIST", 0, "taps a side of convolve: 3, 5, 7", 1},
	{"size", 0, "LIST", 0,
     "32MiB (bytes of input), 1920x1080 (an image), 1000 (items) or 100us (of work): `tvp list kernels`", 1},
	{"model", 0, "LIST", 0, "serial, threads, thread_pool, fork, process_pool", 1},
	{"workers", 0, "LIST", 0, "worker counts, 1 to 1024; auto: 1, 2, 4, … CPUs, and 2 x CPUs; all: CPUs", 1},
	{"pin", 0, "LIST", 0, "none, compact, spread, same", 1},
	{"wait", 0, "LIST", 0, "of pools: spin, park, adaptive", 1},
	{"caller", 0, "LIST", 0, "waits (N workers compute) or works (the caller is one of the N)", 1},
	{"memory", 0, "LIST", 0, "of the inputs: shared, private", 1},
	{"pages", 0, "LIST", 0, "huge, 4k", 1},
	{"transport", 0, "LIST", 0, "of pools: inplace, or copy:CHANNEL (copy:pipe, copy:futex, …): `tvp list channels`",
     1},
	{"schedule", 0, "LIST", 0, "static, strided, dynamic:CHUNK", 1},
	{0, 0, 0, 0, "Axes of what sharing costs (which experiment has which: `tvp list experiments`):", 2},
};

// Calls `take` for every axis that experiments declare, once each, as far as there is room for them.
static void declared_each(void (*take)(void *context, const struct experiment_axis *axis), void *context)
{
	unsigned taken_n = 0;
	for (const struct experiment *const *experiment = experiments; *experiment; experiment++)
		for (const struct experiment_axis *axis = (*experiment)->own_axes; axis && axis->key; axis++)
			if (plan_declares(axis->key) == axis && taken_n++ < AXES_OWN_MAX)
				take(context, axis);
}

static void option_add(void *context, const struct experiment_axis *axis)
{
	struct argp_option **end = context;
	*(*end)++ = (struct argp_option){axis->key, 0, "LIST", 0, plan_axis_text(axis), 2};
}

static void own_add(void *context, const struct experiment_axis *axis)
{
	struct plan_options *plan = context;
	snprintf(plan->own[plan->own_n++].key, sizeof plan->own->key, "%s", axis->key);
}

int axis_list_parse(struct axis_values *values, const char *axis, const char *text)
{
	values->n = 0;
	for (const char *rest = text;; rest++) {
		size_t length = strcspn(rest, ",");
		if (length == 0)
			return status_say(EINVAL, "--%s='%s': an empty value", axis, text);
		if (values->n == AXIS_VALUES_MAX)
			return status_say(EINVAL, "--%s: more than %d values", axis, AXIS_VALUES_MAX);
		if (length >= sizeof values->value[0])
			return status_say(EINVAL, "--%s: '%.*s' is too long", axis, (int)length, rest);
		snprintf(values->value[values->n++], sizeof values->value[0], "%.*s", (int)length, rest);
		rest += length;
		if (!*rest)
			return 0;
	}
}

static error_t parse(int key, char *argument, struct argp_state *state)
{
	struct axis_request *request = state->input;
	if (key == ARGP_KEY_INIT) {
		request->plan->own_n = 0;
		declared_each(own_add, request->plan);
		return 0;
	}
	if (key < KEY_FIRST || key >= KEY_FIRST + OPTIONS_MAX)
		return ARGP_ERR_UNKNOWN;
	const char *axis = options[key - KEY_FIRST].name;
	// Reading is what plan_axis_values() is for; the plan itself is ours to fill, and it has every axis that has an
	// option.
	struct axis_values *choice = (struct axis_values *)plan_axis_values(request->plan, axis);
	if (axis_list_parse(choice, axis, argument) < 0)
		argp_failure(state, EXIT_USAGE, 0, "%s", status_message());
	request->given = true;
	return 0;
}

const struct argp *axis_options(void)
{
	static const struct argp argp = {.options = options, .parser = parse};
	struct argp_option *end = options;
	while (end->name || end->doc)
		end++;
	if (options[1].key == 0)
		declared_each(option_add, &end);
	for (struct argp_option *option = options; option < end; option++)
		option->key = option->name ? KEY_FIRST + (int)(option - options) : 0;
	return &argp;
}
