// What `tvp advise` predicts from costs that are known: curves, shares, terms, the ranking, what is left out and why.
// links: advise
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "advise/footprint.h"
#include "advise/settings.h"
#include "base/status.h"
#include "fixtures/near.h"
#include "fixtures/one_record.h"
#include "stats/extreme.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

// Curves.

static void put(struct cost_curves *curves, unsigned workers_n, double x, double ns)
{
	struct cost_point point = {.x = x, .cost = {ns, ns / 10}};
	assert_int_equal(cost_curves_add(curves, "toll", workers_n, &point), 0);
}

static double toll(const struct cost_curves *curves, unsigned workers_n, double x)
{
	struct cost cost;
	assert_int_equal(cost_curves_at(curves, "toll", workers_n, x, &cost), 0);
	return cost.ns;
}

// Out of order, as rows come: 1 ns a byte and, with 4 workers, 4 ns.
static struct cost_curves tolls(void)
{
	struct cost_curves curves = {0};
	put(&curves, 4, 1000, 4000);
	put(&curves, 1, 1000, 1000);
	put(&curves, 1, 10, 10);
	put(&curves, 4, 10, 40);
	return curves;
}

static void test_curves_between_points_and_workers(void **state)
{
	(void)state;
	struct cost_curves curves = tolls();
	assert_near(toll(&curves, 1, 10), 10, 1e-12);
	assert_near(toll(&curves, 1, 1000), 1000, 1e-12);
	assert_near(toll(&curves, 1, 300), 300, 1e-9); // a power of x is a line in logarithms
	assert_near(toll(&curves, 1, 1), 10, 1e-12);   // below the first point nothing changes
	assert_near(toll(&curves, 1, 8000), 8000, 1e-9);
	assert_near(toll(&curves, 2, 300), (300 + 1200) / 2.0, 1e-9); // half way from 1 to 4, as doublings go
	put(&curves, 1, 1000, 2000);
	assert_near(toll(&curves, 1, 1000), 2000, 1e-12); // the later of two
	assert_near(cost_curves_last_x(&curves, "toll", 1), 1000, 1e-12);
	assert_true(isinf(cost_curves_last_x(&curves, "road", 1)));
	cost_curves_close(&curves);
}

// What costs nothing, or less, has no logarithm.
static void test_curves_through_nothing(void **state)
{
	(void)state;
	struct cost_curves curves = {0};
	put(&curves, 1, 10, 0);
	put(&curves, 1, 1000, 50);
	assert_near(toll(&curves, 1, 100), 25, 1e-9);
	put(&curves, 1, 10, -50);
	assert_near(toll(&curves, 1, 100) + 1, 1, 1e-9);
	cost_curves_close(&curves);
}

static void test_curves_of_one_point(void **state)
{
	(void)state;
	struct cost_curves curves = {0};
	put(&curves, 1, 1000, 50);
	assert_near(toll(&curves, 1, 1), 50, 1e-12);
	assert_near(toll(&curves, 1, 999), 50, 1e-12);
	assert_near(toll(&curves, 1, 1000), 50, 1e-12);
	cost_curves_close(&curves);
}

static void test_curves_say_what_is_missing(void **state)
{
	(void)state;
	struct cost_curves curves = tolls();
	struct cost cost;
	assert_true(cost_curves_have(&curves, "toll"));
	assert_false(cost_curves_have(&curves, "toll of another road"));
	assert_int_equal(cost_curves_at(&curves, "road", 1, 10, &cost), -ENOENT);
	assert_said("'road' was not measured with 1 worker");
	assert_int_equal(cost_curves_at(&curves, "toll", 5, 10, &cost), -ENOENT);
	assert_said("'toll' was not measured with 5 workers");
	assert_int_equal(cost_curves_at(&curves, "toll", 1, 8001, &cost), -ERANGE);
	assert_said("with 1 worker was measured up to 1000 only, not at 8001");
	put(&curves, 1, 0x1p20, 1);
	assert_int_equal(cost_curves_at(&curves, "toll", 1, 0x1p26, &cost), -ERANGE);
	assert_said("up to 1MiB only, not at 64MiB");
	for (unsigned i = 0; i < CURVE_POINTS_MAX; i++)
		put(&curves, 8, i, 1);
	struct cost_point further = {.x = 100};
	assert_int_equal(cost_curves_add(&curves, "toll", 8, &further), -ERANGE);
	assert_said("'toll' with 8 workers");
	cost_curves_close(&curves);
}

// Shares.

static struct point setting_of(const char *model, unsigned workers_n)
{
	struct point setting = point_default();
	setting.model = model_find(model);
	setting.workers = workers_n;
	return setting;
}

static void assert_shares(const char *model, unsigned workers_n, double items_n, struct shares expected)
{
	struct costs costs = {.cpus_n = 2};
	struct workload workload = {.items_n = items_n};
	struct point setting = setting_of(model, workers_n);
	struct shares shares = shares_of(&costs, &workload, &setting);
	assert_int_equal(shares.running_n, expected.running_n);
	assert_int_equal(shares.crowd_n, expected.crowd_n);
	assert_near(shares.items_worker, expected.items_worker, 1e-12);
	assert_near(shares.items_cpu, expected.items_cpu, 1e-12);
}

