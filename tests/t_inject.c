// Injected slowdowns: orders read and refused, how many items are computed twice, and that every share of a job is.
// What only a build with TVP_INJECT does is tested there; an ordinary one is seen to do nothing of it.
// links: measure
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/inject.h"
#include "base/status.h"
#include "exec/compute.h"
#include "gbench/gbench.h"
#include "measure/trial.h"

#ifdef TVP_INJECT
enum { INJECTS = 1 };
#else
enum { INJECTS = 0 };
#endif

enum { TEST_DEADLINE_S = 60, ITEMS_MOST = 1 << 16, OPERATION_NS = 100000 };

static const uint64_t sizes[] = {0, 1, 2, 9, 10, 19, 20, 21, 101, 1009, 1024, 32768, 65521};

static void test_orders_read(void **state)
{
	(void)state;
	static const struct {
		const char *text, *name;
		unsigned every;
	} good[] = {
		{NULL, "", 0},
		{"sum:0020", "sum", 20},
		{"wait:0000", "wait", 0},
		{"copy_stream:9999", "copy_stream", 9999},
		{"a23456789012345678901234567890b:0001", "a23456789012345678901234567890b", 1},
	};
	for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
		struct inject inject = {.name = "other", .every = 7};
		assert_int_equal(inject_parse(good[i].text, &inject), 0);
		assert_string_equal(inject.name, good[i].name);
		assert_int_equal(inject.every, good[i].every);
	}
}

static void test_orders_refused(void **state)
{
	(void)state;
	static const char *const bad[] = {
		"",          ":",         "sum",       "sum:",
		":0020",     "sum:20",    "sum:020",   "sum:00020",
		"sum:002x",  "sum:-020",  "sum:+020",  "sum: 020",
		"sum:0020 ", "sum::0020", "sum:0020:", "a234567890123456789012345678901b:0001",
	};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct inject inject = {.name = "other", .every = 7};
		assert_int_equal(inject_parse(bad[i], &inject), -EINVAL);
		assert_non_null(strstr(status_message(), "TVP_INJECT"));
		assert_non_null(strstr(status_message(), bad[i]));
		assert_string_equal(inject.name, "");
		assert_int_equal(inject.every, 0);
	}
}

static void test_items_exact(void **state)
{
	(void)state;
	static const struct {
		uint64_t first, items_n;
		unsigned every;
		uint64_t grain_items, again_n;
	} known[] = {
		{0, 0, 20, 1, 0},     {0, 1, 20, 1, 0},      {0, 1, 1, 1, 1},
		{0, 1000, 0, 1, 0},   {0, 1000, 20, 1, 50},  {0, 1009, 20, 1, 50},
		{0, 1019, 20, 1, 51}, {0, 1000, 1, 1, 1000}, {0, 32768, 20, 64, 26 * 64},
		{0, 1080, 20, 6, 54}, {0, 540, 20, 6, 30},   {540, 540, 20, 6, 24},
		{0, 9, 20, 1, 0},     {0, 10, 20, 1, 1},     {10, 1, 20, 1, 0},
		{9, 1, 20, 1, 1},     {0, 100, 4, 64, 0},    {128, 10, 4, 64, 0},
		{120, 10, 4, 64, 10}, {0, 1080, 9999, 6, 0},
	};
	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		assert_int_equal(inject_items(known[i].first, known[i].items_n, known[i].every, known[i].grain_items),
		                 known[i].again_n);
}

// Whatever the cut, one in `every` of each part, give or take one, and of all together, give or take a half.
static void test_items_add_up(void **state)
{
	(void)state;
	static const unsigned everies[] = {1, 4, 5, 20, 100, 9999};
	for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++)
		for (size_t e = 0; e < sizeof everies / sizeof *everies; e++)
			for (uint64_t chunk = 1; chunk <= 4096; chunk = chunk * 3 + 1) {
				uint64_t items_n = sizes[s], total = 0, every = everies[e];
				for (uint64_t begin = 0; begin < items_n; begin += chunk) {
					uint64_t n = items_n - begin < chunk ? items_n - begin : chunk;
					uint64_t again_n = inject_items(begin, n, everies[e], 1);
					assert_true(again_n * every < n + every && again_n * every + every > n);
					total += again_n;
				}
				assert_int_equal(total, (items_n + every / 2) / every);
			}
}

