// `tvp plot`: data files of a result, and gnuplot to draw them.
#include "cli/cli.h"

#include "base/self.h"
#include "base/status.h"
#include "host/guarded.h"
#include "host/task_limits.h"
#include "cli/options/options.h"
#include "cli/results.h"
#include "report/plot/plotdata.h"

#include <argp.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

// gnuplot reads these: GNUPLOT_* by their beginning, the others by name. FIT_* are of `fit` alone, which draws nothing.
static const char *const gnuplot_variables[] = {"GNUPLOT_", "GNUTERM=", "GNUFITLOG=", "GDFONTPATH=", "LC_", "LANG="};

enum { OPTION_OUT_DIR = 'o', OPTION_FORMAT = 'f', FORMATS_N = 2, MESSAGE_BYTES = 4096 };

static const char *const format_names[FORMATS_N] = {"svg", "png"};

struct request {
	struct operands operands;
	const char *out_dir;
	bool format[FORMATS_N];
};

static const struct argp_option options[] = {
	{"out-dir", OPTION_OUT_DIR, "DIR", 0, "directory for pictures and their data; default: plots", 0},
	{"format", OPTION_FORMAT, "LIST", 0, "svg, png; default: both", 0},
	{0},
};

static const char doc[] =
	"Draw a result file: speedup, efficiency and parts of every problem, processes against threads, break-even sizes, "
	"and the pictures of each experiment of the suite ipc (latency, spawn, locks, …).\v"
	"Examples:\n"
	"  tvp plot results/latest.json\n"
	"  tvp plot --format=svg --out-dir=curves results/latest.json\n\n"
	"A picture of the same name in DIR is replaced. Its data (.dat) and its gnuplot script (.gp) are left beside it; the "
	"first lines of the .dat tell how to redraw it. The scripts that all pictures share are those in the directory that "
	"the environment variable TVP_PLOT_DIR names, else where tvp was installed, else in the source tree.\n\n"
	"Exit status: 0; 2 for bad input; 4 where gnuplot is missing or DIR cannot be written.";

static void formats_parse(struct request *request, const char *list, const struct argp_state *state)
{
	char copy[32], *rest = copy;
	snprintf(copy, sizeof copy, "%s", list);
	memset(request->format, 0, sizeof request->format);
	for (const char *word; (word = strsep(&rest, ",")) != NULL;) {
		int format = 0;
		while (format < FORMATS_N && strcmp(word, format_names[format]) != 0)
			format++;
		if (format == FORMATS_N)
			option_refuse(state, "format", list, "a list of svg, png");
		request->format[format] = true;
	}
}

static error_t option_parse(int key, char *argument, struct argp_state *state)
{
	struct request *request = state->input;
	switch (key) {
	case OPTION_OUT_DIR:
		request->out_dir = argument;
		return 0;
	case OPTION_FORMAT:
		formats_parse(request, argument, state);
		return 0;
	}
	return operands_parse(&request->operands, key, argument, state);
}

// An absolute path, since gnuplot runs in the directory of the pictures.
static int scripts_find(char scripts[PATH_MAX])
{
	char style[PATH_MAX + 16];
	const char *chosen = getenv("TVP_PLOT_DIR");
	char installed[PATH_MAX];
	self_beside(installed, sizeof installed, TVP_DATA_FROM_BIN "/plot");
	const char *const places[] = {chosen ? chosen : installed, TVP_PLOT_DIR};
	for (size_t i = 0; i < (chosen ? 1 : 2); i++) {
		snprintf(style, sizeof style, "%s/style.gp", places[i]);
		if (access(style, R_OK) == 0 && realpath(places[i], scripts))
			return 0;
	}
	if (chosen)
		return status_say(ENOENT, "TVP_PLOT_DIR=%s: no plot scripts there (no style.gp)", chosen);
	return status_say(ENOENT, "no plot scripts in %s or %s; set TVP_PLOT_DIR", places[0], places[1]);
}

static int directory_make(const char *path)
{
	char part[PATH_MAX];
	if ((size_t)snprintf(part, sizeof part, "%s", path) >= sizeof part)
		return status_fail(ENAMETOOLONG, "%s", path);
	for (char *slash = part; (slash = strchr(slash + 1, '/'));) {
		*slash = '\0';
		if (mkdir(part, 0755) < 0 && errno != EEXIST)
			return status_fail(errno, "%s", part);
		*slash = '/';
	}
	if (mkdir(part, 0755) < 0 && errno != EEXIST)
		return status_fail(errno, "%s", path);
	return access(path, W_OK | X_OK) < 0 ? status_fail(errno, "%s", path) : 0;
}

// The environment but for what would change pictures; numbers have a point. NULL where memory ran out.
static char **gnuplot_environment(void)
{
	size_t n = 0;
	for (char **entry = environ; *entry; entry++)
		n++;
	char **kept = calloc(n + 2, sizeof *kept);
	n = 0;
	for (char **entry = environ; kept && *entry; entry++) {
		bool drop = false;
		for (size_t i = 0; i < sizeof gnuplot_variables / sizeof *gnuplot_variables; i++)
			drop = drop || strncmp(*entry, gnuplot_variables[i], strlen(gnuplot_variables[i])) == 0;
		if (!drop)
			kept[n++] = *entry;
	}
	if (kept)
		kept[n] = "LC_ALL=C";
	return kept;
}

