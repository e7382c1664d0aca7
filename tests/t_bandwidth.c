// `bandwidth`: every quick row, odd sizes, both ends on one CPU; and a killed writer is noticed and named.
// links: bench
#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/status.h"
#include "bench/plan/experiment.h"
#include "channel/channel.h"
#include "host/place.h"
#include "tests/fixtures/children.h"
#include "tests/fixtures/sanitizers.h"
#include "tests/fixtures/seccomp.h"
#include "tests/fixtures/visitor.h"

enum { TEST_DEADLINE_S = 60 };
enum { FORBIDDEN_SKIPS = 0, FORBIDDEN_WRONG = 1, FORBIDDEN_UNKNOWN = 77 };

static struct spec stream_spec(const char *channel, const char *bytes, const char *place, const char *between)
{
	struct spec spec;
	spec_init(&spec, "bandwidth");
	spec_set(&spec, "channel", channel);
	spec_set(&spec, "bytes", bytes);
	spec_set(&spec, "place", place);
	spec_set(&spec, "between", between);
	return spec;
}

static int stream_visit(const struct spec *spec, uint64_t iterations_n)
{
	alarm(TEST_DEADLINE_S);
	return visit_spec(&experiment_find("bandwidth")->visit, spec, iterations_n, 1, 50 * NS_PER_S);
}

static void expect_streams(const struct spec *spec)
{
	char name[SPEC_NAME_BYTES];
	spec_name(spec, name, sizeof name);
	if (!ran_possible(name, stream_visit(spec, 2)))
		return;
	assert_true(visitor.trial->value[METRIC_wall_ns] > 0);
	ran_case("%s between %s", spec_get(spec, "channel"), spec_get(spec, "between"));
}

static const char *const betweens[] = {"threads", "processes"};

// These need nothing that a sandbox may refuse.
static const char *const ways_everywhere[] = {"pipe", "socketpair", "shared_memory"};
enum { EVERYWHERE_N = sizeof ways_everywhere / sizeof *ways_everywhere };

static void require_streams(void)
{
	for (size_t i = 0; i < 2 * EVERYWHERE_N; i++)
		ran_require("%s between %s", ways_everywhere[i / 2], betweens[i % 2]);
}

static void test_quick_plan(void **state)
{
	(void)state;
	struct plan_options options = {.topology = topology};
	struct record record;
	char name[SPEC_NAME_BYTES];
	assert_int_equal(record_open(&record), 0);
	assert_int_equal(experiment_plan(experiment_find("bandwidth"), &options, &record), 0);
	assert_in_range(record.rows_n, 8, 26);
	for (uint32_t i = 0; i < record.rows_n; i++) {
		const struct row *row = &record.rows[i];
		const struct channel_type *type = channel_find(spec_get(&row->spec, "channel"));
		if (!row_is_case(row, name))
			continue;
		assert_in_range(row->bytes, type && type->bare ? 0 : 1 << 20, type && type->bare ? 0 : 4 << 20);
		expect_streams(&row->spec);
	}
	record_close(&record);
	require_streams();
	ran_require("tcp between threads");
	ran_require("tcp between processes");
	ran_end(__func__);
}

static const char *const ways[] = {"pipe", "socketpair", "vmsplice", "process_vm_readv", "shared_memory"};
enum { WAYS_N = sizeof ways / sizeof *ways };

static void test_odd_sizes_on_one_cpu(void **state)
{
	(void)state;
	static const char *const sizes[] = {"1", "7", "8", "100", "4097", "65537", "1MiB"};
	for (size_t i = 0; i < WAYS_N; i++)
		for (size_t j = 0; j < sizeof sizes / sizeof *sizes; j++)
			for (int k = 0; k < 2; k++) {
				struct spec spec = stream_spec(ways[i], sizes[j], "same_cpu", betweens[k]);
				expect_streams(&spec);
			}
	require_streams();
	ran_end(__func__);
}

static void choose(struct plan_options *options, const char *key, const char *value)
{
	assert_int_equal(plan_choose(options, key, value), 0);
}

