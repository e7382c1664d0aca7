// Names of specs that earlier versions planned: they are planned still, in the same order, whatever has been added.
// Results, baselines and gates join on them. The fixture holds a sample of what version 0.1 printed on two CPUs.
// links: bench
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/status.h"
#include "base/words.h"
#include "bench/plan/experiment.h"
#include "bench/plan/point.h"

static struct record record;

static void plan(bool full)
{
	struct plan_options options = {.full = full};
	assert_int_equal(topology_open((struct topology **)&options.topology, "pack:1 l3:1 core:2 pu:1"), 0);
	assert_int_equal(record_open(&record), 0);
	for (const struct experiment *const *experiment = experiments; *experiment; experiment++)
		if (words_have((*experiment)->suites, ' ', "full"))
			assert_int_equal(experiment_plan(*experiment, &options, &record), 0);
	topology_close((struct topology *)options.topology);
}

// The index of the next row of that name, from `from` on.
static uint32_t row_behind(uint32_t from, const char *wanted)
{
	char name[SPEC_NAME_BYTES];
	for (uint32_t i = from; i < record.rows_n; i++)
		if (strcmp(spec_name(&record.rows[i].spec, name, sizeof name), wanted) == 0)
			return i;
	fail_msg("%s is not planned, or in another place", wanted);
	return 0;
}

static void expect_names(const char *set)
{
	char line[SPEC_NAME_BYTES + 16], path[512], file_dir[] = __FILE__;
	*strrchr(file_dir, '/') = '\0';
	snprintf(path, sizeof path, "%s/fixtures/spec_names.txt", file_dir);
	FILE *file = fopen(path, "re");
	assert_non_null(file);
	uint32_t at = 0;
	unsigned names_n = 0;
	for (; fgets(line, sizeof line, file);) {
		line[strcspn(line, "\n")] = '\0';
		char *name = strchr(line, ' ') + 1;
		if (strncmp(line, set, strlen(set)) != 0)
			continue;
		at = row_behind(at, name) + 1;
		names_n++;
	}
	fclose(file);
	assert_true(names_n >= 40);
}

static void test_full(void **state)
{
	(void)state;
	plan(true);
	expect_names("full ");
	record_close(&record);
}

static void test_quick(void **state)
{
	(void)state;
	plan(false);
	expect_names("quick ");
	record_close(&record);
}

// What a name says is what is measured: every spec of a kernel that runs through a model is its point's spec.
static void test_points_and_names_agree(void **state)
{
	(void)state;
	unsigned points_n = 0;
	plan(true);
	for (uint32_t i = 0; i < record.rows_n; i++) {
		const struct row *row = &record.rows[i];
		struct point point;
		struct spec spec;
		if (!spec_get(&row->spec, "kernel"))
			continue;
		assert_int_equal(point_from_spec(&point, &row->spec), 0);
		assert_int_equal(point_to_spec(&point, row->spec.experiment, &spec), 0);
		assert_memory_equal(&spec, &row->spec, sizeof spec);
		points_n++;
	}
	assert_true(points_n > 1000);
	record_close(&record);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_full),
		cmocka_unit_test(test_quick),
		cmocka_unit_test(test_points_and_names_agree),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
