// Names of specs: built, parsed back, refused.
// links: measure
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/status.h"
#include "measure/spec.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static const char full_name[] = "scaling/kernel:convolve/k:5/size:3840x2160/model:process_pool/workers:2/pin:compact";

static void assert_parses_back(const struct spec *spec, const char *expected)
{
	char name[SPEC_NAME_BYTES];
	struct spec back;
	assert_string_equal(spec_name(spec, name, sizeof name), expected);
	assert_int_equal(spec_parse(&back, name), 0);
	assert_memory_equal(&back, spec, sizeof back);
}

static void test_spec_names(void **state)
{
	(void)state;
	struct spec spec;
	spec_init(&spec, "scaling");
	assert_parses_back(&spec, "scaling");
	spec_set(&spec, "kernel", "convolve");
	spec_set_count(&spec, "k", 5);
	spec_set(&spec, "size", "3840x2160");
	spec_set(&spec, "model", "process_pool");
	spec_set_count(&spec, "workers", 2);
	spec_set(&spec, "pin", "compact");
	assert_parses_back(&spec, full_name);
	assert_string_equal(spec_get(&spec, "size"), "3840x2160");
	assert_null(spec_get(&spec, "siz"));
}

static void test_spec_values_may_hold_colons(void **state)
{
	(void)state;
	struct spec spec;
	spec_init(&spec, "scaling");
	spec_set(&spec, "schedule", "dynamic:64");
	spec_set(&spec, "transport", "copy:pipe");
	assert_parses_back(&spec, "scaling/schedule:dynamic:64/transport:copy:pipe");
	assert_int_equal(spec_parse(&spec, "scaling/a:b:c:"), 0);
	assert_string_equal(spec_get(&spec, "a"), "b:c:");
}

static void test_spec_axes_change(void **state)
{
	(void)state;
	struct spec spec, fresh;
	spec_init(&spec, "x");
	spec_set(&spec, "a", "a_long_value_to_begin_with");
	spec_set(&spec, "b", "2");
	spec_set(&spec, "c", "3");
	// In place, and without a trace of the longer text before.
	spec_set(&spec, "a", "1");
	assert_parses_back(&spec, "x/a:1/b:2/c:3");
	spec_unset(&spec, "b");
	assert_parses_back(&spec, "x/a:1/c:3");
	spec_unset(&spec, "nothing");
	spec_unset(&spec, "c");
	spec_unset(&spec, "a");
	spec_init(&fresh, "x");
	assert_memory_equal(&spec, &fresh, sizeof spec);
}

static void test_spec_refuses(void **state)
{
	(void)state;
	static const struct {
		const char *name;
		const char *said; ///< the piece the message must quote
	} bad[] = {
		{"", "\"\""},
		{"/a:1", "\"\""},
		{"x:y/a:1", "\"x:y\""},
		{"an experiment", "\"an experiment\""},
		{"an_experiment_of_24_byte", "\"an_experiment_of_24_byte\""},
		{"x/", "\"\""},
		{"x//a:1", "\"\""},
		{"x/a:1/", "\"\""},
		{"x/workers", "\"workers\""},
		{"x/a:1/:2", "\":2\""},
		{"x/a:1/b:", "\"b:\""},
		{"x/a:1 2", "\"a:1 2\""},
		{"x/a:1\n", "\"a:1\n\""},
		{"x/a:\xc2\xb5", "\"a:\xc2\xb5\""},
		{"x/a_key_of_16_byte:1", "\"a_key_of_16_byte:1\""},
		{"x/a:a_value_of_32_bytes_and_no_less_", "\"a:a_value_of_32_bytes_and_no_less_\""},
		{"x/a:1/b:2/a:3", "\"a\""},
		{"x/1:1/2:1/3:1/4:1/5:1/6:1/7:1/8:1/9:1/10:1/11:1/12:1/13:1/14:1/15:1/16:1/17:1", "\"17:1\""},
	};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct spec spec;
		assert_int_equal(spec_parse(&spec, bad[i].name), -EINVAL);
		assert_non_null(strstr(status_message(), bad[i].said));
	}
}

static void test_spec_limits(void **state)
{
	(void)state;
	struct spec spec;
	static const char longest_pieces[] = "an_experiment_of_23_byt/a_key_of_15_byt:a_value_of_31_bytes_and_no_more";
	static const char most_axes[] = "x/1:1/2:1/3:1/4:1/5:1/6:1/7:1/8:1/9:1/10:1/11:1/12:1/13:1/14:1/15:1/16:1";
	assert_int_equal(spec_parse(&spec, longest_pieces), 0);
	assert_int_equal(spec_parse(&spec, most_axes), 0);
	assert_int_equal(spec.axes_n, SPEC_AXES_MAX);
	char longest[SPEC_NAME_BYTES + 1];
	memset(longest, 'x', sizeof longest - 1);
	longest[sizeof longest - 1] = 0;
	assert_int_equal(spec_parse(&spec, longest), -EINVAL);
	assert_non_null(strstr(status_message(), "too long"));
	// A short buffer cuts the name and nothing else.
	char small[12];
	assert_int_equal(spec_parse(&spec, full_name), 0);
	assert_string_equal(spec_name(&spec, small, sizeof small), "scaling/ker");
}

static void set_value_with_slash(struct spec *spec)
{
	spec_set(spec, "a", "1/2");
}

static void set_axis_too_many(struct spec *spec)
{
	for (unsigned long i = 0; i <= SPEC_AXES_MAX; i++) {
		char key[16];
		snprintf(key, sizeof key, "key%lu", i);
		spec_set_count(spec, key, i);
	}
}

static void set_name_too_long(struct spec *spec)
{
	for (char key[] = "a"; key[0] < 'a' + SPEC_AXES_MAX; key[0]++)
		spec_set(spec, key, "a_value_of_31_bytes_and_no_more");
}

static void test_spec_aborts_on_bugs(void **state)
{
	(void)state;
	void (*const bugs[])(struct spec * spec) = {set_value_with_slash, set_axis_too_many, set_name_too_long};
	for (size_t i = 0; i < sizeof bugs / sizeof *bugs; i++) {
		struct spec spec;
		spec_init(&spec, "x");
		pid_t child = fork();
		assert_true(child >= 0);
		if (child == 0) {
			// cmocka's handler would report the abort as a failed test of the child.
			signal(SIGABRT, SIG_DFL);
			bugs[i](&spec);
			_exit(0);
		}
		int status;
		assert_int_equal(waitpid(child, &status, 0), child);
		assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_spec_names),       cmocka_unit_test(test_spec_values_may_hold_colons),
		cmocka_unit_test(test_spec_axes_change), cmocka_unit_test(test_spec_refuses),
		cmocka_unit_test(test_spec_limits),      cmocka_unit_test(test_spec_aborts_on_bugs),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