static void test_what_cannot_stream_says_so(void **state)
{
	(void)state;
	const struct experiment *experiment = experiment_find("bandwidth");
	struct plan_options options = {.topology = topology};
	struct spec spec = stream_spec("pipe", "0", "same_cpu", "threads");
	choose(&options, "place", "same_cpu");
	assert_non_null(experiment->why_not(&options, &spec));
	spec_set(&spec, "bytes", "65MiB");
	assert_non_null(experiment->why_not(&options, &spec));
	spec_set(&spec, "bytes", "64MiB");
	assert_null(experiment->why_not(&options, &spec));
	for (const struct channel_type *const *type = channels; *type; type++) {
		struct plan_options named = options;
		choose(&named, "channel", (*type)->name);
		spec = stream_spec((*type)->name, "1", "same_cpu", "threads");
		if ((*type)->alternates)
			assert_true(strlen(experiment->why_not(&named, &spec)) > 0);
	}
	spec = stream_spec("pipe", "0", "same_cpu", "threads");
	assert_int_equal(stream_visit(&spec, 1), -EINVAL);
}

// A sandbox that forbids to read a process's memory skips the row, while the writer still waits for a slot.
static int forbidden(void)
{
	static const int calls[] = {SYS_process_vm_readv};
	if (seccomp_refuse(EPERM, calls, 1) < 0)
		return FORBIDDEN_UNKNOWN;
	for (int i = 0; i < 20; i++) {
		struct spec spec =
			stream_spec("process_vm_readv", "64", place_name(place_nearest(topology)), betweens[i % 10 == 9]);
		int status = stream_visit(&spec, 1);
		if (status != -ENOTSUP || !strstr(status_message(), "sandbox")) {
			print_error("between %s: %s\n", betweens[i % 10 == 9], status < 0 ? status_message() : "it ran");
			return FORBIDDEN_WRONG;
		}
	}
	return FORBIDDEN_SKIPS;
}

static void test_forbidden_call_skips(void **state)
{
	(void)state;
	if (UNDER_TSAN)
		skip_test(TSAN_LIMITS);
	int wait_status, pid = fork();
	if (pid == 0)
		_exit(forbidden());
	assert_int_equal(waitpid(pid, &wait_status, 0), pid);
	if (WIFEXITED(wait_status) && WEXITSTATUS(wait_status) == FORBIDDEN_UNKNOWN)
		skip_test("seccomp filters are not available");
	assert_int_equal(wait_status, 0);
}

static void *kill_writer(void *argument)
{
	int *pid = argument;
	while (!*pid) {
		nanosleep(&(struct timespec){.tv_nsec = 20 * 1000 * 1000}, NULL);
		*pid = worker_of_runner(1);
	}
	nanosleep(&(struct timespec){.tv_nsec = 20 * 1000 * 1000}, NULL);
	kill(*pid, SIGKILL);
	return NULL;
}

static void test_writer_dies(void **state)
{
	(void)state;
	if (UNDER_TSAN)
		skip_test(TSAN_LIMITS);
	for (size_t i = 0; i < WAYS_N; i++) {
		struct spec spec = stream_spec(ways[i], "4MiB", "same_cpu", "processes");
		char expected[64];
		pthread_t killer;
		int pid = 0;
		if (!ran_possible(ways[i], stream_visit(&spec, 1)))
			continue;
		pthread_create(&killer, NULL, kill_writer, &pid);
		int status = stream_visit(&spec, TRIAL_ITERATIONS_MAX);
		pthread_join(killer, NULL);
		snprintf(expected, sizeof expected, "worker 0 (pid %d) killed by SIGKILL", pid);
		assert_string_equal(status_message(), expected);
		assert_int_equal(status, -ECHILD);
		ran_case("%s", ways[i]);
	}
	for (size_t i = 0; i < EVERYWHERE_N; i++)
		ran_require("%s", ways_everywhere[i]);
	ran_end(__func__);
}

static int setup(void **state)
{
	(void)state;
	return visitor_start(NS_PER_MS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_quick_plan),
		cmocka_unit_test(test_odd_sizes_on_one_cpu),
		cmocka_unit_test(test_what_cannot_stream_says_so),
		cmocka_unit_test(test_forbidden_call_skips),
		cmocka_unit_test(test_writer_dies),
	};
	return ran_tests(tests, setup, visitor_end);
}
