// The side of a plug-in that never opens it.
#include "kernel/plugin/plugin.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/intern.h"
#include "base/status.h"
#include "base/words.h"
#include "kernel/plugin/bytes.h"
#include "kernel/plugin/host_process.h"

enum { ASK_MOST_S = 10, DEADLINE_S = 60, TRAFFIC_BYTES_MAX_LOG2 = 56 };
#define PLUGIN_ITEMS_MAX (UINT64_C(1) << 48)
#define PLUGIN_BYTES_MAX (UINT64_C(1) << 46)

struct plugin_answer {
	struct problem problem; ///< asked by its size and options
	struct traffic traffic;
	int status;
	char message[400];
	struct plugin_answer *next;
};

static uint64_t deadline_ns = DEADLINE_S * NS_PER_S;

void plugin_deadline_set(uint64_t wanted_ns)
{
	deadline_ns = wanted_ns;
}

bool plugin_failed(const struct kernel *kernel, int status)
{
	return kernel->plugin && status == -EPROTO;
}

bool plugin_is_broken(const struct kernel *kernel)
{
	return kernel->plugin && *kernel->plugin->broken;
}

static uint64_t ask_ns(void)
{
	return deadline_ns < ASK_MOST_S * NS_PER_S ? deadline_ns : ASK_MOST_S * NS_PER_S;
}

// A request with the plug-in's bytes and the problem.
static struct plugin_request *request_open(const struct plugin *plugin, enum plugin_task task,
                                           const struct problem *problem, int *file)
{
	struct plugin_request *request = plugin_request_open(plugin->path, task, file);
	if (!request)
		return NULL;
	request->plugin_file = plugin->file;
	if (problem) {
		request->problem = *problem;
		request->problem.kernel = NULL;
		request->problem.in = request->problem.out = NULL;
	}
	return request;
}

static int describe(struct plugin *plugin, bool *sends)
{
	int file;
	struct plugin_request *request = request_open(plugin, PLUGIN_DESCRIBE, NULL, &file);
	if (!request)
		return -ENOMEM;
	int status = host_run(request, file, ask_ns());
	struct plugin_descriptor descriptor = request->descriptor;
	*sends = descriptor.sends != 0;
	if (status == 0 && (status = plugin_descriptor_check(&descriptor)) < 0)
		status = status_wrap(status, "%s", plugin->path);
	snprintf(plugin->compiler, sizeof plugin->compiler, "%s", status == 0 ? descriptor.compiler : "");
	if (status == 0 && (status = plugin_descriptor_kernel(&descriptor, plugin->parameter, &plugin->kernel)) < 0)
		status = status_wrap(status, "%s", plugin->path);
	plugin_request_close(request, file);
	return status;
}

// Called by nobody: these hooks run in the host. What is called there is another struct kernel.
static int prepare(struct problem *problem)
{
	return status_say(ENOSYS, "kernel %s: prepared in its host", problem->kernel->name);
}

static void run(const struct problem *problem, struct span span, double *partial)
{
	(void)problem, (void)span, (void)partial;
	abort();
}

static int check(const struct problem *problem, struct span span, double total)
{
	(void)span, (void)total;
	return status_say(ENOSYS, "kernel %s: checked in its host", problem->kernel->name);
}

static void span_bytes(const struct problem *problem, struct span span, struct span_bytes *bytes)
{
	(void)problem, (void)span;
	*bytes = (struct span_bytes){0};
}

static int need(struct problem *problem)
{
	struct traffic traffic;
	return plugin_need(problem, &traffic);
}

static void traffic(const struct problem *problem, struct traffic *traffic)
{
	struct problem copy = *problem;
	if (plugin_need(&copy, traffic) < 0)
		*traffic = (struct traffic){0};
}

static void hooks_set(struct plugin *plugin, bool sends)
{
	struct kernel *kernel = &plugin->kernel;
	kernel->plugin = plugin;
	kernel->need = need;
	kernel->prepare = prepare;
	kernel->run = run;
	kernel->check = check;
	kernel->traffic = traffic;
	kernel->span_bytes = sends ? span_bytes : NULL;
}

static void break_with(struct plugin *plugin, const char *message)
{
	text_fit(plugin->broken, sizeof plugin->broken, message);
	plugin->kernel = (struct kernel){
		.name = plugin_file_name(plugin->path),
		.summary = "a file that cannot be opened as a kernel",
	};
}

static int fill(struct plugin *plugin, const char *path)
{
	bool sends = false;
	struct bytes_hash hash;
	plugin->file = bytes_keep(path, plugin->path, &hash);
	if (plugin->file < 0)
		return plugin->file;
	bytes_hash_text(&hash, plugin->hash);
	int status = describe(plugin, &sends);
	if (status < 0 && status != -EPROTO)
		return status;
	if (status < 0)
		break_with(plugin, status_message());
	hooks_set(plugin, sends);
	return 0;
}

int plugin_open(const char *path, const char *shown_path, struct plugin **opened)
{
	struct plugin *plugin = calloc(1, sizeof *plugin); // for the program's life, as the registry is
	if (!plugin || !(plugin->path = intern(shown_path)))
		return status_fail(ENOMEM, "%s", shown_path);
	int status = fill(plugin, path);
	if (status < 0)
		plugin_drop(plugin);
	else
		*opened = plugin;
	return status;
}

void plugin_drop(struct plugin *plugin)
{
	if (plugin->file >= 0)
		close(plugin->file);
	free(plugin);
}

