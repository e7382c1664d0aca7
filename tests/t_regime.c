// Which worker counts of a curve are one regime, from the facts of a result.
// links: report
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "report/fit/regime.h"

#include <limits.h>
#include <string.h>

struct machine {
	const char *cpus, *cores, *quota, *kinds;
};

static struct regime regime(const struct machine *machine, const char *pin)
{
	static struct row row;
	static struct facts facts;
	memset(&facts, 0, sizeof facts);
	if (machine->cpus)
		facts_add(&facts, "cpus_n", "%s", machine->cpus);
	if (machine->cores)
		facts_add(&facts, "cores_n", "%s", machine->cores);
	if (machine->quota)
		facts_add(&facts, "quota_cpus", "%s", machine->quota);
	if (machine->kinds)
		facts_add(&facts, "cpu_kinds", "%s", machine->kinds);
	memset(&row, 0, sizeof row);
	assert_int_equal(spec_init(&row.spec, "scaling"), 0);
	if (pin)
		assert_int_equal(spec_set(&row.spec, "pin", pin), 0);
	return regime_of(&facts, &row);
}

static void fits(const struct regime *regime, unsigned workers_n)
{
	if (regime_why_not(regime, workers_n))
		fail_msg("%u: %s", workers_n, regime_why_not(regime, workers_n));
}

static void fits_not(const struct regime *regime, unsigned workers_n, const char *why)
{
	assert_non_null(regime_why_not(regime, workers_n));
	assert_non_null(strstr(regime_why_not(regime, workers_n), why));
}

static void test_no_more_than_cpus(void **state)
{
	(void)state;
	const struct machine plain = {"16", "16", "none", NULL}, limited = {"16", "16", "2.50", NULL};
	const struct machine little = {"16", "16", "0.40", NULL}, unknown = {NULL, NULL, NULL, NULL};
	struct regime all = regime(&plain, "compact"), quota = regime(&limited, "compact");
	fits(&all, 1);
	fits(&all, 16);
	fits_not(&all, 17, "more than the 16 CPUs");
	fits(&quota, 2);
	fits_not(&quota, 3, "the quota of 2 CPUs");
	quota = regime(&little, NULL);
	fits(&quota, 1);
	fits_not(&quota, 2, "the quota of 1 CPU");
	all = regime(&unknown, NULL);
	fits(&all, 1000);
}

static void test_whole_cores_before_siblings(void **state)
{
	(void)state;
	const struct machine smt = {"16", "8", "none", NULL};
	struct regime spread = regime(&smt, "spread"), none = regime(&smt, NULL), compact = regime(&smt, "compact");
	fits(&spread, 8);
	fits_not(&spread, 9, "SMT siblings share the 8 cores");
	fits_not(&none, 16, "SMT siblings");
	fits_not(&compact, 1, "compact pins fill the SMT siblings");
	fits(&compact, 2);
	fits_not(&compact, 3, "compact");
	fits(&compact, 16);
	fits_not(&compact, 18, "more than the 16 CPUs");
}

static void test_one_cpu_and_first_kind(void **state)
{
	(void)state;
	const struct machine plain = {"8", "8", "none", NULL};
	const struct machine hybrid = {"12", "12", "none", "capacity 1024: 0-3,8; capacity 446: 4-7,9-11"};
	const struct machine unnamed = {"4", "4", "none", "0-1; 2-3"};
	struct regime same = regime(&plain, "same"), big = regime(&hybrid, "compact");
	fits(&same, 1);
	fits_not(&same, 2, "in turns on 1 CPU");
	fits(&big, 5);
	fits_not(&big, 6, "beyond the first kind's 5 CPUs");
	big = regime(&unnamed, "compact");
	fits_not(&big, 3, "beyond the first kind's 2 CPUs");
}

static void counts_are(const struct machine *machine, const char *pin, unsigned n, const char *expected)
{
	char counts[80];
	struct regime found = regime(machine, pin);
	assert_int_equal(regime_counts(&found, counts, sizeof counts), n);
	if (n > 0)
		assert_string_equal(counts, expected);
}

static void test_counts_to_measure(void **state)
{
	(void)state;
	counts_are(&(struct machine){"16", "16", "none", NULL}, "compact", 8, "1,2,3,4,6,8,12,16");
	counts_are(&(struct machine){"16", "8", "none", NULL}, "compact", 6, "2,4,6,8,12,16");
	counts_are(&(struct machine){"5", "5", "none", NULL}, NULL, 5, "1,2,3,4,5");
	counts_are(&(struct machine){"4", "4", "none", NULL}, NULL, 0, "");
	counts_are(&(struct machine){"96", "96", "none", NULL}, "spread", 13, "1,2,3,4,6,8,12,16,24,32,48,64,96");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_no_more_than_cpus),
		cmocka_unit_test(test_whole_cores_before_siblings),
		cmocka_unit_test(test_one_cpu_and_first_kind),
		cmocka_unit_test(test_counts_to_measure),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
