// By raw system calls: libnuma is one library more for two of them. Policies are those of the thread, not of the
// mapping, which would be cut into one for each part; and they prefer a node, because the kernel ends processes where
// a node that is demanded is full. What came of it is looked up.
#include "host/numa.h"

#include "base/status.h"
#include "base/units.h"

#include <errno.h>
#include <linux/mempolicy.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { NODES_MAX = 1024, WORD_BITS = 8 * sizeof(unsigned long), SAMPLE_PAGES_MAX = 16384, QUERY_PAGES = 512 };

static const char *const names[NUMA_KINDS_N] = {
	[NUMA_LOCAL] = "local",
	[NUMA_BIND] = "bind:",
	[NUMA_INTERLEAVE] = "interleave",
	[NUMA_REMOTE] = "remote",
	[NUMA_FIRST_TOUCH_CALLER] = "first_touch:caller",
	[NUMA_FIRST_TOUCH_WORKERS] = "first_touch:workers",
};

int numa_parse(const char *text, struct numa_policy *policy)
{
	uint64_t node;
	size_t length = strlen(names[NUMA_BIND]);
	for (int kind = 0; kind < NUMA_KINDS_N; kind++)
		if (kind != NUMA_BIND && strcmp(text, names[kind]) == 0) {
			*policy = (struct numa_policy){.kind = (enum numa_kind)kind};
			return 0;
		}
	if (strncmp(text, names[NUMA_BIND], length) != 0 || units_parse_count(text + length, 0, NODES_MAX - 1, &node) < 0)
		return status_say(EINVAL, "numa '%s'", text);
	*policy = (struct numa_policy){NUMA_BIND, (unsigned)node};
	return 0;
}

char *numa_format(const struct numa_policy *policy, char *out, size_t out_bytes)
{
	if (policy->kind == NUMA_BIND)
		snprintf(out, out_bytes, "%s%u", names[NUMA_BIND], policy->node);
	else
		snprintf(out, out_bytes, "%s", names[policy->kind]);
	return out;
}

const char *numa_why_not(const struct topology *topology, const struct numa_policy *policy, enum pin pin)
{
	unsigned nodes_n;
	topology_nodes(topology, &nodes_n);
	if (policy->kind == NUMA_LOCAL)
		return NULL;
	if (policy->kind == NUMA_BIND && !topology_has_node(topology, policy->node))
		return "no NUMA node of this number has memory that is allowed here";
	if (nodes_n < 2)
		return "this machine has one NUMA node: all its memory is equally near";
	bool by_cpu = policy->kind == NUMA_REMOTE || policy->kind == NUMA_FIRST_TOUCH_CALLER ||
	              policy->kind == NUMA_FIRST_TOUCH_WORKERS;
	return by_cpu && pin == PIN_NONE ? "workers that are not pinned have no node of their own" : NULL;
}

// Worker by worker; -1 where a CPU has no node of its own.
static void parts_of_workers(struct numa_plan *plan, const struct topology *topology, const struct placement *placement,
                             unsigned workers_n)
{
	plan->parts_n = plan->policy.kind == NUMA_FIRST_TOUCH_CALLER ? 1 : workers_n;
	for (unsigned i = 0; i < plan->parts_n; i++) {
		int near = topology_node_of(topology, placement_cpu(placement, i));
		plan->cpu[i] = (int16_t)placement_cpu(placement, i);
		plan->node[i] = (int16_t)(plan->policy.kind == NUMA_REMOTE ? topology_node_farthest(topology, near) : near);
	}
	bool alike = true;
	for (unsigned i = 1; i < plan->parts_n; i++)
		alike = alike && plan->node[i] == plan->node[0];
	plan->parts_n = alike ? 1 : plan->parts_n;
}

static void parts_of_nodes(struct numa_plan *plan, const struct topology *topology)
{
	unsigned nodes_n;
	const struct topology_node *nodes = topology_nodes(topology, &nodes_n);
	plan->by_page = true;
	plan->parts_n = nodes_n < NUMA_PARTS_MAX ? nodes_n : NUMA_PARTS_MAX;
	for (unsigned i = 0; i < plan->parts_n; i++) {
		plan->node[i] = (int16_t)nodes[i].os_index;
		plan->cpu[i] = -1;
	}
}

int numa_plan_make(struct numa_plan *plan, const struct topology *topology, const struct numa_policy *policy,
                   enum pin pin, unsigned workers_n)
{
	unsigned nodes_n;
	struct placement *placement;
	const char *why_not = numa_why_not(topology, policy, pin);
	memset(plan, 0, sizeof *plan);
	plan->policy = *policy;
	if (why_not)
		return status_say(ENOTSUP, "%s", why_not);
	topology_nodes(topology, &nodes_n);
	if (policy->kind == NUMA_LOCAL && (nodes_n < 2 || pin == PIN_NONE))
		return 0;
	if (policy->kind == NUMA_INTERLEAVE) {
		parts_of_nodes(plan, topology);
		return 0;
	}
	if (policy->kind == NUMA_BIND) {
		plan->parts_n = 1;
		plan->node[0] = (int16_t)policy->node;
		plan->cpu[0] = -1;
		return 0;
	}
	plan->by_touch = policy->kind == NUMA_FIRST_TOUCH_CALLER || policy->kind == NUMA_FIRST_TOUCH_WORKERS;
	int status = placement_plan(topology, pin, workers_n, &placement);
	if (status == 0)
		parts_of_workers(plan, topology, placement, workers_n);
	placement_free(status == 0 ? placement : NULL);
	return status;
}