static void test_static_shares(void **state)
{
	(void)state;
	assert_shares("serial", 4, 10, (struct shares){1, 1, 10, 10}); // whatever it says of workers
	assert_shares("threads", 1, 10, (struct shares){1, 1, 10, 10});
	assert_shares("threads", 2, 10, (struct shares){2, 1, 5, 5});
	assert_shares("threads", 2, 11, (struct shares){2, 1, 6, 6});
	assert_shares("threads", 3, 10, (struct shares){2, 2, 4, 7}); // 4 and 3 on the first CPU, 3 on the other
	assert_shares("threads", 3, 11, (struct shares){2, 2, 4, 7}); // 4 and 3; 4
	assert_shares("threads", 5, 10, (struct shares){2, 3, 2, 6});
	assert_shares("threads", 5, 13, (struct shares){2, 3, 3, 8}); // 3, 3 and 2; 3 and 2
	assert_shares("threads", 2, 1, (struct shares){2, 1, 1, 1});
}

static void test_dynamic_and_crowded_shares(void **state)
{
	(void)state;
	struct costs costs = {.cpus_n = 2};
	struct workload workload = {.items_n = 10};
	struct point setting = setting_of("thread_pool", 3);
	setting.schedule = (struct schedule){SCHEDULE_DYNAMIC, 1};
	struct shares shares = shares_of(&costs, &workload, &setting);
	assert_near(shares.items_cpu, 5, 1e-12);
	assert_near(shares.items_worker, 10 / 3.0, 1e-12);
	setting.schedule = (struct schedule){SCHEDULE_STATIC, 1};
	setting.pin = PIN_SAME; // all on one CPU
	shares = shares_of(&costs, &workload, &setting);
	assert_int_equal(shares.running_n, 1);
	assert_near(shares.items_cpu, 10, 1e-12);
}

// Extremes.

static void test_largest_of_gammas(void **state)
{
	(void)state;
	struct extreme one = extreme_of_gamma(4, 1), two = extreme_of_gamma(1, 2), three = extreme_of_gamma(1, 3);
	assert_near(one.mean, 1, 1e-3);
	assert_near(one.deviation, 0.5, 1e-2);
	assert_near(two.mean, 1.5, 1e-3); // of exponential ones: 1 + 1/2 + 1/3 …
	assert_near(two.deviation, sqrt(1 + 1 / 4.0), 1e-2);
	assert_near(three.mean, 11 / 6.0, 1e-3);
	for (double shape = 1e3; shape < 1e8; shape *= 100) {
		struct extreme normal = extreme_of_gamma(shape, 2);
		assert_near((normal.mean - 1) * sqrt(shape), 1 / sqrt(M_PI), 2e-2);
		assert_near(normal.deviation * sqrt(shape), sqrt(1 - 1 / M_PI), 2e-2);
	}
}

static void test_nearly_equal_or_very_different(void **state)
{
	(void)state;
	struct extreme heavy = extreme_of_gamma(0.01, 2), light = extreme_of_gamma(1e12, 64);
	assert_true(heavy.mean > 1.9 && heavy.mean < 2); // nearly all in one of them
	assert_true(light.mean > 1 && light.mean < 1 + 1e-5);
}

// A machine of two CPUs: a task costs threads 20 µs and 10 µs a worker, the pool 2 µs and 1 µs a worker, and the work
// is divided without loss. No row varies from round to round.

static uint32_t rounds_n = 8;
static const double serial_null_ns = 100;

static double launch_ns(const char *model, unsigned workers_n)
{
	double one = strcmp(model, "fork") == 0 ? 1e5 : strcmp(model, "threads") == 0 ? 1e4 : 1e3;
	return 2 * one + workers_n * one;
}

static void put_spec(const struct spec *spec, double wall_ns)
{
	int row = record_add_row(&record, spec, "dispatch|");
	assert_true(row >= 0);
	for (uint32_t round = 0; round < rounds_n; round++) {
		struct sample sample = {.row = (uint32_t)row, .round = round, .batch_n = 1, .iterations_n = 1};
		for (int i = 0; i < METRIC_N; i++)
			sample.value[i] = NAN;
		sample.value[METRIC_wall_ns] = wall_ns;
		sample.value[METRIC_cpu_ns] = wall_ns;
		assert_int_equal(record_add_sample(&record, &sample), 0);
	}
}

static struct spec spec_of(const char *kernel, const char *size)
{
	struct spec spec;
	assert_int_equal(spec_init(&spec, "dispatch"), 0);
	spec_set(&spec, "kernel", kernel);
	if (size)
		spec_set(&spec, "size", size);
	return spec;
}

static void put_run(struct spec *spec, const char *model, unsigned workers_n, double wall_ns)
{
	spec_set(spec, "model", model);
	spec_set_count(spec, "workers", workers_n);
	spec_set(spec, "pin", "compact");
	put_spec(spec, wall_ns);
}

static void put_row(const char *kernel, const char *size, const char *model, unsigned workers_n, double wall_ns)
{
	struct spec spec = spec_of(kernel, size);
	put_run(&spec, model, workers_n, wall_ns);
}

static struct spec items_of(const char *items, const char *item_ns)
{
	struct spec spec = spec_of("synthetic", items);
	spec_set(&spec, "item_ns", item_ns);
	spec_set(&spec, "in_bytes", "0");
	spec_set(&spec, "out_bytes", "0");
	return spec;
}

