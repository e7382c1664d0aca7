// What the machine says of itself: facts, noise, counters. Values differ from machine to machine; their form does not.
// links: host
#include "host/counters.h"
#include "host/facts.h"
#include "host/noise.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/fixtures/ran.h"

static const char *const keys[] = {
	"cpu_model",
	"cpu_vendor",
	"cpu_family",
	"cpu_model_number",
	"cpu_stepping",
	"cpus_n",
	"cores_n",
	"packages_n",
	"numa_nodes_n",
	"smt",
	"allowed_cpus",
	"cpu_kinds_n",
	"pin_rule",
	"quota_cpus",
	"governor",
	"turbo",
	"thp_enabled",
	"shmem_enabled",
	"thp_defrag",
	"page_bytes",
	"memory_bytes",
	"kernel",
	"hypervisor",
	"libc",
	"compiler",
	"compiler_flags",
	"git_revision",
	"build",
	"aslr",
	"clocksource",
	"llc_bytes",
	"perf_event_paranoid",
	"cpu_mitigations",
	"isolated_cpus",
	"load_average",
};

static void test_facts(void **state)
{
	(void)state;
	static struct facts facts;
	struct topology *topology;
	assert_int_equal(topology_open(&topology, NULL), 0);
	facts_read(&facts, topology);
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
		if (!facts_get(&facts, keys[i]) || !*facts_get(&facts, keys[i]))
			fail_msg("no fact %s", keys[i]);
	for (unsigned i = 0; i < facts.facts_n; i++)
		for (unsigned j = 0; j < i; j++)
			assert_string_not_equal(facts.fact[i].key, facts.fact[j].key);
	for (unsigned i = 0; i < facts.warnings_n; i++)
		assert_int_equal(facts.warning[i][strlen(facts.warning[i]) - 1], '.');
	assert_null(facts_get(&facts, "no_such_fact"));
	facts_add(&facts, "empty", "%s", "");
	assert_string_equal(facts_get(&facts, "empty"), "not available here");
	topology_close(topology);
}

static void test_noise(void **state)
{
	(void)state;
	struct noise before, after;
	noise_read(&before);
	noise_read(&after);
	assert_true(before.wall_ns > 0 && before.busy_ns > 0 && before.interrupts_n > 0);
	struct noise between = noise_between(&before, &after);
	assert_true(between.wall_ns > 0 && between.wall_ns < after.wall_ns);
	assert_true(between.interrupts_n < after.interrupts_n);
	before.steal_ns = after.steal_ns + 1;
	assert_int_equal(noise_between(&before, &after).steal_ns, 0);
	before.psi_cpu_us = UINT64_MAX;
	assert_true(noise_between(&before, &after).psi_cpu_us == UINT64_MAX);
}

static void test_counters(void **state)
{
	(void)state;
	struct counters counters;
	uint64_t value[COUNTER_N];
	counters_open(&counters);
	// Only a child sleeps here: what it switches is counted in the parent once it is reaped.
	pid_t child = fork();
	if (child == 0) {
		for (int i = 0; i < 20; i++)
			usleep(1000);
		_exit(0);
	}
	assert_int_equal(waitpid(child, NULL, 0), child);
	counters_read(&counters, value);
	const char *why_not = counters_why_not();
	if (why_not)
		assert_non_null(strstr(why_not, "not available here"));
	else
		assert_true(value[COUNTER_CYCLES] != UINT64_MAX);
	for (int i = 0; i < COUNTER_N; i++)
		assert_true(*counter_name((enum counter)i) && (counters.fd[i] >= 0 || value[i] == UINT64_MAX));
	if (counters.fd[COUNTER_CONTEXT_SWITCHES] >= 0)
		assert_in_range(value[COUNTER_CONTEXT_SWITCHES], 20, 100000);
	else
		ran_leave_out("context switches of a child", why_not ? why_not : "the counter could not be opened");
	counters_close(&counters);
	counters_read(&counters, value);
	assert_true(value[COUNTER_CONTEXT_SWITCHES] == UINT64_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_facts),
		cmocka_unit_test(test_noise),
		cmocka_unit_test(test_counters),
	};
	return ran_tests(tests, NULL, NULL);
}
