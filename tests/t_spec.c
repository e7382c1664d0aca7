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
#include <stdio.h>
#include <string.h>

#define TEN "1234567890"
#define HUNDRED TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN
#define EIGHT_AXES(key) "/" key "1:1/" key "2:1/" key "3:1/" key "4:1/" key "5:1/" key "6:1/" key "7:1/" key "8:1"

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
		{"an_experiment_of_32_bytes_or_more", "\"an_experiment_of_32_bytes_or_more\""},
		{"x/", "\"\""},
		{"x//a:1", "\"\""},
		{"x/a:1/", "\"\""},
		{"x/workers", "\"workers\""},
		{"x/a:1/:2", "\":2\""},
		{"x/a:1/b:", "\"b:\""},
		{"x/a:1 2", "\"a:1 2\""},
		{"x/a:1\n", "\"a:1\n\""},
		{"x/a:\xc2\xb5", "\"a:\xc2\xb5\""},
		{"x/" TEN TEN TEN TEN "12345678:1", "is longer than 47 characters"},
		{"x/a:" HUNDRED HUNDRED TEN TEN TEN TEN TEN "123456", "is longer than 255 characters"},
		{"x/a:1/b:2/a:3", "\"a\""},
		{"x" EIGHT_AXES("a") EIGHT_AXES("b") EIGHT_AXES("c") EIGHT_AXES("d") "/one_more:1",
	     "\"one_more\" is one too many"},
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
	static const char longest_pieces[] =
		"an_experiment_of_31_bytes_____/" TEN TEN TEN TEN "1234567:" HUNDRED HUNDRED TEN TEN TEN TEN TEN "12345";
	static const char most_axes[] = "x" EIGHT_AXES("a") EIGHT_AXES("b") EIGHT_AXES("c") EIGHT_AXES("d");
	char name[SPEC_NAME_BYTES];
	assert_int_equal(spec_parse(&spec, longest_pieces), 0);
	assert_string_equal(spec_name(&spec, name, sizeof name), longest_pieces);
	assert_int_equal(spec_parse(&spec, most_axes), 0);
	assert_int_equal(spec.axes_n, SPEC_AXES_MAX);
	assert_string_equal(spec_name(&spec, name, sizeof name), most_axes);
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

// A name of 1023 characters has room, one more is refused, however it comes about; the spec stays as it was.
static void test_spec_name_full(void **state)
{
	(void)state;
	struct spec spec, before;
	char name[SPEC_NAME_BYTES];
	assert_int_equal(spec_init(&spec, "x"), 0);
	assert_int_equal(spec_set(&spec, "a", HUNDRED HUNDRED), 0);
	assert_int_equal(spec_set(&spec, "b", HUNDRED HUNDRED), 0);
	assert_int_equal(spec_set(&spec, "c", HUNDRED HUNDRED), 0);
	assert_int_equal(spec_set(&spec, "d", HUNDRED HUNDRED), 0);
	assert_int_equal(spec_set(&spec, "e", HUNDRED HUNDRED TEN), -EINVAL);
	assert_int_equal(spec_set(&spec, "e", HUNDRED HUNDRED "1234567"), 0);
	assert_int_equal(strlen(spec_name(&spec, name, sizeof name)), SPEC_NAME_BYTES - 1);
	assert_int_equal(spec_parse(&before, name), 0);
	assert_memory_equal(&before, &spec, sizeof spec);
	assert_int_equal(spec_set(&spec, "f", "1"), -EINVAL);
	assert_non_null(strstr(status_message(), "at most 1023 characters"));
	assert_int_equal(spec_set(&spec, "a", HUNDRED HUNDRED "1"), -EINVAL);
	assert_memory_equal(&before, &spec, sizeof spec);
	assert_int_equal(spec_set(&spec, "a", "1"), 0);
	assert_int_equal(spec_set(&spec, "f", "1"), 0);
	assert_string_equal(spec_get(&spec, "e"), HUNDRED HUNDRED "1234567");
}

static void refuse_setting(struct spec *spec, const char *key, const char *value, const char *says)
{
	struct spec before = *spec;
	assert_int_equal(spec_set(spec, key, value), -EINVAL);
	if (!strstr(status_message(), says))
		fail_msg("no \"%s\" in \"%s\"", says, status_message());
	assert_memory_equal(&before, spec, sizeof before);
}

static void test_spec_refuses_to_set(void **state)
{
	(void)state;
	struct spec spec;
	assert_int_equal(spec_init(&spec, "x/y"), -EINVAL);
	assert_int_equal(spec_init(&spec, ""), -EINVAL);
	assert_int_equal(spec_init(&spec, "x"), 0);
	refuse_setting(&spec, "a", "1/2", "axis \"a\": value \"1/2\" contains");
	refuse_setting(&spec, "a", "1 2", "printable");
	refuse_setting(&spec, "a", "", "axis \"a\": value \"\" is empty");
	refuse_setting(&spec, "", "1", "axis \"\" is empty");
	refuse_setting(&spec, "a:b", "1", "axis \"a:b\"");
	refuse_setting(&spec, TEN TEN TEN TEN TEN, "1", "is longer than 47 characters");
	refuse_setting(&spec, "a", HUNDRED HUNDRED HUNDRED, "is longer than 255 characters");
	for (unsigned long i = 0; i < SPEC_AXES_MAX; i++) {
		char key[16];
		snprintf(key, sizeof key, "key%lu", i);
		assert_int_equal(spec_set_count(&spec, key, i), 0);
	}
	refuse_setting(&spec, "another", "1", "\"another\" is one too many: a spec has at most 32 axes");
	assert_int_equal(spec_set(&spec, "key3", "another"), 0); // in place
	assert_string_equal(spec_axis(&spec, 3).key, "key3");
	assert_string_equal(spec_axis(&spec, 3).value, "another");
	assert_string_equal(spec_axis(&spec, SPEC_AXES_MAX - 1).value, "31");
}

static void test_spec_equal(void **state)
{
	(void)state;
	struct spec a, b;
	assert_int_equal(spec_parse(&a, "x/a:1/b:2"), 0);
	static const char *const others[] = {"x/a:1/b:3", "x/a:1",     "x/a:1/b:2/c:3",
	                                     "y/a:1/b:2", "x/b:2/a:1", "x/a:1:b/c:2"};
	for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
		assert_int_equal(spec_parse(&b, others[i]), 0);
		assert_false(spec_equal(&a, &b));
	}
	assert_int_equal(spec_parse(&b, "x/a:7/b:2"), 0);
	assert_int_equal(spec_set(&b, "a", "1"), 0);
	assert_true(spec_equal(&a, &b));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_spec_names),          cmocka_unit_test(test_spec_values_may_hold_colons),
		cmocka_unit_test(test_spec_axes_change),    cmocka_unit_test(test_spec_refuses),
		cmocka_unit_test(test_spec_limits),         cmocka_unit_test(test_spec_name_full),
		cmocka_unit_test(test_spec_refuses_to_set), cmocka_unit_test(test_spec_equal),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
