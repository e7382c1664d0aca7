// Made once for each node and size: to fill it takes longer than a visit.
#include <errno.h>
#include <stdlib.h>

#include "base/rng.h"
#include "base/status.h"
#include "bench/numa/numa.h"
#include "bench/plan/problems.h"
#include "host/numa.h"

struct kept {
	struct numa_memory memory; // first: a memory's address leads back to its arena
	struct arena arena;
	unsigned node;
	struct kept *next;
};

static struct kept *first;

static const struct numa_plan *plan_on(unsigned node)
{
	static struct numa_plan plan; // 4 KiB
	plan = (struct numa_plan){.policy = {NUMA_BIND, node}, .parts_n = 1, .node = {(int16_t)node}, .cpu = {-1}};
	return &plan;
}

// Sattolo's shuffle: one cycle through all lines. `rank` holds the order until the links are made.
static void lines_link(struct numa_memory *memory)
{
	struct rng rng = {1};
	struct numa_line *line = memory->line;
	size_t n = memory->lines_n;
	for (size_t i = 0; i < n; i++)
		line[i].rank = i;
	for (size_t i = n - 1; i > 0; i--) {
		size_t other = rng_next(&rng) % i;
		uint64_t kept = line[i].rank;
		line[i].rank = line[other].rank;
		line[other].rank = kept;
	}
	// As a permutation without shorter cycles: the line behind i is the one that rank holds.
	for (size_t i = 0; i < n; i++)
		line[i].next = line[i].rank;
	uint64_t at = 0;
	for (size_t rank = 0; rank < n; rank++, at = line[at].next)
		line[at].rank = rank;
}

static void lines_fill(struct numa_memory *memory)
{
	memory->total = 0;
	lines_link(memory);
	for (size_t i = 0; i < memory->lines_n; i++) {
		struct numa_line *line = &memory->line[i];
		memory->total += line->next + line->rank;
		for (size_t word = 0; word < sizeof line->rest / sizeof *line->rest; word++)
			memory->total += line->rest[word] = i * 7 + word;
	}
}

static int kept_make(struct kept *kept, unsigned node, uint64_t bytes)
{
	uint64_t available_bytes = problems_available_bytes();
	if (bytes > available_bytes - available_bytes / 8)
		return status_say(ENOMEM, "numa needs %llu MiB of memory, %llu MiB are available",
		                  (unsigned long long)bytes >> 20, (unsigned long long)available_bytes >> 20);
	int status = arena_map(&kept->arena, bytes, MEMORY_SHARED, PAGES_HUGE);
	if (status == 0)
		status = numa_fill(plan_on(node), &kept->arena, kept->arena.base, bytes);
	if (status < 0) {
		arena_close(&kept->arena);
		return status == -EPERM || status == -ENOSYS ? status_wrap(-ENOTSUP, "node %u", node) : status;
	}
	kept->node = node;
	kept->memory.line = (struct numa_line *)kept->arena.base;
	kept->memory.lines_n = bytes / sizeof *kept->memory.line;
	lines_fill(&kept->memory);
	return 0;
}

int numa_memory_get(unsigned node, uint64_t bytes, const struct numa_memory **memory)
{
	struct kept *kept = first;
	while (kept && (kept->node != node || kept->memory.lines_n != bytes / sizeof *kept->memory.line))
		kept = kept->next;
	if (!kept) {
		kept = calloc(1, sizeof *kept);
		int status = kept ? kept_make(kept, node, bytes) : status_fail(ENOMEM, "memory of a node");
		if (status < 0) {
			free(kept);
			return status;
		}
		kept->next = first;
		first = kept;
	}
	*memory = &kept->memory;
	return 0;
}

int numa_memory_look(const struct numa_memory *memory, unsigned node, double *share)
{
	return numa_look(plan_on(node), PAGES_HUGE, (char *)memory->line, memory->lines_n * sizeof *memory->line, share);
}
