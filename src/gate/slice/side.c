// Running one slice of a side, and why it failed: every message names the side and its program.
#include "gate/slice/side.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/status.h"
#include "exec/exec.h"
#include "host/topology.h"

enum { REPORT_S = 5 };
enum { ARGUMENTS_MAX = SIDE_PREFIX_MAX + SIDE_PLUGINS_MAX + 12 + SIDE_WORDS_MAX };

static bool is_program(const char *path)
{
	struct stat file;
	return stat(path, &file) == 0 && S_ISREG(file.st_mode) && access(path, X_OK) == 0;
}

// Once, as execvp() would for every slice: in the PATH that the side's processes will have.
static int path_check(const struct side *side, const char *word)
{
	char path[PATH_MAX];
	const char *list = getenv("PATH");
	for (unsigned i = 0; i < side->env_n; i++)
		list = strncmp(side->env[i], "PATH=", 5) == 0 ? side->env[i] + 5 : list;
	for (const char *at = list ? list : "/bin:/usr/bin";; at++) {
		size_t length = strcspn(at, ":");
		snprintf(path, sizeof path, "%.*s%s%s", (int)length, at, length ? "/" : "", word);
		if (is_program(path))
			return 0;
		at += length;
		if (!*at)
			return status_say(ENOENT, "%s: '%s' not found in PATH%s%s", side->name, word,
			                  is_program(word) ? "; use ./" : "", is_program(word) ? word : "");
	}
}

static int word_check(const struct side *side, const char *word)
{
	struct stat file;
	if (!strchr(word, '/'))
		return path_check(side, word);
	if (stat(word, &file) < 0)
		return status_fail(errno, "%s: %s", side->name, word);
	if (!S_ISREG(file.st_mode))
		return status_say(EACCES, "%s: %s is not a regular file", side->name, word);
	return access(word, X_OK) == 0 ? 0 : status_fail(errno, "%s: %s cannot be executed", side->name, word);
}

unsigned side_variants_n(const struct side *side)
{
	return side->variants_n ? side->variants_n : 1;
}

const char *side_program(const struct side *side, unsigned variant)
{
	return side->words ? side->words[0] : side->variants_n ? side->variant[variant] : side->program;
}

int side_check(const struct side *side)
{
	int status = side->prefix_n ? word_check(side, side->prefix[0]) : 0;
	for (unsigned i = 0; i < side_variants_n(side) && status == 0; i++)
		// A prefix may set another PATH for what it runs.
		if (!side->prefix_n || strchr(side_program(side, i), '/'))
			status = word_check(side, side_program(side, i));
	return status;
}

static void environment_set(const struct side *side, unsigned pad_bytes)
{
	char pad[SIDE_PAD_MAX + 1];
	topology_ignored_unset(); // earlier versions take them at their word
	for (unsigned i = 0; i < side->env_n; i++)
		putenv((char *)side->env[i]);
	pad_bytes = pad_bytes < SIDE_PAD_MAX ? pad_bytes : SIDE_PAD_MAX;
	memset(pad, 'x', pad_bytes);
	pad[pad_bytes] = '\0';
	setenv(SIDE_PAD_VARIABLE, pad, 1);
}

// What a tvp is to measure instead of a spec of its own.
static void words_add(const struct side *side, const char **argument, unsigned *n)
{
	if (!side->words)
		return;
	argument[(*n)++] = side->is_gbench ? "--gbench" : "--command";
	argument[(*n)++] = "--";
	for (const char *const *word = side->words; *word; word++)
		argument[(*n)++] = *word;
}

static void arguments_make(const struct side *side, const struct slice_request *request, char text[4][48],
                           const char **argument)
{
	unsigned n = 0;
	for (unsigned i = 0; i < side->prefix_n; i++)
		argument[n++] = side->prefix[i];
	argument[n++] = side->words ? side->program : side_program(side, request->variant);
	argument[n++] = "slice";
	argument[n++] = request->spec;
	snprintf(text[0], sizeof text[0], "--deadline=%llums", (unsigned long long)(request->deadline_ns / NS_PER_MS));
	argument[n++] = text[0];
	if (request->iterations_n) {
		snprintf(text[1], sizeof text[1], "--iterations=%llu", (unsigned long long)request->iterations_n);
		snprintf(text[2], sizeof text[2], "--batch=%u", request->batch_n);
		argument[n++] = text[1];
		argument[n++] = text[2];
	}
	if (!request->iterations_n || side->words) {
		snprintf(text[3], sizeof text[3], "--time=%lluus", (unsigned long long)(request->time_ns / NS_PER_US));
		argument[n++] = text[3];
	}
	if (request->one_cpu)
		argument[n++] = "--one-cpu";
	for (unsigned i = 0; i < side->plugins_n; i++)
		argument[n++] = side->plugin[i];
	words_add(side, argument, &n);
	argument[n] = NULL;
}

struct slice_context {
	const struct side *side;
	const struct slice_request *request;
};

