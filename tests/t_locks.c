// `locks`: the counter of every quick row is right, and a worker killed while others wait for its lock ends the visit.
// links: bench
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "bench/locks/locks.h"
#include "tests/fixtures/experiment_rows.h"

// The trial itself compares the counter with what the workers did.
static void test_quick_rows(void **state)
{
	(void)state;
	assert_true(visit_quick_rows("locks", 56) >= 20);
}

static void test_every_kind_in_threads_and_processes(void **state)
{
	(void)state;
	static const char *const variants[] = {"sharing:private/workers:3/hold:100ns/pin:none/between:threads",
	                                       "sharing:shared/workers:3/hold:1us/pin:same/between:threads",
	                                       "sharing:shared/workers:3/hold:0/pin:none/between:processes"};
	char name[SPEC_NAME_BYTES];
	for (unsigned i = 0; lock_kind_at(i); i++)
		for (unsigned variant = 0; variant < sizeof variants / sizeof *variants; variant++) {
			if (lock_kind_at(i)->spins && variant == 1)
				continue; // three spinning workers on one CPU
			snprintf(name, sizeof name, "locks/lock:%s/%s", lock_kind_at(i)->name, variants[variant]);
			if (visit_row(name, 2) < 0)
				fail_msg("%s: %s", name, status_message());
			double fairness = visitor.trial->value[METRIC_fairness];
			assert_true(fairness >= 0 && fairness <= 1);
			assert_true(visitor.trial->value[METRIC_run_operations_n] >= 1);
		}
	assert_no_children();
}

static void test_worker_dies(void **state)
{
	(void)state;
	if (UNDER_TSAN)
		skip_test(TSAN_LIMITS);
	static const char *const locks[] = {"mutex", "robust", "spinlock", "semaphore", "rwlock", "atomic"};
	char name[SPEC_NAME_BYTES];
	for (unsigned i = 0; i < sizeof locks / sizeof *locks; i++) {
		snprintf(name, sizeof name, "locks/lock:%s/sharing:shared/workers:2/hold:1us/pin:compact/between:processes",
		         locks[i]);
		expect_member_death(name, 1);
		expect_member_death(name, 2);
	}
}

static int visit_recovering(const void *unused)
{
	(void)unused;
	return visit_row("locks/lock:robust_recover/sharing:shared/workers:1/hold:0/pin:compact/between:processes",
	                 TRIAL_ITERATIONS_MAX);
}

static void test_owner_dies_too_early(void **state)
{
	(void)state;
	if (UNDER_TSAN)
		skip_test(TSAN_LIMITS);
	assert_int_equal(visit_killing(visit_recovering, NULL), -ECHILD);
	assert_non_null(strstr(status_message(), "was killed by SIGKILL too early"));
	assert_no_children();
}

// A robust mutex reports its owner's death to the next worker that locks it.
static void test_recovery_is_timed_from_death(void **state)
{
	(void)state;
	static const char *const between[] = {"threads", "processes"};
	char name[SPEC_NAME_BYTES];
	for (int i = 0; i < 2; i++) {
		snprintf(name, sizeof name, "locks/lock:robust_recover/sharing:shared/workers:1/hold:0/pin:compact/between:%s",
		         between[i]);
		if (visit_row(name, 20) < 0)
			fail_msg("%s: %s", name, status_message());
		assert_true(visitor.trial->value[METRIC_wall_min_ns] > 0);
		assert_true(visitor.trial->value[METRIC_wall_max_ns] < 50e9);
	}
	assert_no_children();
}

static int no_lock_init(union lock *lock, bool shared)
{
	(void)lock;
	(void)shared;
	return 0;
}

static void no_lock_destroy(union lock *lock)
{
	(void)lock;
}

// Reports one increment in sixteen that it does not do.
static int lossy_loop(struct locks_shared *shared, struct turn_counts *counts)
{
	counts->begin_ns = clock_now_ns();
	while (!atomic_load(&shared->stop))
		if (counts->checked_n++ % 16 != 0)
			atomic_fetch_add(&shared->counted, 1);
	counts->end_ns = clock_now_ns();
	counts->operations_n = counts->checked_n;
	return 0;
}

static int lossy_trial(const struct spec *spec, struct trial *trial)
{
	static const struct lock_kind lossy = {"lossy", false, false, no_lock_init, no_lock_destroy, lossy_loop};
	struct placement *placement;
	int status = placement_plan(trial->topology, PIN_COMPACT, 2, &placement);
	return status < 0 ? status : contention_trial(spec, &lossy, 2, placement, trial);
}

static void test_lost_increments_fail_the_row(void **state)
{
	(void)state;
	static const struct visit_hooks lossy = {.trial = lossy_trial};
	struct spec spec;
	assert_int_equal(spec_parse(&spec, "lossy/sharing:shared/hold:0/between:threads"), 0);
	alarm(TEST_DEADLINE_S);
	assert_int_equal(visit_spec(&lossy, &spec, 1, 1, VISIT_DEADLINE_S * NS_PER_S), -EBADMSG);
	assert_non_null(strstr(status_message(), "the counter under lossy is"));
	assert_no_children();
}

static void test_hold_is_calibrated(void **state)
{
	(void)state;
	assert_int_equal(hold_calibrate(0), 0);
	uint64_t steps_n = hold_calibrate(1000000);
	assert_in_range(steps_n, 1000, 10000000); // 0.1 to 1000 ns a step
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_quick_rows),
		cmocka_unit_test(test_every_kind_in_threads_and_processes),
		cmocka_unit_test(test_worker_dies),
		cmocka_unit_test(test_owner_dies_too_early),
		cmocka_unit_test(test_recovery_is_timed_from_death),
		cmocka_unit_test(test_lost_increments_fail_the_row),
		cmocka_unit_test(test_hold_is_calibrated),
	};
	return ran_tests(tests, rows_setup, visitor_end);
}
