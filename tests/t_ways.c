// Which code path a kernel takes: by the size, as given, as measured. The kernels here only wait, one way long, the
// other short, and count their runs.
// links: kernel
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "kernel/ways.h"

static uint64_t wait_ns[WAYS_MAX], runs_n;
static unsigned by_size_is;

static unsigned ways(const struct problem *problem, unsigned *by_size)
{
	(void)problem;
	*by_size = by_size_is;
	return 3;
}

static void run(const struct problem *problem, struct span span, double *partial)
{
	uint64_t end_ns = clock_now_ns() + wait_ns[problem->way];
	(void)span, (void)partial;
	runs_n++;
	while (clock_now_ns() < end_ns)
		;
}

static const struct kernel waits = {.name = "waits", .ways = ways, .run = run};

static struct problem problem_of(size_t bytes)
{
	struct problem problem = {.kernel = &waits, .in_bytes = bytes, .items_n = 1};
	problem.way = way_of(&problem);
	return problem;
}

static int forget(void **state)
{
	(void)state;
	ways_adopt(&(struct way_choices){.n = 0});
	runs_n = 0;
	by_size_is = 1;
	return 0;
}

static void set_waits(uint64_t first_ns, uint64_t second_ns, uint64_t third_ns)
{
	wait_ns[0] = first_ns;
	wait_ns[1] = second_ns;
	wait_ns[2] = third_ns;
}

// Must be the first: nothing is measured unless allowed.
static void test_not_measured_unless_allowed(void **state)
{
	(void)state;
	struct problem problem = problem_of(1000);
	ways_measure(&problem);
	assert_int_equal(runs_n, 0);
	assert_int_equal(problem.way, 1);
	assert_int_equal(ways_known()->n, 0);
	ways_allow_measuring();
}

static void test_fastest_is_taken_for_its_size(void **state)
{
	(void)state;
	set_waits(2 * NS_PER_MS, 2 * NS_PER_MS, 100 * NS_PER_US);
	struct problem problem = problem_of(1000);
	assert_int_equal(problem.way, 1);
	ways_measure(&problem);
	assert_int_equal(problem.way, 2);
	assert_int_equal(ways_known()->n, 1);
	const struct way_choice *choice = &ways_known()->choice[0];
	assert_int_equal(choice->size_log2, 10);
	assert_int_equal(choice->ways_n, 3);
	assert_true(choice->ns[0] >= 2e6 && choice->ns[1] >= 2e6 && choice->ns[2] >= 1e5);
	assert_int_equal(problem_of(513).way, 2); // of the same class
	assert_int_equal(problem_of(1024).way, 2);
	assert_int_equal(problem_of(1025).way, 1); // another
	uint64_t before_n = runs_n;
	problem = problem_of(600);
	ways_measure(&problem);
	assert_int_equal(runs_n, before_n); // once
}

static void test_by_size_stays_where_nothing_is_gained(void **state)
{
	(void)state;
	assert_int_equal(ways_fastest(&(struct way_choice){.ways_n = 3, .ns = {98, 100, 120}}, 1), 1);
	assert_int_equal(ways_fastest(&(struct way_choice){.ways_n = 3, .ns = {96, 100, 120}}, 1), 0);
	assert_int_equal(ways_fastest(&(struct way_choice){.ways_n = 3, .ns = {96, 100, 90}}, 1), 2);
	assert_int_equal(ways_fastest(&(struct way_choice){.ways_n = 2, .ns = {100, 100}}, 0), 0);
}

static void test_written_and_read(void **state)
{
	(void)state;
	char text[200];
	struct way_choices choices = {
		.choice = {{.kernel = "waits", .size_log2 = 20, .way = 0},
	               {.kernel = "waits", .options = {{7, 3}}, .size_log2 = 21, .way = WAY_NARROW | WAY_STREAMS}},
		.n = 2};
	assert_int_equal(ways_write(&choices, text, sizeof text), 0);
	assert_string_equal(text, "waits/20=ordinary waits/7/3/21=narrow_streaming");
	assert_int_not_equal(ways_write(&choices, text, 20), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_not_measured_unless_allowed, forget),
		cmocka_unit_test_setup(test_fastest_is_taken_for_its_size, forget),
		cmocka_unit_test_setup(test_by_size_stays_where_nothing_is_gained, forget),
		cmocka_unit_test_setup(test_written_and_read, forget),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
