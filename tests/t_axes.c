// The axes of all registries: each key once, each preset taken, and what does not fit refused with the reason.
// links: bench
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/status.h"
#include "base/words.h"
#include "bench/plan/axes.h"
#include "bench/plan/core_axes.h"
#include "bench/plan/point.h"

static void says(const char *text)
{
	if (!strstr(status_message(), text))
		fail_msg("no \"%s\" in \"%s\"", text, status_message());
}

static void test_presets(void **state)
{
	(void)state;
	struct point point = point_default();
	char text[SPEC_VALUE_BYTES];
	for (int i = 0; i < CORE_AXES_N; i++) {
		const struct core_axis *axis = &core_axes[i];
		assert_string_equal(axis->write(&point, text, sizeof text), axis->preset);
		assert_ptr_equal(core_axis_find(axis->key), axis);
		if (i != CORE_AXIS_size)
			assert_int_equal(axis->read(&point, axis->preset), 0);
	}
	assert_null(core_axis_find("k"));
}

// What a registry has, its axis's help names.
static void test_help_names_the_registries(void **state)
{
	(void)state;
	for (const struct kernel *const *kernel = kernels; *kernel; kernel++)
		assert_non_null(strstr(known_axis_find("kernel")->help, (*kernel)->name));
	for (const struct model *const *model = models; *model; model++)
		assert_non_null(strstr(known_axis_find("model")->help, (*model)->name));
	assert_non_null(strstr(known_axis_find("k")->help, "of convolve: taps per side, 3, 5 or 7 (default 5)"));
	assert_null(known_axis_find("taste"));
}

static enum axis_origin declared_by(const char *key)
{
	assert_true(strlen(key) < SPEC_KEY_BYTES);
	assert_false(core_axis_find(key) && kernels_have_parameter(key));
	return core_axis_find(key) ? AXIS_OF_CORE : kernels_have_parameter(key) ? AXIS_OF_KERNELS : AXIS_OF_EXPERIMENTS;
}

static void test_each_key_once(void **state)
{
	(void)state;
	unsigned axes_n = 0;
	for (const struct known_axis *axis = known_axes(); axis->key; axis++, axes_n++) {
		assert_ptr_equal(known_axis_find(axis->key), axis);
		assert_int_equal(axis->origin, declared_by(axis->key));
		assert_true(*axis->help);
	}
	assert_true(axes_n > CORE_AXES_N && axes_n < PLAN_AXES_MAX); // else there was no room for all
	assert_string_equal(known_axes()[0].key, "kernel");
	unsigned parameters_n = 0; // behind `kernel`, all of them
	for (const struct known_axis *axis = known_axes() + 1; axis->origin == AXIS_OF_KERNELS; axis++)
		parameters_n++;
	assert_true(parameters_n >= 1);
	assert_string_equal(known_axes()[1 + parameters_n].key, "size");
	for (const struct known_axis *axis = known_axes() + 1 + parameters_n; axis->key; axis++)
		assert_int_not_equal(axis->origin, AXIS_OF_KERNELS);
}

// A kernel's parameter may be called as no other axis is: which one would a value be for?
static void test_parameters_have_names_of_their_own(void **state)
{
	(void)state;
	for (const struct experiment *const *experiment = experiments; *experiment; experiment++)
		for (const struct experiment_axis *axis = (*experiment)->own_axes; axis && axis->key; axis++)
			assert_false(kernels_have_parameter(axis->key));
}

// These keys, and perhaps others among them.
static void expect_in_order(const struct experiment *experiment, const char *keys)
{
	char axes[1024];
	struct word axis = {.at = experiment_axes(experiment, axes, sizeof axes)};
	for (struct word key = {.at = keys}; word_next(&key, ' ');) {
		bool found = false;
		while (!found && word_next(&axis, ' '))
			found = axis.length == key.length && strncmp(axis.at, key.at, key.length) == 0;
		if (!found)
			fail_msg("%s: no %.*s at its place in \"%s\"", experiment->name, (int)key.length, key.at, axes);
	}
}

static void test_axes_of_experiments(void **state)
{
	(void)state;
	char axes[1024];
	for (const struct experiment *const *experiment = experiments; *experiment; experiment++) {
		unsigned axes_n = 0;
		experiment_axes(*experiment, axes, sizeof axes);
		for (struct word word = {.at = (*experiment)->axes}; word_next(&word, ' '); axes_n++) {
			char key[SPEC_KEY_BYTES];
			snprintf(key, sizeof key, "%.*s", (int)word.length, word.at);
			assert_non_null(known_axis_find(key));
			assert_true(words_have(axes, ' ', key));
		}
		for (struct word word = {.at = axes}; word_next(&word, ' ');)
			axes_n++;
		assert_true(axes_n > 0);
	}
	expect_in_order(experiment_find("scaling"),
	                "kernel k size model workers pin wait caller memory pages numa transport schedule");
	expect_in_order(experiment_find("dispatch"), "kernel size model workers pin wait caller memory pages schedule");
	expect_in_order(experiment_find("latency"), "channel bytes place between");
	assert_false(experiment_has_axis(experiment_find("dispatch"), "k"));         // none of its kernels has one
	assert_false(experiment_has_axis(experiment_find("dispatch"), "transport")); // none has data
	assert_false(experiment_has_axis(experiment_find("latency"), "kernel"));
	assert_true(experiment_has_axis(experiment_find("overhead"), "caller"));
	assert_false(experiment_has_axis(experiment_find("overhead"), "pages"));
}