// Items one after the other.
static void put_items(const char *items, const char *item_ns, const char *wait_pct, double wall_ns)
{
	struct spec spec = items_of(items, item_ns);
	spec_set(&spec, "wait_pct", wait_pct);
	put_run(&spec, "serial", 1, wall_ns);
}

// 16 items, of which each waits half of its time.
static void put_waiting(const char *item_ns, double wall_ns)
{
	put_items("16", item_ns, "50", wall_ns);
}

static void put_models(const char *kernel, const char *size, double serial_ns)
{
	static const char *const names[] = {"threads", "fork", "thread_pool", "process_pool"};
	put_row(kernel, size, "serial", 1, serial_ns);
	for (unsigned i = 0; i < sizeof names / sizeof *names; i++)
		for (unsigned workers_n = 1; workers_n <= 2; workers_n++)
			put_row(kernel, size, names[i], workers_n, serial_ns / workers_n + launch_ns(names[i], workers_n));
}

static void put_machine(void)
{
	facts_add(&record.facts, "cpus_n", "2");
	facts_add(&record.facts, "memory_bytes", "%lld", 1ll << 30);
	for (uint32_t round = 0; round < rounds_n; round++)
		record_add_round(&record, &(struct round_noise){.round = round});
}

static void put_known(void)
{
	put_machine();
	put_models("null", NULL, serial_null_ns);
	put_models("busy", "10us", 1e4);
	put_models("busy", "1ms", 1e6);
}

static struct costs known_costs(void)
{
	struct costs costs;
	put_known();
	if (costs_open(&costs, &record) < 0)
		fail_msg("%s", status_message());
	return costs;
}

static struct workload busy_like(double work_ns, double items_n)
{
	return (struct workload){.work_ns = work_ns, .items_n = items_n};
}

static struct prediction predicted(const struct costs *costs, const struct workload *workload, const char *model,
                                   unsigned workers_n)
{
	struct point setting = setting_of(model, workers_n);
	struct prediction prediction;
	if (predict(costs, workload, &setting, &prediction) < 0)
		fail_msg("%s with %u: %s", model, workers_n, status_message());
	return prediction;
}

static void test_what_was_measured_is_predicted(void **state)
{
	(void)state;
	static const char *const names[] = {"threads", "fork", "thread_pool", "process_pool"};
	struct costs costs = known_costs();
	assert_int_equal(costs.cpus_n, 2);
	assert_int_equal(costs_workers_most(&costs), 2);
	struct workload workload = busy_like(1e6 / 100, 100);
	assert_near(predicted(&costs, &workload, "serial", 1).wall.ns, 1e6, 1e-9);
	for (unsigned i = 0; i < sizeof names / sizeof *names; i++)
		for (unsigned n = 1; n <= 2; n++)
			assert_near(predicted(&costs, &workload, names[i], n).wall.ns, 1e6 / n + launch_ns(names[i], n), 1e-6);
	costs_close(&costs);
}

// Tasks of 1 ms take 2 % longer than their work, those of 30 ms 1 %: what comes between is in what is said of work,
// once.
static void test_long_work_is_interrupted(void **state)
{
	(void)state;
	static const double between_ns = 2e4;
	put_machine();
	put_models("null", NULL, serial_null_ns);
	put_models("busy", "10us", 1e4);
	put_row("busy", "2ms", "serial", 1, 2e6 * 1.0175);
	put_row("busy", "2ms", "thread_pool", 2, 1e6 + between_ns + launch_ns("thread_pool", 2));
	put_items("2", "100000", "0", 2e5);
	put_items("10", "100000", "0", 1e6 + between_ns);
	put_items("300", "100000", "0", 30.3e6);
	struct costs costs;
	assert_int_equal(costs_open(&costs, &record), 0);
	struct workload workload = busy_like(1e4, 100);
	assert_near(predicted(&costs, &workload, "serial", 1).wall.ns, 1e6 + between_ns, 1e-9);
	assert_near(predicted(&costs, &workload, "serial", 1).term[TERM_interruptions].ns, between_ns, 1e-9);
	workload.items_n = 24000; // eight times the longest that was measured, and as much
	assert_near(predicted(&costs, &workload, "serial", 1).wall.ns, 240e6 * 1.01, 1e-9);
	workload.items_n = 10; // a short task is not
	assert_near(predicted(&costs, &workload, "serial", 1).wall.ns, 1e5, 1e-12);
	workload.items_n = 200; // a half of it each
	struct prediction both = predicted(&costs, &workload, "thread_pool", 2);
	assert_near(both.term[TERM_interruptions].ns, between_ns, 1e-9);
	assert_true(fabs(both.wall.ns - 1e6 - between_ns - launch_ns("thread_pool", 2)) < 3e3);
	workload.touches = true; // as it ran
	assert_near(predicted(&costs, &workload, "serial", 1).wall.ns, 2e6, 1e-12);
	costs_close(&costs);
}

// 1000 items of 1 us that hold the lock for a fifth of it, two workers in a pool.
static void put_locking(const char *cv_pct, double wall_ns)
{
	struct spec spec = items_of("1000", "1000");
	spec_set(&spec, "cv_pct", cv_pct);
	spec_set(&spec, "lock_pct", "20");
	put_run(&spec, "thread_pool", 2, wall_ns);
}

