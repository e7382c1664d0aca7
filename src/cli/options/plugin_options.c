// Read twice: before argp, since the files' parameters become options of its, and by argp.
#include "cli/options/plugin_options.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/intern.h"
#include "base/status.h"
#include "base/units.h"
#include "base/words.h"
#include "cli/options/exit_code.h"
#include "cli/options/options.h"
#include "kernel/plugin/bytes.h"
#include "kernel/plugin/plugin.h"
#include "kernel/plugin/source.h"

enum { FILES_MAX = 32, LIST_BYTES = 4096, KEY_PLUGIN = 2048, KEY_DEADLINE };

static const struct plugin *opened[FILES_MAX];
static const char *given[FILES_MAX]; // of opened: the path in the options
static unsigned opened_n;
static char deadline_option[SIDE_PLUGIN_BYTES]; // for slices; "": not given
static const struct plugin *of_side[SIDES_N];   // of opened: those of --old-kernel and --new-kernel

void plugins_add_facts(struct facts *facts)
{
	char key[sizeof facts->fact->key];
	for (unsigned i = 0; i < opened_n; i++) {
		const struct plugin *plugin = opened[i];
		snprintf(key, sizeof key, "%s%s", plugin == of_side[SIDE_NEW] ? "new_" : PLUGIN_FACT, plugin->kernel.name);
		facts_add(facts, key, "%s %s%s%s", plugin->hash, plugin->path, *plugin->compiler ? ", " : "", plugin->compiler);
	}
}

void plugins_put_again(FILE *out)
{
	for (unsigned i = 0; i < opened_n; i++)
		option_put(out, "plugin", opened[i]->path);
}

static int plugin_check(const struct plugin *plugin, const struct facts *facts)
{
	char key[sizeof facts->fact->key];
	snprintf(key, sizeof key, PLUGIN_FACT "%s", plugin->kernel.name);
	const char *was = facts_get(facts, key);
	if (!was || strncmp(was, plugin->hash, strlen(plugin->hash)) == 0)
		return 0;
	return status_say(EINVAL, "kernel %s: %s has other bytes than the file of the run that shall be continued",
	                  plugin->kernel.name, plugin->path);
}

int plugins_check(const struct record *record)
{
	int status = 0;
	for (uint32_t i = 0; i < record->rows_n && status == 0; i++) {
		const char *name = spec_get(&record->rows[i].spec, "kernel");
		if (record->rows[i].state <= ROW_DONE && name && !kernel_find(name))
			status = status_say(EINVAL, "kernel %s is not tvp's own: give its file again, --plugin=FILE", name);
	}
	for (unsigned i = 0; i < opened_n && status == 0; i++)
		status = plugin_check(opened[i], &record->facts);
	return status;
}

static const struct plugin *find(const char *path)
{
	for (unsigned i = 0; i < opened_n; i++)
		if (strcmp(given[i], path) == 0)
			return opened[i];
	return NULL;
}

static bool ends_in(const char *path, const char *end)
{
	size_t length = strlen(path), end_length = strlen(end);
	return length > end_length && strcmp(path + length - end_length, end) == 0;
}

static bool is_input(int status)
{
	return status == -EINVAL || status == -ENOENT || status == -EISDIR || status == -EACCES;
}

// The command first, so that what the compiler says stands below it.
static int build(const char *command, const char *path, struct source_built *built)
{
	int status = source_build(path, built);
	bool says = built->said && *built->said;
	if (*built->command && (says || !built->was_there))
		fprintf(stderr, "%s: %s\n", command, built->command);
	if (status < 0)
		fprintf(stderr, "%s: %s%s\n", command, status_message(), status == -EINVAL ? "; the compiler says:" : "");
	if (says)
		fputs(built->said, stderr);
	free(built->said);
	return status;
}

