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
#include "bench/plan/axes.h"
#include "bench/plan/relate.h"
#include "exec/exec.h"
#include "tests/fixtures/choices.h"
#include "tests/fixtures/one_record.h"

static struct topology *two_cpus, *one_cpu;

static void plan(const char *experiment, const struct plan_options *options)
{
	assert_int_equal(axes_validate(options), 0);
	assert_int_equal(experiment_plan(experiment_find(experiment), options, &record), 0);
	plan_relate(&record);
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
	struct plan_options options = plan_choices(two_cpus, "kernel=sum,convolve size=2MiB,320x240");
	plan("scaling", &options);
	assert_non_null(row_with("kernel:sum", "size:2MiB"));
	assert_non_null(row_with("kernel:convolve", "size:320x240"));
	assert_null(row_with("kernel:sum", "size:32MiB"));
	assert_null(row_with("kernel:convolve", "size:1920x1080"));
}

static void test_kernels_without_a_size_of_theirs_take_their_default(void **state)
{
	(void)state;
	struct plan_options options = plan_choices(two_cpus, "size=2MiB");
	plan("scaling", &options);
	assert_non_null(row_with("kernel:sum", "size:2MiB"));
	assert_non_null(row_with("kernel:convolve", "size:1920x1080"));
	assert_non_null(row_with("kernel:null", "model:threads"));
}

static void refuse(const char *choices, const char *says)
{
	struct plan_options options = plan_choices(two_cpus, choices);
	assert_int_equal(axes_validate(&options), -EINVAL);
	if (!strstr(status_message(), says))
		fail_msg("'%s' does not say %s", status_message(), says);
}

static void test_sizes_that_suit_nobody(void **state)
{
	(void)state;
	refuse("kernel=sum,convolve size=320x240", "sum");
	refuse("kernel=sum,sleep size=32MiB", "sleep");
	refuse("kernel=sum size=2MiB,320x240", "320x240");
	refuse("kernel=null size=2MiB", "--size");
	refuse("size=large", "large");
}

static void test_parameters_that_suit_nobody(void **state)
{
	(void)state;
	refuse("k=4", "k '4': kernel convolve takes 3, 5 or 7");
	refuse("kernel=sum,convolve k=3,9", "k '9': kernel convolve takes 3, 5 or 7");
	refuse("kernel=sum k=3", "--k='3': none of these kernels takes a --k");
}

// Axis, value, and what is accepted.
static void test_values_refused(void **state)
{
	(void)state;
	refuse("kernel=nope", "kernel 'nope': expected null, sum, ");
	refuse("model=nope", "model 'nope': expected serial, threads, ");
	refuse("workers=0", "workers '0': expected 1 to 1024");
	refuse("workers=1025", "workers '1025': expected 1 to 1024");
	refuse("workers=pools", "workers 'pools': expected 1 to 1024");
	refuse("pin=sideways", "pin 'sideways': expected none ");
	refuse("pin=places", "pin 'places': expected none ");
	refuse("wait=long", "wait 'long': expected spin, park ");
	refuse("caller=sleeps", "caller 'sleeps': expected waits ");
	refuse("memory=some", "memory 'some': expected shared ");
	refuse("pages=2MiB", "pages '2MiB': expected huge ");
	refuse("transport=pipe", "transport 'pipe': expected inplace, or copy:CHANNEL");
	refuse("transport=copy:pigeon", "transport 'copy:pigeon': expected inplace, or copy:CHANNEL");
	refuse("schedule=dynamic:0", "schedule 'dynamic:0': expected static ");
}

static void assert_expands(const char *key, const char *text, const struct topology *machine, const char *expanded)
{
	struct axis_values values, wanted;
	assert_int_equal(axis_values_split(&values, text), 0);
	assert_int_equal(axis_values_split(&wanted, expanded), 0);
	assert_int_equal(axis_values_expand(&values, key, machine), 0);
	assert_int_equal(values.n, wanted.n);
	for (unsigned i = 0; i < values.n; i++)
		assert_string_equal(values.value[i], wanted.value[i]);
}

static void test_worker_counts_in_words(void **state)
{
	(void)state;
	struct topology *sixteen_cpus;
	assert_int_equal(topology_open(&sixteen_cpus, "core:16 pu:1"), 0);
	assert_expands("workers", "auto", two_cpus, "1,2,4");
	assert_expands("workers", "auto,8", two_cpus, "1,2,4,8");
	assert_expands("workers", "3,all,auto", two_cpus, "3,2,1,4");
	assert_expands("workers", "quick,all", sixteen_cpus, "1,4,16,32");
	assert_expands("workers", "all,twice", sixteen_cpus, "16,32");
	assert_expands("workers", "1,1,nonsense", two_cpus, "1,nonsense");
	topology_close(sixteen_cpus);
}

// Whatever the registry holds: each model is in one of the groups, once.
static void test_models_in_words(void **state)
{
	(void)state;
	struct axis_values all = {0}, parts = {0};
	assert_int_equal(axis_values_split(&all, "models"), 0);
	assert_int_equal(axis_values_expand(&all, "model", two_cpus), 0);
	assert_int_equal(axis_values_split(&parts, "serial,per_dispatch,pools"), 0);
	assert_int_equal(axis_values_expand(&parts, "model", two_cpus), 0);
	assert_int_equal(all.n, parts.n);
	for (unsigned i = 0; models[i]; i++) {
		assert_true(i < all.n);
		assert_string_equal(all.value[i], models[i]->name);
		assert_true(axis_values_has(&parts, models[i]->name));
	}
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
	struct plan_options options = plan_choices(two_cpus, "model=fork,process_pool workers=all wait=park");
	plan("overhead", &options);
	assert_null(row_with("overhead/", "model:thread"));
	assert_null(row_with("/", "workers:1/"));
	assert_null(row_with("overhead/", "wait:spin"));
	assert_non_null(row_with("model:process_pool", "wait:park"));
	assert_non_null(row_with("model:fork", "workers:2")); // nobody waits there
	assert_null(row_with("call:", "pthread"));
	record_close(&record);
	assert_int_equal(record_open(&record), 0);
	options = plan_choices(two_cpus, "pin=same");
	plan("twin", &options);
	assert_int_equal(record.rows_n, 2); // futex, between threads and between processes
	record_close(&record);
	assert_int_equal(record_open(&record), 0);
	options = plan_choices(two_cpus, "kernel=sum");
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
		cmocka_unit_test_setup_teardown(test_sizes_go_to_the_kernels_of_their_form, record_begin, record_end),
		cmocka_unit_test_setup_teardown(test_kernels_without_a_size_of_theirs_take_their_default, record_begin,
	                                    record_end),
		cmocka_unit_test(test_sizes_that_suit_nobody),
		cmocka_unit_test(test_parameters_that_suit_nobody),
		cmocka_unit_test(test_values_refused),
		cmocka_unit_test(test_worker_counts_in_words),
		cmocka_unit_test(test_models_in_words),
		cmocka_unit_test_setup_teardown(test_peers_stand_in_one_group, record_begin, record_end),
		cmocka_unit_test_setup_teardown(test_overhead_and_twin_obey, record_begin, record_end),
		cmocka_unit_test_setup_teardown(test_one_cpu_skips_with_the_reason, record_begin, record_end),
	};
	return cmocka_run_group_tests(tests, setup, teardown);
}