static void test_choices(void **state)
{
	(void)state;
	struct plan_options options = {0};
	assert_int_equal(plan_choose(&options, "workers", "1,2"), 0);
	assert_int_equal(plan_choose(&options, "pin", "none"), 0);
	assert_int_equal(plan_choose(&options, "workers", "4"), 0); // the last one counts, as with any option
	assert_int_equal(options.chosen_n, 2);
	assert_string_equal(plan_chosen(&options, "workers"), "4");
	assert_null(plan_chosen(&options, "model"));
	assert_true(plan_allows(&options, "pin", "none") && plan_allows(&options, "model", "fork"));
	assert_false(plan_allows(&options, "pin", "same"));
	assert_int_equal(plan_choose(&options, "model", "pools,serial"), 0);
	assert_true(plan_allows(&options, "model", "thread_pool") && plan_allows(&options, "model", "serial"));
	assert_false(plan_allows(&options, "model", "fork"));
}

static void refuse_choice(const char *key, const char *values, const char *text)
{
	struct plan_options options = {0};
	assert_int_equal(plan_choose(&options, key, values), -EINVAL);
	says(text);
	assert_int_equal(options.chosen_n, 0);
}

// So many values, each of so many characters.
static const char *list_of(unsigned values_n, unsigned characters_n)
{
	static char list[1 << 16];
	size_t used = 0;
	for (unsigned i = 0; i < values_n; i++)
		used += (size_t)sprintf(list + used, "%s%0*u", i ? "," : "", (int)characters_n, i);
	return list;
}

static void test_choices_that_do_not_fit(void **state)
{
	(void)state;
	struct plan_options options = {0};
	char key[16];
	refuse_choice("bytes", "", "--bytes='': an empty value");
	refuse_choice("bytes", "1,,2", "--bytes='1,,2': an empty value");
	refuse_choice("bytes", "1,", "an empty value");
	refuse_choice("bytes", list_of(AXIS_VALUES_MAX + 1, 3), "--bytes: more than 128 values");
	refuse_choice("bytes", list_of(1, SPEC_VALUE_BYTES), "is longer than 255 characters");
	assert_int_equal(plan_choose(&options, "bytes", list_of(AXIS_VALUES_MAX, SPEC_VALUE_BYTES - 1)), 0);
	options.chosen_n = 0;
	for (unsigned i = 0; i < PLAN_AXES_MAX; i++) {
		snprintf(key, sizeof key, "axis%u", i);
		assert_int_equal(plan_choose(&options, key, "1"), 0);
	}
	assert_int_equal(plan_choose(&options, "another", "1"), -EINVAL);
	says("--another: values of more than 128 axes");
	assert_int_equal(plan_choose(&options, "axis7", "2"), 0);
}

static void test_values_that_do_not_fit(void **state)
{
	(void)state;
	struct axis_values values;
	assert_int_equal(axis_values_split(&values, list_of(AXIS_VALUES_MAX, 3)), 0);
	assert_int_equal(values.n, AXIS_VALUES_MAX);
	assert_int_equal(axis_values_add(&values, "another"), -EINVAL);
	says("'another' is one value too many: an axis takes at most 128");
	assert_int_equal(axis_values_split(&values, list_of(AXIS_VALUES_MAX + 1, 3)), -EINVAL);
	assert_int_equal(axis_values_split(&values, list_of(AXIS_VALUES_MAX - 1, 3)), 0);
	assert_int_equal(axis_values_add(&values, "channels"), 0);
	assert_int_equal(axis_values_expand(&values, "channel", NULL), -EINVAL); // a word for many
	says("one value too many");
}

// An experiment whose rows would not fit into a spec is refused, not cut: here by a value that a spec cannot have.
static void test_a_plan_that_does_not_fit(void **state)
{
	(void)state;
	struct plan_options options = {0};
	struct record record;
	assert_int_equal(topology_open((struct topology **)&options.topology, "core:2 pu:1"), 0);
	assert_int_equal(record_open(&record), 0);
	assert_int_equal(plan_choose(&options, "workers", "1 2"), 0);
	assert_int_equal(axes_validate(&options), -EINVAL);
	says("workers '1 2': expected 1 to 1024");
	assert_int_equal(experiment_plan(experiment_find("memory"), &options, &record), 0);
	assert_int_equal(record.rows_n, 0); // no value of this axis
	record_close(&record);
	topology_close((struct topology *)options.topology);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_presets),
		cmocka_unit_test(test_help_names_the_registries),
		cmocka_unit_test(test_each_key_once),
		cmocka_unit_test(test_parameters_have_names_of_their_own),
		cmocka_unit_test(test_axes_of_experiments),
		cmocka_unit_test(test_choices),
		cmocka_unit_test(test_choices_that_do_not_fit),
		cmocka_unit_test(test_values_that_do_not_fit),
		cmocka_unit_test(test_a_plan_that_does_not_fit),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