static double locking_ns(double cv)
{
	struct costs costs;
	assert_int_equal(costs_open(&costs, &record), 0);
	struct workload workload = busy_like(1e3, 1000);
	workload.lock_share = 0.2;
	workload.cv = cv;
	double ns = predicted(&costs, &workload, "thread_pool", 2).wall.ns;
	costs_close(&costs);
	return ns;
}

// Who has only measured the one sort knows no better of the other.
static void test_equal_items_meet_less_at_a_lock(void **state)
{
	(void)state;
	put_known();
	put_locking("0", 6e5);
	assert_true(fabs(locking_ns(0) - 6e5) < 0.02 * 6e5);
	assert_true(fabs(locking_ns(0.3) - 6e5) < 0.02 * 6e5); // and some skew
	put_locking("30", 9e5);
	assert_true(fabs(locking_ns(0) - 6e5) < 0.02 * 6e5);
	assert_true(fabs(locking_ns(0.3) - 9e5) < 0.02 * 9e5);
	assert_true(fabs(locking_ns(0.1) - 7e5) < 0.02 * 7e5);
}

// 4096 items of 100 ns, one by one from a counter: a CPU takes 2048 of them. Static shares take nothing.
static void test_chunks_are_taken(void **state)
{
	(void)state;
	put_known();
	struct spec spec = items_of("4096", "100");
	spec_set(&spec, "cv_pct", "30");
	spec_set(&spec, "schedule", "dynamic:1");
	put_run(&spec, "thread_pool", 2, 2048 * (100 + 300) + launch_ns("thread_pool", 2));
	struct costs costs;
	assert_int_equal(costs_open(&costs, &record), 0);
	struct workload workload = busy_like(1000, 1000);
	struct point setting = setting_of("thread_pool", 2);
	struct prediction prediction;
	setting.schedule = (struct schedule){SCHEDULE_DYNAMIC, 10};
	assert_int_equal(predict(&costs, &workload, &setting, &prediction), 0);
	assert_true(fabs(prediction.term[TERM_chunks].ns - 50 * 300) < 0.02 * 50 * 300);
	assert_true(predicted(&costs, &workload, "thread_pool", 2).term[TERM_chunks].ns == 0);
	costs_close(&costs);
}

static void test_terms_add_up(void **state)
{
	(void)state;
	struct costs costs = known_costs();
	struct workload workload = busy_like(3e3, 101);
	workload.cv = 0.5;
	struct prediction prediction = predicted(&costs, &workload, "threads", 2);
	double sum = 0;
	for (int i = 0; i < TERM_N; i++)
		sum += prediction.term[i].ns;
	assert_near(sum, prediction.wall.ns, 1e-12);
	assert_near(prediction.term[TERM_work].ns, 51 * 3e3, 1e-12);
	assert_near(prediction.term[TERM_dispatch].ns, launch_ns("threads", 2), 1e-6);
	assert_true(prediction.term[TERM_skew].ns > 0 && prediction.term[TERM_skew].ns < 0.2 * 51 * 3e3);
	assert_true(prediction.wall.doubt_ns >= prediction.term[TERM_skew].doubt_ns);
	assert_near(predicted(&costs, &workload, "threads", 1).term[TERM_skew].ns + 1, 1, 1e-12);
	costs_close(&costs);
}

// Waiting overlaps on one CPU, computing does not.
static void test_waits_overlap(void **state)
{
	(void)state;
	struct costs costs = known_costs();
	struct workload waits = busy_like(1e4, 100);
	waits.wait_share = 0.9;
	struct point same = setting_of("thread_pool", 2);
	struct prediction prediction;
	assert_near(predicted(&costs, &waits, "serial", 1).wall.ns, 1e6, 1e-9);
	costs.cpus_n = 1;
	assert_int_equal(predict(&costs, &waits, &same, &prediction), 0);
	assert_true(prediction.term[TERM_work].ns > 0.5e6 * 0.999 && prediction.term[TERM_work].ns < 0.56e6);
	waits.wait_share = 0;
	assert_int_equal(predict(&costs, &waits, &same, &prediction), 0);
	assert_near(prediction.term[TERM_work].ns, 1e6, 1e-9);
	costs_close(&costs);
}

// Of two that share a CPU the second begins when the first has computed; after that each computes while the other
// waits.
static void test_who_shares_a_cpu_begins_later(void **state)
{
	(void)state;
	struct costs costs = known_costs();
	struct workload waits = busy_like(1e4, 2);
	waits.wait_share = 0.9;
	costs.cpus_n = 1;
	assert_near(predicted(&costs, &waits, "thread_pool", 2).term[TERM_work].ns, 1e4 + 1e3, 1e-9);
	costs_close(&costs);
}

// Those, and that who waited wakes 70 µs late.
static struct costs waiting_costs(void)
{
	struct costs costs;
	put_known();
	put_waiting("100000", 16 * 1e5 + 7e4);
	assert_int_equal(costs_open(&costs, &record), 0);
	return costs;
}

