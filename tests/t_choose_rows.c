// Rows that are wanted of a planned record.
// links: measure
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "fixtures/one_record.h"
#include "measure/choose_rows.h"

#include <string.h>

static void put(const char *experiment, const char *model)
{
	struct spec spec;
	assert_int_equal(spec_init(&spec, experiment), 0);
	spec_set(&spec, "model", model);
	assert_true(record_add_row(&record, &spec, experiment) >= 0);
}

static bool has_model(const void *context, const struct spec *spec, unsigned which)
{
	const char *const *models = context;
	return strcmp(spec_get(spec, "model"), models[which]) == 0;
}

// A plan of a kernel with traffic has the machine's limits as well, which are serial, too.
static void test_rows_of_another_experiment_are_not_taken(void **state)
{
	(void)state;
	const char *const models[] = {"serial", "threads", "fork"};
	int32_t row[3];
	put("scaling", "serial");
	put("limits", "serial");
	put("scaling", "threads");
	put("scaling", "thread_pool");
	row_skip(&record.rows[3], "a reason of its own");
	choose_rows(&record, &(struct wanted_rows){"scaling", 3, has_model, models, row});
	assert_int_equal(row[0], 0);
	assert_int_equal(row[1], 2);
	assert_int_equal(row[2], -1);
	assert_int_equal(record.rows[0].state, ROW_OPEN);
	assert_int_equal(record.rows[1].state, ROW_SKIPPED);
	assert_string_equal(record.rows[1].reason, "not asked for");
	assert_int_equal(record.rows[2].state, ROW_OPEN);
	assert_string_equal(record.rows[3].reason, "a reason of its own");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_rows_of_another_experiment_are_not_taken, record_begin, record_end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
