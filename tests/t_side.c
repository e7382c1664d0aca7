// Running slices of programs that are not what they should be: each is named, none hangs the gate, nothing of any is
// left.
// links: gate
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/status.h"
#include "fixtures/children.h"
#include "fixtures/directory.h"
#include "gate/slice/side.h"

#define SPEC "scaling/kernel:null"
#define SLICE(message)                                                                                                 \
	"printf '{\"tvp_slice\":1,\"spec\":\"" SPEC "\",\"revision\":\"r7\",\"state\":\"measured\",\"message\":\"" message \
	"\",\"begun_ns\":1,"                                                                                               \
	"\"ready_ns\":2,\"iterations\":2,\"batch\":1,\"wall_ns\":[100,200]}\\n'"
// A shell that waits for a child instead of sleeping itself notices signals at once.
#define WAIT "sleep 1000 & wait\n"

// Within SOON_MS a program need not have done anything; within WELL_MS a shell has begun, on a busy machine, too.
enum { SOON_MS = 300, WELL_MS = 3000, LATE_MS = 30000, SLACK_MS = 10000 };

static struct listener listener;
static struct slice_times slice;
static struct slice_cost cost;

static const char *program_write(const char *text, int mode)
{
	const char *path = path_in("program");
	char whole[4096];
	snprintf(whole, sizeof whole, "#!/bin/sh\n%s", text);
	unlink(path);
	text_to(path, whole, strlen(whole));
	assert_int_equal(chmod(path, (mode_t)mode), 0);
	return path;
}

static int run(struct side *side, uint64_t deadline_ms, unsigned pad_bytes)
{
	struct slice_request request = {
		.spec = SPEC, .iterations_n = 2, .batch_n = 1, .deadline_ns = deadline_ms * NS_PER_MS, .pad_bytes = pad_bytes};
	uint64_t begin_ns = clock_now_ns();
	int status = side_run(side, &listener, &request, &slice, &cost);
	assert_in_range((clock_now_ns() - begin_ns) / NS_PER_MS, 0, deadline_ms + SLACK_MS);
	assert_int_equal(child_of(getpid(), 1), 0); // nothing is left, dead or alive
	return status;
}

static int run_script(const char *text, uint64_t deadline_ms)
{
	struct side side = {.name = "new", .program = program_write(text, 0755)};
	return run(&side, deadline_ms, 0);
}

// The message says which side, which program, and why.
static void assert_message(const char *words)
{
	char name[600];
	snprintf(name, sizeof name, "new: %s", path_in("program"));
	if (strncmp(status_message(), name, strlen(name)) != 0 || !strstr(status_message(), words))
		fail_msg("\"%s\" instead of \"%s … %s\"", status_message(), name, words);
}

static void fails(const char *text, uint64_t deadline_ms, int error, const char *words)
{
	assert_int_equal(run_script(text, deadline_ms), -error);
	assert_message(words);
}

static void test_a_good_slice(void **state)
{
	(void)state;
	struct side side = {.name = "new", .program = program_write(SLICE(""), 0755)};
	assert_int_equal(side_check(&side), 0);
	assert_int_equal(run(&side, LATE_MS, 0), 0);
	assert_string_equal(side.revision, "r7");
	assert_int_equal(slice.time_ns[SERIES_WALL][1], 200);
	assert_true(cost.took_ns > 0);
	slice_close(&slice);
}

// Where PATH decides, it is the side's own.
static void test_found_in_path(void **state)
{
	(void)state;
	char path[300];
	struct side side = {.name = "new", .program = "program"};
	program_write("exit 0\n", 0755);
	assert_int_equal(side_check(&side), -ENOENT);
	snprintf(path, sizeof path, "PATH=/nowhere:%s", directory);
	side.env[side.env_n++] = path;
	assert_int_equal(side_check(&side), 0);
	side.program = "unseen"; // by us: a prefix has its own way
	side.prefix[side.prefix_n++] = "program";
	assert_int_equal(side_check(&side), 0);
	side.prefix[0] = "absent";
	assert_int_equal(side_check(&side), -ENOENT);
	assert_non_null(strstr(status_message(), "'absent' not found in PATH"));
	side.prefix[0] = "./absent";
	assert_int_equal(side_check(&side), -ENOENT);
	assert_non_null(strstr(status_message(), "new: ./absent: No such file"));
}