// What waking takes is no share of how long one slept.
static void test_long_sleepers_wake_as_late(void **state)
{
	(void)state;
	struct costs costs = waiting_costs();
	struct workload waits = busy_like(1e5, 16);
	waits.wait_share = 0.5;
	assert_near(predicted(&costs, &waits, "serial", 1).wall.ns, 16 * 1e5 + 7e4, 1e-6);
	waits.work_ns = 1e7;
	assert_near(predicted(&costs, &waits, "serial", 1).wall.ns, 16 * 1e7 + 7e4, 1e-6);
	costs_close(&costs);
}

// More workers than were measured cost as much more; all of that is doubted.
static void test_more_workers_cost_more(void **state)
{
	(void)state;
	struct costs costs = known_costs();
	struct workload workload = busy_like(1e4, 100);
	struct cost two = predicted(&costs, &workload, "threads", 2).term[TERM_dispatch];
	struct cost six = predicted(&costs, &workload, "threads", 6).term[TERM_dispatch];
	assert_near(six.ns, 3 * two.ns, 1e-6);
	assert_near(six.doubt_ns, 2 * two.ns, 1e-6);
	costs_close(&costs);
}

static unsigned most_workers(const struct costs *costs, const struct workload *workload)
{
	struct advice advice;
	unsigned most = 0;
	assert_int_equal(advice_open(&advice, costs, workload), 0);
	for (uint32_t i = 0; i < advice.n; i++)
		most = advice.candidate[i].setting.workers > most ? advice.candidate[i].setting.workers : most;
	advice_close(&advice);
	return most;
}

// Items that wait nine tenths of their time keep two CPUs busy twenty at a time, however many were measured.
static void test_who_waits_is_many(void **state)
{
	(void)state;
	struct costs costs = waiting_costs();
	struct workload workload = busy_like(1e6, 100);
	assert_int_equal(most_workers(&costs, &workload), 2);
	workload.wait_share = 0.5;
	assert_int_equal(most_workers(&costs, &workload), 6);
	workload.wait_share = 0.9;
	assert_int_equal(most_workers(&costs, &workload), 16); // eight times as many as were measured
	costs_close(&costs);
}

static void test_what_was_not_measured_is_not_guessed(void **state)
{
	(void)state;
	struct costs costs = known_costs();
	struct prediction prediction;
	struct workload workload = busy_like(1e4, 100);
	struct point many = setting_of("threads", 2 * CURVE_BEYOND + 1), two = setting_of("threads", 2);
	assert_int_equal(predict(&costs, &workload, &many, &prediction), -ENOENT);
	assert_said("with 17 workers");
	workload.in_bytes = 4096;
	assert_int_equal(predict(&costs, &workload, &two, &prediction), -ENOENT);
	assert_said("'read");
	workload.in_bytes = 0;
	workload.lock_share = 0.1;
	assert_int_equal(predict(&costs, &workload, &two, &prediction), -ENOENT);
	assert_said("'lock threads'");
	workload.lock_share = 0;
	workload.work_ns = 1e6 * CURVE_BEYOND;
	// Longer tasks are the same, but longer: what computing side by side costs is a share of them.
	struct prediction longer;
	assert_int_equal(predict(&costs, &workload, &two, &prediction), 0);
	workload.work_ns *= 2;
	assert_int_equal(predict(&costs, &workload, &two, &longer), 0);
	assert_near(longer.wall.ns, 2 * prediction.wall.ns, 1);
	costs_close(&costs);
}

// The ranking.

static struct advice advised(const struct costs *costs, const struct workload *workload)
{
	struct advice advice;
	if (advice_open(&advice, costs, workload) < 0)
		fail_msg("%s", status_message());
	return advice;
}

static void assert_best(const struct costs *costs, double work_ns, const char *model, unsigned workers_n)
{
	struct workload workload = busy_like(work_ns, 100);
	struct advice advice = advised(costs, &workload);
	assert_string_equal(advice.candidate[0].setting.model->name, model);
	assert_int_equal(advice.candidate[0].setting.workers, workers_n);
	for (uint32_t i = 1; i < advice.n; i++)
		assert_true(advice.candidate[i - 1].prediction.wall.ns <= advice.candidate[i].prediction.wall.ns);
	for (int family = 0; family < FAMILY_COPYING; family++) {
		assert_true(advice.best[family] >= 0);
		assert_int_equal(family_of(&advice.candidate[advice.best[family]].setting), family);
	}
	assert_int_equal(advice.best[FAMILY_COPYING], -1);
	advice_close(&advice);
}

static void test_ranking(void **state)
{
	(void)state;
	struct costs costs = known_costs();
	assert_best(&costs, 10, "serial", 1); // 1 µs in all, and waking a pool takes 3
	struct workload workload = busy_like(1e4, 100);
	struct advice advice = advised(&costs, &workload);
	assert_int_equal(advice.candidate[0].setting.workers, 2);
	assert_true(advice.candidate[0].setting.model->resident);
	assert_near(advice.candidate[0].prediction.wall.ns, 5e5 + 4e3, 1e-6);
	assert_near(advice.candidate[advice.best[FAMILY_SERIAL]].prediction.wall.ns, 1e6, 1e-9);
	advice_close(&advice);
	costs_close(&costs);
}