int plugin_register(struct plugin *plugin)
{
	int status = kernels_add(&plugin->kernel);
	return status < 0 ? status_wrap(status, "%s", plugin->path) : 0;
}

static struct plugin_answer *answer_find(const struct plugin *plugin, const struct problem *problem)
{
	struct plugin_answer *answer = plugin->answers;
	while (answer && (memcmp(&answer->problem.size, &problem->size, sizeof problem->size) != 0 ||
	                  memcmp(&answer->problem.options, &problem->options, sizeof problem->options) != 0))
		answer = answer->next;
	return answer;
}

static int answer_check(const struct plugin *plugin, const struct problem *problem, const struct traffic *traffic)
{
	if (problem->items_n < 1 || problem->items_n > PLUGIN_ITEMS_MAX)
		return status_say(EPROTO, "%s: need() says %llu items; 1 to 2^48 are possible", plugin->path,
		                  (unsigned long long)problem->items_n);
	if (problem->in_bytes > PLUGIN_BYTES_MAX || problem->out_bytes > PLUGIN_BYTES_MAX)
		return status_say(EPROTO, "%s: need() says %llu bytes of input and %llu of output; at most 2^46 are possible",
		                  plugin->path, (unsigned long long)problem->in_bytes, (unsigned long long)problem->out_bytes);
	if ((traffic->read_bytes | traffic->written_bytes) >> TRAFFIC_BYTES_MAX_LOG2)
		return status_say(EPROTO, "%s: traffic() says more than 2^%d bytes", plugin->path, TRAFFIC_BYTES_MAX_LOG2);
	return 0;
}

static int ask(const struct plugin *plugin, struct plugin_answer *answer)
{
	int file;
	struct plugin_request *request = request_open(plugin, PLUGIN_NEED, &answer->problem, &file);
	if (!request)
		return -ENOMEM;
	int status = host_run(request, file, ask_ns());
	const struct problem *said = &request->problem;
	answer->problem.items_n = said->items_n;
	answer->problem.in_bytes = said->in_bytes;
	answer->problem.out_bytes = said->out_bytes;
	memcpy(answer->problem.number, said->number, sizeof said->number);
	answer->traffic = request->traffic;
	plugin_request_close(request, file);
	return status < 0 ? status : answer_check(plugin, &answer->problem, &answer->traffic);
}

// Kept where it failed, too: a hook that hangs must not cost its deadline again.
static struct plugin_answer *answer_get(struct plugin *plugin, const struct problem *problem)
{
	struct plugin_answer *answer = answer_find(plugin, problem);
	if (answer)
		return answer;
	answer = calloc(1, sizeof *answer);
	if (!answer)
		return NULL;
	answer->problem = (struct problem){.size = problem->size, .options = problem->options};
	answer->status = ask(plugin, answer);
	if (answer->status < 0)
		text_fit(answer->message, sizeof answer->message, status_message());
	answer->next = plugin->answers;
	plugin->answers = answer;
	return answer;
}

int plugin_need(struct problem *problem, struct traffic *traffic)
{
	struct plugin *plugin = problem->kernel->plugin;
	if (*plugin->broken)
		return status_say(EPROTO, "%s", plugin->broken);
	const struct plugin_answer *answer = answer_get(plugin, problem);
	if (!answer)
		return status_fail(ENOMEM, "%s", plugin->path);
	if (answer->status < 0)
		return status_say(-answer->status, "%s", answer->message);
	problem->items_n = answer->problem.items_n;
	problem->in_bytes = answer->problem.in_bytes;
	problem->out_bytes = answer->problem.out_bytes;
	memcpy(problem->number, answer->problem.number, sizeof problem->number);
	*traffic = answer->traffic;
	return 0;
}

static void arena_hand_over(struct plugin_request *request, const struct arena *arena)
{
	request->arena_file = arena->file;
	request->arena_bytes = arena->bytes;
	request->pages = arena->pages;
}

int plugin_prepare(struct problem *problem, const struct arena *arena)
{
	int file;
	struct plugin_request *request = request_open(problem->kernel->plugin, PLUGIN_PREPARE, problem, &file);
	if (!request)
		return -ENOMEM;
	arena_hand_over(request, arena);
	int status = host_run(request, file, deadline_ns);
	problem->expected = request->problem.expected;
	problem->serial_total = request->problem.serial_total;
	memcpy(problem->number, request->problem.number, sizeof problem->number);
	plugin_request_close(request, file);
	return status;
}

static struct plugin_request *visit_open(const struct plugin_visit *visit, enum plugin_task task, int *file)
{
	struct plugin_request *request = request_open(visit->problem->kernel->plugin, task, visit->problem, file);
	if (!request)
		return NULL;
	arena_hand_over(request, visit->arena);
	request->huge_bytes = visit->huge_bytes;
	request->trial_file = visit->trial_file;
	snprintf(request->spec, sizeof request->spec, "%s", visit->spec);
	return request;
}

int plugin_exec(const struct plugin_visit *visit)
{
	int file;
	struct plugin_request *request = visit_open(visit, PLUGIN_VISIT, &file);
	return request ? host_exec(request, file) : -ENOMEM;
}

int plugin_try(const struct plugin_visit *visit, unsigned *right_n)
{
	int file;
	struct plugin_request *request = visit_open(visit, PLUGIN_TRY, &file);
	if (!request)
		return -ENOMEM;
	int status = host_run(request, file, deadline_ns);
	*right_n = request->right_n;
	plugin_request_close(request, file);
	return status;
}
