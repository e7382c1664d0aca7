// What disturbed a run, by what was measured while it ran: steal, the CPU time of others, visits that stood still.
// links: report
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "host/facts_parts.h"
#include "host/noise.h"
#include "report/table/conditions.h"
#include "tests/fixtures/ran.h"

// Rounds of half a second on two CPUs.
static void rounds_add(struct record *record, unsigned rounds_n, const struct round_noise *each)
{
	for (unsigned i = 0; i < rounds_n; i++) {
		struct round_noise round = *each;
		round.round = i;
		round.noise.wall_ns = NS_PER_S / 2;
		assert_int_equal(record_add_round(record, &round), 0);
	}
}

static unsigned warnings_of(unsigned rounds_n, const struct round_noise *each, const char *said)
{
	char text[CONDITIONS_MOST][CONDITION_BYTES];
	struct record record;
	assert_int_equal(record_open(&record), 0);
	facts_add(&record.facts, "cpus_n", "2");
	rounds_add(&record, rounds_n, each);
	unsigned warnings_n = conditions_warnings(&record, text);
	if (said && (warnings_n != 1 || !strstr(text[0], said)))
		fail_msg("%u warnings, not one of \"%s\"", warnings_n, said);
	record_close(&record);
	return warnings_n;
}

// Shares of one second, two CPUs' time of two halves.
static struct round_noise noise_of(double steal, double others)
{
	return (struct round_noise){.noise = {.steal_ns = (uint64_t)(steal * 1e9), .others_ns = (uint64_t)(others * 1e9)}};
}

static void test_quota(void **state)
{
	(void)state;
	struct round_noise none = {.noise = {.throttled_n = UINT64_MAX, .throttled_ns = UINT64_MAX}}, within = {0};
	struct round_noise throttled = {.noise = {.throttled_n = 5, .throttled_ns = 250000000}};
	assert_int_equal(warnings_of(4, &none, NULL), 0);
	assert_int_equal(warnings_of(4, &within, NULL), 0);
	warnings_of(4, &throttled,
	            "used up in 20 periods (threads waited 1.0 s in all), in 4 of 4 rounds; most in round 1");
}

static void test_shares(void **state)
{
	(void)state;
	struct round_noise quiet = noise_of(0.01, 0.01), steal = noise_of(0.03, 0), others = noise_of(0, 0.03);
	assert_int_equal(warnings_of(4, &quiet, NULL), 0);
	warnings_of(4, &steal, "(steal)");
	warnings_of(4, &others, "Other processes used 3.0 %");
	// Ticks are 10 ms: in less than a second they say nothing.
	struct round_noise much = noise_of(0.5, 0.5);
	assert_int_equal(warnings_of(1, &much, NULL), 0);
	assert_int_equal(warnings_of(4, &much, NULL), 2);
	// Unknown is not much.
	struct round_noise unknown = {.noise.others_ns = UINT64_MAX};
	assert_int_equal(warnings_of(4, &unknown, NULL), 0);
}

static void test_gaps(void **state)
{
	(void)state;
	struct round_noise gap = {.noise.others_ns = UINT64_MAX, .gap_ns = 2500000000};
	warnings_of(3, &gap, "In 3 rounds a visit stood still");
	warnings_of(1, &gap, "longest: 2.5 s, in round 1");
}

static void test_differences(void **state)
{
	(void)state;
	struct noise before = {.wall_ns = 10, .others_ns = 500}, after = {.wall_ns = 30, .others_ns = 800};
	assert_true(noise_between(&before, &after).others_ns == 300);
	before.others_ns = 900; // clocks of the kernel that went back
	assert_true(noise_between(&before, &after).others_ns == 0);
	after.others_ns = UINT64_MAX;
	assert_true(noise_between(&before, &after).others_ns == UINT64_MAX);
}

static uint64_t own_cpu_ns(void)
{
	struct timespec used;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
	return (uint64_t)used.tv_sec * NS_PER_S + (uint64_t)used.tv_nsec;
}

// A child that has not been reaped is one of the others.
static void test_others_are_seen(void **state)
{
	(void)state;
	enum { USED_MS = 400, TICKS_MS = 100 };
	int done[2];
	char byte;
	struct noise before, after;
	assert_int_equal(pipe(done), 0);
	noise_read(&before);
	if (before.others_ns == UINT64_MAX)
		skip_test("/proc/stat does not count the CPU time of the allowed CPUs here");
	int child = fork();
	if (child == 0) {
		while (own_cpu_ns() < USED_MS * NS_PER_MS)
			;
		_exit(write(done[1], "d", 1) == 1 && pause() ? 0 : 1);
	}
	assert_int_equal(read(done[0], &byte, 1), 1);
	noise_read(&after);
	assert_true(noise_between(&before, &after).others_ns >= (USED_MS - TICKS_MS) * NS_PER_MS);
	kill(child, SIGKILL);
	assert_int_equal(waitpid(child, NULL, 0), child);
	close(done[0]);
	close(done[1]);
}