// Of a row that was measured while the machine went a little faster.
static void test_the_only_worker_is_no_faster(void **state)
{
	(void)state;
	put_known();
	put_row("busy", "10ms", "serial", 1, 1e7);
	put_row("busy", "10ms", "thread_pool", 1, 0.98e7);
	struct costs costs;
	assert_int_equal(costs_open(&costs, &record), 0);
	struct workload workload = busy_like(1e5, 100);
	assert_near(predicted(&costs, &workload, "serial", 1).wall.ns, 1e7, 1e-9);
	assert_near(predicted(&costs, &workload, "thread_pool", 1).wall.ns, 1e7, 1e-9);
	costs_close(&costs);
}

// As long as others compute as much, whoever reads or writes 8 MiB.
static void put_touching(double wall_ns)
{
	static const char *const directions[] = {"in_bytes", "out_bytes"};
	for (unsigned i = 0; i < 2; i++) {
		struct spec spec = items_of("64", "0");
		spec_set(&spec, directions[i], "131072");
		put_run(&spec, "serial", 1, wall_ns);
		put_run(&spec, "thread_pool", 2, wall_ns / 2 + launch_ns("thread_pool", 2));
	}
}

// One worker copies 16 MiB in 600 µs, and so do two: work that was measured and does as much takes them as long, other
// work of as many bytes does not notice.
static void test_streaming_has_a_roof(void **state)
{
	(void)state;
	put_known();
	put_row("square", "8MiB", "serial", 1, 6e5);
	put_row("square", "8MiB", "thread_pool", 2, 6e5 + launch_ns("thread_pool", 2));
	put_touching(1e5);
	struct costs costs;
	assert_int_equal(costs_open(&costs, &record), 0);
	struct workload workload = busy_like(6e5 / 64, 64);
	workload.touches = true;
	workload.in_bytes = workload.out_bytes = 0x1p23 / 64;
	assert_near(predicted(&costs, &workload, "thread_pool", 2).wall.ns, 6e5 + launch_ns("thread_pool", 2), 1e-3);
	assert_near(predicted(&costs, &workload, "serial", 1).wall.ns, 6e5, 1e-9);
	workload.work_ns *= 4;
	assert_near(predicted(&costs, &workload, "thread_pool", 2).term[TERM_memory].ns + 1, 1, 1e-9);
	workload = (struct workload){.items_n = 1, .work_ns = 6e5 / 64, .touches = true, .in_bytes = 64, .out_bytes = 64};
	assert_true(predicted(&costs, &workload, "thread_pool", 2).term[TERM_memory].ns < 10);
	costs_close(&costs);
}

static void test_isolation_excludes(void **state)
{
	(void)state;
	struct costs costs = known_costs();
	struct workload workload = busy_like(10, 100);
	workload.isolation = true;
	struct advice advice = advised(&costs, &workload);
	for (uint32_t i = 0; i < advice.n; i++)
		assert_true(advice.candidate[i].setting.model->processes);
	assert_int_equal(advice.best[FAMILY_SERIAL], -1);
	assert_int_equal(advice.best[FAMILY_THREADS], -1);
	assert_int_equal(advice.exclusions_n, 2);
	assert_string_equal(advice.exclusion[0].what, "serial");
	assert_string_equal(advice.exclusion[1].what, "threads");
	assert_non_null(strstr(advice.exclusion[1].reason, "isolation"));
	assert_int_equal(advice.exclusion[0].settings_n, 1);
	assert_true(advice.exclusion[1].settings_n >= 4);
	advice_close(&advice);
	costs_close(&costs);
}

static void test_memory_excludes(void **state)
{
	(void)state;
	struct costs costs = known_costs();
	struct workload workload = busy_like(1e4, 100);
	workload.memory_bytes = 0x1p29 + 1;
	struct advice advice = advised(&costs, &workload);
	for (uint32_t i = 0; i < advice.n; i++) {
		assert_int_equal(advice.candidate[i].setting.workers, 1);
		assert_near(advice.candidate[i].memory_bytes, 0x1p29 + 1, 1e-12);
	}
	assert_int_equal(advice.exclusions_n, 1);
	assert_string_equal(advice.exclusion[0].what, "more than 1 worker");
	assert_non_null(strstr(advice.exclusion[0].reason, "1 GiB"));
	advice_close(&advice);
	workload.memory_bytes = 0x1p31;
	assert_int_equal(advice_open(&advice, &costs, &workload), -ERANGE);
	assert_said("excluded");
	costs.memory_bytes = 0x1p33;
	advice = advised(&costs, &workload);
	assert_int_equal(advice.exclusions_n, 0);
	advice_close(&advice);
	costs_close(&costs);
}

// Their caller sleeps, and may be woken on the CPU of one who never does.
static void put_footprint(const char *between, const char *workers, double bytes)
{
	struct spec spec;
	assert_int_equal(spec_init(&spec, "memory"), 0);
	spec_set(&spec, "workers", workers);
	spec_set(&spec, "between", between);
	int row = record_add_row(&record, &spec, "memory|");
	struct sample sample = {.row = (uint32_t)row, .batch_n = 1, .iterations_n = 1};
	for (int i = 0; i < METRIC_N; i++)
		sample.value[i] = NAN;
	sample.value[METRIC_worker_pss_bytes] = bytes;
	assert_int_equal(record_add_sample(&record, &sample), 0);
}

