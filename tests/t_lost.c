// What a run keeps when visits go wrong: a visit lost costs its row that round and no more, what can never pass fails
// at once, what was not what it was meant to be is repeated, and every finished visit is kept and saved.
// links: report
#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/status.h"
#include "host/placement.h"
#include "measure/rounds.h"
#include "report/table/conditions.h"
#include "tests/fixtures/visitor.h"

enum { TEST_DEADLINE_S = 100, ROWS_MOST = 4 };

/// What a row's visits do from visit `first` to visit `last`, its calibrating one being the first.
struct script {
	unsigned first, last;
	int (*act)(void);
};

static struct script scripts[ROWS_MOST];

// In memory that runners share: each visit is a process of its own.
static struct {
	unsigned visits_n[ROWS_MOST], all_visits_n;
	uint64_t check_seeds[ROWS_MOST][16]; // of the first visits
} * shared;

static int trial_scripted(const struct spec *spec, struct trial *trial)
{
	if (trial->counting) // where the machine can: such a visit is no part of a script
		return 0;
	int row = atoi(spec_get(spec, "row"));
	unsigned visit = ++shared->visits_n[row];
	shared->all_visits_n++;
	if (visit <= 16)
		shared->check_seeds[row][visit - 1] = trial->check_seed;
	const struct script *script = &scripts[row];
	int status = script->act && visit >= script->first && visit <= script->last ? script->act() : 0;
	trial->iterations_n = 1;
	trial->batch_n = 1;
	trial->value[METRIC_wall_ns] = 1000 + visit;
	return status;
}

static const struct visit_hooks hooks = {.trial = trial_scripted};

// rows_n rows that are visited rounds_n times each, without any script.
static void begin(struct record *record, unsigned rows_n, uint32_t rounds_n)
{
	alarm(TEST_DEADLINE_S);
	memset(scripts, 0, sizeof scripts);
	memset(shared, 0, sizeof *shared);
	assert_int_equal(record_open(record), 0);
	record->options = (struct run_options){.seed = 1,
	                                       .rounds_least = rounds_n,
	                                       .rounds_most = rounds_n,
	                                       .time_budget_ns = 60 * NS_PER_S,
	                                       .visit_ns = 1000,
	                                       .target_ci = 0.05};
	for (unsigned row = 0; row < rows_n; row++) {
		struct spec spec;
		spec_init(&spec, "scripted");
		spec_set_count(&spec, "row", row);
		assert_int_equal(record_add_row(record, &spec, "a|1"), (int)row);
		record->rows[row].hooks = &hooks;
	}
}

static void run(struct record *record)
{
	assert_int_equal(rounds_run(record, &visitor, &(struct rounds_hooks){0}), 0);
	assert_no_children();
}

static unsigned samples_of(const struct record *record, uint32_t row)
{
	unsigned samples_n = 0;
	for (uint32_t i = 0; i < record->samples_n; i++)
		samples_n += record->samples[i].row == row;
	return samples_n;
}

static void expect_reason(const struct row *row, const char *text)
{
	if (!strstr(row->reason, text))
		fail_msg("\"%s\" does not say \"%s\"", row->reason, text);
}

static int be_killed(void)
{
	return raise(SIGKILL);
}

// Of a row's first two visits the whole result is checked, a lost one not counted; then windows, each time another.
static void test_first_results_are_checked_whole(void **state)
{
	(void)state;
	struct record record;
	begin(&record, 2, 6);
	scripts[1] = (struct script){2, 2, be_killed};
	run(&record);
	for (unsigned row = 0; row < 2; row++) {
		const uint64_t *seeds = shared->check_seeds[row];
		unsigned whole_n = row == 0 ? 2 : 3;
		for (unsigned visit = 0; visit < 7; visit++)
			if ((seeds[visit] == 0) != (visit < whole_n))
				fail_msg("row %u, visit %u of %u: seed %llu", row, visit, shared->visits_n[row],
				         (unsigned long long)seeds[visit]);
		for (unsigned visit = whole_n; visit < 6; visit++)
			assert_true(seeds[visit] != seeds[visit + 1]);
	}
	record_close(&record);
}

