// Words in texts, and texts stored once.
// links: base
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/intern.h"
#include "base/words.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static void expect_words(const char *text, char separator, const char *const *expected)
{
	for (struct word word = {.at = text}; word_next(&word, separator); expected++) {
		assert_non_null(*expected);
		assert_true(word_is(&word, *expected));
	}
	assert_null(*expected);
}

static void test_words_in_turn(void **state)
{
	(void)state;
	expect_words("ipc full", ' ', (const char *const[]){"ipc", "full", NULL});
	expect_words("  ipc   full ", ' ', (const char *const[]){"ipc", "full", NULL});
	expect_words("1,2 3,4", ',', (const char *const[]){"1", "2 3", "4", NULL});
	expect_words("", ' ', (const char *const[]){NULL});
	expect_words(" ", ' ', (const char *const[]){NULL});
	expect_words(NULL, ' ', (const char *const[]){NULL});
}

static void test_words_found(void **state)
{
	(void)state;
	assert_true(words_have("ipc full", ' ', "ipc") && words_have("ipc full", ' ', "full"));
	assert_false(words_have("ipc full", ' ', "ful") || words_have("ipc full", ' ', "fully"));
	assert_false(words_have("ipc full", ' ', "ipc full") || words_have("ipc full", ' ', ""));
	assert_false(words_have(NULL, ' ', "ipc"));
}

static void test_words_added(void **state)
{
	(void)state;
	char text[8] = "";
	assert_int_equal(words_add(text, sizeof text, ", ", "a"), 0);
	assert_int_equal(words_add(text, sizeof text, ", ", "b"), 0);
	assert_int_equal(words_add(text, sizeof text, ", ", "cd"), -ERANGE);
	char list[6] = "";
	assert_int_equal(words_add_new(list, sizeof list, ',', "12"), 0);
	assert_int_equal(words_add_new(list, sizeof list, ',', "2"), 0);
	assert_int_equal(words_add_new(list, sizeof list, ',', "12"), 0);
	assert_string_equal(list, "12,2");
	assert_int_equal(words_add_new(list, sizeof list, ',', "34"), -ERANGE);
	assert_string_equal(text, "a, b");
	assert_int_equal(words_add(text, sizeof text, ", ", "c"), 0);
	assert_string_equal(text, "a, b, c");
}

static void test_text_fits(void **state)
{
	(void)state;
	char out[8];
	assert_string_equal(text_fit(out, sizeof out, "1234567"), "1234567");
	assert_string_equal(text_fit(out, sizeof out, "12345678"), "1234…");
	assert_string_equal(text_fit(out, sizeof out, "123µ5678"), "123…"); // not half of a µ
	assert_string_equal(text_fit(out, sizeof out, "12µ45678"), "12µ…");
	assert_string_equal(text_fit(out, sizeof out, ""), "");
	assert_string_equal(text_fit(out, 4, "12345678"), "…");
}

static void test_interned_once(void **state)
{
	(void)state;
	char text[] = "pipe,futex", long_text[5000];
	const char *pipe = intern_part(text, 4);
	assert_string_equal(pipe, "pipe");
	assert_ptr_equal(intern("pipe"), pipe);
	assert_ptr_not_equal(intern("pip"), pipe);
	assert_ptr_not_equal(intern("pipe2"), pipe);
	memset(text, 'x', sizeof text - 1);
	assert_string_equal(pipe, "pipe"); // a copy
	assert_string_equal(intern(""), "");
	memset(long_text, 'y', sizeof long_text - 1);
	long_text[sizeof long_text - 1] = '\0';
	assert_string_equal(intern(long_text), long_text);
	const char *numbers[5000];
	for (unsigned i = 0; i < 5000; i++) {
		snprintf(text, sizeof text, "%u", i);
		numbers[i] = intern(text);
	}
	for (unsigned i = 0; i < 5000; i++) {
		snprintf(text, sizeof text, "%u", i);
		assert_string_equal(numbers[i], text);
		assert_ptr_equal(intern(text), numbers[i]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_words_in_turn), cmocka_unit_test(test_words_found),   cmocka_unit_test(test_words_added),
		cmocka_unit_test(test_text_fits),     cmocka_unit_test(test_interned_once),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