// Idle workers, what each needs of its own, and a copy of what is sent.
static void test_memory_of_workers(void **state)
{
	(void)state;
	put_known();
	put_footprint("processes", "1", 1e5);
	put_footprint("processes", "4", 5e4);
	struct costs costs;
	assert_int_equal(costs_open(&costs, &record), 0);
	assert_int_equal(costs_workers_most(&costs), 2);
	struct workload workload = busy_like(1e4, 100);
	struct point setting = setting_of("process_pool", 1);
	assert_near(footprint_bytes(&costs, &workload, &setting), 1e5, 1e-9);
	setting.workers = 2;
	assert_near(footprint_bytes(&costs, &workload, &setting), 2 * 7.5e4, 1e-9);
	workload.memory_bytes = 1e6;
	workload.in_bytes = 10;
	setting.transport = channel_find("pipe");
	assert_near(footprint_bytes(&costs, &workload, &setting), 2 * 7.5e4 + 2e6 + 1e3, 1e-9);
	setting = setting_of("threads", 2); // of idle ones nothing is known
	assert_near(footprint_bytes(&costs, &workload, &setting), 2e6, 1e-9);
	costs_close(&costs);
}

static void test_who_spins_is_sent_nothing_by_sleepers(void **state)
{
	(void)state;
	struct costs costs = {.cpus_n = 4};
	struct workload workload = busy_like(1e4, 100);
	struct point setting = setting_of("process_pool", 2);
	struct exclusion exclusion;
	setting.transport = channel_find("pipe");
	assert_non_null(setting.transport);
	assert_false(setting_excluded(&costs, &workload, &setting, &exclusion));
	setting.wait = WAIT_SPIN;
	assert_true(setting_excluded(&costs, &workload, &setting, &exclusion));
	assert_non_null(strstr(exclusion.what, "channels that sleep"));
	setting.transport = NULL;
	assert_false(setting_excluded(&costs, &workload, &setting, &exclusion));
}

// A strong CPU and another one.
static void test_kinds_are_not_crossed(void **state)
{
	(void)state;
	put_known();
	facts_add(&record.facts, "cpu_kinds", "%s", "IntelCore: 0; IntelAtom: 1");
	struct costs costs;
	assert_int_equal(costs_open(&costs, &record), 0);
	assert_int_equal(costs.kind_n, 1);
	struct workload workload = busy_like(1e4, 100);
	struct advice advice = advised(&costs, &workload);
	for (uint32_t i = 0; i < advice.n; i++)
		assert_int_equal(advice.candidate[i].setting.workers, 1);
	assert_int_equal(advice.exclusions_n, 1);
	assert_string_equal(advice.exclusion[0].what, "more than 1 worker");
	assert_non_null(strstr(advice.exclusion[0].reason, "another kind"));
	advice_close(&advice);
	costs_close(&costs);
}

static void test_flips_stay_within_what_was_measured(void **state)
{
	(void)state;
	struct costs costs = known_costs();
	struct workload workload = busy_like(1e4, 100);
	struct advice advice = advised(&costs, &workload);
	advice_find_flips(&advice);
	assert_true(advice.flips_n >= 2); // by work and by items
	for (unsigned i = 0; i < advice.flips_n; i++) {
		assert_true(advice.flip[i].below); // a pool loses to none above
		assert_int_equal(advice.flip[i].winner, FAMILY_SERIAL);
		double total_ns =
			strcmp(advice.flip[i].property, "items") == 0 ? advice.flip[i].at * 1e4 : advice.flip[i].at * 100;
		assert_true(total_ns < 2e4 && total_ns > 1e3);
	}
	advice_close(&advice);
	// Next to the end of what was measured, and with no way back: none, instead of one beyond it.
	workload = busy_like(1e6 * CURVE_BEYOND / 100 * 1.9, 100);
	advice = advised(&costs, &workload);
	advice_find_flips(&advice);
	for (unsigned i = 0; i < advice.flips_n; i++)
		assert_true(advice.flip[i].below);
	advice_close(&advice);
	costs_close(&costs);
}

static void test_bad_workloads(void **state)
{
	(void)state;
	static const struct {
		struct workload workload;
		const char *said;
	} bad[] = {
		{{.work_ns = 1}, "items"},
		{{.items_n = 1.5, .work_ns = 1}, "items"},
		{{.items_n = 1}, "work"},
		{{.items_n = 1, .work_ns = NAN}, "work"},
		{{.items_n = 1, .work_ns = 1, .cv = -1}, "variation"},
		{{.items_n = 1, .work_ns = 1, .cv = NAN}, "variation"},
		{{.items_n = 1, .work_ns = 1, .wait_share = 1}, "waits"},
		{{.items_n = 1, .work_ns = 1, .lock_share = -0.1}, "lock"},
		{{.items_n = 1, .work_ns = 1, .in_bytes = -1}, "sizes"},
	};
	struct costs costs = known_costs();
	struct advice advice;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		assert_int_equal(advice_open(&advice, &costs, &bad[i].workload), -EINVAL);
		assert_said(bad[i].said);
	}
	costs_close(&costs);
}