static int gnuplot_spawn(char *const argv[], const char *out_dir, int output_fd, pid_t *pid)
{
	posix_spawn_file_actions_t actions;
	char **environment = gnuplot_environment();
	if (!environment)
		return status_fail(ENOMEM, "the environment of gnuplot");
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addchdir_np(&actions, out_dir);
	posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_adddup2(&actions, output_fd, STDOUT_FILENO);
	posix_spawn_file_actions_adddup2(&actions, output_fd, STDERR_FILENO);
	int error = posix_spawnp(pid, argv[0], &actions, NULL, argv, environment);
	posix_spawn_file_actions_destroy(&actions);
	free(environment);
	if (error == ENOENT)
		return status_say(ENOENT, "gnuplot is not installed (Debian: apt install gnuplot-nox); "
		                          "the data files are written");
	return error ? status_fail_task(error, "starting gnuplot") : 0;
}

// What gnuplot prints, without trailing blanks; more than fits is read and dropped, so that gnuplot never blocks.
static void output_read(int fd, char message[MESSAGE_BYTES])
{
	size_t used = 0;
	char chunk[512];
	ssize_t got;
	while ((got = read(fd, chunk, sizeof chunk)) > 0 || (got < 0 && errno == EINTR)) {
		size_t kept = got < 0 ? 0 : (size_t)got < MESSAGE_BYTES - 1 - used ? (size_t)got : MESSAGE_BYTES - 1 - used;
		memcpy(message + used, chunk, kept);
		used += kept;
	}
	while (used > 0 && strchr(" \n\t", message[used - 1]))
		used--;
	message[used] = '\0';
}

struct drawing {
	char *const *argv;
	const char *out_dir;
};

static int gnuplot_run(void *context)
{
	const struct drawing *drawing = context;
	int ends[2], wait_status;
	pid_t pid;
	char message[MESSAGE_BYTES];
	if (pipe2(ends, O_CLOEXEC) < 0)
		return status_fail(errno, "a pipe to gnuplot");
	int status = gnuplot_spawn(drawing->argv, drawing->out_dir, ends[1], &pid);
	close(ends[1]);
	if (status == 0) {
		output_read(ends[0], message);
		pid_t ended;
		while ((ended = waitpid(pid, &wait_status, 0)) < 0 && errno == EINTR)
			;
		if (ended < 0)
			status = status_fail(errno, "waiting for gnuplot");
		else if (!WIFEXITED(wait_status) || WEXITSTATUS(wait_status))
			status = status_say(EIO, "gnuplot failed: %s", *message ? message : "it said nothing");
	}
	close(ends[0]);
	return status;
}

// One gnuplot for all pictures of a format: starting it takes longer than drawing.
static int format_draw(const struct plot_list *list, const char *out_dir, const char *scripts, const char *format)
{
	static char prologue[2 * PATH_MAX];
	char *out = prologue;
	char **argv = calloc(list->stems_n + 5ul, sizeof *argv);
	char(*names)[PLOT_STEM_BYTES + 4] = calloc(list->stems_n + 1ul, sizeof *names);
	int status = argv && names ? 0 : status_fail(ENOMEM, "%u pictures", list->stems_n);
	out += sprintf(out, "format='%s'; scripts='", format);
	for (; *scripts; scripts++) {
		*out++ = *scripts;
		if (*scripts == '\'')
			*out++ = '\'';
	}
	strcpy(out, "'");
	if (status == 0) {
		argv[0] = "gnuplot";
		argv[1] = "-d"; // no start-up files, whose settings would be in the pictures
		argv[2] = "-e";
		argv[3] = prologue;
		for (unsigned i = 0; i < list->stems_n; i++) {
			snprintf(names[i], sizeof *names, "%s.gp", list->stem[i]);
			argv[4 + i] = names[i];
		}
		status = guarded_call(gnuplot_run, &(struct drawing){argv, out_dir});
	}
	free(names);
	free(argv);
	return status;
}

// What one format lacks (a gnuplot without cairo writes no PNG) must not cost the other.
static int formats_draw(const struct plot_list *list, const struct request *request, const char *scripts)
{
	int failed = 0, drawn = -1;
	char message[800] = "";
	for (int format = 0; format < FORMATS_N; format++) {
		if (!request->format[format])
			continue;
		int status = format_draw(list, request->out_dir, scripts, format_names[format]);
		if (status == 0) {
			drawn = format;
		} else if (failed == 0) {
			failed = status;
			snprintf(message, sizeof message, "%s", status_message());
		}
	}
	if (failed < 0 && drawn >= 0)
		return status_say(-failed, "only the %s pictures are drawn (%u in %s): %s", format_names[drawn], list->stems_n,
		                  request->out_dir, message);
	return failed < 0 ? status_say(-failed, "%s", message) : 0;
}

static int result_draw(const struct record *record, void *context)
{
	const struct request *request = context;
	char scripts[PATH_MAX];
	struct plot_list list = {0};
	int status = scripts_find(scripts);
	if (status == 0)
		status = directory_make(request->out_dir);
	if (status == 0)
		status = plotdata_write(record, request->out_dir, &list);
	if (status == 0 && list.stems_n)
		status = formats_draw(&list, request, scripts);
	if (status == 0 && list.stems_n)
		printf("%u picture%s in %s\n", list.stems_n, list.stems_n == 1 ? "" : "s", request->out_dir);
	else if (status == 0)
		puts("no pictures: none of the rows measured has one");
	plot_list_free(&list);
	return status;
}

int cli_plot(int argc, char **argv)
{
	const struct argp argp = {.options = options, .parser = option_parse, .args_doc = "RESULT", .doc = doc};
	struct request request = {
		.operands = {.name = {"RESULT"}, .required_n = 1},
		.out_dir = "plots",
		.format = {true, true},
	};
	argp_err_exit_status = EXIT_USAGE;
	argp_parse(&argp, argc, argv, 0, NULL, &request);
	return result_with(argv[0], request.operands.value[0], result_draw, &request);
}
