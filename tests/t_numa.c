// Memory on NUMA nodes: what each policy plans on described machines, and filling and looking up on this one.
// links: bench
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <errno.h>
#include <sched.h>

#include "base/status.h"
#include "bench/plan/experiment.h"
#include "host/numa.h"
#include "tests/fixtures/ran.h"

static const char two_nodes[] = "pack:2 [numa(memory=1GB)] core:2 pu:2";

static struct topology *topology_of(const char *source)
{
	struct topology *topology;
	if (topology_open(&topology, source))
		fail_msg("%s", status_message());
	return topology;
}

static void test_texts(void **state)
{
	(void)state;
	static const char *const texts[] = {
		"local", "bind:0", "bind:17", "interleave", "remote", "first_touch:caller", "first_touch:workers"};
	static const char *const wrong[] = {"", "bind", "bind:", "bind:x", "bind:-1", "bind:1024", "first_touch", "Local"};
	struct numa_policy policy;
	char text[32];
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		assert_int_equal(numa_parse(texts[i], &policy), 0);
		assert_string_equal(numa_format(&policy, text, sizeof text), texts[i]);
	}
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
		assert_int_equal(numa_parse(wrong[i], &policy), -EINVAL);
}

// nodes: of each part, as "0 1"; "": none.
static void plan_is(const struct topology *topology, const char *policy_text, enum pin pin, unsigned workers_n,
                    const char *nodes)
{
	static struct numa_plan plan;
	struct numa_policy policy;
	char text[256] = "";
	assert_int_equal(numa_parse(policy_text, &policy), 0);
	if (numa_plan_make(&plan, topology, &policy, pin, workers_n) < 0)
		fail_msg("%s: %s", policy_text, status_message());
	for (unsigned i = 0; i < plan.parts_n; i++)
		snprintf(text + strlen(text), sizeof text - strlen(text), "%s%d", i ? " " : "", plan.node[i]);
	if (strcmp(text, nodes) != 0)
		fail_msg("%s, pin %s, %u workers: nodes %s instead of %s", policy_text, pin_name(pin), workers_n, text, nodes);
	assert_int_equal(plan.by_touch, strncmp(policy_text, "first", 5) == 0);
	assert_true(numa_plan_equal(&plan, &plan));
}

static void test_plans(void **state)
{
	(void)state;
	struct topology *topology = topology_of(two_nodes);
	plan_is(topology, "local", PIN_COMPACT, 4, "0");
	plan_is(topology, "local", PIN_COMPACT, 5, "0 0 0 0 1");
	plan_is(topology, "local", PIN_SPREAD, 4, "0 1 0 1");
	plan_is(topology, "local", PIN_SPREAD, 1, "0");
	plan_is(topology, "local", PIN_NONE, 4, "");
	plan_is(topology, "remote", PIN_COMPACT, 4, "1");
	plan_is(topology, "remote", PIN_SPREAD, 3, "1 0 1");
	plan_is(topology, "bind:1", PIN_NONE, 4, "1");
	plan_is(topology, "interleave", PIN_NONE, 4, "0 1");
	plan_is(topology, "first_touch:workers", PIN_SPREAD, 2, "0 1");
	plan_is(topology, "first_touch:caller", PIN_SPREAD, 2, "0");
	// What is chosen of the CPUs leaves the memory of the other node.
	assert_int_equal(topology_choose(topology, "node:1", NULL), 0);
	plan_is(topology, "local", PIN_COMPACT, 4, "1");
	plan_is(topology, "remote", PIN_COMPACT, 4, "0");
	plan_is(topology, "bind:0", PIN_COMPACT, 4, "0");
	topology_close(topology);
}

static void refuses(const char *machine, const char *policy_text, enum pin pin, const char *words)
{
	struct topology *topology = topology_of(machine);
	static struct numa_plan plan;
	struct numa_policy policy;
	assert_int_equal(numa_parse(policy_text, &policy), 0);
	assert_int_equal(numa_plan_make(&plan, topology, &policy, pin, 2), -ENOTSUP);
	if (!strstr(status_message(), words))
		fail_msg("no \"%s\" in \"%s\"", words, status_message());
	topology_close(topology);
}

static void test_what_cannot_be_had(void **state)
{
	(void)state;
	refuses("core:4 pu:1", "remote", PIN_COMPACT, "one NUMA node");
	refuses("core:4 pu:1", "bind:0", PIN_COMPACT, "one NUMA node");
	refuses(two_nodes, "bind:2", PIN_COMPACT, "no NUMA node of this number");
	refuses(two_nodes, "remote", PIN_NONE, "not pinned");
	refuses(two_nodes, "first_touch:workers", PIN_NONE, "not pinned");
}

// Rows of an experiment on a described machine: how many, and how many of these cannot run, all for such a reason.
static void rows_are(const char *experiment, const char *machine, const char *key, const char *values, unsigned rows_n,
                     unsigned skipped_n, const char *words)
{
	struct plan_options options = {0};
	struct record record;
	unsigned counted_n = 0, without_n = 0;
	options.topology = topology_of(machine);
	assert_int_equal(record_open(&record), 0);
	static const char *const usual[][2] = {
		{"kernel", "sum"}, {"size", "8MiB"}, {"model", "thread_pool"}, {"workers", "2"}};
	for (int i = 0; i < 4 && strcmp(experiment, "scaling") == 0; i++)
		assert_int_equal(plan_choose(&options, usual[i][0], usual[i][1]), 0);
	if (key)
		assert_int_equal(plan_choose(&options, key, values), 0);
	assert_int_equal(experiment_plan(experiment_find(experiment), &options, &record), 0);
	for (uint32_t i = 0; i < record.rows_n; i++) {
		const struct row *row = &record.rows[i];
		counted_n += strcmp(row->spec.experiment, experiment) == 0;
		without_n += row->state == ROW_SKIPPED;
		if (row->state == ROW_SKIPPED && !strstr(row->reason, words))
			fail_msg("no \"%s\" in \"%s\"", words, row->reason);
	}
	assert_int_equal(counted_n, rows_n);
	assert_int_equal(without_n, skipped_n);
	record_close(&record);
	topology_close((struct topology *)options.topology);
}

