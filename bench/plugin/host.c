// tvp-kernel-host: a program of its own, and the only one that opens kernels from files. It is linked without the GNU
// Scientific Library, whose GPL such a kernel so does not meet. tvp starts it with a request in memory that both map
// (src/kernel/plugin/request.h); it answers there.
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/status.h"
#include "base/words.h"
#include "bench/plan/experiment.h"
#include "bench/plan/numa_plans.h"
#include "bench/plan/point.h"
#include "bench/plan/problems.h"
#include "bench/plan/worlds.h"
#include "gbench/gbench.h"
#include "kernel/plugin/first_run.h"
#include "kernel/plugin/loaded.h"
#include "measure/visit.h"

enum { NOT_STARTED = 127 };

#if defined __SANITIZE_ADDRESS__
#define ADDRESSES_CHECKED
#elif defined __has_feature
#if __has_feature(address_sanitizer)
#define ADDRESSES_CHECKED
#endif
#endif
#ifdef ADDRESSES_CHECKED
// A plug-in's crash is its own, and reported by its signal.
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
	return "handle_segv=0:handle_sigbus=0:handle_abort=0:detect_leaks=0";
}
#endif

static struct plugin_request *request_map(const char *number)
{
	int file = number ? atoi(number) : -1;
	struct stat status;
	if (file <= STDERR_FILENO || fstat(file, &status) < 0 || status.st_size != sizeof(struct plugin_request))
		return NULL;
	struct plugin_request *request = mmap(NULL, sizeof *request, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
	close(file);
	if (request == MAP_FAILED || request->protocol != PLUGIN_PROTOCOL || request->bytes != sizeof *request)
		return NULL;
	return request;
}

static int describe(struct plugin_request *request)
{
	(void)request;
	loaded_describe();
	return 0;
}

static int need(struct plugin_request *request)
{
	return loaded_need(&request->problem, &request->traffic);
}

// The request's problem with its memory, in this process. Behind the last page of the arena nothing is mapped.
static int problem_map(struct plugin_request *request, struct problem *problem)
{
	static struct arena arena; // for the life of the process
	*problem = request->problem;
	problem->kernel = kernel_find(request->descriptor.name);
	if (request->arena_file <= 0)
		return 0;
	int status = arena_adopt(&arena, request->arena_file, request->arena_bytes, request->pages);
	problem->in = problem->in_bytes ? arena_alloc(&arena, problem->in_bytes, ARENA_ALIGN_BYTES) : NULL;
	problem->out = problem->out_bytes ? arena_alloc(&arena, problem->out_bytes, ARENA_ALIGN_BYTES) : NULL;
	return status;
}

static int prepare(struct plugin_request *request)
{
	struct problem problem = {0};
	int status = loaded_register();
	if (status == 0)
		status = problem_map(request, &problem);
	struct problem before = problem;
	if (status == 0)
		status = loaded_prepare(&problem);
	if (status < 0)
		return status;
	// What need() has said is settled.
	memcpy(before.number, problem.number, sizeof before.number);
	before.expected = problem.expected;
	status = first_run(&before);
	request->problem = before;
	return status;
}

static struct trial *trial_map(const struct plugin_request *request)
{
	struct trial *trial = mmap(NULL, sizeof *trial, PROT_READ | PROT_WRITE, MAP_SHARED, request->trial_file, 0);
	if (trial != MAP_FAILED)
		return trial;
	status_fail(errno, "mapping a trial");
	return NULL;
}

// The memory as this process plans it: the same, since the machine and the spec are.
static int problem_adopt(const struct plugin_request *request, const struct spec *spec, const struct problem *problem)
{
	struct point point;
	struct problem_memory memory = {.pages = request->pages};
	int status = point_from_spec(&point, spec);
	if (status == 0)
		status = numa_plan_of(&point, &memory.numa);
	return status < 0 ? status : problems_adopt(problem, &memory, request->huge_bytes);
}

// Whatever prevents the visit is its result.
static int visit_prepare(struct plugin_request *request, struct spec *spec, struct topology **topology)
{
	struct problem problem;
	int status = loaded_register();
	if (status == 0)
		status = problem_map(request, &problem);
	if (status == 0 && problem.in_bytes)
		mprotect(problem.in, round_up(problem.in_bytes, ARENA_ALIGN_BYTES), PROT_READ);
	if (status == 0)
		status = topology_open(topology, NULL);
	if (status == 0)
		status = spec_parse(spec, request->spec);
	if (status == 0 && !experiment_find(spec->experiment))
		status = status_say(EPROTO, "no experiment '%s'", spec->experiment);
	return status < 0 ? status : problem_adopt(request, spec, &problem);
}

static int visit(struct plugin_request *request, int opened)
{
	struct spec spec;
	struct topology *topology;
	struct trial *trial = trial_map(request);
	int status = !trial ? -ENOMEM : opened < 0 ? opened : visit_prepare(request, &spec, &topology);
	if (!trial)
		return status;
	trial->topology = topology;
	gbench_init();
	if (status == 0)
		visit_make(&experiment_find(spec.experiment)->visit, &spec, trial);
	trial->status = status;
	text_fit(trial->message, sizeof trial->message, status_message());
	trial->answered = true;
	return status;
}

static int compute(struct plugin_request *request)
{
	struct spec spec;
	struct topology *topology;
	int status = visit_prepare(request, &spec, &topology);
	return status < 0 ? status : worlds_compute(&spec, topology, &request->right_n);
}

static int work(struct plugin_request *request)
{
	int status = loaded_open(request);
	if (request->task == PLUGIN_VISIT)
		return visit(request, status);
	if (status < 0)
		return status;
	switch (request->task) {
	case PLUGIN_DESCRIBE:
		return describe(request);
	case PLUGIN_NEED:
		return need(request);
	case PLUGIN_TRY:
		return compute(request);
	default:
		return prepare(request);
	}
}

int main(int argc, char **argv)
{
	struct plugin_request *request = request_map(argc == 2 ? argv[1] : NULL);
	if (!request)
		return NOT_STARTED; // it is started by tvp, of the same version
	request->status = work(request);
	if (request->status < 0)
		text_fit(request->message, sizeof request->message, status_message());
	request->answered = true;
	_exit(0); // a plug-in's destructors are none of our business
}
