// Google Benchmark's flags and environment: no visit obeys them, its own front end does.
// links: gbench
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/status.h"
#include "gbench/gbench.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CHILD_DEADLINE_S = 60 };

static void count_turns(struct gbench_state *state, void *turns)
{
	while (gbench_keep_running(state))
		++*(uint64_t *)turns;
}

static void count_run(const struct gbench_run *run, void *runs)
{
	if (!run->aggregate && !run->failed && run->iterations_n == 2 && !strcmp(run->name, "visit"))
		++*(unsigned *)runs;
}

// One visit of two iterations; true when it was that and nothing else.
static bool visit_once(void)
{
	uint64_t turns_n = 0;
	unsigned runs_n = 0;
	gbench_init();
	gbench_clear();
	gbench_iterations(gbench_register("visit", count_turns, &turns_n), 2);
	return gbench_run(count_run, &runs_n) == 1 && runs_n == 1 && turns_n == 2;
}

// Runs body in a child; what it wrote to stdout and stderr ends in output. The child must end with status 0.
static void run_child(void (*body)(void), char *output, size_t output_bytes)
{
	int ends[2];
	fflush(NULL);
	assert_int_equal(pipe(ends), 0);
	pid_t child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		alarm(CHILD_DEADLINE_S);
		dup2(ends[1], STDOUT_FILENO);
		dup2(ends[1], STDERR_FILENO);
		close(ends[0]);
		close(ends[1]);
		body();
		fflush(NULL);
		_exit(0);
	}
	close(ends[1]);
	size_t used = 0;
	for (ssize_t got; (got = read(ends[0], output + used, output_bytes - 1 - used)) > 0;)
		used += (size_t)got;
	output[used] = 0;
	close(ends[0]);
	int status;
	assert_int_equal(waitpid(child, &status, 0), child);
	if (status != 0)
		fail_msg("child ended with wait status %#x after: %s", (unsigned)status, output);
}

static char out_path[64];

static void exec_with_environment(void)
{
	setenv("BENCHMARK_OUT", out_path, 1);
	setenv("BENCHMARK_FORMAT", "json", 1);
	setenv("BENCHMARK_FILTER", "nothing", 1);
	setenv("BENCHMARK_LIST_TESTS", "true", 1);
	setenv("BENCHMARK_REPETITIONS", "3", 1);
	setenv("BENCHMARK_ENABLE_RANDOM_INTERLEAVING", "true", 1);
	setenv("BENCHMARK_REPORT_AGGREGATES_ONLY", "true", 1);
	setenv("BENCHMARK_MIN_WARMUP_TIME", "0.01", 1);
	setenv("BENCHMARK_CONTEXT", "key=value", 1);
	setenv("BENCHMARK_V", "3", 1);
	setenv("V", "3", 1);
	execl("/proc/self/exe", "t_gbench_flags", "visit", (char *)NULL);
	_exit(1);
}

// The library reads its environment before main(), so only a fresh program shows what that does.
static void test_environment_is_ignored(void **state)
{
	(void)state;
	char output[4096];
	snprintf(out_path, sizeof out_path, P_tmpdir "/t_gbench_flags.%d", (int)getpid());
	run_child(exec_with_environment, output, sizeof output);
	assert_string_equal(output, "");
	assert_int_equal(access(out_path, F_OK), -1);
}

static int init_flags(const char *flag, const char *more)
{
	char program[] = "tvp", one[128], two[128];
	snprintf(one, sizeof one, "%s", flag);
	snprintf(two, sizeof two, "%s", more ? more : "");
	char *arguments[] = {program, one, more ? two : NULL, NULL};
	int arguments_n = more ? 3 : 2;
	return gbench_init_flags(&arguments_n, arguments);
}

static void register_two(void)
{
	static uint64_t turns_n;
	gbench_clear();
	gbench_iterations(gbench_register("first/k:3", count_turns, &turns_n), 3);
	gbench_iterations(gbench_register("second/k:5", count_turns, &turns_n), 3);
}

static void run_json(void)
{
	register_two();
	gbench_context("tvp_seed", "42");
	gbench_context("tvp_seed", "43");
	if (init_flags("--benchmark_format=json", "--benchmark_filter=second") || gbench_run_default() != 1)
		_exit(1);
}

static void test_default_json(void **state)
{
	(void)state;
	char output[16384];
	run_child(run_json, output, sizeof output);
	assert_non_null(strstr(output, "\"name\": \"second/k:5/iterations:3\""));
	assert_null(strstr(output, "first"));
	assert_non_null(strstr(output, "\"tvp_seed\": \"42\""));
	assert_null(strstr(output, "43\""));
}

static void run_list(void)
{
	register_two();
	if (init_flags("--benchmark_list_tests", NULL) || gbench_run_default() != 2)
		_exit(1);
}

static void test_default_list(void **state)
{
	(void)state;
	char output[4096];
	run_child(run_list, output, sizeof output);
	assert_string_equal(output, "first/k:3/iterations:3\nsecond/k:5/iterations:3\n");
}

static void run_twice(void)
{
	char flag[96];
	snprintf(flag, sizeof flag, "--benchmark_out=%s", out_path);
	register_two();
	if (init_flags(flag, NULL) || gbench_run_default() != 2 || gbench_run_default() != 2)
		_exit(1);
	// And a visit afterwards leaves the file alone.
	unlink(out_path);
	if (!visit_once() || access(out_path, F_OK) == 0)
		_exit(1);
	gbench_shutdown();
}

static void test_default_console_twice_with_file(void **state)
{
	(void)state;
	char output[16384];
	snprintf(out_path, sizeof out_path, P_tmpdir "/t_gbench_flags.%d", (int)getpid());
	run_child(run_twice, output, sizeof output);
	char *first = strstr(output, "second/k:5/iterations:3");
	assert_non_null(first);
	assert_non_null(strstr(first + 1, "second/k:5/iterations:3"));
	assert_null(strstr(output, "visit"));
}

static void refuse_flags(void)
{
	char program[] = "tvp", good[] = "--benchmark_color=false", bad[] = "--benchmark_flter=x";
	char *arguments[] = {program, good, bad, NULL};
	int arguments_n = 3;
	if (gbench_init_flags(&arguments_n, arguments) != -EINVAL || strcmp(arguments[1], bad))
		_exit(1);
	if (!strstr(status_message(), bad))
		_exit(1);
}

static void test_unknown_flag(void **state)
{
	(void)state;
	char output[4096];
	run_child(refuse_flags, output, sizeof output);
	assert_string_equal(output, "");
}

int main(int argc, char **argv)
{
	// The program test_environment_is_ignored starts anew.
	if (argc > 1 && !strcmp(argv[1], "visit"))
		return visit_once() ? 0 : 1;
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_environment_is_ignored), cmocka_unit_test(test_default_json),
		cmocka_unit_test(test_default_list),           cmocka_unit_test(test_default_console_twice_with_file),
		cmocka_unit_test(test_unknown_flag),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
