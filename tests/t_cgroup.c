// The cgroup readers on trees built for the purpose: v2, v1, hybrid, containers, and nothing at all.
// links: host
#include "host/cgroup.h"
#include "host/topology.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/fixtures/tree.h"

static char root[64];

static int tree_open(void **state)
{
	(void)state;
	strcpy(root, "/tmp/t_cgroup.XXXXXX");
	return mkdtemp(root) ? 0 : -1;
}

static int tree_close(void **state)
{
	(void)state;
	return tree_remove(root);
}

static void file_put(const char *path, const char *text)
{
	tree_put(root, path, text);
}

static void quota_is(double expected_cpus)
{
	assert_float_equal(cgroup_quota_cpus(root), expected_cpus, 1e-9);
}

static void memory_is(uint64_t expected_bytes)
{
	assert_true(cgroup_memory_available_bytes(root) == expected_bytes);
}

static void test_nothing(void **state)
{
	(void)state;
	quota_is(0.0);
	memory_is(UINT64_MAX);
	file_put("proc/self/cgroup", "garbage\n\n0:\n0::/a\n");
	quota_is(0.0);
	file_put("proc/self/mountinfo",
	         "garbage\n - \n1 2 - cgroup2 cgroup2\n30 24 0:26 / /sys/fs/cgroup rw - cgroup2 x rw\n");
	quota_is(0.0);
	memory_is(UINT64_MAX);
}

static const char v2_mount[] = "24 1 0:22 / /proc rw - proc proc rw\n"
							   "30 24 0:26 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate\n";

static void test_v2(void **state)
{
	(void)state;
	file_put("proc/self/cgroup", "0::/slice/scope\n");
	file_put("proc/self/mountinfo", v2_mount);
	file_put("sys/fs/cgroup/slice/scope/cpu.max", "max 100000\n");
	quota_is(0.0);
	file_put("sys/fs/cgroup/slice/cpu.max", "150000 100000\n");
	quota_is(1.5);
	file_put("sys/fs/cgroup/slice/scope/cpu.max", "20000 10000\n");
	quota_is(1.5);
	file_put("sys/fs/cgroup/slice/scope/cpu.max", "5000 10000\n");
	quota_is(0.5);
	file_put("sys/fs/cgroup/slice/cpu.max", "10000 100000\n");
	quota_is(0.1);
}

static void throttled_is(bool limited, uint64_t periods_n, uint64_t time_ns)
{
	struct throttled throttled;
	assert_int_equal(cgroup_throttled(root, &throttled), limited);
	assert_true(throttled.periods_n == periods_n && throttled.time_ns == time_ns);
}

static void test_throttled(void **state)
{
	(void)state;
	throttled_is(false, 0, 0);
	file_put("proc/self/cgroup", "0::/slice/scope\n");
	file_put("proc/self/mountinfo", v2_mount);
	file_put("sys/fs/cgroup/slice/scope/cpu.stat", "usage_usec 9\nnr_periods 8\nnr_throttled 3\nthrottled_usec 250\n");
	throttled_is(false, 0, 0);
	file_put("sys/fs/cgroup/slice/scope/cpu.max", "150000 100000\n");
	throttled_is(true, 3, 250000);
	file_put("sys/fs/cgroup/slice/cpu.stat", "nr_throttled 2\nthrottled_usec 50\nnr_bursts 0\n");
	throttled_is(true, 5, 300000);
	file_put("sys/fs/cgroup/slice/scope/cpu.stat", "usage_usec 9\n");
	throttled_is(true, 2, 50000);
}

static void test_throttled_v1(void **state)
{
	(void)state;
	file_put("proc/self/cgroup", "4:cpu,cpuacct:/docker/abc\n0::/\n");
	file_put("proc/self/mountinfo", "30 24 0:26 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu,cpuacct\n");
	file_put("sys/fs/cgroup/cpu/docker/abc/cpu.cfs_quota_us", "20000\n");
	file_put("sys/fs/cgroup/cpu/docker/abc/cpu.stat", "nr_periods 8\nnr_throttled 7\nthrottled_time 1234567\n");
	throttled_is(true, 7, 1234567);
}

// What a plan makes of a quota: as many workers as it pays for, rounded down, at least one.
static void test_quota_of_a_plan(void **state)
{
	(void)state;
	static const struct {
		const char *max;
		unsigned parallel_n;
	} cases[] = {
		{"max 100000", 8}, {"50000 100000", 1}, {"390000 100000", 3}, {"800000 100000", 8}, {"900000 100000", 8}};
	struct topology *topology;
	assert_int_equal(topology_open(&topology, "core:8 pu:1"), 0);
	file_put("proc/self/cgroup", "0::/slice/scope\n");
	file_put("proc/self/mountinfo", v2_mount);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		file_put("sys/fs/cgroup/slice/cpu.max", cases[i].max);
		topology_quota_set(topology, cgroup_quota_cpus(root));
		assert_int_equal(topology_parallel_n(topology), cases[i].parallel_n);
	}
	topology_close(topology);
}

static void test_v2_memory(void **state)
{
	(void)state;
	file_put("proc/self/cgroup", "0::/slice/scope\n");
	file_put("proc/self/mountinfo", v2_mount);
	file_put("sys/fs/cgroup/slice/scope/memory.max", "max\n");
	file_put("sys/fs/cgroup/slice/scope/memory.current", "1000\n");
	memory_is(UINT64_MAX);
	file_put("sys/fs/cgroup/slice/memory.max", "1000000\n");
	file_put("sys/fs/cgroup/slice/memory.current", "600000\n");
	memory_is(400000);
	file_put("sys/fs/cgroup/slice/memory.stat", "anon 5\ninactive_file 100000\nactive_file 7\n");
	memory_is(500000);
	file_put("sys/fs/cgroup/slice/scope/memory.max", "900\n");
	memory_is(0);
}

