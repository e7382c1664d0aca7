// The order of visits and the stop rule, over experiments that cost nothing: what is open is visited once a round,
// groups and families together; looks at 30, 45, 68 …; failures, budgets and interrupts end what they should.
// links: measure
#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/status.h"
#include "measure/order.h"
#include "measure/rounds.h"
#include "tests/fixtures/sanitizers.h"
#include "tests/fixtures/visitor.h"

enum { TEST_DEADLINE_S = 60 };

// A fixed number per row, some of it noise: wall = 1000 x (1 + noise x u), u uniform in [-1, 1).
static int trial_numbers(const struct spec *spec, struct trial *trial)
{
	const char *noise = spec_get(spec, "noise"), *failing = spec_get(spec, "fails");
	if (failing)
		return status_say(EIO, "fails as told");
	struct rng rng = {clock_now_ns()};
	double u = (double)rng_below(&rng, 1u << 31) / (1u << 30) - 1;
	trial->iterations_n = 1;
	trial->batch_n = 1;
	trial->value[METRIC_wall_ns] = 1000 * (1 + atof(noise) * u);
	return 0;
}

static const struct visit_hooks numbers = {.trial = trial_numbers};

static struct row *add(struct record *record, const char *name, const char *noise, const char *group)
{
	struct spec spec;
	spec_init(&spec, "numbers");
	spec_set(&spec, "name", name);
	spec_set(&spec, "noise", noise);
	int index = record_add_row(record, &spec, group);
	assert_true(index >= 0);
	record->rows[index].hooks = &numbers;
	return &record->rows[index];
}

static void begin(struct record *record)
{
	alarm(TEST_DEADLINE_S);
	assert_int_equal(record_open(record), 0);
	record->options = (struct run_options){.seed = 1,
	                                       .rounds_least = 30,
	                                       .rounds_most = UINT32_MAX,
	                                       .time_budget_ns = 30 * NS_PER_S,
	                                       .visit_ns = 1000,
	                                       .target_ci = 0.05};
}

static void run(struct record *record)
{
	struct rounds_hooks hooks = {0};
	assert_int_equal(rounds_run(record, &visitor, &hooks), 0);
}

static void test_looks(void **state)
{
	(void)state;
	static const uint32_t looks[] = {30, 45, 68, 100, 150};
	unsigned seen = 0;
	for (uint32_t n = 0; n <= 150; n++)
		if (rounds_look(n))
			assert_int_equal(n, looks[seen++]);
	assert_int_equal(seen, 5);
}

static void test_order(void **state)
{
	(void)state;
	struct record record;
	begin(&record);
	char name[16], group[32];
	for (int i = 0; i < 24; i++) {
		snprintf(name, sizeof name, "%d", i);
		snprintf(group, sizeof group, "family%d|%d", i % 3, i % 6);
		add(&record, name, "0", group);
	}
	record.rows[5].state = ROW_DONE;
	uint32_t order[24], again[24], next[24];
	struct rng rng = {7}, same = {7};
	assert_int_equal(order_shuffled(&record, &rng, order), 23);
	assert_int_equal(order_shuffled(&record, &same, again), 23);
	assert_memory_equal(order, again, 23 * sizeof *order);
	assert_int_equal(order_shuffled(&record, &rng, next), 23);
	assert_memory_not_equal(order, next, 23 * sizeof *order);
	// Every open row once; a family, and within it a group, is left only once.
	unsigned seen[24] = {0}, family_changes = 0, group_changes = 0;
	for (int i = 0; i < 23; i++) {
		seen[order[i]]++;
		if (i > 0) {
			family_changes += !order_same_family(&record.rows[order[i]], &record.rows[order[i - 1]]);
			group_changes += strcmp(record.rows[order[i]].group, record.rows[order[i - 1]].group) != 0;
		}
	}
	for (int i = 0; i < 24; i++)
		assert_int_equal(seen[i], i == 5 ? 0 : 1);
	assert_int_equal(family_changes, 2);
	assert_int_equal(group_changes, 5);
	record_close(&record);
}