static void test_lost_once(void **state)
{
	(void)state;
	struct record record;
	double series[6];
	begin(&record, 2, 6);
	scripts[1] = (struct script){4, 4, be_killed}; // in the third round
	run(&record);
	assert_int_equal(record.rows[1].state, ROW_OPEN); // as the other one: the rounds asked for were its end
	assert_int_equal(record.rows[1].lost_n, 1);
	expect_reason(&record.rows[1], "SIGKILL");
	assert_int_equal(samples_of(&record, 0), 6);
	assert_int_equal(samples_of(&record, 1), 5);
	assert_int_equal(record.rounds_n, 6);
	record_series(&record, 1, METRIC_wall_ns, series);
	for (unsigned round = 0; round < 6; round++)
		assert_true(isnan(series[round]) == (round == 2));
	record_close(&record);
}

static void test_lost_always(void **state)
{
	(void)state;
	struct record record;
	begin(&record, 2, 6);
	scripts[0] = (struct script){1, UINT32_MAX, be_killed};
	run(&record);
	assert_int_equal(record.rows[0].state, ROW_FAILED);
	assert_int_equal(record.rows[0].lost_n, 3);
	assert_int_equal(shared->visits_n[0], 3);
	expect_reason(&record.rows[0], "SIGKILL");
	assert_int_equal(samples_of(&record, 0), 0);
	assert_int_equal(samples_of(&record, 1), 6);
	record_close(&record);
}

// Lost while calibrating, calibrated in the first round instead.
static void test_lost_while_calibrating(void **state)
{
	(void)state;
	struct record record;
	begin(&record, 1, 3);
	scripts[0] = (struct script){1, 1, be_killed};
	run(&record);
	assert_int_equal(record.rows[0].state, ROW_OPEN);
	assert_int_equal(record.rows[0].lost_n, 1);
	assert_int_equal(record.rows[0].iterations_n, 1);
	assert_int_equal(samples_of(&record, 0), 3);
	record_close(&record);
}

static int be_wrong(void)
{
	return status_say(EBADMSG, "a wrong result");
}

static void test_wrong_result_fails_at_once(void **state)
{
	(void)state;
	struct record record;
	begin(&record, 1, 6);
	scripts[0] = (struct script){3, 3, be_wrong};
	run(&record);
	assert_int_equal(record.rows[0].state, ROW_FAILED);
	assert_int_equal(record.rows[0].lost_n, 1);
	assert_string_equal(record.rows[0].reason, "a wrong result");
	assert_int_equal(samples_of(&record, 0), 1);
	record_close(&record);
}

static int be_something_else(void)
{
	return status_say(EAGAIN, "not what it was meant to be");
}

static void test_repeated(void **state)
{
	(void)state;
	struct record record;
	begin(&record, 2, 4);
	scripts[0] = (struct script){2, 3, be_something_else};
	scripts[1] = (struct script){2, 5, be_something_else}; // for longer than a visit is repeated
	run(&record);
	assert_int_equal(record.rows[0].retries_n, 2);
	assert_int_equal(record.rows[0].lost_n, 0);
	assert_int_equal(samples_of(&record, 0), 4);
	assert_int_equal(record.rows[1].retries_n, 3);
	assert_int_equal(record.rows[1].lost_n, 1);
	assert_int_equal(samples_of(&record, 1), 3);
	record_close(&record);
}

static int sleep_over_budget(void)
{
	return nanosleep(&(struct timespec){.tv_sec = 1, .tv_nsec = 200 * 1000 * 1000}, NULL);
}

