// `spawn`: every quick row once, with plausible times; workers that are killed, that cannot be executed or whose
// program is missing are distinguished, and no process is left.
// links: bench
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
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
#include "bench/plan/axis_product.h"
#include "bench/spawn/spawn.h"
#include "tests/fixtures/children.h"
#include "tests/fixtures/sanitizers.h"
#include "tests/fixtures/visitor.h"

enum { TEST_DEADLINE_S = 100, VISIT_DEADLINE_S = 50, LONGER = 1000 };
enum { ALONE_AS_EXPECTED = 0, ALONE_WRONG = 1, ALONE_INSTALLED = 77 };

static struct record record;

static int visit(const struct spec *spec, uint64_t iterations_n, uint32_t batch_n)
{
	alarm(TEST_DEADLINE_S);
	return visit_spec(&experiment_find("spawn")->visit, spec, iterations_n, batch_n, VISIT_DEADLINE_S * NS_PER_S);
}

static struct spec spec_of(const char *call, const char *burst)
{
	struct spec spec;
	spec_init(&spec, "spawn");
	spec_set(&spec, "call", call);
	spec_set(&spec, "resident", "0");
	spec_set(&spec, "pages", "4k");
	spec_set(&spec, "burst", burst);
	spec_set(&spec, "place", "same_cpu");
	return spec;
}

static void check_row(const struct row *row)
{
	char name[SPEC_NAME_BYTES];
	const double *value = visitor.trial->value;
	if (!row_is_case(row, name) || !ran_possible(name, visit(&row->spec, 3, 1)))
		return;
	// A burst's wall time includes the times of each of its workers.
	if (!(value[METRIC_running_ns] > 0 && value[METRIC_reaped_ns] > 0 &&
	      value[METRIC_wall_max_ns] >= value[METRIC_running_ns] &&
	      value[METRIC_wall_max_ns] >= value[METRIC_reaped_ns]))
		fail_msg("%s: running %g ns, reaped %g ns, whole %g ns", name, value[METRIC_running_ns],
		         value[METRIC_reaped_ns], value[METRIC_wall_max_ns]);
	// The creator's memory is resident when the workers are created.
	uint64_t resident_bytes;
	assert_int_equal(spec_axis_bytes(&row->spec, "resident", &resident_bytes), 0);
	assert_true(value[METRIC_runner_resident_bytes] >= (double)resident_bytes);
	assert_true(resident_bytes == 0 || !spec_axis_is(&row->spec, "pages", "4k") || value[METRIC_huge_bytes] == 0);
	ran_case("%s resident:%s burst:%s", spec_get(&row->spec, "call"), spec_get(&row->spec, "resident"),
	         spec_get(&row->spec, "burst"));
}

static bool needs_tiny(const char *call)
{
	return strcmp(call, "exec") == 0 || strcmp(call, "posix_spawn") == 0;
}

static bool can_call(const char *call)
{
	return !(needs_tiny(call) && !spawn_tiny_path()) && !(UNDER_TSAN && strcmp(call, "clone_vm") == 0);
}

static void test_every_row(void **state)
{
	(void)state;
	static const char *const calls[] = {"pthread", "pthread_small", "fork", "vfork", "clone_vm", "posix_spawn", "exec"};
	for (uint32_t i = 0; i < record.rows_n; i++)
		if (strcmp(record.rows[i].spec.experiment, "spawn") == 0) {
			check_row(&record.rows[i]);
			assert_no_children();
		}
	for (size_t i = 0; i < sizeof calls / sizeof *calls; i++)
		if (can_call(calls[i]))
			ran_require("%s resident:0 burst:1", calls[i]);
	ran_end(__func__);
}

static void test_twins(void **state)
{
	(void)state;
	unsigned twins_n = 0;
	for (uint32_t i = 0; i < record.rows_n; i++) {
		const struct row *row = &record.rows[i];
		if (strcmp(row->spec.experiment, "spawn") != 0 || row->baseline < 0)
			continue;
		const struct row *twin = &record.rows[row->baseline];
		assert_string_equal(row->group, twin->group);
		assert_int_equal(visit_spec(twin->hooks, &twin->spec, 3, 1, VISIT_DEADLINE_S * NS_PER_S), 0);
		twins_n++;
	}
	assert_int_equal(twins_n, 2);
}

static int visit_long(const void *spec)
{
	return visit(spec, TRIAL_ITERATIONS_MAX, LONGER);
}