static void test_target_stops(void **state)
{
	(void)state;
	struct record record;
	begin(&record);
	add(&record, "quiet", "0.001", "quiet|1");
	add(&record, "quiet2", "0.001", "quiet|2");
	run(&record);
	assert_int_equal(record.stop, STOP_TARGET);
	assert_int_equal(record.rounds_n, 30);
	assert_int_equal(record.rows[0].state, ROW_DONE);
	assert_int_equal(record.samples_n, 60);
	record_close(&record);
}

static void test_noisy_family_goes_on(void **state)
{
	(void)state;
	struct record record;
	begin(&record);
	record.options.rounds_most = 45;
	add(&record, "quiet", "0.001", "a|1");
	add(&record, "quiet", "0.002", "b|1");
	add(&record, "noisy", "0.9", "b|2");
	run(&record);
	assert_int_equal(record.stop, STOP_ROUNDS);
	assert_int_equal(record.rounds_n, 45);
	assert_int_equal(record.rows[0].state, ROW_DONE);
	assert_int_equal(record.rows[1].state, ROW_OPEN); // its family's ratios go on with it
	double series[45];
	record_series(&record, 0, METRIC_wall_ns, series);
	assert_false(isnan(series[29]));
	assert_true(isnan(series[30]));
	record_close(&record);
}

static void test_failed_row_is_left_out(void **state)
{
	(void)state;
	struct record record;
	begin(&record);
	record.options.rounds_least = record.options.rounds_most = 3;
	add(&record, "good", "0.001", "a|1");
	spec_set(&add(&record, "bad", "0", "a|1")->spec, "fails", "yes");
	run(&record);
	assert_int_equal(record.rows[1].state, ROW_FAILED);
	assert_string_equal(record.rows[1].reason, "fails as told");
	assert_int_equal(record.samples_n, 3);
	record_close(&record);
}

static void test_budget_stops(void **state)
{
	(void)state;
	struct record record;
	begin(&record);
	record.options.time_budget_ns = 200 * NS_PER_MS;
	add(&record, "noisy", "0.9", "a|1");
	run(&record);
	assert_int_equal(record.stop, STOP_BUDGET);
	assert_true(record.elapsed_ns < 10 * record.options.time_budget_ns);
	record_close(&record);
}

static void interrupt_in_fourth(void *context, const struct rounds_progress *progress)
{
	(void)context;
	if (strcmp(progress->phase, "measuring") == 0 && progress->round == 3)
		kill(getpid(), SIGINT);
}

static void test_interrupt_keeps_rounds_and_resumes(void **state)
{
	(void)state;
	struct record record;
	begin(&record);
	record.options.rounds_least = record.options.rounds_most = 6;
	add(&record, "one", "0.001", "a|1");
	struct rounds_hooks hooks = {.progress = interrupt_in_fourth};
	assert_int_equal(rounds_run(&record, &visitor, &hooks), 0);
	assert_int_equal(record.stop, STOP_INTERRUPT);
	uint32_t kept = record.samples_n;
	assert_true(kept >= 3 && kept < 6);
	uint64_t spent_ns = record.elapsed_ns;
	visitor.interrupted = false;
	run(&record);
	assert_int_equal(record.stop, STOP_ROUNDS);
	assert_int_equal(record.rounds_n, 6);
	assert_true(record.elapsed_ns > spent_ns);
	record_close(&record);
}

// Five rows, interrupted inside a round: the rest of that round comes first when it goes on, nothing twice.
static void interrupt_inside(void *context, const struct rounds_progress *progress)
{
	(void)context;
	if (strcmp(progress->phase, "measuring") == 0 && progress->round == 2 && progress->done_n == 2)
		kill(getpid(), SIGINT);
}

static void test_cut_round_is_completed(void **state)
{
	(void)state;
	struct record record;
	begin(&record);
	record.options.rounds_least = record.options.rounds_most = 5;
	static const char *const names[] = {"1", "2", "3", "4", "5"};
	for (unsigned i = 0; i < 5; i++)
		add(&record, names[i], "0.001", "a|1");
	struct rounds_hooks hooks = {.progress = interrupt_inside};
	assert_int_equal(rounds_run(&record, &visitor, &hooks), 0);
	assert_int_equal(record.stop, STOP_INTERRUPT);
	assert_int_equal(record.samples_n, 2 * 5 + 2);
	visitor.interrupted = false;
	run(&record);
	assert_int_equal(record.rounds_n, 5);
	assert_int_equal(record.samples_n, 25);
	double series[5];
	for (uint32_t row = 0; row < 5; row++) {
		record_series(&record, row, METRIC_wall_ns, series);
		for (unsigned round = 0; round < 5; round++)
			assert_false(isnan(series[round]));
	}
	record_close(&record);
}