static void assert_within(struct span again, struct span span)
{
	assert_int_equal(again.step, span.step);
	if (span_items(again) == 0)
		return;
	assert_true(again.begin >= span.begin);
	assert_int_equal((again.begin - span.begin) % span.step, 0);
	assert_true(again.begin + (span_items(again) - 1) * span.step < span.end);
}

static void test_span_again(void **state)
{
	(void)state;
	for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++)
		for (uint64_t step = 1; step < 8; step++)
			for (uint64_t begin = 0; begin < 70; begin += 23) {
				struct span span = {begin, begin + sizes[s], step};
				uint64_t items_n = span_items(span), none_n = span_items(span_again(span, 0, 1));
				uint64_t more_n = span_items(span_again(span, 20, 1)) - none_n;
				assert_within(span_again(span, 20, 1), span);
				assert_within(span_again(span, 3, step == 1 ? 64 : 1), span);
				assert_true(none_n * 32 < items_n + 32 && none_n * 32 + 32 > items_n);
				assert_true(more_n * 20 < items_n + 20 && more_n * 20 + 20 > items_n);
				assert_int_equal(span_items(span_again(span, 1, 1)), items_n);
			}
	// Whole grains, from the middle of the span.
	struct span again = span_again((struct span){0, 32768, 1}, 20, 64);
	assert_int_equal(again.begin, 235 * 64);
	assert_int_equal(again.end, again.begin + (16 + 26) * 64);
}

// A stand-in for the kernel of that name: counts what it is asked for, and how often each item was.
static unsigned visits_n[ITEMS_MOST];
static uint64_t visited_n;

static void count_items(const struct problem *problem, struct span span, double *partial)
{
	for (uint64_t i = span.begin; i < span.end; i += span.step) {
		assert_true(i < problem->items_n);
		visits_n[i]++;
		visited_n++;
		*partial += 1;
	}
}

static const struct kernel counting = {.name = "sum", .run = count_items},
						   other = {.name = "square", .run = count_items};

// The items computed beyond those of the job, which are all computed and all counted once in the partials.
static uint64_t again_of(const struct kernel *kernel, uint64_t items_n, struct schedule schedule, unsigned workers_n)
{
	struct problem problem = {.kernel = kernel, .items_n = items_n};
	struct job job = {.problem = &problem, .schedule = schedule};
	_Atomic uint64_t cursor = 0;
	double total = 0;
	memset(visits_n, 0, sizeof visits_n);
	visited_n = 0;
	for (unsigned worker = 0; worker < workers_n; worker++) {
		struct slot slot = {0};
		exec_work(&slot, &job, worker, workers_n, &cursor);
		total += slot.partial;
	}
	for (uint64_t i = 0; i < items_n; i++)
		assert_in_range(visits_n[i], 1, 2);
	assert_true(total == (double)items_n);
	return visited_n - items_n;
}

// What span_again() says of every share and chunk of the job.
static uint64_t again_expected(uint64_t items_n, struct schedule schedule, unsigned workers_n, unsigned every)
{
	uint64_t total = 0, chunk = schedule.chunk_items;
	for (unsigned worker = 0; schedule.kind != SCHEDULE_DYNAMIC && worker < workers_n; worker++) {
		struct span strided = {worker, items_n, workers_n};
		struct span span = schedule.kind == SCHEDULE_STATIC ? exec_static_span(items_n, worker, workers_n) : strided;
		total += span_items(span_again(span, every, 1));
	}
	for (uint64_t begin = 0; schedule.kind == SCHEDULE_DYNAMIC && begin < items_n; begin += chunk) {
		uint64_t end = begin + chunk < items_n ? begin + chunk : items_n;
		total += span_items(span_again((struct span){begin, end, 1}, every, 1));
	}
	return total;
}