static void expect_death(const char *call, const char *burst)
{
	unsigned worker;
	int pid;
	struct spec spec = spec_of(call, burst);
	int status = visit_killing(visit_long, &spec);
	if (status != -ECHILD || sscanf(status_message(), "worker %u (pid %d) killed by SIGKILL", &worker, &pid) != 2)
		fail_msg("%s: %s", call, status < 0 ? status_message() : "nobody noticed");
	assert_no_children();
}

static void test_created_are_killed(void **state)
{
	(void)state;
	if (UNDER_TSAN)
		skip_test(TSAN_LIMITS);
	static const char *const processes[] = {"fork", "vfork", "clone_vm", "posix_spawn", "exec"};
	for (size_t i = 0; i < sizeof processes / sizeof *processes; i++)
		if (can_call(processes[i]))
			expect_death(processes[i], "1");
		else
			ran_leave_out(processes[i], "tvp-tiny is not built for this CPU");
	expect_death("fork", "8");
}

static int plan_rows(void)
{
	struct plan_options options = {.topology = topology};
	return experiment_plan(experiment_find("spawn"), &options, &record);
}

static int setup(void **state)
{
	(void)state;
	return visitor_start(NS_PER_MS / 5) || record_open(&record) || plan_rows();
}

static int teardown(void **state)
{
	record_close(&record);
	return visitor_end(state);
}

// Runs as a program that has no tvp-tiny in its directory, or one that cannot be executed.
static int alone(const char *beside)
{
	struct spec exec = spec_of("exec", "1"), spawned = spec_of("posix_spawn", "1");
	if (setup(NULL) < 0)
		return ALONE_WRONG;
	if (strcmp(beside, "broken") == 0)
		return visit(&exec, 1, 1) == -ENOEXEC && strstr(status_message(), "worker 0") &&
		               strstr(status_message(), "could not execute tvp-tiny") && visit(&spawned, 1, 1) == -ENOEXEC &&
		               strstr(status_message(), "posix_spawn of worker 0")
		           ? ALONE_AS_EXPECTED
		           : ALONE_WRONG;
	if (spawn_tiny_path())
		return ALONE_INSTALLED;
	const struct row *row = &record.rows[record_find(&record, &exec)];
	bool planned = row->state == ROW_SKIPPED && strstr(row->reason, "tvp-tiny");
	bool skipped = visit(&exec, 1, 1) == -ENOTSUP && strstr(status_message(), "tvp-tiny");
	return planned && skipped ? ALONE_AS_EXPECTED : ALONE_WRONG;
}

static int run_alone(const char *program, const char *beside)
{
	int wait_status = 0, pid = fork();
	if (pid == 0) {
		execl(program, program, beside, (char *)NULL);
		_exit(ALONE_WRONG);
	}
	waitpid(pid, &wait_status, 0);
	return WIFEXITED(wait_status) ? WEXITSTATUS(wait_status) : -1;
}

static void test_program_is_missing(void **state)
{
	(void)state;
	char self[PATH_MAX] = "", directory[PATH_MAX + 16], program[PATH_MAX + 32], tiny[PATH_MAX + 32];
	assert_true(readlink("/proc/self/exe", self, sizeof self - 1) > 0);
	snprintf(directory, sizeof directory, "%s.XXXXXX", self);
	assert_non_null(mkdtemp(directory));
	snprintf(program, sizeof program, "%s/t_spawn", directory);
	snprintf(tiny, sizeof tiny, "%s/tvp-tiny", directory);
	int linked = link(self, program);
	int missing = linked == 0 ? run_alone(program, "missing") : -1;
	int file = open(tiny, O_CREAT | O_WRONLY | O_CLOEXEC, 0700);
	bool written = write(file, "nothing", 7) == 7 && close(file) == 0;
	int broken = linked == 0 && written ? run_alone(program, "broken") : -1;
	unlink(tiny);
	unlink(program);
	rmdir(directory);
	if (missing == ALONE_INSTALLED)
		ran_leave_out("a missing tvp-tiny", "tvp-tiny is installed where the test would miss it");
	else
		assert_int_equal(missing, ALONE_AS_EXPECTED);
	assert_int_equal(broken, ALONE_AS_EXPECTED);
}

int main(int arguments_n, char **argument)
{
	if (arguments_n > 1)
		return alone(argument[1]);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_row),
		cmocka_unit_test(test_twins),
		cmocka_unit_test(test_created_are_killed),
		cmocka_unit_test(test_program_is_missing),
	};
	return ran_tests(tests, setup, teardown);
}