static void test_nothing_to_run(void **state)
{
	(void)state;
	struct side side = {.name = "new", .program = path_in("program")};
	assert_int_equal(side_check(&side), -ENOENT);
	assert_message("No such file");
	assert_int_equal(run(&side, LATE_MS, 0), -ECHILD);
	assert_message("No such file");
	side.program = program_write("exit 0\n", 0644);
	if (geteuid() != 0 || access(side.program, X_OK) != 0) {
		assert_int_equal(side_check(&side), -EACCES);
		assert_message("cannot be executed");
	}
	assert_int_equal(run(&side, LATE_MS, 0), -ECHILD);
	assert_message("Permission denied");
	side.program = directory;
	assert_int_equal(side_check(&side), -EACCES);
	assert_non_null(strstr(status_message(), "is not a regular file"));
	side.program = "no-such-program-anywhere";
	assert_int_equal(side_check(&side), -ENOENT);
	assert_non_null(strstr(status_message(), "new: 'no-such-program-anywhere' not found in PATH"));
	assert_int_equal(run(&side, LATE_MS, 0), -ECHILD);
	assert_non_null(strstr(status_message(), "new: no-such-program-anywhere"));
}

static void test_failures(void **state)
{
	(void)state;
	fails("echo >&2; echo 'tvp slice: the moon is full' >&2; echo more >&2; exit 3\n", LATE_MS, ECHILD,
	      "exited with code 3: tvp slice: the moon is full");
	fails("exit 3\n", LATE_MS, ECHILD, "exited with code 3");
	fails("printf 'red \\033[31m\\377\\n' >&2; exit 3\n", LATE_MS, ECHILD, "exited with code 3: red  [31m?");
	fails("kill -SEGV $$\n", LATE_MS, ECHILD, "killed by SIGSEGV");
	fails(SLICE("") "\nkill -SEGV $$\n", LATE_MS, ECHILD, "killed by SIGSEGV");
	fails(SLICE("") "\nexit 4\n", LATE_MS, ECHILD, "exited with code 4");
	fails(SLICE("") " | sed 's/measured/failed/; s/message\":\"/&no luck/'\nexit 4\n", LATE_MS, ECHILD, ": no luck");
}

static void test_rubbish(void **state)
{
	(void)state;
	fails("exit 0\n", LATE_MS, EBADMSG, "not a slice");
	fails("echo hello\n", LATE_MS, EBADMSG, "not a slice");
	fails("head -c 100000 /dev/urandom\n", LATE_MS, EBADMSG, "not a slice");
	fails(SLICE("") "\n" SLICE("") "\n", LATE_MS, EBADMSG, "not a slice");
	fails(SLICE("") " | sed 's/null/sum/'\n", LATE_MS, EBADMSG, "another spec: scaling/kernel:sum");
	fails(SLICE("") " | sed 's/batch\":1/batch\":2/'\n", LATE_MS, EBADMSG, "requested number of iterations");
	fails(SLICE("") " | sed 's/slice\":1/slice\":9/'\n", LATE_MS, EPROTO, "version 9");
	fails(SLICE("") " | sed 's/slice\":1/slice\":9/'\nexit 2\n", LATE_MS, EPROTO, "version 9");
}

static void test_skipped(void **state)
{
	(void)state;
	assert_int_equal(run_script(SLICE("no fma here") " | sed s/measured/skipped/\n", LATE_MS), 0);
	assert_int_equal(slice.state, SLICE_SKIPPED);
	assert_string_equal(slice.message, "no fma here");
	slice_close(&slice);
}

static void test_hangs(void **state)
{
	(void)state;
	fails("echo 'waiting for the moon' >&2\n" WAIT, WELL_MS, ETIMEDOUT,
	      "did not finish within 3.0 s and was killed: waiting for the moon");
	fails(SLICE("") "\nexec >&- 2>&-\n" WAIT, SOON_MS, ETIMEDOUT, "did not finish");
	listener.grace_ns = SOON_MS * NS_PER_MS;
	fails("trap '' TERM\nsleep 1000\n", SOON_MS, ETIMEDOUT, "did not finish");
	fails("trap '' TERM\nexec sleep 1000\n", SOON_MS, ETIMEDOUT, "did not finish");
	listener.grace_ns = LATE_MS * NS_PER_MS;
	fails("kill -STOP $$\n", SOON_MS, ETIMEDOUT, "did not finish"); // a stopped process does not receive SIGTERM
}