static void test_calibrating_visits_are_kept(void **state)
{
	(void)state;
	struct record record;
	begin(&record, 2, 4);
	record.options.time_budget_ns = NS_PER_S;
	scripts[0] = (struct script){1, 1, sleep_over_budget};
	run(&record);
	assert_int_equal(record.stop, STOP_BUDGET);
	assert_int_equal(record.rounds_n, 1);
	assert_int_equal(samples_of(&record, 0), 1);
	assert_int_equal(record.samples[0].round, 0);
	assert_int_equal(samples_of(&record, 1), 0);
	record_close(&record);
}

static void test_estimate_includes_calibrating(void **state)
{
	(void)state;
	struct record record;
	begin(&record, 1, 1);
	record.rows[0].waited_ns = 100 * NS_PER_MS;
	double both_s = rounds_estimate_s(&record);
	record.rows[0].iterations_n = 1; // calibrated before
	double round_s = rounds_estimate_s(&record);
	assert_true(round_s >= 0.2);          // warming up and one run
	assert_true(both_s >= round_s + 0.2); // the same again
	assert_true(both_s < 4 * round_s + 0.1);
	record_close(&record);
}

// Stopped as by Ctrl-Z, and continued by somebody else.
static int be_stopped(void)
{
	int helper = fork();
	if (helper == 0) {
		nanosleep(&(struct timespec){.tv_sec = 1, .tv_nsec = 200 * 1000 * 1000}, NULL);
		kill(getppid(), SIGCONT);
		_exit(0);
	}
	raise(SIGSTOP);
	return waitpid(helper, NULL, 0) == helper ? 0 : status_fail(errno, "waiting for the helper");
}

static void test_stopped_runner_leaves_a_gap(void **state)
{
	(void)state;
	struct record record;
	char text[CONDITIONS_MOST][CONDITION_BYTES];
	begin(&record, 1, 4);
	scripts[0] = (struct script){4, 4, be_stopped}; // in the third round
	run(&record);
	assert_int_equal(samples_of(&record, 0), 4);
	assert_true(record.rounds[2].gap_ns >= NS_PER_S);
	struct conditions conditions = conditions_of(&record);
	assert_true(conditions.gaps_n >= 1 && conditions.gap_most_ns >= NS_PER_S);
	unsigned warnings_n = conditions_warnings(&record, text);
	assert_true(warnings_n >= 1);
	assert_non_null(strstr(text[warnings_n - 1], "stood still"));
	record_close(&record);
}

static struct {
	unsigned n;
	uint32_t samples_n[16], rounds_n[16];
} checkpoints;

static int note_checkpoint(void *context, const struct record *record)
{
	(void)context;
	if (checkpoints.n < 16) {
		checkpoints.samples_n[checkpoints.n] = record->samples_n;
		checkpoints.rounds_n[checkpoints.n++] = record->rounds_n;
	}
	return 0;
}

// The second visit of the first round, whichever row it is of.
static int dawdle_in_second(void)
{
	return shared->all_visits_n == 5 ? nanosleep(&(struct timespec){.tv_sec = 5, .tv_nsec = 100 * 1000 * 1000}, NULL)
	                                 : 0;
}

static void test_checkpoints_inside_a_round(void **state)
{
	(void)state;
	struct record record;
	begin(&record, 3, 1);
	for (unsigned row = 0; row < 3; row++)
		scripts[row] = (struct script){2, 2, dawdle_in_second};
	checkpoints.n = 0;
	assert_int_equal(rounds_run(&record, &visitor, &(struct rounds_hooks){.checkpoint = note_checkpoint}), 0);
	assert_true(checkpoints.n >= 3);
	assert_int_equal(checkpoints.samples_n[0], 0); // after the first calibrating visit
	assert_int_equal(checkpoints.samples_n[1], 1); // after the first visit
	assert_int_equal(checkpoints.rounds_n[1], 0);
	assert_int_equal(checkpoints.samples_n[2], 2); // and five seconds later, inside the round
	assert_int_equal(checkpoints.rounds_n[2], 0);
	assert_int_equal(samples_of(&record, 0), 1);
	record_close(&record);
}

