// What the user's choices make of the experiments' points: sizes by form, worker counts in words, rows left out,
// skipped and related. Planned on described machines; nothing is measured.
// links: bench
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/status.h"
#include "bench/plan/axis_values.h"
#include "bench/plan/model_grid.h"

static struct topology *two_cpus, *one_cpu;
static struct record record;

static int begin(void **state)
{
	(void)state;
	return record_open(&record);
}

static int end(void **state)
{
	(void)state;
	record_close(&record);
	return 0;
}

static void plan(const char *experiment, const struct plan_options *options)
{
	assert_int_equal(model_grid_validate(options), 0);
	assert_int_equal(experiment_find(experiment)->plan(options, &record), 0);
	model_grid_relate_peers(&record);
	model_grid_relate_inplace(&record);
}

// The first row with all of these "/key:value" in its name, or NULL.
static const struct row *row_with(const char *first, const char *second)
{
	char name[SPEC_NAME_BYTES];
	for (uint32_t i = 0; i < record.rows_n; i++) {
		spec_name(&record.rows[i].spec, name, sizeof name);
		if (strstr(name, first) && strstr(name, second))
			return &record.rows[i];
	}
	return NULL;
}

static void test_sizes_go_to_the_kernels_of_their_form(void **state)
{
	(void)state;
	struct plan_options options = {
		.topology = two_cpus, .kernel = axis_values_split("sum,convolve"), .size = axis_values_split("2MiB,320x240")};
	plan("scaling", &options);
	assert_non_null(row_with("kernel:sum", "size:2MiB"));
	assert_non_null(row_with("kernel:convolve", "size:320x240"));
	assert_null(row_with("kernel:sum", "size:32MiB"));
	assert_null(row_with("kernel:convolve", "size:1920x1080"));
}

static void test_kernels_without_a_size_of_theirs_take_their_default(void **state)
{
	(void)state;
	struct plan_options options = {.topology = two_cpus, .size = axis_values_split("2MiB")};
	plan("scaling", &options);
	assert_non_null(row_with("kernel:sum", "size:2MiB"));
	assert_non_null(row_with("kernel:convolve", "size:1920x1080"));
	assert_non_null(row_with("kernel:null", "model:threads"));
}

static void refuse_sizes(const char *kernels, const char *sizes, const char *says)
{
	struct plan_options options = {
		.topology = two_cpus, .kernel = axis_values_split(kernels), .size = axis_values_split(sizes)};
	assert_true(model_grid_validate(&options) < 0);
	if (!strstr(status_message(), says))
		fail_msg("'%s' does not say %s", status_message(), says);
}

static void test_sizes_that_suit_nobody(void **state)
{
	(void)state;
	refuse_sizes("sum,convolve", "320x240", "sum");
	refuse_sizes("sum,sleep", "32MiB", "sleep");
	refuse_sizes("sum", "2MiB,320x240", "320x240");
	refuse_sizes("null", "2MiB", "--size");
	refuse_sizes(NULL, "large", "large");
}

static void assert_workers(const char *text, unsigned cpus_n, const char *expanded)
{
	struct axis_values words = axis_values_split(text), wanted = axis_values_split(expanded);
	struct axis_values counts = axis_values_expand_workers(&words, cpus_n);
	assert_int_equal(counts.n, wanted.n);
	for (unsigned i = 0; i < counts.n; i++)
		assert_string_equal(counts.value[i], wanted.value[i]);
}

static void test_worker_counts_in_words(void **state)
{
	(void)state;
	assert_workers("auto", 2, "1,2,4");
	assert_workers("auto,8", 2, "1,2,4,8");
	assert_workers("3,all,auto", 2, "3,2,1,4");
	assert_workers("quick,all", 16, "1,4,16,32");
	assert_workers("1,1,nonsense", 2, "1,nonsense");
}

static void test_peers_stand_in_one_group(void **state)
{
	(void)state;
	struct plan_options options = {.topology = two_cpus};
	plan("overhead", &options);
	plan("scaling", &options);
	assert_int_equal(row_with("overhead/", "model:fork")->peer, -1);
	const struct row *fork = row_with("scaling/kernel:null", "model:fork");
	assert_true(fork->peer >= 0);
	assert_string_equal(spec_get(&record.rows[fork->peer].spec, "model"), "threads");
	assert_string_equal(record.rows[fork->peer].group, fork->group);
}

static void test_overhead_and_twin_obey(void **state)
{
	(void)state;
	struct plan_options options = {.topology = two_cpus,
	                               .model = axis_values_split("fork,process_pool"),
	                               .workers = axis_values_split("all"),
	                               .wait = axis_values_split("park")};
	plan("overhead", &options);
	assert_null(row_with("overhead/", "model:thread"));
	assert_null(row_with("/", "workers:1/"));
	assert_null(row_with("overhead/", "wait:spin"));
	assert_non_null(row_with("model:process_pool", "wait:park"));
	assert_non_null(row_with("model:fork", "workers:2")); // nobody waits there
	assert_null(row_with("call:", "pthread"));
	record.rows_n = 0;
	options = (struct plan_options){.topology = two_cpus, .pin = axis_values_split("same")};
	plan("twin", &options);
	assert_int_equal(record.rows_n, 2); // futex, between threads and between processes
	record.rows_n = 0;
	options = (struct plan_options){.topology = two_cpus, .kernel = axis_values_split("sum")};
	plan("overhead", &options);
	assert_int_equal(record.rows_n, 0);
}

static void test_one_cpu_skips_with_the_reason(void **state)
{
	(void)state;
	struct plan_options options = {.topology = one_cpu};
	plan("overhead", &options);
	plan("twin", &options);
	static const char *const skipped[][2] = {
		{"overhead/", "model:thread_pool/workers:2/pin:compact"},
		{"overhead/", "model:fork/workers:2"},
		{"call:futex/between:threads", "pin:compact"},
		{"call:openmp", "workers:2"},
		{"call:fork", "workers:2"},
	};
	for (size_t i = 0; i < sizeof skipped / sizeof *skipped; i++) {
		const struct row *row = row_with(skipped[i][0], skipped[i][1]);
		assert_non_null(row);
		assert_int_equal(row->state, ROW_SKIPPED);
		assert_string_equal(row->reason, "needs two CPUs; 1 is allowed");
	}
	assert_int_equal(row_with("call:futex", "pin:same")->state, ROW_OPEN);
	assert_int_equal(row_with("overhead/", "model:fork/workers:1")->state, ROW_OPEN);
}

static int setup(void **state)
{
	(void)state;
	return topology_open(&two_cpus, "core:2 pu:1") || topology_open(&one_cpu, "core:1 pu:1");
}

static int teardown(void **state)
{
	(void)state;
	topology_close(two_cpus);
	topology_close(one_cpu);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_sizes_go_to_the_kernels_of_their_form, begin, end),
		cmocka_unit_test_setup_teardown(test_kernels_without_a_size_of_theirs_take_their_default, begin, end),
		cmocka_unit_test(test_sizes_that_suit_nobody),
		cmocka_unit_test(test_worker_counts_in_words),
		cmocka_unit_test_setup_teardown(test_peers_stand_in_one_group, begin, end),
		cmocka_unit_test_setup_teardown(test_overhead_and_twin_obey, begin, end),
		cmocka_unit_test_setup_teardown(test_one_cpu_skips_with_the_reason, begin, end),
	};
	return cmocka_run_group_tests(tests, setup, teardown);
}