static void test_asked_before_it_is_killed(void **state)
{
	(void)state;
	char text[1200];
	const char *asked = path_in("asked");
	snprintf(text, sizeof text, "trap 'echo yes >%s; exit 0' TERM\n" WAIT, asked);
	fails(text, WELL_MS, ETIMEDOUT, "did not finish");
	assert_int_equal(access(asked, F_OK), 0);
}

static void test_prints_without_end(void **state)
{
	(void)state;
	listener.grace_ns = SOON_MS * NS_PER_MS;
	fails("exec yes\n", LATE_MS, EBADMSG, "printed too much");
	fails("trap '' TERM PIPE\nwhile :; do echo more; done 2>/dev/null\n", LATE_MS, EBADMSG, "printed too much");
	fails("exec yes >&2\n", SOON_MS, ETIMEDOUT, "did not finish");
	fails("trap '' TERM\nyes >&2\n", SOON_MS, ETIMEDOUT, "did not finish");
	// More than any pipe holds, and then an end.
	fails("yes complaint | head -n 100000 >&2; exit 5\n", LATE_MS, ECHILD, "exited with code 5: complaint");
}

// They hold its pipes, in its group, in another session, or deaf to all but SIGKILL.
static void test_leaves_others_behind(void **state)
{
	(void)state;
	static const char *const others[] = {
		"sleep 1000 &\n",
		"(sleep 1000 & sleep 1000 &) &\n",
		"(trap '' TERM HUP INT; sleep 1000) &\n",
		"setsid sleep 1000 &\nsleep 0.2\n",
		"yes >&2 &\n",
		"setsid sh -c 'trap \"\" TERM; sleep 1000 & sleep 1000' >/dev/null 2>&1 &\nsleep 0.2\n",
	};
	for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
		char text[1024];
		snprintf(text, sizeof text, "%s" SLICE("") "\n", others[i]);
		assert_int_equal(run_script(text, LATE_MS), 0);
		assert_int_equal(slice.iterations_n, 2);
		slice_close(&slice);
		snprintf(text, sizeof text, "%skill -KILL $$\n", others[i]);
		fails(text, LATE_MS, ECHILD, "killed by SIGKILL");
		snprintf(text, sizeof text, "%sexec >&- 2>&-\n" WAIT, others[i]);
		fails(text, SOON_MS, ETIMEDOUT, "did not finish");
	}
}

// The words of a prefix, the environment, and the arguments, as the program saw them.
static void test_prefix_and_environment(void **state)
{
	(void)state;
	struct side side = {
		.name = "new",
		.prefix = {"env", "PREFIXED=a b", "sh", "-c", "exec \"$0\" \"$@\""},
		.prefix_n = 5,
		.env = {"TVP_TEST=one=1 two", "HOME="},
		.env_n = 2,
		.program =
			program_write("echo \"$PREFIXED|$TVP_TEST|$HOME|$*|$#\" >&2; [ -z \"$(cat)\" ] || exit 9; exit 3\n", 0755),
	};
	assert_int_equal(run(&side, LATE_MS, 0), -ECHILD);
	assert_message("code 3: a b|one=1 two||slice " SPEC " --deadline=30000ms --iterations=2 --batch=1|5");
	assert_null(getenv("TVP_TEST")); // of the child alone
	assert_null(getenv("TVP_PAD"));
	side.prefix[0] = "no-such-prefix";
	assert_int_equal(run(&side, LATE_MS, 0), -ECHILD);
	assert_message("cannot run no-such-prefix");
}

