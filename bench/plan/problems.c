// Prepared problems, kept for the whole run: preparing 32 MiB takes longer than measuring it.
#include "bench/plan/problems.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/status.h"
#include "base/words.h"
#include "host/cgroup.h"
#include "kernel/plugin/plugin.h"
#include "kernel/ways.h"

struct prepared {
	struct problem problem; // first: a problem's address leads back to its arena
	struct arena arena;
	struct prepared *lender; // whose arena its memory is in: itself, or one of equal content
	struct problem_memory memory;
	size_t huge_bytes;
	struct arena private; // a copy of the inputs; base NULL: none
	size_t private_huge_bytes;
	bool private_tried;
	int failed;        ///< of a kernel from a file: why it could not be prepared, 0: it could …
	char message[400]; ///< … which is not tried again
	struct prepared *next;
};

static struct prepared *prepared_first;

uint64_t problems_available_bytes(void)
{
	uint64_t available_kib = UINT64_MAX >> 10;
	FILE *meminfo = fopen("/proc/meminfo", "re");
	char line[128];
	while (meminfo && fgets(line, sizeof line, meminfo))
		if (sscanf(line, "MemAvailable: %" SCNu64 " kB", &available_kib) == 1)
			break;
	if (meminfo)
		fclose(meminfo);
	uint64_t granted_bytes = cgroup_memory_available_bytes("");
	return granted_bytes < available_kib << 10 ? granted_bytes : available_kib << 10;
}

static bool same(const struct prepared *prepared, const struct problem *wanted, const struct problem_memory *memory)
{
	const struct problem *problem = &prepared->problem;
	return problem->kernel == wanted->kernel && prepared->memory.pages == memory->pages &&
	       prepared->memory.numa == memory->numa &&
	       memcmp(&problem->options, &wanted->options, sizeof wanted->options) == 0 &&
	       problem->size.form == wanted->size.form && problem->size.bytes == wanted->size.bytes &&
	       problem->size.width == wanted->size.width && problem->size.height == wanted->size.height &&
	       problem->size.items_n == wanted->size.items_n && problem->size.duration_ns == wanted->size.duration_ns;
}

// Memory of the same size and kind that holds, or will hold, the same input. Outputs are poisoned before every visit.
static const struct prepared *same_memory(const struct prepared *wanted)
{
	const struct problem *problem = &wanted->problem;
	for (const struct prepared *other = prepared_first; other && problem->kernel->content; other = other->next) {
		const char *content = other->problem.kernel->content;
		if (content && strcmp(content, problem->kernel->content) == 0 && other->memory.pages == wanted->memory.pages &&
		    other->memory.numa == wanted->memory.numa && other->problem.in_bytes == problem->in_bytes &&
		    other->problem.out_bytes == problem->out_bytes)
			return other;
	}
	return NULL;
}

// With an eighth to spare.
static bool is_available(uint64_t bytes, uint64_t *available_bytes)
{
	*available_bytes = problems_available_bytes();
	return bytes <= *available_bytes - *available_bytes / 8;
}

static int fill(const struct prepared *prepared)
{
	const struct problem *problem = &prepared->problem;
	const struct numa_plan *numa = prepared->memory.numa;
	int status = problem->in ? numa_fill(numa, &prepared->arena, problem->in, problem->in_bytes) : 0;
	if (status == 0 && problem->out)
		status = numa_fill(numa, &prepared->arena, problem->out, problem->out_bytes);
	return status;
}

// Touched at once, or, where its parts have places, by whoever fills them.
static int arena_make(struct prepared *prepared, size_t bytes)
{
	struct arena *arena = &prepared->arena;
	enum pages pages = prepared->memory.pages;
	int status = prepared->problem.kernel->plugin ? arena_map_file(arena, bytes, pages)
	                                              : arena_map(arena, bytes, MEMORY_SHARED, pages);
	if (status < 0 || prepared->memory.numa)
		return status;
	status = arena_fill(arena, arena->base, arena->bytes);
	if (status < 0)
		arena_close(arena);
	return status;
}

static int place(struct prepared *prepared)
{
	struct problem *problem = &prepared->problem;
	const struct prepared *other = same_memory(prepared);
	prepared->lender = other ? other->lender : prepared;
	if (other) {
		problem->in = other->problem.in;
		problem->out = other->problem.out;
		prepared->huge_bytes = other->huge_bytes;
		return 0;
	}
	size_t bytes = problem_arena_bytes(problem);
	if (bytes == 0)
		return 0;
	uint64_t available_bytes;
	if (!is_available(bytes, &available_bytes))
		return status_say(ENOMEM, "kernel %s needs %zu MiB, %llu MiB are available", problem->kernel->name, bytes >> 20,
		                  (unsigned long long)available_bytes >> 20);
	int status = arena_make(prepared, bytes);
	if (status < 0)
		return status;
	enum { ALIGN = 2 << 20 };
	problem->in = problem->in_bytes ? arena_alloc(&prepared->arena, problem->in_bytes, ALIGN) : NULL;
	problem->out = problem->out_bytes ? arena_alloc(&prepared->arena, problem->out_bytes, ALIGN) : NULL;
	if (prepared->memory.numa)
		status = fill(prepared);
	return status < 0 ? status : arena_huge_bytes(&prepared->arena, &prepared->huge_bytes);
}