static void test_rows(void **state)
{
	(void)state;
	// Of each policy a serial row and the pool's.
	rows_are("scaling", two_nodes, "numa", "local,remote,interleave,bind:1", 8, 0, "");
	rows_are("scaling", "core:4 pu:1", "numa", "local,remote,interleave", 6, 4, "one NUMA node");
	rows_are("scaling", two_nodes, "numa", "bind:5", 2, 2, "no NUMA node of this number");
	rows_are("numa", two_nodes, NULL, NULL, 32, 0, "");
	rows_are("numa", two_nodes, "memory_node", "1", 16, 0, "");
	rows_are("numa", two_nodes, "cpu_node", "7", 16, 16, "no CPU of the node");
	rows_are("numa", "core:4 pu:1", NULL, NULL, 2, 2, "one NUMA node");
}

static int first_cpu(void)
{
	cpu_set_t allowed;
	int cpu = 0;
	assert_int_equal(sched_getaffinity(0, sizeof allowed, &allowed), 0);
	while (!CPU_ISSET(cpu, &allowed))
		cpu++;
	return cpu;
}

// Parts of one node, to be filled and found: what stands for several on a machine with one.
static void fill_and_look(enum pages pages, unsigned parts_n, bool by_page, bool by_touch, int node, double expected)
{
	static struct numa_plan plan;
	struct arena arena;
	double share;
	cpu_set_t before, after;
	int cpu = first_cpu();
	assert_int_equal(sched_getaffinity(0, sizeof before, &before), 0);
	plan = (struct numa_plan){.policy = {NUMA_BIND, (unsigned)node}, .parts_n = parts_n};
	plan.by_page = by_page;
	plan.by_touch = by_touch;
	for (unsigned i = 0; i < parts_n; i++) {
		plan.node[i] = (int16_t)node;
		plan.cpu[i] = (int16_t)cpu;
	}
	enum { BYTES = 5 * 1024 * 1024 + 12345 };
	assert_int_equal(arena_map(&arena, BYTES, MEMORY_SHARED, pages), 0);
	if (numa_fill(&plan, &arena, arena.base, BYTES) < 0)
		fail_msg("%s", status_message());
	for (size_t i = 0; i < BYTES; i++)
		assert_int_equal(arena.base[i], 0);
	plan.node[0] = (int16_t)(expected == 1 ? node : node + 1);
	if (numa_look(&plan, pages, arena.base, BYTES, &share) < 0)
		fail_msg("%s", status_message());
	if (share < expected - 0.01 || share > expected + 0.01)
		fail_msg("%.4f of the memory is where it was wanted, not %.4f", share, expected);
	assert_int_equal(sched_getaffinity(0, sizeof after, &after), 0);
	assert_true(CPU_EQUAL(&before, &after));
	arena_close(&arena);
}

static void test_filling(void **state)
{
	(void)state;
	struct topology *topology = topology_of(NULL);
	unsigned nodes_n;
	int node = topology_node_of(topology, first_cpu());
	topology_nodes(topology, &nodes_n);
	assert_true(nodes_n >= 1 && node >= 0);
	topology_close(topology);
	static struct numa_plan plan = {.policy = {NUMA_BIND, 0}, .parts_n = 1, .cpu = {-1}};
	struct arena arena;
	double share;
	plan.node[0] = (int16_t)node;
	assert_int_equal(arena_map(&arena, 1, MEMORY_SHARED, PAGES_4K), 0);
	int filled = numa_fill(&plan, &arena, arena.base, 1);
	int looked = filled < 0 ? filled : numa_look(&plan, PAGES_4K, arena.base, 1, &share);
	arena_close(&arena);
	if (looked == -EPERM || looked == -ENOSYS)
		skip_test("memory policies are refused here");
	for (int pages = PAGES_HUGE; pages <= PAGES_4K; pages++) {
		fill_and_look((enum pages)pages, 1, false, false, node, 1);
		fill_and_look((enum pages)pages, 3, false, false, node, 1);
		fill_and_look((enum pages)pages, 3, true, false, node, 1);
		fill_and_look((enum pages)pages, 2, false, true, node, 1);
		fill_and_look((enum pages)pages, 1, false, false, node, 0); // wanted elsewhere
	}
	// Of 5 MiB and a page in two parts by 4 KiB pages, half is wanted elsewhere.
	fill_and_look(PAGES_4K, 2, false, false, node, 0.5);
	fill_and_look(PAGES_4K, 2, true, false, node, 0.5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_texts), cmocka_unit_test(test_plans),   cmocka_unit_test(test_what_cannot_be_had),
		cmocka_unit_test(test_rows),  cmocka_unit_test(test_filling),
	};
	return ran_tests(tests, NULL, NULL);
}