static void test_no_time_no_round(void **state)
{
	(void)state;
	struct record record;
	begin(&record);
	record.options.time_budget_ns = 1;
	add(&record, "one", "0.001", "a|1");
	for (int again = 0; again < 2; again++) {
		run(&record);
		assert_int_equal(record.stop, STOP_BUDGET);
		assert_int_equal(record.rounds_n, 0);
	}
	record_close(&record);
}

static int fail_checkpoint(void *context, const struct record *record)
{
	(void)context;
	(void)record;
	return status_say(ENOSPC, "no space");
}

static void test_failing_checkpoint_goes_on(void **state)
{
	(void)state;
	struct record record;
	begin(&record);
	record.options.rounds_least = record.options.rounds_most = 3;
	add(&record, "one", "0.001", "a|1");
	struct rounds_hooks hooks = {.checkpoint = fail_checkpoint};
	assert_int_equal(rounds_run(&record, &visitor, &hooks), 0);
	assert_int_equal(record.rounds_n, 3);
	record_close(&record);
}

// In KiB.
static double private_memory(void)
{
	double kib = 0;
	char line[256];
	FILE *rollup = fopen("/proc/self/smaps_rollup", "re");
	while (rollup && fgets(line, sizeof line, rollup) && sscanf(line, "Anonymous: %lf", &kib) != 1)
		;
	if (rollup)
		fclose(rollup);
	return kib;
}

static int trial_private_memory(const struct spec *spec, struct trial *trial)
{
	(void)spec;
	trial->iterations_n = trial->batch_n = 1;
	trial->value[METRIC_wall_ns] = private_memory();
	return 0;
}

static double runner_memory(unsigned rows_n)
{
	static const struct visit_hooks hooks = {.trial = trial_private_memory};
	struct record record;
	char name[16];
	begin(&record);
	record.options.rounds_least = record.options.rounds_most = 1;
	for (unsigned i = 0; i < rows_n; i++) {
		snprintf(name, sizeof name, "%u", i);
		struct row *row = add(&record, name, "0", "family|group");
		row->hooks = &hooks;
		if (i > 0)
			row->state = ROW_DONE;
	}
	run(&record);
	assert_int_equal(record.samples_n, 1);
	double kib = record.samples[0].value[METRIC_wall_ns];
	record_close(&record);
	return kib;
}

// A worker's fork copies the page tables of what is private to its runner: in a suite of many rows it would take longer
// than alone.
static void test_rows_make_no_fork_slower(void **state)
{
	(void)state;
	enum { ROWS_N = 2000 };
	double one = runner_memory(1), many = runner_memory(ROWS_N);
	assert_true(one > 0);
	double rows = ROWS_N * (double)sizeof(struct row) / 1024;
	// Sanitizers keep private memory of their own for whatever is touched, shared or not.
	if (!SANITIZED && !(many - one < rows / 20))
		fail_msg("%g KiB of a runner's memory are private, beside %d other rows %g KiB", one, ROWS_N, many);
}

static int setup(void **state)
{
	(void)state;
	return visitor_start(1000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_looks),
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_target_stops),
		cmocka_unit_test(test_noisy_family_goes_on),
		cmocka_unit_test(test_failed_row_is_left_out),
		cmocka_unit_test(test_budget_stops),
		cmocka_unit_test(test_interrupt_keeps_rounds_and_resumes),
		cmocka_unit_test(test_cut_round_is_completed),
		cmocka_unit_test(test_no_time_no_round),
		cmocka_unit_test(test_failing_checkpoint_goes_on),
		cmocka_unit_test(test_rows_make_no_fork_slower),
	};
	return ran_tests(tests, setup, visitor_end);
}
