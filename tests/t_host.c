// The machine, real and described, and the plans for it, expected CPU by CPU.
// links: host
#include "base/status.h"
#include "host/placement.h"

#include <errno.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/fixtures/plan_is.h"
#include "tests/fixtures/ran.h"

static struct topology *topology_of(const char *source)
{
	struct topology *topology;
	if (topology_open(&topology, source))
		fail_msg("%s", status_message());
	return topology;
}

static void test_here(void **state)
{
	(void)state;
	cpu_set_t mask;
	struct topology *topology = topology_of(NULL);
	assert_true(topology_is_this_machine(topology));
	assert_int_equal(sched_getaffinity(0, sizeof mask, &mask), 0);
	assert_int_equal(topology_cpus_n(topology), CPU_COUNT(&mask));
	assert_in_range(topology_cores_n(topology), 1, topology_cpus_n(topology));
	assert_in_range(topology_packages_n(topology), 1, topology_cores_n(topology));
	assert_in_range(topology_numa_nodes_n(topology), 1, 1024);
	for (unsigned i = 0; i < topology_cpus_n(topology); i++)
		assert_true(CPU_ISSET(topology_cpus(topology)[i].os_index, &mask));
	topology_close(topology);
}

static void test_affinity_is_respected(void **state)
{
	(void)state;
	cpu_set_t before, one;
	assert_int_equal(sched_getaffinity(0, sizeof before, &before), 0);
	if (CPU_COUNT(&before) < 2)
		skip_test("only one CPU is allowed");
	int last = CPU_SETSIZE - 1;
	while (!CPU_ISSET(last, &before))
		last--;
	CPU_ZERO(&one);
	CPU_SET(last, &one);
	assert_int_equal(sched_setaffinity(0, sizeof one, &one), 0);
	struct topology *topology = topology_of(NULL);
	assert_int_equal(topology_cpus_n(topology), 1);
	plan_is(topology, PIN_SPREAD, 2, (const int[]){last, last});
	topology_close(topology);
	assert_int_equal(sched_setaffinity(0, sizeof before, &before), 0);
}

static void test_one_pu(void **state)
{
	(void)state;
	struct topology *topology = topology_of("pu:1");
	assert_false(topology_is_this_machine(topology));
	assert_int_equal(topology_cpus_n(topology), 1);
	assert_int_equal(topology_cores_n(topology), 1);
	assert_int_equal(topology_packages_n(topology), 1);
	assert_int_equal(topology_numa_nodes_n(topology), 1);
	for (int pin = PIN_COMPACT; pin < PIN_N; pin++)
		plan_is(topology, (enum pin)pin, 3, (const int[]){0, 0, 0});
	plan_is(topology, PIN_NONE, 3, (const int[]){-1, -1, -1});
	topology_close(topology);
}

static void test_two_packages(void **state)
{
	(void)state;
	struct topology *topology = topology_of("pack:2 core:4 pu:2");
	assert_int_equal(topology_cpus_n(topology), 16);
	assert_int_equal(topology_cores_n(topology), 8);
	assert_int_equal(topology_packages_n(topology), 2);
	plan_is(topology, PIN_COMPACT, 5, (const int[]){0, 1, 2, 3, 4});
	plan_is(topology, PIN_SAME, 3, (const int[]){0, 0, 0});
	// One CPU of every core before any second, then round again.
	plan_is(topology, PIN_SPREAD, 18, (const int[]){0, 8, 2, 10, 4, 12, 6, 14, 1, 9, 3, 11, 5, 13, 7, 15, 0, 8});
	topology_close(topology);
}

// Linux often numbers second siblings after all first ones.
static void test_interleaved_indices(void **state)
{
	(void)state;
	struct topology *topology = topology_of("pack:2 core:2 pu:2(indexes=core:pu)");
	int first = topology_cpus(topology)[0].os_index, second = topology_cpus(topology)[1].os_index;
	assert_int_not_equal(second, first + 1);
	assert_int_equal(topology_cpus(topology)[1].core, 0);
	plan_is(topology, PIN_COMPACT, 2, (const int[]){first, second});
	topology_close(topology);
}