static void side_exec(const void *context)
{
	const struct slice_context *slice = context;
	char text[4][48];
	const char *argument[ARGUMENTS_MAX];
	environment_set(slice->side, slice->request->pad_bytes);
	arguments_make(slice->side, slice->request, text, argument);
	execvp(argument[0], (char *const *)argument);
	dprintf(STDERR_FILENO, "cannot run %s: %s\n", argument[0], strerror(errno));
}

// ": its first line on stderr", or nothing.
static const char *first_error_line(struct process *process)
{
	static char text[300];
	process->errors[process->errors_bytes] = '\0';
	char *line = process->errors + strspn(process->errors, " \r\n");
	line[strcspn(line, "\r\n")] = '\0';
	snprintf(text, sizeof text, "%s%.280s", *line ? ": " : "", line);
	slice_plain(text);
	return text;
}

static int exit_failure(const struct side *side, const char *program, struct process *process, int wait_status)
{
	if (WIFSIGNALED(wait_status))
		return status_say(ECHILD, "%s: %s was killed by %s%s", side->name, program, signal_text(WTERMSIG(wait_status)),
		                  first_error_line(process));
	return status_say(ECHILD, "%s: %s exited with code %d%s", side->name, program, WEXITSTATUS(wait_status),
	                  first_error_line(process));
}

// Variants are one source in several layouts: what one of another revision measured would count as this one's.
static int revision_take(struct side *side, const char *program, const char *revision)
{
	if (side->variants_n > 1 && *side->revision && strcmp(side->revision, revision) != 0)
		return status_say(EPROTO, "%s: %s was built from revision %s, other variants of this side from revision %s",
		                  side->name, program, revision, side->revision);
	snprintf(side->revision, sizeof side->revision, "%s", revision);
	return 0;
}

static int slice_read(struct side *side, const struct slice_request *request, struct process *process, int wait_status,
                      struct slice_times *slice)
{
	const char *program = side_program(side, request->variant);
	bool exited_well = WIFEXITED(wait_status) && WEXITSTATUS(wait_status) == 0;
	int status = slice_parse(slice, process->text ? process->text : "", process->text_bytes);
	if (status < 0 && !exited_well && status != -EPROTO)
		return exit_failure(side, program, process, wait_status);
	if (status < 0)
		return status_wrap(status, "%s: %s", side->name, program);
	if (request->printed)
		*request->printed = slice->printed;
	status = revision_take(side, program, slice->revision);
	if (status == 0 && slice->state == SLICE_FAILED)
		status = status_say(ECHILD, "%s: %s: %s", side->name, program, slice->message);
	else if (status == 0 && !exited_well)
		status = exit_failure(side, program, process, wait_status);
	else if (status == 0 && strcmp(slice->spec, request->spec) != 0)
		status = status_say(EBADMSG, "%s: %s ran another spec: %s", side->name, program, slice->spec);
	else if (status == 0 && slice->state == SLICE_MEASURED && request->has_exit_code &&
	         slice->exit_code != request->exit_code)
		status = status_say(ECHILD, "%s: %s exited with code %d, in slices before with %d%s%s", side->name, program,
		                    slice->exit_code, request->exit_code, *slice->message ? ": " : "", slice->message);
	else if (status == 0 && slice->state == SLICE_MEASURED && request->iterations_n &&
	         (slice->iterations_n != request->iterations_n || slice->batch_n != request->batch_n))
		status = status_say(EBADMSG, "%s: %s did not run the requested number of iterations", side->name, program);
	if (status < 0)
		slice_close(slice);
	return status;
}

static int wait_failure(const struct side *side, const struct slice_request *request, struct process *process,
                        int waited)
{
	const char *program = side_program(side, request->variant);
	if (waited == -EINTR)
		return status_say(EINTR, "interrupted");
	if (waited == -EFBIG)
		return status_say(EBADMSG, "%s: %s printed too much: its output is not a slice", side->name, program);
	if (waited != -ETIMEDOUT)
		return status_fail(-waited, "%s: reading the output of %s", side->name, program);
	return status_say(ETIMEDOUT, "%s: %s did not finish within %.1f s and was killed%s", side->name, program,
	                  (double)request->deadline_ns / 1e9, first_error_line(process));
}

int side_run(struct side *side, struct listener *listener, const struct slice_request *request,
             struct slice_times *slice, struct slice_cost *cost)
{
	struct process process;
	int wait_status = 0;
	uint64_t begin_ns = clock_now_ns();
	int status = process_start(&process, side_exec, &(struct slice_context){side, request});
	if (status == 0) {
		uint64_t more_ns = side->words ? REPORT_S * NS_PER_S : 0; // such a slice ends its program, and says how
		int waited = process_finish(&process, listener, begin_ns + request->deadline_ns + more_ns, &wait_status);
		cost->took_ns = clock_now_ns() - begin_ns;
		status = waited < 0 ? wait_failure(side, request, &process, waited)
		                    : slice_read(side, request, &process, wait_status, slice);
	}
	if (status == 0)
		cost->start_ns = slice->begun_ns > begin_ns ? slice->begun_ns - begin_ns : 0;
	process_close(&process);
	return status;
}