bool numa_plan_equal(const struct numa_plan *a, const struct numa_plan *b)
{
	return a->parts_n == b->parts_n && a->by_touch == b->by_touch && a->by_page == b->by_page &&
	       memcmp(a->node, b->node, a->parts_n * sizeof a->node[0]) == 0;
}

/// One stretch of memory that is of one part.
struct stretch {
	size_t offset, bytes;
	unsigned part;
};

// The stretch that begins at an offset: parts end at whole pages, and a page is of the part in which it begins.
static struct stretch stretch_at(const struct numa_plan *plan, size_t offset, size_t bytes, size_t page_bytes)
{
	struct stretch stretch = {.offset = offset};
	if (plan->by_page) {
		stretch.part = (unsigned)(offset / page_bytes % plan->parts_n);
		stretch.bytes = page_bytes;
	} else {
		size_t part_bytes = (bytes + plan->parts_n - 1) / plan->parts_n;
		stretch.part = (unsigned)(offset / part_bytes);
		stretch.bytes = round_up((stretch.part + 1) * part_bytes, page_bytes) - offset;
	}
	if (stretch.bytes > bytes - offset)
		stretch.bytes = bytes - offset;
	return stretch;
}

static int policy_set(int node)
{
	unsigned long mask[NODES_MAX / WORD_BITS] = {0};
	if (node >= 0)
		mask[(unsigned)node / WORD_BITS] = 1ul << (unsigned)node % WORD_BITS;
	if (syscall(SYS_set_mempolicy, node >= 0 ? MPOL_PREFERRED : MPOL_DEFAULT, node >= 0 ? mask : NULL,
	            node >= 0 ? NODES_MAX + 1ul : 0ul))
		return status_fail(errno, "set_mempolicy (NUMA node %d)", node);
	return 0;
}

static int cpu_bind(int cpu)
{
	cpu_set_t mask[8];
	memset(mask, 0, sizeof mask);
	CPU_SET_S((size_t)cpu, sizeof mask, mask);
	return sched_setaffinity(0, sizeof mask, mask) ? status_fail(errno, "touching memory from CPU %d", cpu) : 0;
}

// Where policies are refused, as in many containers, local memory is made by touching it from there.
static int stretch_fill(const struct numa_plan *plan, const struct arena *arena, char *base,
                        const struct stretch *stretch)
{
	int cpu = plan->cpu[stretch->part], status = plan->by_touch ? cpu_bind(cpu) : policy_set(plan->node[stretch->part]);
	bool refused = status == -EPERM || status == -ENOSYS;
	if (refused && plan->policy.kind == NUMA_LOCAL)
		status = cpu_bind(cpu);
	else if (refused)
		return status_wrap(status, "memory policies are refused here");
	return status < 0 ? status : arena_fill(arena, base + stretch->offset, stretch->bytes);
}

int numa_fill(const struct numa_plan *plan, const struct arena *arena, char *base, size_t bytes)
{
	cpu_set_t before[8];
	size_t page_bytes = arena_page_bytes(arena->pages);
	int status = 0;
	bytes = round_up(bytes, page_bytes);
	if (plan->parts_n == 0)
		return arena_fill(arena, base, bytes);
	if (sched_getaffinity(0, sizeof before, before) < 0)
		return status_fail(errno, "reading the affinity mask");
	for (size_t offset = 0; offset < bytes && status == 0;) {
		struct stretch stretch = stretch_at(plan, offset, bytes, page_bytes);
		status = stretch_fill(plan, arena, base, &stretch);
		offset += stretch.bytes;
	}
	if (!plan->by_touch)
		syscall(SYS_set_mempolicy, MPOL_DEFAULT, NULL, 0ul); // refused only where it was refused before
	sched_setaffinity(0, sizeof before, before);
	return status;
}

/// The pages of one query, and where the plan wants each.
struct query {
	void *page[QUERY_PAGES];
	int wanted[QUERY_PAGES], found[QUERY_PAGES];
	unsigned long n;
	size_t placed_n;
};

// A page that this process has not touched is not in its page table, and so nowhere.
static int query_ask(struct query *query)
{
	for (unsigned long i = 0; i < query->n; i++)
		(void)*(volatile char *)query->page[i];
	if (query->n > 0 && syscall(SYS_move_pages, 0, query->n, query->page, NULL, query->found, 0))
		return status_fail(errno, "move_pages, to look where the memory is");
	for (unsigned long i = 0; i < query->n; i++)
		query->placed_n += query->found[i] == query->wanted[i];
	query->n = 0;
	return 0;
}

int numa_look(const struct numa_plan *plan, enum pages pages, char *base, size_t bytes, double *share)
{
	static struct query query; // 10 KiB
	size_t page_bytes = arena_page_bytes(pages), small_bytes = arena_page_bytes(PAGES_4K), asked_n = 0;
	bytes = round_up(bytes, page_bytes);
	size_t pages_n = bytes / small_bytes;
	size_t step = (pages_n / SAMPLE_PAGES_MAX) | 1; // odd: every node's turn comes
	int status = 0;
	query.n = query.placed_n = 0;
	for (size_t page = 0; page < pages_n && status == 0; page += step, asked_n++) {
		size_t offset = page * small_bytes;
		query.page[query.n] = base + offset;
		query.wanted[query.n++] =
			plan->node[stretch_at(plan, offset / page_bytes * page_bytes, bytes, page_bytes).part];
		status = query.n == QUERY_PAGES ? query_ask(&query) : 0;
	}
	if (status == 0)
		status = query_ask(&query);
	*share = asked_n > 0 ? (double)query.placed_n / (double)asked_n : 1;
	return status;
}
