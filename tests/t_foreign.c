// Files of other benchmark programs: what becomes of names, units, repetitions, failures and numbers that are none.
// links: report
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/fixtures/directory.h"
#include "tests/fixtures/ran.h"

#include "base/rng.h"
#include "base/status.h"
#include "measure/spec_text.h"
#include "report/result/result.h"
#include "report/text/text.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

static struct record record;

static int load_text(const char *text)
{
	FILE *file = fopen(path_in("foreign.json"), "w");
	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
	return result_load_any(&record, path_in("foreign.json"));
}

static const struct row *row_named(const char *experiment, const char *name, double *walls)
{
	struct spec spec;
	char value[SPEC_VALUE_BYTES];
	assert_int_equal(spec_init(&spec, experiment), 0);
	assert_int_equal(spec_set(&spec, SPEC_TEXT_KEY, spec_text_encode(value, name)), 0);
	int row = record_find(&record, &spec);
	if (row < 0)
		fail_msg("no row %s", name);
	record_series(&record, (uint32_t)row, METRIC_wall_ns, walls);
	return &record.rows[row];
}

static void test_names(void **state)
{
	(void)state;
	static const char *const names[] = {
		"BM_sum/1024/threads:2", "odd \"name\" / \xc2\xb5", "100%", "%2F", "", "a b\nc\x01", "/", "x y #2",
	};
	char value[SPEC_VALUE_BYTES], back[SPEC_VALUE_BYTES], shown[SPEC_NAME_BYTES], name[SPEC_NAME_BYTES];
	struct spec spec, parsed;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		assert_int_equal(spec_init(&spec, "gbench"), 0);
		assert_int_equal(spec_set(&spec, SPEC_TEXT_KEY, spec_text_encode(value, names[i])), 0);
		assert_int_equal(spec_parse(&parsed, spec_name(&spec, name, sizeof name)), 0);
		assert_true(spec_equal(&spec, &parsed));
		assert_string_equal(spec_text_decode(back, sizeof back, value), names[i]);
		assert_string_equal(text_spec(shown, sizeof shown, name), names[i]);
	}
	assert_string_equal(text_spec(shown, sizeof shown, "scaling/kernel:a%20b"), "scaling/kernel:a%20b");
}

// Of any length: a value that a spec takes, another for another name.
static void test_long_names(void **state)
{
	(void)state;
	struct rng rng = {1};
	for (int i = 0; i < 2000; i++) {
		char a[600], b[600], of_a[SPEC_VALUE_BYTES], of_b[SPEC_VALUE_BYTES];
		struct spec spec;
		size_t n = rng_below(&rng, sizeof a - 1) + 1;
		for (size_t j = 0; j < n; j++)
			a[j] = (char)(rng_below(&rng, 255) + 1);
		a[n] = '\0';
		strcpy(b, a);
		b[n - 1] = b[n - 1] == 'x' ? 'y' : 'x';
		assert_int_equal(spec_init(&spec, "gbench"), 0);
		assert_int_equal(spec_set(&spec, SPEC_TEXT_KEY, spec_text_encode(of_a, a)), 0);
		assert_int_equal(spec_set(&spec, SPEC_TEXT_KEY, spec_text_encode(of_b, b)), 0);
		assert_string_not_equal(of_a, of_b);
	}
}

#define ENTRY(name, type, more) "{\"name\":\"" name "\",\"run_type\":\"" type "\"," more "}"
#define TIMED(time, unit) "\"iterations\":10,\"real_time\":" time ",\"cpu_time\":1,\"time_unit\":\"" unit "\""
#define GBENCH(entries) "{\"context\":{\"num_cpus\":2},\"benchmarks\":[" entries "]}"

static void test_gbench(void **state)
{
	(void)state;
	double walls[4];
	assert_int_equal(
		load_text(
			GBENCH(ENTRY("a", "iteration", TIMED("2", "ns")) "," ENTRY("b", "iteration", TIMED("3.5", "us")) "," ENTRY(
				"c", "iteration", TIMED("4", "ms")) "," ENTRY("d", "iteration", TIMED("5", "s")) "," ENTRY("a",
	                                                                                                       "iteration",
	                                                                                                       TIMED(
																											   "NaN",
																											   "ns")) "," ENTRY("a", "iteration", TIMED("7", "ns")) "," ENTRY("e", "iteration", "\"error_occurred\":true,\"error_message\":\"no device\"") "," ENTRY("s", "iteration", "\"skipped\":true,\"skip_message\":\"not here\"") "," ENTRY("a_mean", "aggregate", "\"run_name\":\"a\"," TIMED("4.5", "ns")) "," ENTRY("m_mean",
	                                                                                                                                                                                                                                                                                                                                                                                                                          "aggregate",
	                                                                                                                                                                                                                                                                                                                                                                                                                          "\"run_name\":\"m\"," TIMED(
																																																																																																								  "4.5",
																																																																																																								  "ns")))),
		0);
	assert_int_equal(record.rounds_n, 3);
	const struct row *a = row_named("gbench", "a", walls);
	assert_true(walls[0] == 2 && isnan(walls[1]) && walls[2] == 7);
	assert_int_equal(a->lost_n, 1);
	assert_int_equal(a->state, ROW_DONE);
	row_named("gbench", "b", walls);
	assert_true(walls[0] == 3500);
	row_named("gbench", "c", walls);
	assert_true(walls[0] == 4e6);
	row_named("gbench", "d", walls);
	assert_true(walls[0] == 5e9);
	const struct row *failed = row_named("gbench", "e", walls), *skipped = row_named("gbench", "s", walls);
	assert_int_equal(failed->state, ROW_FAILED);
	assert_string_equal(failed->reason, "no device");
	assert_int_equal(skipped->state, ROW_SKIPPED);
	assert_string_equal(skipped->reason, "not here");
	const struct row *means = row_named("gbench", "m", walls);
	assert_int_equal(means->state, ROW_SKIPPED);
	assert_non_null(strstr(means->reason, "--benchmark_report_aggregates_only=false"));
	record_close(&record);
}

