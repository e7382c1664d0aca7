// Items of a command, and what becomes of its placeholders.
// links: bench
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/status.h"
#include "bench/command/arguments.h"

// Items from text, each ended by `end`. Returns as items_read().
static int items_of(struct command_items *items, const char *text, size_t bytes, char end)
{
	char path[] = "/tmp/tvp-items-XXXXXX";
	int file = mkstemp(path);
	assert_true(file >= 0);
	assert_int_equal(write(file, text, bytes), bytes);
	close(file);
	int status = items_read(items, path, end);
	unlink(path);
	return status;
}

static void expect_arguments(const struct command_template *from, const uint64_t range[2], const char *const *expected)
{
	struct command_arguments arguments = {0};
	assert_int_equal(command_arguments_make(&arguments, from, range[0], range[1]), 0);
	for (char **word = arguments.argv; *word; word++, expected++) {
		assert_non_null(*expected);
		assert_string_equal(*word, *expected);
	}
	assert_null(*expected);
	command_arguments_free(&arguments);
}

static void expect_of_items(const char *command, const char *lines, const uint64_t range[2],
                            const char *const *expected)
{
	struct command_words words;
	struct command_items items;
	assert_int_equal(command_words_split(&words, command), 0);
	assert_int_equal(items_of(&items, lines, strlen(lines), '\n'), 0);
	expect_arguments(&(struct command_template){.words = &words, .items = &items}, range, expected);
	items_free(&items);
	command_words_free(&words);
}

#define WORDS(...) ((const char *const[]){__VA_ARGS__, NULL})
static const uint64_t first[2] = {0, 1}, second[2] = {1, 1}, all[2] = {0, 3};

static void test_placeholders(void **state)
{
	(void)state;
	expect_of_items("c {} {/} {//} {.} {/.} {#}", "a/b.d/c.tar.gz\n", first,
	                WORDS("c", "a/b.d/c.tar.gz", "c.tar.gz", "a/b.d", "a/b.d/c.tar", "c.tar", "1"));
	expect_of_items("c {} {/} {//} {.} {/.}", "name\n", first, WORDS("c", "name", "name", ".", "name", "name"));
	expect_of_items("c {/} {//} {.}", "/name.x\n", first, WORDS("c", "name.x", "/", "/name"));
	expect_of_items("c {.} {/.}", "a.b/.hidden\n", first, WORDS("c", "a.b/.hidden", ".hidden"));
	expect_of_items("c x{}y{#}z {x} {", "i\nj\n", second, WORDS("c", "xjy2z", "{x}", "{"));
	expect_of_items("c 'a {}'", "b c\n", first, WORDS("c", "a b c"));
}

static void test_without_a_placeholder_it_comes_last(void **state)
{
	(void)state;
	struct command_words words;
	struct command_items items;
	expect_of_items("c -x", "i\nj\n", second, WORDS("c", "-x", "j"));
	assert_int_equal(command_words_split(&words, "c {} {#}"), 0);
	items_number(&items, 1000000);
	struct command_template from = {.words = &words, .items = &items};
	expect_arguments(&from, (const uint64_t[]){999999, 1}, WORDS("c", "1000000", "1000000"));
	command_words_free(&words);
	assert_int_equal(command_words_split(&words, "c"), 0);
	expect_arguments(&from, first, WORDS("c"));
	from.shell = true;
	expect_arguments(&from, first, WORDS("c", "1"));
	from.lines = true;
	expect_arguments(&from, first, WORDS("c"));
	command_words_free(&words);
}

static void test_batches(void **state)
{
	(void)state;
	expect_of_items("c {} to out/{}", "i\nj\nk\n", all, WORDS("c", "i", "j", "k", "to", "out/i", "out/j", "out/k"));
	expect_of_items("c", "i\nj\nk\n", all, WORDS("c", "i", "j", "k"));
}

static void test_hyphens(void **state)
{
	(void)state;
	expect_of_items("c {} x{} {/} {/.} {//}", "-a.b\n", first, WORDS("c", "./-a.b", "x./-a.b", "./-a.b", "./-a", "."));
	expect_of_items("c {/}", "d/-a\n", first, WORDS("c", "./-a"));
	expect_of_items("c", "-a\n", first, WORDS("c", "./-a"));
}

static void test_items_of_files(void **state)
{
	(void)state;
	struct command_items items;
	char number[24];
	assert_int_equal(items_of(&items, "a\n\nb c\nd", 8, '\n'), 0); // empty lines are left out, the last needs no end
	assert_int_equal(items.n, 3);
	assert_string_equal(items_get(&items, 2, number), "d");
	items_free(&items);
	assert_int_equal(items_of(&items, "a\nb\0c\0", 6, '\0'), 0);
	assert_int_equal(items.n, 2);
	assert_string_equal(items_get(&items, 0, number), "a\nb");
	items_free(&items);
	assert_int_equal(items_of(&items, "a\nb\0c\n", 6, '\n'), -EINVAL);
	assert_non_null(strstr(status_message(), "line 2 has a zero byte"));
	assert_int_equal(items_of(&items, "\n\n", 2, '\n'), -EINVAL);
	assert_int_equal(items_read(&items, "/no/such/file", '\n'), -ENOENT);
	assert_int_equal(items_glob(&items, "/no/such/*"), -ENOENT);
	assert_int_equal(items_glob(&items, "/et[c]/passw*"), 0);
	assert_string_equal(items_get(&items, 0, number), "/etc/passwd");
	items_free(&items);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_placeholders),   cmocka_unit_test(test_without_a_placeholder_it_comes_last),
		cmocka_unit_test(test_batches),        cmocka_unit_test(test_hyphens),
		cmocka_unit_test(test_items_of_files),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