static void tasks_are(uint64_t expected_left_n, uint64_t expected_limit_n)
{
	uint64_t limit_n;
	assert_true(cgroup_tasks_left(root, &limit_n) == expected_left_n);
	assert_true(limit_n == expected_limit_n);
}

static void test_tasks(void **state)
{
	(void)state;
	tasks_are(UINT64_MAX, 0);
	file_put("proc/self/cgroup", "0::/slice/scope\n");
	file_put("proc/self/mountinfo", v2_mount);
	file_put("sys/fs/cgroup/slice/scope/pids.max", "max\n");
	file_put("sys/fs/cgroup/slice/scope/pids.current", "7\n");
	tasks_are(UINT64_MAX, 0);
	file_put("sys/fs/cgroup/slice/pids.max", "40\n");
	file_put("sys/fs/cgroup/slice/pids.current", "9\n");
	tasks_are(31, 40);
	file_put("sys/fs/cgroup/slice/scope/pids.max", "5\n"); // lowered below what there is
	tasks_are(0, 5);
}

static void test_tasks_v1(void **state)
{
	(void)state;
	file_put("proc/self/cgroup", "5:pids:/job\n0::/\n");
	file_put("proc/self/mountinfo", "31 30 0:27 / /sys/fs/cgroup/pids rw shared:5 - cgroup cgroup rw,pids\n");
	file_put("sys/fs/cgroup/pids/job/pids.max", "100\n");
	file_put("sys/fs/cgroup/pids/job/pids.current", "98\n");
	tasks_are(2, 100);
}

static void test_v1(void **state)
{
	(void)state;
	file_put("proc/self/cgroup", "5:memory:/job\n4:cpuset:/wrong\n3:cpu,cpuacct:/job/step\n1:name=systemd:/x\n");
	file_put("proc/self/mountinfo",
	         "31 30 0:27 / /sys/fs/cgroup/cpuset rw shared:5 - cgroup cgroup rw,cpuset\n"
	         "32 30 0:28 / /sys/fs/cgroup/cpu,cpuacct rw shared:6 shared:7 - cgroup cgroup rw,cpu,cpuacct\n"
	         "33 30 0:29 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n");
	file_put("sys/fs/cgroup/cpu,cpuacct/job/step/cpu.cfs_quota_us", "-1\n");
	file_put("sys/fs/cgroup/cpu,cpuacct/job/step/cpu.cfs_period_us", "100000\n");
	quota_is(0.0);
	file_put("sys/fs/cgroup/cpu,cpuacct/job/cpu.cfs_quota_us", "250000\n");
	file_put("sys/fs/cgroup/cpu,cpuacct/job/cpu.cfs_period_us", "100000\n");
	quota_is(2.5);
	file_put("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
	file_put("sys/fs/cgroup/memory/memory.usage_in_bytes", "4096\n");
	memory_is(UINT64_MAX);
	file_put("sys/fs/cgroup/memory/job/memory.limit_in_bytes", "8192\n");
	file_put("sys/fs/cgroup/memory/job/memory.usage_in_bytes", "4096\n");
	file_put("sys/fs/cgroup/memory/job/memory.stat", "inactive_file 1\ntotal_inactive_file 1024\n");
	memory_is(5120);
}

// In a container the path may be the host's, and the mount shows only the part below it; blanks come as \040.
static void test_container(void **state)
{
	(void)state;
	file_put("proc/self/cgroup", "3:cpu:/docker/abc/in\n0::/../../else\n");
	file_put("proc/self/mountinfo", "32 30 0:28 /docker/abc /cg\\040roup/cpu rw - cgroup cgroup rw,cpu\n"
	                                "33 30 0:29 / /unified rw - cgroup2 cgroup2 rw\n");
	file_put("cg roup/cpu/in/cpu.cfs_quota_us", "300000\n");
	file_put("cg roup/cpu/in/cpu.cfs_period_us", "100000\n");
	quota_is(3.0);
	file_put("cg roup/cpu/cpu.cfs_quota_us", "200000\n");
	file_put("cg roup/cpu/cpu.cfs_period_us", "100000\n");
	quota_is(2.0);
	// The other generation counts too, from its mount point when the path leads out of it.
	file_put("unified/cpu.max", "100000 100000\n");
	quota_is(1.0);
	// A path foreign to the mount leaves the mount point itself.
	file_put("proc/self/cgroup", "3:cpu:/docker/abcdef\n");
	quota_is(2.0);
}

// This machine's own: whatever it says, it is a quota or none.
static void test_here(void **state)
{
	(void)state;
	assert_true(cgroup_quota_cpus("") >= 0.0);
	uint64_t limit_n;
	assert_true(cgroup_memory_available_bytes("") > 0);
	assert_true(cgroup_tasks_left("", &limit_n) > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_nothing, tree_open, tree_close),
		cmocka_unit_test_setup_teardown(test_v2, tree_open, tree_close),
		cmocka_unit_test_setup_teardown(test_throttled, tree_open, tree_close),
		cmocka_unit_test_setup_teardown(test_throttled_v1, tree_open, tree_close),
		cmocka_unit_test_setup_teardown(test_quota_of_a_plan, tree_open, tree_close),
		cmocka_unit_test_setup_teardown(test_v2_memory, tree_open, tree_close),
		cmocka_unit_test_setup_teardown(test_tasks, tree_open, tree_close),
		cmocka_unit_test_setup_teardown(test_tasks_v1, tree_open, tree_close),
		cmocka_unit_test_setup_teardown(test_v1, tree_open, tree_close),
		cmocka_unit_test_setup_teardown(test_container, tree_open, tree_close),
		cmocka_unit_test(test_here),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