// What a checkpoint holds when the program is killed just after it: all visits of a round, and not the round.
static void test_round_killed_at_its_end_is_resumed(void **state)
{
	(void)state;
	for (unsigned visits_n = 1; visits_n <= 2; visits_n++) {
		struct record record;
		begin(&record, 2, 3);
		for (unsigned row = 0; row < 2; row++) {
			record.rows[row].iterations_n = record.rows[row].batch_n = 1;
			struct sample sample = {.row = row, .iterations_n = 1, .batch_n = 1};
			sample.value[METRIC_wall_ns] = 7;
			if (row < visits_n)
				assert_int_equal(record_add_sample(&record, &sample), 0);
		}
		run(&record);
		assert_int_equal(record.stop, STOP_ROUNDS);
		assert_int_equal(record.rounds_n, 3);
		for (unsigned row = 0; row < 2; row++)
			assert_int_equal(samples_of(&record, row), 3);
		assert_float_equal(record.samples[0].value[METRIC_wall_ns], 7, 0);
		record_close(&record);
	}
}

static void expect_placement_failure(int error, const char *text)
{
	// A CPU that most machines have not got; where one has, it is not offline.
	struct topology *described;
	struct placement *placement;
	assert_int_equal(topology_open(&described, "pack:1 core:256 pu:1"), 0);
	assert_int_equal(placement_plan(described, PIN_COMPACT, 256, &placement), 0);
	assert_int_equal(placement_fail(placement, 255, error), -error);
	const char *message = status_message();
	if (strstr(message, "worker") || !strstr(message, "CPU 255") || !strstr(message, text))
		fail_msg("\"%s\" does not say \"%s\", or names a worker", message, text);
	placement_free(placement);
	// Of CPUs that were asked for one by one nobody can choose none.
	assert_int_equal(placement_on(described, (const int[]){255}, 1, &placement), 0);
	assert_int_equal(placement_fail(placement, 3, error), -error);
	assert_null(strstr(status_message(), "--pin=none"));
	placement_free(placement);
	topology_close(described);
}

static void test_deadline_grows_with_the_visit(void **state)
{
	(void)state;
	assert_true(rounds_deadline_ns(0) == 60 * NS_PER_S);
	assert_true(rounds_deadline_ns(1) == 10 * NS_PER_S + 100);
	assert_true(rounds_deadline_ns(6e6) == 10 * NS_PER_S + 600 * NS_PER_MS);
	assert_true(rounds_deadline_ns(30e9) == 3010 * NS_PER_S);
}

static void test_cpu_is_named(void **state)
{
	(void)state;
	expect_placement_failure(EINVAL, "no longer among those this process may use");
	expect_placement_failure(EPERM, "--pin=none");
	expect_placement_failure(ENOSYS, "--pin=none");
}

static int setup(void **state)
{
	(void)state;
	shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	return shared == MAP_FAILED ? -1 : visitor_start(1000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_first_results_are_checked_whole),
		cmocka_unit_test(test_lost_once),
		cmocka_unit_test(test_lost_always),
		cmocka_unit_test(test_lost_while_calibrating),
		cmocka_unit_test(test_wrong_result_fails_at_once),
		cmocka_unit_test(test_repeated),
		cmocka_unit_test(test_calibrating_visits_are_kept),
		cmocka_unit_test(test_estimate_includes_calibrating),
		cmocka_unit_test(test_stopped_runner_leaves_a_gap),
		cmocka_unit_test(test_checkpoints_inside_a_round),
		cmocka_unit_test(test_round_killed_at_its_end_is_resumed),
		cmocka_unit_test(test_deadline_grows_with_the_visit),
		cmocka_unit_test(test_cpu_is_named),
	};
	return ran_tests(tests, setup, visitor_end);
}