static void test_numa_and_caches(void **state)
{
	(void)state;
	struct topology *topology = topology_of("pack:2 numa:2 l3:2 core:2 pu:1");
	assert_int_equal(topology_numa_nodes_n(topology), 4);
	assert_true(topology_llc_bytes(topology) > 0);
	plan_is(topology, PIN_COMPACT, 4, (const int[]){0, 1, 2, 3});
	plan_is(topology, PIN_SPREAD, 16, (const int[]){0, 8, 4, 12, 2, 10, 6, 14, 1, 9, 5, 13, 3, 11, 7, 15});
	struct topology_part *parts;
	unsigned parts_n;
	assert_int_equal(topology_parts(topology, &parts, &parts_n), 0);
	assert_int_equal(parts_n, 1 + 2 + 4 + 8);
	assert_string_equal(parts[1].name, "package 0");
	assert_int_equal(parts[1].cpus_n, 8);
	assert_true(parts[3].leaf);
	assert_int_equal(parts[14].cpu_first, 14);
	assert_int_equal(parts[14].depth, 3);
	free(parts);
	topology_close(topology);
}

static void test_thousand_cpus(void **state)
{
	(void)state;
	struct topology *topology = topology_of("pack:8 core:64 pu:2");
	assert_int_equal(topology_cpus_n(topology), 1024);
	struct placement *plan;
	static unsigned char used[1024], cores[512];
	assert_int_equal(placement_plan(topology, PIN_SPREAD, 1024, &plan), 0);
	for (unsigned worker = 0; worker < 1024; worker++) {
		int cpu = placement_cpu(plan, worker);
		assert_in_range(cpu, 0, 1023);
		assert_int_equal(used[cpu]++, 0);
		if (worker < 512)
			assert_int_equal(cores[cpu / 2]++, 0);
		assert_int_equal(cpu / 128, worker % 8);
	}
	assert_int_equal(placement_cpus_n(plan), 1024);
	placement_free(plan);
	char list[64];
	assert_string_equal(topology_allowed_list(topology, list, sizeof list), "0-1023");
	topology_close(topology);
}

static void source_fails(const char *source, int error)
{
	struct topology *topology;
	assert_int_equal(topology_open(&topology, source), -error);
	assert_null(topology);
	if (!strstr(status_message(), source))
		fail_msg("\"%s\" does not name %s", status_message(), source);
	topology_close(topology);
}

static void test_bad_sources(void **state)
{
	(void)state;
	source_fails("no/such/file.xml", ENOENT);
	source_fails("core", EINVAL);
	source_fails("pack:0 pu:2", EINVAL);
	source_fails("/etc/hostname", EINVAL);
	struct topology *topology = topology_of("pack:2 core:4 pu:2");
	char *xml, path[] = "/tmp/t_host.XXXXXX.xml";
	assert_int_equal(topology_xml(topology, &xml), 0);
	int fd = mkstemps(path, 4);
	assert_true(fd >= 0);
	size_t length = strlen(xml);
	assert_int_equal(write(fd, xml, length), length);
	struct topology *again = topology_of(path);
	assert_int_equal(topology_cpus_n(again), 16);
	assert_false(topology_is_this_machine(again));
	topology_close(again);
	assert_int_equal(ftruncate(fd, (off_t)length / 2), 0);
	source_fails(path, EINVAL);
	assert_int_equal(ftruncate(fd, 0), 0);
	source_fails(path, EINVAL);
	assert_int_equal(pwrite(fd, "<a/>", 4, 0), 4);
	source_fails(path, EINVAL);
	close(fd);
	unlink(path);
	free(xml);
	topology_close(topology);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_here),
		cmocka_unit_test(test_affinity_is_respected),
		cmocka_unit_test(test_one_pu),
		cmocka_unit_test(test_two_packages),
		cmocka_unit_test(test_interleaved_indices),
		cmocka_unit_test(test_numa_and_caches),
		cmocka_unit_test(test_thousand_cpus),
		cmocka_unit_test(test_bad_sources),
	};
	return ran_tests(tests, NULL, NULL);
}