static void test_gbench_refused(void **state)
{
	(void)state;
	assert_int_equal(load_text(GBENCH(ENTRY("a_mean", "aggregate", TIMED("4.5", "ns")))), -EINVAL);
	assert_non_null(strstr(status_message(), "--benchmark_report_aggregates_only=false"));
	assert_int_equal(load_text(GBENCH(ENTRY("a", "iteration", TIMED("4.5", "weeks")))), -EINVAL);
	assert_non_null(strstr(status_message(), "benchmarks[0].time_unit"));
	assert_int_equal(load_text(GBENCH(ENTRY("", "iteration", TIMED("4.5", "ns")))), -EINVAL);
	assert_int_equal(load_text(GBENCH("7")), -EINVAL);
	assert_int_equal(load_text(GBENCH("")), -EINVAL);
	assert_int_equal(load_text("{\"anything\":1}"), -EINVAL);
	assert_non_null(strstr(status_message(), "not a tvp result"));
	// A number that is none inside a text is a text, and what is no JSON still is none.
	assert_int_equal(load_text("{\"results\":[{\"command\":\"NaN \\\\\",\"times\":[1]}], \"x\":NaN}"), 0);
	double walls[1];
	row_named("hyperfine", "NaN \\", walls);
	record_close(&record);
	assert_int_equal(load_text("{\"results\": NaNsense}"), -EINVAL);
	assert_non_null(strstr(status_message(), "line 1, column"));
}

static void test_hyperfine(void **state)
{
	(void)state;
	double walls[3];
	assert_int_equal(load_text("{\"results\":[{\"command\":\"sleep 1\",\"mean\":1,\"times\":[1.5,0.5,1],"
	                           "\"exit_codes\":[0,1,null]},"
	                           "{\"command\":\"sleep 1\",\"times\":[2]},{\"command\":\"old\",\"mean\":3}]}"),
	                 0);
	row_named("hyperfine", "sleep 1", walls);
	assert_true(walls[0] == 1.5e9 && walls[1] == 0.5e9 && walls[2] == 1e9);
	row_named("hyperfine", "sleep 1 #2", walls);
	assert_true(walls[0] == 2e9);
	assert_int_equal(row_named("hyperfine", "old", walls)->state, ROW_SKIPPED);
	assert_non_null(strstr(record.facts.warning[0], "2 of 3 runs of sleep 1 did not exit with code 0"));
	record_close(&record);
	assert_int_equal(load_text("{\"results\":[{\"command\":\"x\",\"mean\":3}]}"), -EINVAL);
	assert_non_null(strstr(status_message(), "--export-json"));
	assert_int_equal(load_text("{\"results\":[{\"times\":[1]}]}"), -EINVAL);
}

static void test_pyperf(void **state)
{
	(void)state;
	double walls[2];
	assert_int_equal(load_text("{\"version\":\"1.0\",\"metadata\":{\"cpu_count\":8,\"loops\":4},\"benchmarks\":["
	                           "{\"metadata\":{\"name\":\"n\"},\"runs\":[{\"warmups\":[[1,1]]},{\"values\":[1,3]},"
	                           "{\"values\":[4]}]},"
	                           "{\"metadata\":{\"name\":\"b\",\"unit\":\"byte\"},\"runs\":[{\"values\":[1]}]}]}"),
	                 0);
	const struct row *row = row_named("pyperf", "n", walls);
	assert_true(walls[0] == 2e9 && walls[1] == 4e9);
	assert_true(record.samples[row->last_sample - 1].iterations_n == 4);
	assert_int_equal(row_named("pyperf", "b", walls)->state, ROW_SKIPPED);
	assert_string_equal(facts_get(&record.facts, "cpus_n"), "8");
	record_close(&record);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),          cmocka_unit_test(test_long_names), cmocka_unit_test(test_gbench),
		cmocka_unit_test(test_gbench_refused), cmocka_unit_test(test_hyperfine),  cmocka_unit_test(test_pyperf),
	};
	return ran_tests(tests, directory_make, directory_remove);
}
