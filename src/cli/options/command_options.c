// These are no axes: a command may hold commas, and is no list.
#include "cli/options/command_options.h"

#include <string.h>

#include "base/clock.h"
#include "base/units.h"
#include "cli/options/exit_code.h"
#include "cli/options/options.h"

enum {
	KEY_COMMAND = 256,
	KEY_INPUTS,
	KEY_ITEMS_FROM,
	KEY_NULL,
	KEY_ITEMS,
	KEY_SHELL,
	KEY_BATCH,
	KEY_FED,
	KEY_CACHE,
	KEY_DEADLINE
};

static const struct argp_option options[] = {
	{0, 0, 0, 0, "Your command (tvp run command):", 4},
	{"command", KEY_COMMAND, "COMMAND", 0,
     "what is run for each item: words and quotes as in a shell, without any expansion; {} is the item, {/} its name, "
     "{//} its directory, {.} and {/.} the same without extension, {#} its number; without any, it comes last",
     4},
	{"inputs", KEY_INPUTS, "GLOB", 0, "the items are the files that match this pattern; quote it", 4},
	{"items-from", KEY_ITEMS_FROM, "FILE", 0, "the items are the lines of a file; -: of standard input", 4},
	{"null", KEY_NULL, 0, 0, "zero bytes end items and answers, not newlines", 4},
	{"items", KEY_ITEMS, "N", 0, "the items are the numbers 1 to N; default: 1, the command alone", 4},
	{"shell", KEY_SHELL, 0, 0, "/bin/sh runs the command, and the item is its \"$1\" (of a batch: \"$@\")", 4},
	{"batch", KEY_BATCH, "N", 0, "also measure processes that get N items each, as xargs -n does", 4},
	{"fed", KEY_FED, 0, 0,
     "items are lines of standard input; also measure resident workers, which answer each with a line, flushed", 4},
	{"cache", KEY_CACHE, "STATE", 0,
     "of the page cache, for items that are files: warm (read before; the default) or cold (dropped before every pass)",
     4},
	{"item-deadline", KEY_DEADLINE, "TIME", 0, "a process that takes longer fails its items; default: 60s", 4},
	{0},
};

static error_t parse_items(int key, const char *argument, const struct argp_state *state)
{
	struct command_settings *settings = &((struct command_request *)state->input)->settings;
	switch (key) {
	case KEY_INPUTS:
		settings->inputs = argument;
		return 0;
	case KEY_ITEMS_FROM:
		settings->items_from = argument;
		return 0;
	case KEY_NULL:
		settings->null = true;
		return 0;
	case KEY_ITEMS:
		if (units_parse_count(argument, 1, COMMAND_ITEMS_MAX, &settings->items_n) < 0)
			option_refuse(state, "items", argument, "a whole number from 1 to 100000000, written out: 1000000");
		return 0;
	}
	return ARGP_ERR_UNKNOWN;
}

static error_t parse_how(int key, const char *argument, const struct argp_state *state)
{
	struct command_settings *settings = &((struct command_request *)state->input)->settings;
	switch (key) {
	case KEY_COMMAND:
		settings->command = argument;
		return 0;
	case KEY_SHELL:
		settings->shell = true;
		return 0;
	case KEY_FED:
		settings->fed = true;
		return 0;
	case KEY_BATCH:
		if (units_parse_count(argument, 2, COMMAND_ITEMS_MAX, &settings->batch_n) < 0)
			option_refuse(state, "batch", argument, "a whole number from 2 to 100000000");
		return 0;
	case KEY_CACHE:
		if (strcmp(argument, "warm") != 0 && strcmp(argument, "cold") != 0)
			option_refuse(state, "cache", argument, "warm or cold");
		settings->cold = *argument == 'c';
		return 0;
	case KEY_DEADLINE:
		if (units_parse_duration(argument, &settings->item_ns) < 0 || settings->item_ns < NS_PER_MS)
			option_refuse(state, "item-deadline", argument, "a time of 1ms or more, such as 60s");
		return 0;
	}
	return ARGP_ERR_UNKNOWN;
}

static error_t parse(int key, char *argument, struct argp_state *state)
{
	struct command_request *request = state->input;
	if (key == ARGP_KEY_INIT) {
		request->settings.item_ns = 60 * NS_PER_S;
		return 0;
	}
	error_t status = parse_items(key, argument, state);
	status = status == ARGP_ERR_UNKNOWN ? parse_how(key, argument, state) : status;
	request->given = request->given || status == 0;
	if (key == ARGP_KEY_END && request->given && !request->settings.command)
		argp_failure(state, EXIT_USAGE, 0, "the options of a command need one: --command='…'");
	return status;
}

const struct argp *command_options(void)
{
	static const struct argp argp = {.options = options, .parser = parse};
	return &argp;
}

const struct argp *command_options_without_items(void)
{
	static struct argp_option others[sizeof options / sizeof *options];
	static const struct argp argp = {.options = others, .parser = parse};
	for (size_t i = 0, n = 0; i < sizeof options / sizeof *options; i++)
		if (options[i].key != KEY_ITEMS)
			others[n++] = options[i];
	return &argp;
}
