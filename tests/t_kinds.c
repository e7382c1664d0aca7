// Machines of big and little cores, and the choice of some CPUs: which CPUs each plan takes.
// links: host
#include "base/status.h"
#include "host/facts.h"
#include "host/place.h"

#include <errno.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/fixtures/kinds.h"
#include "tests/fixtures/plan_is.h"
#include "tests/fixtures/ran.h"

// CPUs 0-3: two big cores of two CPUs; 4-7: little ones of the same L3; 8-9 of another, the weakest.
static const char little_and_big[] =
	"<cpukind cpuset=\"0x300\" forced_efficiency=\"0\"><info name=\"CoreType\" value=\"Least\"/></cpukind>"
	"<cpukind cpuset=\"0xf\" forced_efficiency=\"2\"><info name=\"CoreType\" value=\"Big\"/></cpukind>"
	"<cpukind cpuset=\"0xf0\" forced_efficiency=\"1\"><info name=\"LinuxCapacity\" value=\"500\"/></cpukind>";

static struct topology *machine(void)
{
	return kinds_topology("pack:1 l3:2 core:5 pu:1", little_and_big);
}

static void test_the_strongest_first(void **state)
{
	(void)state;
	struct topology *topology = machine();
	char list[32];
	assert_int_equal(topology_kinds_n(topology), 3);
	assert_true(topology_kinds_ranked(topology));
	assert_string_equal(topology_kinds(topology)[0].name, "Big");
	assert_string_equal(topology_kinds(topology)[1].name, "capacity 500");
	assert_int_equal(topology_kinds(topology)[2].cpus_n, 2);
	assert_string_equal(topology_kind_list(topology, 2, list, sizeof list), "8-9");
	plan_is(topology, PIN_COMPACT, 6, (const int[]){0, 1, 2, 3, 4, 5});
	// Without kinds worker 1 would be on CPU 5, of the other L3; CPUs 5-7 are there, too.
	plan_is(topology, PIN_SPREAD, 10, (const int[]){0, 1, 2, 3, 4, 5, 6, 7, 8, 9});
	assert_int_equal(placement_kinds_n(topology, PIN_SPREAD, 4), 1);
	assert_int_equal(placement_kinds_n(topology, PIN_SPREAD, 5), 2);
	assert_int_equal(placement_kinds_n(topology, PIN_COMPACT, 100), 3);
	assert_int_equal(placement_kinds_n(topology, PIN_SAME, 100), 1);
	assert_int_equal(placement_kinds_n(topology, PIN_NONE, 1), 3);
	topology_close(topology);
}

// As on a machine whose little cores come first.
static void test_little_cores_first(void **state)
{
	(void)state;
	struct topology *topology =
		kinds_topology("pack:1 l3:2 core:4 pu:1", "<cpukind cpuset=\"0x33\" forced_efficiency=\"718\"/>"
	                                              "<cpukind cpuset=\"0xcc\" forced_efficiency=\"997\"/>");
	int cpu[2];
	plan_is(topology, PIN_COMPACT, 8, (const int[]){2, 3, 6, 7, 0, 1, 4, 5});
	plan_is(topology, PIN_SPREAD, 8, (const int[]){2, 6, 3, 7, 0, 4, 1, 5});
	plan_is(topology, PIN_SAME, 2, (const int[]){2, 2});
	assert_true(place_find(topology, PLACE_SAME_CACHE, cpu));
	assert_int_equal(cpu[0], 2);
	assert_int_equal(cpu[1], 3);
	assert_true(place_find(topology, PLACE_SAME_PACKAGE, cpu));
	assert_int_equal(cpu[0], 2);
	assert_int_equal(cpu[1], 6);
	topology_close(topology);
}