static int open_path(const char *command, const char *path, bool registered, struct plugin **plugin)
{
	bool is_source = ends_in(path, ".c");
	static struct source_built built; // some 8 KiB
	int status = is_source ? build(command, path, &built) : 0;
	if (status < 0)
		return status;
	status = plugin_open(is_source ? built.object : path, bytes_shown_path(path), plugin);
	if (status == 0 && registered && (status = plugin_register(*plugin)) < 0)
		plugin_drop(*plugin);
	if (status < 0)
		fprintf(stderr, "%s: %s\n", command, status_message());
	else if (is_source)
		snprintf((*plugin)->compiler, sizeof(*plugin)->compiler, "%s", built.compiler);
	return status;
}

// Returns EXIT_OK, or the exit code of a command that ends with this: the message is printed.
static int open_file(const char *command, const char *path, bool registered)
{
	struct plugin *plugin;
	if (registered && find(path))
		return EXIT_OK;
	if (opened_n == FILES_MAX) {
		fprintf(stderr, "%s: %s: at most %d files\n", command, path, FILES_MAX);
		return EXIT_USAGE;
	}
	int status = open_path(command, path, registered, &plugin);
	if (status < 0)
		return is_input(status) ? EXIT_USAGE : EXIT_ENVIRONMENT;
	if (*plugin->broken)
		fprintf(stderr, "%s: warning: it will not be measured: %s\n", command, plugin->broken);
	given[opened_n] = intern(path);
	opened[opened_n++] = plugin;
	return EXIT_OK;
}

// Each value of a list, in turn. Returns false behind the last; "" is a value, too.
static bool value_next(const char **at, char *out, size_t out_bytes)
{
	if (!*at)
		return false;
	size_t length = strcspn(*at, ",");
	snprintf(out, out_bytes, "%.*s", (int)length, *at);
	*at = (*at)[length] ? *at + length + 1 : NULL;
	return true;
}

static int open_list(const char *command, const char *list)
{
	char one[PATH_MAX];
	int exit_code = EXIT_OK;
	for (const char *at = list; exit_code == EXIT_OK && value_next(&at, one, sizeof one);)
		if (strchr(one, '/'))
			exit_code = open_file(command, one, true);
	return exit_code;
}

const char *plugins_named(const struct argp_state *state, const char *list)
{
	char names[LIST_BYTES] = "", one[PATH_MAX];
	size_t used = 0;
	if (!strchr(list, '/'))
		return list;
	for (const char *at = list; used < sizeof names && value_next(&at, one, sizeof one);) {
		const struct plugin *plugin = strchr(one, '/') ? find(one) : NULL;
		if (strchr(one, '/') && !plugin)
			argp_error(state, "%s: a kernel's file needs the option's whole name, --kernel", one);
		used += (size_t)snprintf(names + used, sizeof names - used, "%s%s", used > 0 ? "," : "",
		                         plugin ? plugin->kernel.name : one);
	}
	const char *kept = intern(names);
	return kept ? kept : list;
}

// The value of `--name=VALUE` or `--name VALUE`; NULL: this argument is another option.
static const char *value_of(const char *name, int index, int argc, char **argv)
{
	size_t length = strlen(name);
	if (strncmp(argv[index], name, length) != 0)
		return NULL;
	if (argv[index][length] == '=')
		return argv[index] + length + 1;
	return argv[index][length] == '\0' && index + 1 < argc ? argv[index + 1] : NULL;
}

static void deadline_take(int argc, char **argv)
{
	uint64_t deadline_ns;
	for (int i = 1; i < argc; i++) {
		const char *text = value_of("--plugin-deadline", i, argc, argv);
		if (!text || units_parse_duration(text, &deadline_ns) < 0 || deadline_ns == 0)
			continue;
		plugin_deadline_set(deadline_ns);
		snprintf(deadline_option, sizeof deadline_option, "--plugin-deadline=%lluns", (unsigned long long)deadline_ns);
	}
}

