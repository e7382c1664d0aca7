// The count of what test programs ran must be able to fail: groups of tests that skip, leave out and forget, each in a
// process of its own, whose exit status and output say what became of it.
// links: base
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/fixtures/ran.h"

static const char *const required[] = {"pipe", "futex", NULL};

static void passes(void **state)
{
	(void)state;
}

static void fails(void **state)
{
	(void)state;
	fail();
}

static void is_refused(void **state)
{
	(void)state;
	skip_test("only %d CPU is allowed", 1);
}

static void runs_all(void **state)
{
	(void)state;
	for (int i = 0; i < 3; i++) {
		ran_case("%s", "pipe");
		ran_case("fu%s", "tex");
	}
	ran_leave_out("mq", "RLIMIT_MSGQUEUE is 0");
	ran_require_all(required);
}

static void lacks_one(void **state)
{
	(void)state;
	ran_case("pipe");
	ran_leave_out("futex", "refused");
	ran_require_all(required);
}

static void runs_nothing(void **state)
{
	(void)state;
	ran_end(__func__);
}

static void forgets_to_require(void **state)
{
	(void)state;
	ran_case("pipe");
}

static void gives_no_reason(void **state)
{
	(void)state;
	ran_leave_out("mq", "");
}

static int setup_fails(void **state)
{
	(void)state;
	return -1;
}

enum { GROUP_TESTS_MAX = 2 };

static const struct group {
	const char *name;
	void (*test[GROUP_TESTS_MAX])(void **state);
	CMFixtureFunction setup;
	int exit_status;
	const char *says;
} groups[] = {
	{"pass", {passes, passes}, NULL, 0, "2 test(s)"},
	{"one_is_skipped", {passes, is_refused}, NULL, 0, "skipped: is_refused: only 1 CPU is allowed\n"},
	{"all_are_skipped", {is_refused, is_refused}, NULL, RAN_SKIPPED, "skipped: is_refused: only 1 CPU is allowed\n"},
	{"all_are_skipped_in_words", {is_refused}, NULL, RAN_SKIPPED, "skipped: none of the 1 tests can run here\n"},
	{"one_is_skipped_one_fails", {is_refused, fails}, NULL, 1, "skipped: is_refused: "},
	{"a_case_is_skipped", {runs_all}, NULL, 0, "skipped: mq: RLIMIT_MSGQUEUE is 0\n"},
	{"cases_are_counted", {runs_all, runs_all}, NULL, 0, "runs_all: 6 cases ran, 1 skipped\n"},
	{"counts_do_not_outlive_a_test", {runs_all, lacks_one}, NULL, 1, "futex did not run, and every Linux can run it"},
	{"a_required_case_is_skipped", {lacks_one}, NULL, 1, "(1 cases ran, 1 were skipped)"},
	{"no_case_ran", {runs_nothing}, NULL, 1, "runs_nothing: 0 cases ran"},
	{"nothing_is_required", {forgets_to_require}, NULL, 1, "did not say which it requires"},
	{"a_skip_without_a_reason", {gives_no_reason}, NULL, 1, "reason && *reason"},
	{"no_tests", {NULL}, NULL, 1, "there are no tests"},
	{"setup_fails", {passes}, setup_fails, 1, ""},
};
enum { GROUPS_N = sizeof groups / sizeof *groups };

static int group_run(const struct group *group)
{
	struct CMUnitTest tests[GROUP_TESTS_MAX];
	size_t tests_n = 0;
	while (tests_n < GROUP_TESTS_MAX && group->test[tests_n]) {
		tests[tests_n] = (struct CMUnitTest)cmocka_unit_test(group->test[tests_n]);
		tests_n++;
	}
	return ran_group(group->name, tests, tests_n, group->setup, NULL);
}

static void test_group(void **state)
{
	const struct group *group = *state;
	char self[4096] = "", command[4200], output[4096];
	assert_true(readlink("/proc/self/exe", self, sizeof self - 1) > 0);
	snprintf(command, sizeof command, "'%s' %s 2>&1", self, group->name);
	FILE *pipe = popen(command, "r");
	assert_non_null(pipe);
	output[fread(output, 1, sizeof output - 1, pipe)] = '\0';
	int wait_status = pclose(pipe);
	if (!WIFEXITED(wait_status) || WEXITSTATUS(wait_status) != group->exit_status || !strstr(output, group->says))
		fail_msg("wait status %#x, not exit status %d, or no \"%s\" in:\n%s", wait_status, group->exit_status,
		         group->says, output);
}

int main(int arguments_n, char **argument)
{
	struct CMUnitTest tests[GROUPS_N];
	for (size_t i = 0; i < GROUPS_N; i++) {
		if (arguments_n > 1 && strcmp(argument[1], groups[i].name) == 0)
			return group_run(&groups[i]);
		tests[i] = (struct CMUnitTest){groups[i].name, test_group, NULL, NULL, (void *)&groups[i]};
	}
	return arguments_n > 1 ? EXIT_FAILURE : ran_tests(tests, NULL, NULL);
}
