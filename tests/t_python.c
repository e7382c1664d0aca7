// `python`: every row runs, and an interpreter that fails, answers wrongly, hangs or dies ends its visit with a
// message, and with nothing left.
// links: bench
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/status.h"
#include "bench/plan/experiment.h"
#include "bench/python/interpreter.h"
#include "tests/fixtures/visitor.h"

enum { TEST_DEADLINE_S = 110, VISIT_DEADLINE_S = 100 };

static char python[4096]; // the executable itself, even where PATH has a script for it
static char script[] = "/tmp/t_python.XXXXXX";

static int visit(const struct spec *spec, uint64_t deadline_ns)
{
	alarm(TEST_DEADLINE_S);
	return visit_spec(&experiment_find("python")->visit, spec, 0, 0, deadline_ns);
}

static struct spec row_of(const char *name)
{
	struct spec spec;
	assert_int_equal(spec_parse(&spec, name), 0);
	return spec;
}

// Files with names: of our own, and those that multiprocessing makes in shared memory.
static unsigned shared_files_n(void)
{
	unsigned files_n = 0;
	DIR *shm = opendir("/dev/shm");
	for (const struct dirent *entry; shm && (entry = readdir(shm));)
		files_n += !strncmp(entry->d_name, "sem.", 4) || !strncmp(entry->d_name, "pym-", 4);
	if (shm)
		closedir(shm);
	return files_n;
}

static void expect_nothing_left(void)
{
	char directory[512];
	python_files_path(getpid(), directory, sizeof directory);
	assert_no_children();
	assert_int_equal(access(directory, F_OK), -1);
}

static void test_every_row_runs(void **state)
{
	(void)state;
	struct record record;
	struct plan_options options = {.topology = topology};
	unsigned run_n = 0;
	assert_int_equal(record_open(&record), 0);
	assert_int_equal(experiment_plan(experiment_find("python"), &options, &record), 0);
	for (uint32_t i = 0; i < record.rows_n; i++) {
		const struct row *row = &record.rows[i];
		char name[SPEC_NAME_BYTES];
		if (strcmp(row->spec.experiment, "python") != 0 || !row_is_case(row, name))
			continue;
		if (visit(&row->spec, VISIT_DEADLINE_S * NS_PER_S) < 0)
			fail_msg("%s: %s", name, status_message());
		assert_true(visitor.trial->value[METRIC_wall_ns] > 0);
		assert_int_equal(strncmp(visitor.trial->label, "Python 3.", 9), 0);
		expect_nothing_left();
		run_n++;
	}
	assert_true(run_n >= 30);
	record_close(&record);
}

// The names of the C rows are text: this notices when an experiment changes the names of its rows.
static void expect_counterpart(const struct record *record, const struct row *row)
{
	static const char alone[] = "terminate pool_open array";
	const char *shape = spec_get(&row->spec, "shape");
	char name[SPEC_NAME_BYTES];
	if (strcmp(row->spec.experiment, "python") != 0)
		return;
	if ((row->baseline < 0) != (strstr(alone, shape) != NULL))
		fail_msg("%s has %s C row", spec_name(&row->spec, name, sizeof name), row->baseline < 0 ? "no" : "a");
	if (row->baseline >= 0)
		assert_string_equal(record->rows[row->baseline].group, row->group);
}

static void test_rows_have_counterparts(void **state)
{
	(void)state;
	struct record record;
	struct plan_options options = {.topology = topology};
	assert_int_equal(record_open(&record), 0);
	assert_int_equal(experiment_plan(experiment_find("python"), &options, &record), 0);
	for (uint32_t i = 0; i < record.rows_n; i++)
		expect_counterpart(&record, &record.rows[i]);
	struct spec spec = row_of("python/shape:pool_map_empty/start:fork/between:processes/against:spin/workers:2");
	int index = record_find(&record, &spec);
	assert_true(index >= 0);
	const struct row *row = &record.rows[index], *twin = &record.rows[row->baseline];
	assert_string_equal(twin->spec.experiment, "overhead");
	assert_string_equal(spec_get(&twin->spec, "model"), "process_pool");
	assert_string_equal(spec_get(&twin->spec, "wait"), "spin");
	assert_string_equal(twin->group, row->group);
	assert_string_equal(spec_get(&record.rows[row->peer].spec, "between"), "threads");
	spec = row_of("python/shape:terminate/between:threads/workers:1");
	index = record_find(&record, &spec);
	assert_int_equal(record.rows[index].state, ROW_SKIPPED);
	record_close(&record);
}