static int shares_by(unsigned every)
{
	static const struct schedule schedules[] = {
		{SCHEDULE_STATIC, 1},
		{SCHEDULE_STRIDED, 1},
		{SCHEDULE_DYNAMIC, 1},
		{SCHEDULE_DYNAMIC, 7},
	};
	for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++)
		for (unsigned workers_n = 1; workers_n < 4; workers_n++)
			for (size_t i = 0; i < sizeof schedules / sizeof *schedules; i++) {
				uint64_t expected = again_expected(sizes[s], schedules[i], workers_n, every);
				assert_int_equal(again_of(&counting, sizes[s], schedules[i], workers_n), INJECTS ? expected : 0);
				assert_int_equal(again_of(&other, sizes[s], schedules[i], workers_n), 0);
			}
	// Known without the function under test: a 32nd and a quarter of 1024, in one share.
	uint64_t known = 1024 / 32 + (every > 0 ? 1024 / every : 0);
	assert_int_equal(again_of(&counting, 1024, schedules[0], 1), INJECTS ? known : 0);
	return 0;
}

static int shares(void)
{
	return shares_by(4);
}

static int shares_without(void)
{
	return shares_by(0);
}

static int last_ns(void *context)
{
	(void)context;
	for (uint64_t end_ns = clock_now_ns() + OPERATION_NS; clock_now_ns() < end_ns;)
		;
	return 0;
}

static uint64_t own_ns(void *context)
{
	(void)context;
	return 1;
}

static struct trial trial = {.clock_cost_ns = 25, .visit_ns = NS_PER_MS, .iterations_n = 5, .batch_n = 2};

static int wait_draws_out(void)
{
	gbench_init();
	if (trial_run(&trial, &(struct operation){.run = last_ns}) < 0)
		return 1;
	// Two operations in a batch, and as long again, less half a reading of the clock.
	for (int i = 0; INJECTS && i < 5; i++)
		if (trial.wall_ns[i] < 4 * OPERATION_NS - 25)
			return 2;
	return 0;
}

static int own_time(void)
{
	gbench_init();
	return -trial_run(&trial, &(struct operation){.run = last_ns, .took_ns = own_ns});
}

static int any_time(void)
{
	gbench_init();
	return -trial_run(&trial, &(struct operation){.run = last_ns});
}

// The order is read once per process, so each has a process of its own. Returns what the function did.
static int with_order(const char *order, int (*function)(void))
{
	alarm(TEST_DEADLINE_S);
	int pid = fork(), wait_status = 0;
	if (pid == 0) {
		alarm(TEST_DEADLINE_S);
		setenv(INJECT_VARIABLE, order, 1);
		_exit(function());
	}
	assert_int_equal(waitpid(pid, &wait_status, 0), pid);
	assert_true(WIFEXITED(wait_status));
	return WEXITSTATUS(wait_status);
}

static void test_shares(void **state)
{
	(void)state;
	assert_int_equal(with_order("sum:0004", shares), 0);
	assert_int_equal(with_order("sum:0000", shares_without), 0);
}

static void test_wait(void **state)
{
	(void)state;
	assert_int_equal(with_order("wait:0001", wait_draws_out), 0);
}

static void test_wait_refused(void **state)
{
	(void)state;
	assert_int_equal(with_order("wait:0001", own_time), INJECTS ? EINVAL : 0);
	assert_int_equal(with_order("wait:0000", own_time), 0);
	assert_int_equal(with_order("sum:0001", own_time), 0);
}

static void test_trial_refused(void **state)
{
	(void)state;
	assert_int_equal(with_order("sum:1", any_time), INJECTS ? EINVAL : 0);
	assert_int_equal(with_order("nosuch:0001", any_time), INJECTS ? EINVAL : 0);
	assert_int_equal(with_order("sum:0001", any_time), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_orders_read),   cmocka_unit_test(test_orders_refused),
		cmocka_unit_test(test_items_exact),   cmocka_unit_test(test_items_add_up),
		cmocka_unit_test(test_span_again),    cmocka_unit_test(test_shares),
		cmocka_unit_test(test_wait),          cmocka_unit_test(test_wait_refused),
		cmocka_unit_test(test_trial_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