static int prepare(struct prepared *prepared)
{
	struct problem *problem = &prepared->problem;
	int status = place(prepared);
	if (status < 0)
		return status;
	if (problem->kernel->plugin)
		return plugin_prepare(problem, &prepared->arena);
	status = problem->kernel->prepare(problem);
	if (status == 0)
		ways_measure(problem);
	return status;
}

static void keep(struct prepared *prepared)
{
	prepared->next = prepared_first;
	prepared_first = prepared;
}

// What a plug-in failed at may have cost a deadline: every other row of the problem fails at once.
static int fail(struct prepared *prepared, int status)
{
	arena_close(&prepared->arena);
	if (status != -EPROTO || !prepared->problem.kernel->plugin) {
		free(prepared);
		return status;
	}
	prepared->failed = status;
	text_fit(prepared->message, sizeof prepared->message, status_message());
	keep(prepared);
	return status;
}

static int make(const struct problem *wanted, const struct problem_memory *memory, const struct problem **problem)
{
	struct prepared *prepared = calloc(1, sizeof *prepared);
	if (!prepared)
		return status_fail(ENOMEM, "a problem");
	prepared->problem = *wanted;
	prepared->memory = *memory;
	int status = prepare(prepared);
	if (status < 0)
		return fail(prepared, status);
	keep(prepared);
	*problem = &prepared->problem;
	return 0;
}

int problems_get(const struct kernel *kernel, const struct size *size, const struct kernel_options *options,
                 const struct problem_memory *memory, const struct problem **problem)
{
	struct problem wanted;
	int status = problem_plan(&wanted, kernel, size, options);
	if (status < 0)
		return status;
	struct prepared *prepared;
	for (prepared = prepared_first; prepared && !same(prepared, &wanted, memory);)
		prepared = prepared->next;
	if (!prepared)
		return make(&wanted, memory, problem);
	*problem = &prepared->problem;
	return prepared->failed ? status_say(-prepared->failed, "%s", prepared->message) : 0;
}

int problems_adopt(const struct problem *problem, const struct problem_memory *memory, size_t huge_bytes)
{
	struct prepared *prepared = calloc(1, sizeof *prepared);
	if (!prepared)
		return status_fail(ENOMEM, "a problem");
	prepared->problem = *problem;
	prepared->memory = *memory;
	prepared->huge_bytes = huge_bytes;
	prepared->lender = prepared;
	keep(prepared);
	return 0;
}

const struct arena *problems_arena(const struct problem *problem)
{
	return &((const struct prepared *)problem)->arena;
}

size_t problems_huge_bytes(const struct problem *problem)
{
	return ((const struct prepared *)problem)->huge_bytes;
}

void problems_copy_private(const struct problem *problem)
{
	struct prepared *prepared = (struct prepared *)problem;
	struct arena *arena = &prepared->private;
	uint64_t available_bytes;
	if (prepared->private_tried || problem->in_bytes == 0)
		return;
	prepared->private_tried = true;
	// Twice: what a fork may have to copy counts, too, where the kernel does not overcommit.
	if (!is_available(2 * problem->in_bytes, &available_bytes) ||
	    arena_open(arena, problem->in_bytes, MEMORY_PRIVATE, prepared->memory.pages) < 0)
		return;
	memcpy(arena->base, problem->in, problem->in_bytes);
	if (arena_huge_bytes(arena, &prepared->private_huge_bytes) < 0 ||
	    madvise(arena->base, arena->bytes, MADV_DONTFORK) < 0)
		arena_close(arena);
}

char *problems_private(const struct problem *problem, size_t *huge_bytes)
{
	const struct prepared *prepared = (const struct prepared *)problem;
	*huge_bytes = prepared->private_huge_bytes;
	return prepared->private.base;
}

static void inherit(const struct arena *arena, bool inherited)
{
	if (arena->base)
		madvise(arena->base, arena->bytes, inherited ? MADV_DOFORK : MADV_DONTFORK);
}

// A file's arena is mapped by its host, not inherited.
void problems_inherit(const struct problem *problem, bool inherited)
{
	const struct prepared *prepared = (const struct prepared *)problem;
	inherit(&prepared->private, inherited);
	if (!problem->kernel->plugin)
		inherit(&prepared->lender->arena, inherited);
}

bool problems_give_back_private(const struct problem *problem)
{
	struct arena *arena = &((struct prepared *)problem)->private;
	bool any = arena->base;
	arena_close(arena);
	return any;
}

int problems_placed(const struct problem *problem, double *share)
{
	const struct problem_memory *memory = &((const struct prepared *)problem)->memory;
	double in = 1, out = 1;
	int status = 0;
	*share = NAN;
	if (!memory->numa || problem->in_bytes + problem->out_bytes == 0)
		return 0;
	if (problem->in)
		status = numa_look(memory->numa, memory->pages, problem->in, problem->in_bytes, &in);
	if (status == 0 && problem->out)
		status = numa_look(memory->numa, memory->pages, problem->out, problem->out_bytes, &out);
	if (status == 0)
		*share = (in * (double)problem->in_bytes + out * (double)problem->out_bytes) /
		         (double)(problem->in_bytes + problem->out_bytes);
	return status;
}