// One visit with a shell script instead of the interpreter.
static int visit_with(const char *text, uint64_t deadline_ns)
{
	struct spec spec = row_of("python/shape:serial_sum/workers:1");
	FILE *file = fopen(script, "w");
	assert_non_null(file);
	fprintf(file, "#!/bin/sh\n%s\n", text);
	fclose(file);
	assert_int_equal(chmod(script, 0700), 0);
	setenv("TVP_PYTHON", script, 1);
	int status = visit(&spec, deadline_ns);
	setenv("TVP_PYTHON", python, 1);
	return status;
}

static void expect_failure(const char *text, int error, const char *said)
{
	int status = visit_with(text, VISIT_DEADLINE_S * NS_PER_S);
	if (status != -error || !strstr(status_message(), said))
		fail_msg("\"%s\" gave %d: %s", text, status, status_message());
	expect_nothing_left();
}

static void test_interpreter_fails(void **state)
{
	(void)state;
	expect_failure("echo first >&2; echo 'ImportError: broken' >&2; exit 3", ECHILD,
	               "exited with code 3: ImportError: broken");
	expect_failure("kill -KILL $$", ECHILD, "was killed by SIGKILL");
	expect_failure("echo ready 3.0 1; read line; kill -SEGV $$", ECHILD, "was killed by SIGSEGV");
	expect_failure("exec >&-; exit 4", ECHILD, "exited with code 4");
	expect_failure("(setsid sleep 1000 &) ; echo half a line; kill -KILL $$", EPROTO,
	               "Python's first line is \"half a line\"");
}

static void test_answers_are_checked(void **state)
{
	(void)state;
	expect_failure("echo hello; cat", EPROTO, "Python's first line is \"hello\"");
	expect_failure("echo ready 3.0 0; cat", EPROTO, "Python's first line is \"ready 3.0 0\"");
	expect_failure("printf 'ready 3.0 1\\nmore\\n'; cat", EPROTO, "did not answer with one line");
	expect_failure("echo ready 3.0 1; read line; echo soon; cat", EPROTO, "Python answered \"soon\"");
	expect_failure("echo error it is broken; cat", EPROTO, "it is broken");
	expect_failure("echo unsupported too old; cat", ENOTSUP, "too old");
	expect_failure("yes no | tr -d '\\n'; cat", EPROTO, "did not answer with one line");
	expect_failure("echo ready 3.0 1; read a; echo 5; read a; echo 5; read a; echo 5 5 5 5 5; read a; echo 5; "
	               "while read a; do echo no usage; done",
	               EPROTO, "answered \"no usage\" instead of its usage");
}

static void test_no_interpreter(void **state)
{
	(void)state;
	struct spec spec = row_of("python/shape:serial_sum/workers:1");
	setenv("TVP_PYTHON", "/nonexistent/python3", 1);
	assert_int_equal(visit(&spec, VISIT_DEADLINE_S * NS_PER_S), -ENOTSUP);
	assert_string_equal(status_message(), "/nonexistent/python3 is not on PATH (TVP_PYTHON names another interpreter)");
	setenv("TVP_PYTHON", python, 1);
	expect_nothing_left();
}

// The deadline kills the runner, and no descendant of the interpreter may outlive it, in whatever session.
static void test_interpreter_hangs(void **state)
{
	(void)state;
	assert_int_equal(visit_with("(setsid sleep 1000 &); sleep 1000 & exec sleep 1000", 300 * NS_PER_MS), -ETIMEDOUT);
	expect_nothing_left();
}

// At two times during the set-up of shapes that could leave most: servers with sockets of their own, semaphores, shared
// memory.
static void test_killed_in_the_middle(void **state)
{
	(void)state;
	static const char *const names[] = {
		"python/shape:manager_list/start:fork/between:processes/workers:2",
		"python/shape:start_join/start:forkserver/between:processes/workers:1",
		"python/shape:array/start:fork/between:processes/workers:2",
	};
	unsigned before_n = shared_files_n();
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		for (uint64_t after_ms = 80; after_ms <= 160; after_ms += 80) {
			struct spec spec = row_of(names[i]);
			int status = visit(&spec, after_ms * NS_PER_MS);
			assert_true(status == 0 || status == -ETIMEDOUT); // a quick machine may be done by then
			expect_nothing_left();
		}
	assert_true(shared_files_n() <= before_n);
}