static void test_padding(void **state)
{
	(void)state;
	static const unsigned pads[] = {0, 1, 17, 4095, SIDE_PAD_MAX};
	struct side side = {.name = "new", .program = program_write("echo \"pad ${#TVP_PAD}.\" >&2; exit 3\n", 0755)};
	for (size_t i = 0; i < sizeof pads / sizeof *pads; i++) {
		char words[32];
		snprintf(words, sizeof words, "pad %u.", pads[i]);
		assert_int_equal(run(&side, LATE_MS, pads[i]), -ECHILD);
		assert_message(words);
	}
}

static void test_interrupt(void **state)
{
	(void)state;
	int parent = getpid();
	char text[64];
	snprintf(text, sizeof text, "kill -INT %d\n" WAIT, parent);
	assert_int_equal(run_script(text, LATE_MS), -EINTR);
	assert_true(listener_check(&listener));
	assert_int_equal(run_script(SLICE("") "\n" WAIT, LATE_MS), -EINTR); // and it stays one
	listener.interrupted = false;
}

// The standard descriptors may be missing; the slice has its own all the same.
static void test_without_standard_descriptors(void **state)
{
	(void)state;
	int kept[3], status;
	struct side side = {.name = "new", .program = program_write("echo complaint >&2\n" SLICE(""), 0755)};
	struct slice_request request = {.spec = SPEC, .iterations_n = 2, .batch_n = 1, .deadline_ns = LATE_MS * NS_PER_MS};
	fflush(NULL);
	for (int i = 0; i < 3; i++)
		kept[i] = fcntl(i, F_DUPFD_CLOEXEC, 10);
	for (int i = 0; i < 3; i++)
		close(i);
	status = side_run(&side, &listener, &request, &slice, &cost);
	for (int i = 0; i < 3; i++) {
		dup2(kept[i], i);
		close(kept[i]);
	}
	assert_int_equal(status, 0);
	slice_close(&slice);
}

// Children that were there before, of a shell that became us by exec, are not ours to end.
static void test_preexistings_live(void **state)
{
	(void)state;
	listener_close(&listener);
	int preexisting = fork();
	if (preexisting == 0) {
		alarm(60);
		pause();
		_exit(0);
	}
	assert_int_equal(listener_open(&listener), 0);
	struct side side = {.name = "new", .program = program_write("sleep 1000 &\n" SLICE(""), 0755)};
	struct slice_request request = {.spec = SPEC, .iterations_n = 2, .batch_n = 1, .deadline_ns = LATE_MS * NS_PER_MS};
	int status = side_run(&side, &listener, &request, &slice, &cost);
	int only = child_of(getpid(), 1), second = child_of(getpid(), 2), lives = waitpid(preexisting, NULL, WNOHANG) == 0;
	kill(preexisting, SIGKILL);
	waitpid(preexisting, NULL, 0);
	assert_int_equal(status, 0);
	slice_close(&slice);
	assert_true(lives);
	assert_int_equal(only, preexisting);
	assert_int_equal(second, 0);
}

static int setup(void **state)
{
	signal(SIGINT, SIG_DFL);
	return directory_make(state) < 0 ? -1 : listener_open(&listener);
}

static int teardown(void **state)
{
	listener_close(&listener);
	return directory_remove(state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(test_a_good_slice, directory_clear),
		cmocka_unit_test_teardown(test_nothing_to_run, directory_clear),
		cmocka_unit_test_teardown(test_found_in_path, directory_clear),
		cmocka_unit_test_teardown(test_failures, directory_clear),
		cmocka_unit_test_teardown(test_rubbish, directory_clear),
		cmocka_unit_test_teardown(test_skipped, directory_clear),
		cmocka_unit_test_teardown(test_hangs, directory_clear),
		cmocka_unit_test_teardown(test_asked_before_it_is_killed, directory_clear),
		cmocka_unit_test_teardown(test_prints_without_end, directory_clear),
		cmocka_unit_test_teardown(test_leaves_others_behind, directory_clear),
		cmocka_unit_test_teardown(test_prefix_and_environment, directory_clear),
		cmocka_unit_test_teardown(test_padding, directory_clear),
		cmocka_unit_test_teardown(test_interrupt, directory_clear),
		cmocka_unit_test_teardown(test_without_standard_descriptors, directory_clear),
		cmocka_unit_test_teardown(test_preexistings_live, directory_clear),
	};
	return cmocka_run_group_tests(tests, setup, teardown);
}