// The load average is of the minutes before: most of it was the last run of this program.
static void test_the_past_is_no_warning(void **state)
{
	(void)state;
	static struct facts facts, judged;
	struct topology *topology;
	assert_int_equal(topology_open(&topology, NULL), 0);
	facts_read(&facts, topology);
	for (unsigned i = 0; i < facts.facts_n; i++)
		facts_add(&judged, facts.fact[i].key, "%s",
		          strcmp(facts.fact[i].key, "load_average") == 0 ? "99.00 98.00 97.00" : facts.fact[i].value);
	facts_judge(&judged, topology);
	for (unsigned i = 0; i < judged.warnings_n; i++)
		if (strstr(judged.warning[i], "load average"))
			fail_msg("%s", judged.warning[i]);
	topology_close(topology);
}

static void judge_scheduling(const char *scheduling, bool warned)
{
	static struct facts facts, judged;
	struct topology *topology;
	bool found = false;
	facts = judged = (struct facts){0};
	assert_int_equal(topology_open(&topology, NULL), 0);
	facts_read(&facts, topology);
	for (unsigned i = 0; i < facts.facts_n; i++)
		facts_add(&judged, facts.fact[i].key, "%s",
		          strcmp(facts.fact[i].key, "scheduling") == 0 ? scheduling : facts.fact[i].value);
	facts_judge(&judged, topology);
	for (unsigned i = 0; i < judged.warnings_n; i++)
		found = found || strstr(judged.warning[i], "RLIMIT_RTTIME");
	assert_true(found == warned);
	topology_close(topology);
}

static void test_real_time_is_a_warning(void **state)
{
	(void)state;
	judge_scheduling("SCHED_FIFO, priority 1", true);
	judge_scheduling("SCHED_RR, priority 9", true);
	judge_scheduling("SCHED_OTHER", false);
}

static void test_environment_is_a_warning(void **state)
{
	(void)state;
	static struct facts facts;
	struct topology *topology;
	bool found = false;
	assert_int_equal(setenv("HWLOC_SYNTHETIC", "pack:7 core:11 pu:2", 1), 0);
	assert_int_equal(topology_open(&topology, NULL), 0);
	assert_true(topology_is_this_machine(topology));
	assert_int_not_equal(topology_packages_n(topology), 7);
	assert_string_equal(getenv("HWLOC_SYNTHETIC"), "pack:7 core:11 pu:2");
	facts_read(&facts, topology);
	for (unsigned i = 0; i < facts.warnings_n; i++)
		found = found || strstr(facts.warning[i], "HWLOC_SYNTHETIC");
	assert_true(found);
	assert_int_equal(unsetenv("HWLOC_SYNTHETIC"), 0);
	topology_close(topology);
}

// Both are said of a row that has both.
static void test_lost_and_repeated_visits_are_said(void **state)
{
	(void)state;
	static const struct {
		uint32_t lost_n, retries_n;
		const char *said;
	} rows[] = {
		{0, 1, "1 visit repeated: what was timed was not what it claims to be\n"},
		{0, 3, "3 visits repeated: what was timed was not what it claims to be\n"},
		{1, 0, "1 visit lost; last reason: it died\n"},
		{2, 5, "5 visits repeated: what was timed was not what it claims to be; 2 visits lost; last reason: it died\n"},
		{0, 0, NULL},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct record record;
		struct spec spec;
		char *text = NULL;
		size_t bytes;
		FILE *out = open_memstream(&text, &bytes);
		spec_init(&spec, "test");
		assert_int_equal(record_open(&record), 0);
		assert_int_equal(record_add_row(&record, &spec, "test"), 0);
		record.rows[0].lost_n = rows[i].lost_n;
		record.rows[0].retries_n = rows[i].retries_n;
		snprintf(record.rows[0].reason, sizeof record.rows[0].reason, "it died");
		conditions_lost_print(&(struct document){.out = out}, &record);
		fclose(out);
		if (rows[i].said ? !strstr(text, rows[i].said) : *text)
			fail_msg("\"%s\" instead of \"%s\"", text, rows[i].said ? rows[i].said : "nothing");
		free(text);
		record_close(&record);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_shares),
		cmocka_unit_test(test_quota),
		cmocka_unit_test(test_gaps),
		cmocka_unit_test(test_differences),
		cmocka_unit_test(test_others_are_seen),
		cmocka_unit_test(test_the_past_is_no_warning),
		cmocka_unit_test(test_real_time_is_a_warning),
		cmocka_unit_test(test_environment_is_a_warning),
		cmocka_unit_test(test_lost_and_repeated_visits_are_said),
	};
	return ran_tests(tests, NULL, NULL);
}
