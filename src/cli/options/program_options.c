#include "cli/options/program_options.h"

#include "base/status.h"
#include "cli/options/exit_code.h"
#include "cli/options/options.h"

enum { KEY_OLD_COMMAND = 1024, KEY_NEW_COMMAND, KEY_GBENCH, KEY_FILTER };

static const struct argp_option options[] = {
	{0, 0, 0, 0, "Programs that are no tvp:", 3},
	{"old-command", KEY_OLD_COMMAND, "COMMAND", 0,
     "instead of OLD: any command, split into words as a shell does it, but run without one and without any expansion; of what it prints "
     "the end is kept, and shown where it fails. Without --new-command it is both sides",
     3},
	{"new-command", KEY_NEW_COMMAND, "COMMAND", 0, "the same instead of NEW", 3},
	{"gbench", KEY_GBENCH, 0, 0,
     "OLD and NEW are programs linked with Google Benchmark: each benchmark that both have is judged", 3},
	{"filter", KEY_FILTER, "REGEX", 0, "with --gbench: only benchmarks that match, as --benchmark_filter has it", 3},
	{0},
};

static void command_take(struct programs_request *request, int side, const char *argument,
                         const struct argp_state *state)
{
	const char *option = side == SIDE_OLD ? "old-command" : "new-command";
	struct command_words *words = &request->words[side];
	command_words_free(words);
	if (command_words_split(words, argument) < 0)
		argp_failure(state, EXIT_USAGE, 0, "--%s: %s", option, status_message());
	if (words->n >= SIDE_WORDS_MAX)
		option_refuse(state, option, argument, "fewer words");
	request->command[side] = argument;
}

static error_t parse(int key, char *argument, struct argp_state *state)
{
	struct programs_request *request = state->input;
	switch (key) {
	case KEY_OLD_COMMAND:
	case KEY_NEW_COMMAND:
		command_take(request, key == KEY_NEW_COMMAND ? SIDE_NEW : SIDE_OLD, argument, state);
		return 0;
	case KEY_GBENCH:
		request->gbench = true;
		return 0;
	case KEY_FILTER:
		request->filter = argument;
		return 0;
	}
	return ARGP_ERR_UNKNOWN;
}

const struct argp *program_options(void)
{
	static const struct argp argp = {.options = options, .parser = parse};
	return &argp;
}

bool programs_given(const struct programs_request *request)
{
	return request->gbench || request->filter || request->command[SIDE_OLD] || request->command[SIDE_NEW];
}

const char *programs_wrong(const struct programs_request *request, unsigned operands_n)
{
	bool commands = request->command[SIDE_OLD] || request->command[SIDE_NEW];
	if (commands && request->gbench)
		return "--gbench compares programs of Google Benchmark, --old-command any commands: not both";
	if (commands && operands_n > 0)
		return "--old-command and --new-command stand instead of the operands OLD and NEW";
	if (commands && !request->command[SIDE_OLD])
		return "--new-command needs --old-command";
	if (request->filter && !request->gbench)
		return "--filter chooses benchmarks of --gbench";
	return NULL;
}