// Where no runner is left to kill them, Python's children end with Python.
static void test_children_end_with_python(void **state)
{
	(void)state;
	static const char *const names[] = {
		"python/shape:manager_list/start:fork/between:processes/workers:2",
		"python/shape:pool_map_empty/start:fork/between:processes/workers:2",
		"python/shape:queue/start:fork/between:processes/workers:1",
		"python/shape:start_join/start:forkserver/between:processes/workers:1",
	};
	char directory[512];
	python_files_path(getpid(), directory, sizeof directory);
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		static struct interpreter interpreter;
		struct spec spec = row_of(names[i]);
		alarm(TEST_DEADLINE_S);
		assert_int_equal(python_files_make(directory), 0);
		assert_int_equal(interpreter_open(&interpreter, &spec, NULL, directory), 0);
		assert_int_equal(interpreter_ask(&interpreter, NULL), 0);
		assert_int_equal(interpreter_ask(&interpreter, "run 1"), 0);
		kill(interpreter.pid, SIGKILL); // only it, not its session
		while (waitpid(-1, NULL, 0) > 0)
			;
		assert_int_equal(errno, ECHILD);
		interpreter.pid = -1;
		interpreter_kill(&interpreter);
		python_files_remove(directory);
	}
}

// The directory of a supervisor that was killed.
static void test_start_removes_leftovers(void **state)
{
	(void)state;
	char directory[512], inside[600];
	int pid = fork();
	if (pid == 0)
		_exit(0);
	waitpid(pid, NULL, 0);
	python_files_path(pid, directory, sizeof directory);
	assert_int_equal(python_files_make(directory), 0);
	snprintf(inside, sizeof inside, "%s/pymp-1", directory);
	assert_int_equal(mkdir(inside, 0700), 0);
	experiment_find("python")->visit.remove_leftovers();
	assert_int_equal(access(directory, F_OK), -1);
}

// Of a supervisor that lives, or that may: in another pid namespace its number says nothing, until it is too old.
static void test_start_leaves_what_others_may_use(void **state)
{
	(void)state;
	char own[512], others[600], newer[600];
	int pid = fork();
	if (pid == 0)
		_exit(0);
	waitpid(pid, NULL, 0);
	python_files_path(getpid(), own, sizeof own);
	assert_int_equal(python_files_make(own), 0);
	python_files_path(pid, others, sizeof others);
	size_t base = (size_t)(strrchr(others, '/') - others);
	snprintf(newer, sizeof newer, "%.*s/tvp-python-1-%d", (int)base, others, pid);
	snprintf(others, sizeof others, "%.*s/tvp-python-2-%d", (int)base, newer, pid);
	assert_int_equal(python_files_make(others), 0);
	assert_int_equal(python_files_make(newer), 0);
	const struct timespec long_ago[2] = {{.tv_sec = 1000}, {.tv_sec = 1000}};
	assert_int_equal(utimensat(AT_FDCWD, others, long_ago, 0), 0);
	experiment_find("python")->visit.remove_leftovers();
	assert_int_equal(access(own, F_OK), 0);
	assert_int_equal(access(newer, F_OK), 0);
	assert_int_equal(access(others, F_OK), -1);
	python_files_remove(own);
	python_files_remove(newer);
}

static int setup(void **state)
{
	(void)state;
	int file = mkstemp(script);
	if (file < 0)
		return -1;
	close(file);
	return visitor_start(NS_PER_MS);
}

static int teardown(void **state)
{
	unlink(script);
	return visitor_end(state);
}

static bool python_find(void)
{
	FILE *output =
		popen("python3 -c 'import sys; print(sys.executable if sys.version_info >= (3, 9) else \"\")' 2>&1", "r");
	bool found = output && fscanf(output, "%4095s", python) == 1 && access(python, X_OK) == 0;
	if (output)
		pclose(output);
	return found && setenv("TVP_PYTHON", python, 1) == 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_row_runs),          cmocka_unit_test(test_rows_have_counterparts),
		cmocka_unit_test(test_interpreter_fails),       cmocka_unit_test(test_answers_are_checked),
		cmocka_unit_test(test_no_interpreter),          cmocka_unit_test(test_interpreter_hangs),
		cmocka_unit_test(test_killed_in_the_middle),    cmocka_unit_test(test_children_end_with_python),
		cmocka_unit_test(test_start_removes_leftovers), cmocka_unit_test(test_start_leaves_what_others_may_use),
	};
	if (!python_find()) {
		puts("skipped: Python 3.9 or later is not installed");
		return RAN_SKIPPED;
	}
	return ran_tests(tests, setup, teardown);
}
