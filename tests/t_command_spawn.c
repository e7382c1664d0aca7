// Commands split into words, and run: whatever they do, each ends, is told of, and leaves nothing.
// links: bench
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/status.h"
#include "bench/command/spawn.h"
#include "bench/command/words.h"

static void expect_words(const char *text, const char *const *expected)
{
	struct command_words words;
	assert_int_equal(command_words_split(&words, text), 0);
	for (unsigned i = 0; i < words.n; i++, expected++) {
		assert_non_null(*expected);
		assert_string_equal(words.word[i], *expected);
	}
	assert_null(*expected);
	assert_null(words.word[words.n]);
	command_words_free(&words);
}

static void test_words_as_a_shell_splits(void **state)
{
	(void)state;
	expect_words("a", (const char *const[]){"a", NULL});
	expect_words("  convert {} \t-blur 0x2  out/{/}\n",
	             (const char *const[]){"convert", "{}", "-blur", "0x2", "out/{/}", NULL});
	expect_words("a 'b c'd\"e f\"g '' \"\"", (const char *const[]){"a", "b cde fg", "", "", NULL});
	expect_words("a\\ b \\'c\\\"", (const char *const[]){"a b", "'c\"", NULL});
	expect_words("x \"\\$ \\` \\\" \\\\ \\n\"", (const char *const[]){"x", "$ ` \" \\ \\n", NULL});
	expect_words("x 'a\\b'", (const char *const[]){"x", "a\\b", NULL});
	expect_words("x a\\\nb \\\n c", (const char *const[]){"x", "ab", "c", NULL});
	expect_words("x '|' \\; \"a&b\" c#d", (const char *const[]){"x", "|", ";", "a&b", "c#d", NULL});
}

static void test_nothing_is_expanded(void **state)
{
	(void)state;
	expect_words("echo $HOME * ~ ? [a] `id` {a,b}",
	             (const char *const[]){"echo", "$HOME", "*", "~", "?", "[a]", "`id`", "{a,b}", NULL});
}

static void expect_refused(const char *text, const char *place)
{
	struct command_words words;
	assert_int_equal(command_words_split(&words, text), -EINVAL);
	assert_non_null(strstr(status_message(), place));
	assert_null(words.word);
}

static void test_words_refused_with_their_place(void **state)
{
	(void)state;
	expect_refused("", "empty");
	expect_refused(" \n", "empty");
	expect_refused("'' a", "empty");
	expect_refused("a | b", "character 3 of the command ('| b')");
	expect_refused("a >b", "character 3 ");
	expect_refused("a; b", "character 2 ");
	expect_refused("a #b", "character 3 ");
	expect_refused("a 'b", "character 3 ");
	expect_refused("a \"b'", "this quote is not closed");
	expect_refused("a \\", "backslash");
	expect_refused("a\nb", "second command");
}

static struct command_end run_shell(const char *script, uint64_t allowed_ns)
{
	struct command_end end;
	char *argv[] = {"sh", "-c", (char *)script, NULL};
	const struct command_start start = {.path = "/bin/sh", .argv = argv, .input = -1, .output = -1};
	assert_int_equal(command_run(&start, allowed_ns, &end), 0);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1); // nothing is left
	assert_int_equal(errno, ECHILD);
	return end;
}

static void expect_end(const char *script, const char *how, const char *line)
{
	char text[200];
	struct command_end end = run_shell(script, 60 * NS_PER_S);
	assert_string_equal(command_end_text(&end, text, sizeof text), how);
	assert_string_equal(command_tail_line(&end.tail, text, sizeof text), line);
}

static void test_how_it_ended(void **state)
{
	(void)state;
	expect_end("exit 0", "exited with code 0", "");
	expect_end("echo a >&2; echo 'b\tc' >&2; echo >&2; exit 3", "exited with code 3", "b c");
	expect_end("kill -SEGV $$", "was killed by SIGSEGV", "");
	expect_end("kill -INT $$", "was killed by SIGINT", "");
}

static void test_stdin_is_empty_and_gigabytes_are_no_burden(void **state)
{
	(void)state;
	struct rusage before, after;
	expect_end("cat; echo end >&2", "exited with code 0", "end");
	getrusage(RUSAGE_SELF, &before);
	expect_end("yes | head -c 300000000; yes aaaaaaaaaaaaaaaaaaaaaaaaa | head -c 300000000 >&2; printf '\\nend' >&2",
	           "exited with code 0", "end");
	getrusage(RUSAGE_SELF, &after);
	assert_true(after.ru_maxrss - before.ru_maxrss < 16 << 10);
}