// Their kernels have one name: only the old one's is registered.
static int open_for_side(int side, int index, int argc, char **argv)
{
	const char *file = value_of(side == SIDE_OLD ? "--" OLD_KERNEL : "--" NEW_KERNEL, index, argc, argv);
	if (!file)
		return EXIT_OK;
	int exit_code = open_file(argv[0], file, side == SIDE_OLD);
	if (exit_code == EXIT_OK)
		of_side[side] = side == SIDE_OLD ? find(file) : opened[opened_n - 1];
	return exit_code;
}

int plugins_take(int argc, char **argv)
{
	int exit_code = EXIT_OK;
	deadline_take(argc, argv);
	for (int i = 1; i < argc && exit_code == EXIT_OK; i++) {
		const char *kernels = value_of("--kernel", i, argc, argv), *file = value_of("--plugin", i, argc, argv);
		if (kernels)
			exit_code = open_list(argv[0], kernels);
		else if (file)
			exit_code = open_file(argv[0], file, true);
		for (int side = 0; side < SIDES_N && exit_code == EXIT_OK; side++)
			exit_code = open_for_side(side, i, argc, argv);
	}
	return exit_code;
}

static void give(struct side *side, const struct plugin *of_other)
{
	if (opened_n > 0 && *deadline_option)
		snprintf(side->plugin[side->plugins_n++], SIDE_PLUGIN_BYTES, "%s", deadline_option);
	for (unsigned i = 0; i < opened_n && side->plugins_n < SIDE_PLUGINS_MAX; i++)
		if (opened[i] != of_other)
			snprintf(side->plugin[side->plugins_n++], SIDE_PLUGIN_BYTES, "--plugin=/proc/%d/fd/%d", getpid(),
			         opened[i]->file);
}

static bool is_broken(const struct plugin *plugin, const char *command, const char *option)
{
	bool broken = plugin && *plugin->broken;
	if (broken)
		fprintf(stderr, "%s: --%s: the warning above says why there is nothing to compare\n", command, option);
	return broken;
}

const char *plugins_for_sides(struct side *sides, const char *command)
{
	const struct plugin *before = of_side[SIDE_OLD], *after = of_side[SIDE_NEW];
	give(&sides[SIDE_OLD], after);
	give(&sides[SIDE_NEW], before);
	if (!before && !after)
		return NULL;
	if (is_broken(before, command, OLD_KERNEL) || is_broken(after, command, NEW_KERNEL))
		exit(EXIT_USAGE);
	if (before && after && strcmp(before->kernel.name, after->kernel.name) == 0)
		return before->kernel.name;
	if (!before || !after)
		fprintf(stderr, "%s: --" OLD_KERNEL " and --" NEW_KERNEL " need each other\n", command);
	else
		fprintf(stderr, "%s: %s and %s must be kernels of one name: they are called \"%s\" and \"%s\"\n", command,
		        before->path, after->path, before->kernel.name, after->kernel.name);
	exit(EXIT_USAGE);
}

static error_t parse(int key, char *argument, struct argp_state *state)
{
	uint64_t deadline_ns;
	switch (key) {
	case KEY_PLUGIN:
		if (!find(argument))
			argp_error(state, "%s: a kernel's file needs the option's whole name, --plugin", argument);
		return 0;
	case KEY_DEADLINE:
		if (units_parse_duration(argument, &deadline_ns) < 0 || deadline_ns == 0)
			option_refuse(state, "plugin-deadline", argument, "a time such as 10s or 5m");
		plugin_deadline_set(deadline_ns);
		return 0;
	}
	return ARGP_ERR_UNKNOWN;
}

const struct argp *plugin_options(void)
{
	static const struct argp_option options[] = {
		{0, 0, 0, 0, "Kernels from files (`--kernel=./mine.c` or ./mine.so opens and runs one):", 7},
		{"plugin", KEY_PLUGIN, "FILE", 0, "open a kernel's file, .so or .c, without choosing it", 7},
		{"plugin-deadline", KEY_DEADLINE, "TIME", 0,
	     "a file's prepare() with its first run, or what else is asked of it, must end within TIME; default: 60s", 7},
		{0},
	};
	static const struct argp argp = {.options = options, .parser = parse};
	return &argp;
}
