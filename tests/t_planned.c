// What was asked for and what was planned: a value that stands in no row is told of, whatever way it is written.
// links: bench
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/words.h"
#include "bench/plan/planned.h"

static struct record record;
static struct plan_options options;
static char missing[400];

static void tell(void *context, const char *key, const char *value)
{
	char text[100];
	(void)context;
	snprintf(text, sizeof text, "%s=%s", key, value);
	words_add(missing, sizeof missing, " ", text);
}

// choices: "workers=1,2 pin=same". Returns what no row of the experiment has, in the same form.
static const char *left_of(const char *experiment, const char *choices)
{
	char copy[200], *rest = copy;
	missing[0] = '\0';
	options = (struct plan_options){0};
	assert_int_equal(topology_open((struct topology **)&options.topology, "pack:1 core:4 pu:1"), 0);
	assert_int_equal(record_open(&record), 0);
	snprintf(copy, sizeof copy, "%s", choices);
	for (char *choice; (choice = strsep(&rest, " ")) != NULL;) {
		char *values = strchr(choice, '=');
		*values++ = '\0';
		assert_int_equal(plan_choose(&options, choice, values), 0);
	}
	assert_int_equal(experiment_plan(experiment_find(experiment), &options, &record), 0);
	assert_true(record.rows_n > 0);
	planned_missing(&options, &record, tell, NULL);
	record_close(&record);
	topology_close((struct topology *)options.topology);
	return missing;
}

static void test_present(void **state)
{
	static const char *const asked[][2] = {
		{"scaling", "kernel=sum,null size=64M,65536KiB model=fork,pools workers=auto,3 pin=none,same"},
		{"scaling", "kernel=convolve k=3 schedule=static,dynamic:7 caller=waits,works memory=shared,private"},
		{"scaling", "model=fork wait=adaptive transport=inplace pages=huge"},
		{"latency", "channel=pipe,futex_private bytes=1,65536 place=places between=threads,processes"},
		{"python", "start=spawn,forkserver shape=pool_open,pipe,manager_list,start_join"},
		{"python", "start=none,fork"},
		{"overhead", "workers=1,2,4,8,64"},
		{"overhead", "workers=twice model=process_pool,threads"},
		{"locks", "workers=1,3,64 hold=0,1us"},
		{"twin", "workers=1,2"},
	};
	(void)state;
	for (size_t i = 0; i < sizeof asked / sizeof *asked; i++) {
		const char *left = left_of(asked[i][0], asked[i][1]);
		if (*left)
			fail_msg("%s %s: no row has %s", asked[i][0], asked[i][1], left);
	}
}

static void test_missing(void **state)
{
	(void)state;
	assert_string_equal(left_of("scaling", "model=fork wait=spin,adaptive"), "wait=spin");
	assert_string_equal(left_of("scaling", "model=serial workers=1,2"), "workers=2");
	assert_string_equal(left_of("overhead", "pin=compact,spread kernel=null,sum"), "pin=spread kernel=sum");
	assert_string_equal(left_of("twin", "workers=2,4"), "workers=4");
	assert_string_equal(left_of("python", "shape=serial_sum,pool_open workers=2"), "shape=serial_sum");
	assert_string_equal(left_of("limits", "kernel=read,sum"), "kernel=sum");
}

// Of every model and of every twin that was planned, at each number asked for.
static void test_overhead_at_each_number(void **state)
{
	(void)state;
	options = (struct plan_options){0};
	assert_int_equal(topology_open((struct topology **)&options.topology, "pack:1 core:4 pu:1"), 0);
	assert_int_equal(record_open(&record), 0);
	assert_int_equal(plan_choose(&options, "workers", "4,8"), 0);
	assert_int_equal(experiment_plan(experiment_find("overhead"), &options, &record), 0);
	unsigned open_twins_n = 0, told_n = 0;
	for (uint32_t i = 0; i < record.rows_n; i++) {
		const struct row *row = &record.rows[i];
		bool twin = strcmp(row->spec.experiment, "twin") == 0, skipped = row->state == ROW_SKIPPED;
		assert_true(row_has_value(row, "workers", "4") || row_has_value(row, "workers", "8"));
		open_twins_n += twin && !skipped;
		told_n += twin && skipped && row->reason[0];
	}
	// pthread, fork and four futex loops at both, libgomp at 4 where it is built in; not at 8, on 4 CPUs
	assert_true(open_twins_n == 12 || open_twins_n == 13);
	assert_int_equal(open_twins_n + told_n, 14);
	record_close(&record);
	topology_close((struct topology *)options.topology);
}

// With a quota, automatic numbers of workers stay within it; numbers that were asked for are kept.
static void test_quota(void **state)
{
	(void)state;
	static const char *const planned[] = {"1", "2", "3"}, *const beyond[] = {"4", "8", "16"};
	options = (struct plan_options){0};
	assert_int_equal(topology_open((struct topology **)&options.topology, "pack:1 core:8 pu:1"), 0);
	topology_quota_set((struct topology *)options.topology, 3.9);
	for (int asked = 0; asked < 2; asked++) {
		assert_int_equal(record_open(&record), 0);
		assert_int_equal(plan_choose(&options, "workers", asked ? "auto,all,16,4" : "auto"), 0);
		assert_int_equal(experiment_plan(experiment_find("scaling"), &options, &record), 0);
		for (int i = 0; i < 3; i++) {
			unsigned within_n = 0, beyond_n = 0;
			for (uint32_t row = 0; row < record.rows_n; row++) {
				within_n += row_has_value(&record.rows[row], "workers", planned[i]);
				beyond_n += row_has_value(&record.rows[row], "workers", beyond[i]);
			}
			assert_true(within_n > 0);
			assert_int_equal(beyond_n > 0, asked);
		}
		record_close(&record);
	}
	topology_close((struct topology *)options.topology);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_present),
		cmocka_unit_test(test_missing),
		cmocka_unit_test(test_overhead_at_each_number),
		cmocka_unit_test(test_quota),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