static void test_output_is_kept_where_it_shall_be(void **state)
{
	(void)state;
	struct command_end end;
	char text[200], *argv[] = {"sh", "-c", "seq 1 200000; echo last; echo error >&2", NULL};
	struct command_start start = {.path = "/bin/sh", .argv = argv, .input = -1, .output = -1, .keeps_output = true};
	assert_int_equal(command_run(&start, 60 * NS_PER_S, &end), 0);
	assert_false(command_failed(&end));
	assert_string_equal(command_tail_line(&end.printed, text, sizeof text), "last");
	assert_true(end.printed.cut && end.printed.bytes == COMMAND_TAIL_BYTES);
	assert_string_equal(command_tail_line(&end.tail, text, sizeof text), "error");
	assert_false(end.tail.cut);
	start.keeps_output = false;
	assert_int_equal(command_run(&start, 60 * NS_PER_S, &end), 0);
	assert_int_equal(end.printed.bytes, 0);
}

static void test_one_that_hangs_is_killed(void **state)
{
	(void)state;
	char text[200];
	struct command_end end = run_shell("trap '' TERM INT; echo before >&2; sleep 1000", 300 * NS_PER_MS);
	assert_true(end.timed_out && command_failed(&end));
	assert_true(end.wall_ns < 30 * NS_PER_S);
	assert_string_equal(command_end_text(&end, text, sizeof text), "did not end within 300 ms and was killed");
	assert_string_equal(command_tail_line(&end.tail, text, sizeof text), "before");
}

static void test_grandchildren_end_with_it(void **state)
{
	(void)state;
	struct command_end end = run_shell("sleep 1000 & (sleep 1000 & sleep 1000) & exit 0", 60 * NS_PER_S);
	assert_false(command_failed(&end));
	assert_true(end.wall_ns < 30 * NS_PER_S);
}

static void test_what_it_used(void **state)
{
	(void)state;
	struct command_end end = run_shell("i=0; while [ $i -lt 100000 ]; do i=$((i+1)); done", 60 * NS_PER_S);
	assert_true(end.usage.cpu_ns > NS_PER_MS && end.usage.cpu_ns < 60 * NS_PER_S);
	assert_true(end.wall_ns > NS_PER_MS);
	assert_true(end.usage.faults_n > 10);
	end = run_shell("dd if=/dev/zero of=/dev/null bs=100M count=1", 60 * NS_PER_S);
	assert_true(end.peak_bytes > 100 << 20 && end.peak_bytes < 200 << 20);
}

static void test_programs_that_cannot_be_started(void **state)
{
	(void)state;
	char path[64];
	struct command_end end;
	char *argv[] = {"none", NULL};
	assert_int_equal(command_find("sh", path, sizeof path), 0);
	assert_non_null(strstr(path, "/sh"));
	assert_int_equal(command_find("no-such-program", path, sizeof path), -ENOENT);
	assert_non_null(strstr(status_message(), "no program 'no-such-program' on PATH"));
	assert_int_equal(command_find("./no-such-program", path, sizeof path), -ENOENT);
	assert_int_equal(command_find("/etc/passwd", path, sizeof path), -EACCES);
	assert_int_equal(command_find("/tmp", path, sizeof path), -EISDIR);
	const struct command_start start = {.path = "/tmp/no-such-program", .argv = argv, .input = -1, .output = -1};
	assert_int_equal(command_run(&start, NS_PER_S, &end), -ENOENT);
	assert_non_null(strstr(status_message(), "/tmp/no-such-program"));
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
}

// A runner ignores these; a command must not, and finds none of this process's descriptors.
static void test_what_it_inherits(void **state)
{
	(void)state;
	int open_one = open("/dev/null", O_RDONLY | O_CLOEXEC);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGINT, SIG_IGN);
	sigset_t set;
	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigprocmask(SIG_BLOCK, &set, NULL);
	expect_end("kill -TERM $$; echo not reached >&2", "was killed by SIGTERM", "");
	expect_end("kill -PIPE $$", "was killed by SIGPIPE", "");
	char script[80];
	snprintf(script, sizeof script, "if test -e /proc/$$/fd/%d; then echo inherited >&2; fi", open_one);
	expect_end(script, "exited with code 0", "");
	sigprocmask(SIG_UNBLOCK, &set, NULL);
	close(open_one);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_words_as_a_shell_splits),
		cmocka_unit_test(test_nothing_is_expanded),
		cmocka_unit_test(test_words_refused_with_their_place),
		cmocka_unit_test(test_how_it_ended),
		cmocka_unit_test(test_stdin_is_empty_and_gigabytes_are_no_burden),
		cmocka_unit_test(test_output_is_kept_where_it_shall_be),
		cmocka_unit_test(test_one_that_hangs_is_killed),
		cmocka_unit_test(test_grandchildren_end_with_it),
		cmocka_unit_test(test_what_it_used),
		cmocka_unit_test(test_programs_that_cannot_be_started),
		cmocka_unit_test(test_what_it_inherits),
	};
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