static void test_nothing_to_learn_from(void **state)
{
	(void)state;
	struct costs costs;
	put_machine();
	assert_int_equal(costs_open(&costs, &record), -ENOENT);
	assert_said("null and busy");
	assert_said("tvp calibrate");
	put_row("sum", "32MiB", "serial", 1, 1e6);
	put_row("sum", "32MiB", "threads", 2, 6e5);
	assert_int_equal(costs_open(&costs, &record), -ENOENT);
	put_row("busy", "1ms", "threads", 2, 6e5); // without the serial run of the same task
	assert_int_equal(costs_open(&costs, &record), -ENOENT);
}

// Rows that no term learned from: here of two ways of waiting, one of which takes half as long again as predicted.
static void test_its_own_errors_are_in_the_interval(void **state)
{
	(void)state;
	put_known();
	put_waiting("100000", 16 * 1e5); // who waits wakes at once
	put_row("sleep", "100", "serial", 1, 1e6);
	put_row("sleep", "100", "thread_pool", 1, 1e6 + launch_ns("thread_pool", 1));
	put_row("sleep", "100", "thread_pool", 2, 1.5 * (5e5 + launch_ns("thread_pool", 2)));
	struct costs costs;
	assert_int_equal(costs_open(&costs, &record), 0);
	assert_int_equal(costs.check[CHECKED_COMPUTE].checked_n, 2);
	assert_near(costs.check[CHECKED_COMPUTE].error, 0.5, 1e-6);
	assert_int_equal(costs.check[CHECKED_COPIES].checked_n, 0);
	assert_near(costs.check[CHECKED_COPIES].error, 0.5, 1e-6); // without rows: the worst of the others
	struct workload workload = busy_like(1e4, 100);
	struct prediction prediction = predicted(&costs, &workload, "fork", 2);
	assert_near(prediction.wall.doubt_ns, prediction.wall.ns / 2, 1e-6);
	costs_close(&costs);
}

// Five rounds say what something costs, but not how well that is known, and check nothing.
static void test_few_rounds_give_no_interval(void **state)
{
	(void)state;
	rounds_n = 5;
	put_known();
	put_row("sleep", "100", "serial", 1, 1e6);
	put_row("sleep", "100", "thread_pool", 1, 1e6);
	rounds_n = 8;
	struct costs costs;
	assert_int_equal(costs_open(&costs, &record), 0);
	assert_true(costs.unchecked);
	struct workload workload = busy_like(1e4, 100);
	struct prediction prediction = predicted(&costs, &workload, "thread_pool", 2);
	assert_near(prediction.wall.ns, 5e5 + launch_ns("thread_pool", 2), 1e-3);
	assert_false(cost_has_interval(&prediction.wall));
	assert_true(isfinite(prediction.wall.doubt_ns));
	costs_close(&costs);
}

static void test_settings_in_words(void **state)
{
	(void)state;
	char text[200];
	struct point setting = setting_of("process_pool", 4);
	assert_string_equal(setting_text(text, sizeof text, &setting),
	                    "4 processes in a resident pool, waiting: adaptive, pinned compact");
	setting = setting_of("threads", 1);
	setting.schedule = (struct schedule){SCHEDULE_DYNAMIC, 3};
	assert_string_equal(setting_text(text, sizeof text, &setting),
	                    "1 thread created for the job, pinned compact, 3 items at a time");
	setting = setting_of("serial", 1);
	assert_string_equal(setting_text(text, sizeof text, &setting), "one after the other (serial)");
}

#define RECORDED(test) cmocka_unit_test_setup_teardown(test, record_begin, record_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_curves_between_points_and_workers),
		cmocka_unit_test(test_curves_through_nothing),
		cmocka_unit_test(test_curves_of_one_point),
		cmocka_unit_test(test_curves_say_what_is_missing),
		cmocka_unit_test(test_static_shares),
		cmocka_unit_test(test_dynamic_and_crowded_shares),
		cmocka_unit_test(test_largest_of_gammas),
		cmocka_unit_test(test_nearly_equal_or_very_different),
		RECORDED(test_what_was_measured_is_predicted),
		RECORDED(test_terms_add_up),
		RECORDED(test_long_work_is_interrupted),
		RECORDED(test_equal_items_meet_less_at_a_lock),
		RECORDED(test_chunks_are_taken),
		RECORDED(test_waits_overlap),
		RECORDED(test_who_shares_a_cpu_begins_later),
		RECORDED(test_long_sleepers_wake_as_late),
		RECORDED(test_more_workers_cost_more),
		RECORDED(test_who_waits_is_many),
		RECORDED(test_what_was_not_measured_is_not_guessed),
		RECORDED(test_ranking),
		RECORDED(test_the_only_worker_is_no_faster),
		RECORDED(test_streaming_has_a_roof),
		RECORDED(test_isolation_excludes),
		RECORDED(test_memory_excludes),
		RECORDED(test_memory_of_workers),
		RECORDED(test_kinds_are_not_crossed),
		cmocka_unit_test(test_who_spins_is_sent_nothing_by_sleepers),
		RECORDED(test_flips_stay_within_what_was_measured),
		RECORDED(test_bad_workloads),
		RECORDED(test_nothing_to_learn_from),
		RECORDED(test_its_own_errors_are_in_the_interval),
		RECORDED(test_few_rounds_give_no_interval),
		cmocka_unit_test(test_settings_in_words),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