// What the facts of a result say of them, and what --cpus and --cpukind leave.
static void test_facts(void **state)
{
	(void)state;
	static struct facts facts;
	struct topology *topology = machine();
	assert_int_equal(topology_choose(topology, "2-5", NULL), 0);
	facts_read(&facts, topology);
	assert_string_equal(facts_get(&facts, "cpu_kinds_n"), "2");
	assert_string_equal(facts_get(&facts, "cpu_kinds"), "Big: 2-3; capacity 500: 4-5");
	assert_string_equal(facts_get(&facts, "cpus_chosen"), "2-5");
	assert_string_equal(facts_get(&facts, "allowed_cpus"), "2-5");
	assert_null(facts_get(&facts, "cpukind_chosen"));
	assert_string_equal(facts_get(&facts, "pin_rule"), "2");
	topology_close(topology);
	topology = machine();
	assert_int_equal(topology_choose(topology, NULL, "big"), 0);
	facts_read(&facts, topology);
	assert_string_equal(facts_get(&facts, "cpu_kinds_n"), "1");
	assert_null(facts_get(&facts, "cpu_kinds"));
	assert_string_equal(facts_get(&facts, "cpukind_chosen"), "big");
	topology_close(topology);
}

static void chooses(const char *synthetic, const char *cpus, const char *expected)
{
	char list[64];
	struct topology *topology;
	assert_int_equal(topology_open(&topology, synthetic), 0);
	if (topology_choose(topology, cpus, NULL))
		fail_msg("%s", status_message());
	assert_string_equal(topology_allowed_list(topology, list, sizeof list), expected);
	assert_string_equal(topology_chosen_cpus(topology), cpus);
	topology_close(topology);
}

static void refuses(const char *cpus, const char *kind, const char *words)
{
	struct topology *topology = machine();
	assert_int_equal(topology_choose(topology, cpus, kind), -EINVAL);
	if (!strstr(status_message(), words))
		fail_msg("no \"%s\" in \"%s\"", words, status_message());
	topology_close(topology);
}

static void test_choices(void **state)
{
	(void)state;
	static const char two_packages[] = "pack:2 numa:2 core:2 pu:1";
	chooses(two_packages, "0,2-4", "0,2-4");
	chooses(two_packages, "node:1", "2-3");
	chooses(two_packages, "node:1-2", "2-5");
	chooses(two_packages, "package:1", "4-7");
	chooses(two_packages, "package:0,node:3,4", "0-4,6-7");
	chooses(two_packages, "7,7,0", "0,7");
	static const char *const malformed[] = {"",      ",",      "a",     "1-",     "-1",        "2-1",
	                                        "node:", "node:x", "1-2-3", "kind:0", "9999999999"};
	for (size_t i = 0; i < sizeof malformed / sizeof *malformed; i++)
		refuses(malformed[i], NULL, "--cpus");
	refuses("0,10,12-13", NULL, "CPUs 10,12-13 are not allowed here; allowed: 0-9");
	refuses("10", NULL, "CPU 10 is not allowed");
	refuses("node:1", NULL, "no node 1");
	refuses("package:0-1", NULL, "no package 1");
	refuses(NULL, "3", "0 (Big), 1 (capacity 500), 2 (Least)");
	refuses(NULL, "", "0 (Big)");
	refuses("0-3", "2", "none of the CPUs");
	static char much[400];
	memset(much, '1', sizeof much - 1);
	refuses(much, NULL, "characters");
}

// The process itself is bound, so that all it creates is, too.
static void test_choice_here(void **state)
{
	(void)state;
	cpu_set_t before, after;
	struct topology *topology;
	char last[16];
	assert_int_equal(topology_open(&topology, NULL), 0);
	assert_int_equal(sched_getaffinity(0, sizeof before, &before), 0);
	int cpu = topology_cpus(topology)[topology_cpus_n(topology) - 1].os_index;
	snprintf(last, sizeof last, "%d", cpu);
	assert_int_equal(topology_choose(topology, last, NULL), 0);
	assert_int_equal(topology_cpus_n(topology), 1);
	assert_int_equal(sched_getaffinity(0, sizeof after, &after), 0);
	assert_true(CPU_ISSET(cpu, &after));
	assert_int_equal(CPU_COUNT(&after), 1);
	plan_is(topology, PIN_COMPACT, 2, (const int[]){cpu, cpu});
	topology_close(topology);
	assert_int_equal(sched_setaffinity(0, sizeof before, &before), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_strongest_first),
		cmocka_unit_test(test_little_cores_first),
		cmocka_unit_test(test_facts),
		cmocka_unit_test(test_choices),
		cmocka_unit_test(test_choice_here),
	};
	return ran_tests(tests, NULL, NULL);
}
