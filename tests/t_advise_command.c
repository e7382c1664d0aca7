// What `tvp advise --command` predicts from times that are known, and what it decides to measure.
// links: advise
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "advise/command_advice.h"
#include "advise/command_trial.h"
#include "advise/list_schedule.h"
#include "base/status.h"
#include "bench/command/sample.h"
#include "stats/sampling.h"

#include <errno.h>
#include <math.h>
#include <string.h>

static void assert_near(double value, double expected, double tolerance)
{
	if (!(fabs(value - expected) <= tolerance * fmax(fabs(expected), 1e-9)))
		fail_msg("%.9g is not %.9g", value, expected);
}

static double scheduled(unsigned workers_n, size_t batch_n, double busy, const double *ns, size_t n)
{
	struct list_schedule schedule = {.workers_n = workers_n, .batch_n = batch_n, .cpus_n = 2, .busy = busy};
	return list_schedule_ns(&schedule, ns, n);
}

// Whoever is free takes the next: by hand.
static void test_list_schedule(void **state)
{
	(void)state;
	const double ns[] = {3, 1, 1, 1, 6};
	assert_near(scheduled(1, 1, 1, ns, 5), 12, 1e-12);
	assert_near(scheduled(2, 1, 1, ns, 5), 9, 1e-12);   // 3 and 6; 1, 1 and 1
	assert_near(scheduled(2, 2, 1, ns, 5), 8, 1e-12);   // 3 + 1; 1 + 1, 6
	assert_near(scheduled(8, 1, 0.1, ns, 5), 6, 1e-12); // they wait: the longest
	// Five on two CPUs: until the three of 1 are done, at 2/5: 2.5; then two alone, 2 and 5 left.
	assert_near(scheduled(5, 1, 1, ns, 5), 2.5 + 5, 1e-12);
	// Each uses both CPUs: no better than one after the other.
	assert_near(scheduled(2, 1, 2, ns, 5), 12, 1e-12);
}

static void test_even_division(void **state)
{
	(void)state;
	struct list_schedule schedule = {.workers_n = 4, .batch_n = 1, .cpus_n = 2, .busy = 1};
	assert_near(list_schedule_even_ns(&schedule, 100), 50, 1e-12);
	schedule.busy = 0.1;
	assert_near(list_schedule_even_ns(&schedule, 100), 25, 1e-12);
}

static void test_sampling(void **state)
{
	(void)state;
	assert_near(sampling_half_width(0.5, 10, 10), 0, 1e-12);
	assert_true(isinf(sampling_half_width(0.5, 1, 10)));
	assert_near(sampling_half_width(0.5, 4, 1e9), 3.182446 * 0.25, 1e-5);
	assert_near(sampling_half_width(0.5, 4, 16), 3.182446 * 0.25 * sqrt(0.75), 1e-5);
}

static void test_draw(void **state)
{
	(void)state;
	uint64_t index[50], again[50];
	bool seen[50] = {false};
	command_sample_draw(50, 7, index, 50);
	command_sample_draw(50, 7, again, 50);
	assert_memory_equal(index, again, sizeof index);
	for (int i = 0; i < 50; i++) {
		assert_true(index[i] < 50 && !seen[index[i]]);
		seen[index[i]] = true;
	}
	command_sample_draw(100000000, 7, index, 50);
	double mean = 0;
	for (int i = 0; i < 50; i++)
		mean += (double)index[i] / 50;
	assert_true(mean > 2e7 && mean < 8e7); // spread over them, not the first ones
}

// Two CPUs, inputs of 10 ms that compute.
enum { SAMPLED_N = 20 };
static struct command_time times[SAMPLED_N];
static uint64_t places[SAMPLED_N];
static double tried[SAMPLED_N];

static struct command_advice advice_of(double items_n)
{
	struct command_advice advice = {.list = {.items_n = items_n,
	                                         .time = times,
	                                         .place = places,
	                                         .n = SAMPLED_N,
	                                         .tried_ns = tried,
	                                         .tried_n = SAMPLED_N,
	                                         .start_ns = 1e6,
	                                         .cpus_n = 2,
	                                         .seed = 3}};
	for (int i = 0; i < SAMPLED_N; i++) {
		times[i] = (struct command_time){10e6, 10e6, 0};
		places[i] = (uint64_t)i * 5;
		tried[i] = 10e6;
	}
	return advice;
}

static void add(struct command_advice *advice, enum command_model model, unsigned workers_n, double tried_ns)
{
	advice->way[advice->n++] = (struct command_way){.model = model,
	                                                .workers_n = workers_n,
	                                                .batch_n = model == COMMAND_BATCH ? 5 : 1,
	                                                .tried = {tried_ns, tried_ns / 100},
	                                                .tried_cpu_ns = 200e6,
	                                                .peak_bytes = 1 << 20};
}

static void test_prediction_scales_what_was_tried(void **state)
{
	(void)state;
	struct command_advice advice = advice_of(100);
	add(&advice, COMMAND_SERIAL, 1, 200e6);
	add(&advice, COMMAND_PROCESS, 2, 110e6); // a tenth slower beside each other
	assert_int_equal(command_advice_make(&advice), 0);
	const struct command_way *best = &advice.way[0];
	assert_int_equal(best->model, COMMAND_PROCESS);
	assert_near(best->wall.ns, 550e6, 1e-9);
	assert_near(best->even_ns + best->tail_ns + best->beside_ns, best->wall.ns, 1e-12);
	assert_near(best->beside_ns, 50e6, 1e-6);
	assert_near(best->cpu_ns, 1000e6, 1e-9);
	assert_near(best->memory_bytes, 2 << 20, 1e-12);
	assert_near(best->wall.doubt_ns / best->wall.ns, hypot(0.01, 0.03),
	            1e-6); // equal inputs: no doubt of what the others take
	assert_near(advice.way[advice.best[COMMAND_SERIAL]].wall.ns, 1000e6, 1e-9);
	assert_int_equal(advice.best[COMMAND_FED], -1);
	assert_near(command_way_wall_ns(&advice, best, 3), 22e6, 1e-9); // two and one
}

// Alone they took half as long again as in the rounds: these are what counts, and mean and parts agree with them.
static void test_rounds_are_what_inputs_take(void **state)
{
	(void)state;
	struct command_advice advice = advice_of(100);
	for (int i = 0; i < SAMPLED_N; i++)
		times[i].wall_ns = times[i].cpu_ns = tried[i] = 15e6;
	add(&advice, COMMAND_SERIAL, 1, 200e6);
	add(&advice, COMMAND_PROCESS, 2, 110e6);
	add(&advice, COMMAND_BATCH, 2, 88e6);
	assert_int_equal(command_advice_make(&advice), 0);
	assert_near(advice.mean_ns, 10e6, 1e-9);
	assert_near(advice.busy, 1, 1e-9);
	const struct command_way *serial = &advice.way[advice.best[COMMAND_SERIAL]], *best = &advice.way[0];
	assert_near(serial->wall.ns, 1000e6, 1e-9);
	assert_near(serial->even_ns, 100 * advice.mean_ns, 1e-9);
	assert_near(best->even_ns, 500e6, 1e-9);
	assert_near(best->beside_ns, -60e6, 1e-6); // what batches save
	assert_near(best->cpu_ns, 1000e6, 1e-9);
}

// Others have a CPU half of the time: that is no wait of the input's own.
static void test_queueing_is_no_waiting(void **state)
{
	(void)state;
	struct command_advice advice = advice_of(100);
	for (int i = 0; i < SAMPLED_N; i++)
		times[i] = (struct command_time){10e6, 5e6, 4e6};
	add(&advice, COMMAND_SERIAL, 1, 200e6);
	assert_int_equal(command_advice_make(&advice), 0);
	assert_near(advice.busy, 5 / 6.0, 1e-9);
	assert_near(advice.mean_cpu_ns, 5e6, 1e-9);
}

static void test_inputs_that_differ_are_in_doubt(void **state)
{
	(void)state;
	struct command_advice advice = advice_of(100);
	for (int i = 0; i < SAMPLED_N; i++)
		times[i].wall_ns = tried[i] = i % 2 ? 5e6 : 15e6;
	add(&advice, COMMAND_SERIAL, 1, 200e6);
	assert_int_equal(command_advice_make(&advice), 0);
	double of_mean = sampling_half_width(0.5 * sqrt(20.0 / 19), SAMPLED_N, 100);
	assert_near(advice.way[0].wall.doubt_ns, 1000e6 * hypot(of_mean, hypot(0.01, 0.03)), 1e-6);
	advice = advice_of(SAMPLED_N);
	for (int i = 0; i < SAMPLED_N; i++)
		places[i] = (uint64_t)i;
	times[3].wall_ns = 5e12;
	add(&advice, COMMAND_SERIAL, 1, 200e6);
	assert_int_equal(command_advice_make(&advice), -ERANGE);
	assert_non_null(strstr(status_message(), "does not describe"));
}

// As good as the fastest, with fewer processes; and what would have to change.
static void test_choice_and_flips(void **state)
{
	(void)state;
	char text[100];
	struct command_advice advice = advice_of(100);
	add(&advice, COMMAND_SERIAL, 1, 200e6);
	add(&advice, COMMAND_PROCESS, 4, 101e6);
	add(&advice, COMMAND_PROCESS, 2, 102e6);
	add(&advice, COMMAND_BATCH, 2, 82e6);
	assert_int_equal(command_advice_make(&advice), 0);
	assert_int_equal(advice.way[0].model, COMMAND_BATCH);
	assert_string_equal(command_model_text(text, sizeof text, &advice.way[0]), "batch:5");
	assert_string_equal(command_way_text(text, sizeof text, &advice.way[0]), "2 at once, a process for every 5 inputs");
	assert_true(advice.flips_n > 0);
	const struct command_flip *flip = &advice.flip[advice.flips_n - 1];
	assert_string_equal(flip->property, "work");
	assert_false(flip->below);
	assert_int_equal(flip->winner, COMMAND_PROCESS);
	assert_near(flip->at, 10e6 * (1 - 82 / 101.0) / (1 - 1 / 1.05), 0.02); // what it saves is a twentieth then
	advice = advice_of(100);
	add(&advice, COMMAND_PROCESS, 4, 101e6);
	add(&advice, COMMAND_PROCESS, 2, 102e6);
	assert_int_equal(command_advice_make(&advice), 0);
	assert_int_equal(advice.way[0].workers_n, 2);
}

static struct command_trial_wish wish_of(double input_ns, double spend_ns)
{
	return (struct command_trial_wish){
		.drawn_n = 1000, .input_ns = input_ns, .busy = 1, .cpus_n = 2, .most_n = 4, .spend_ns = spend_ns};
}

static void test_trial_fits_its_time(void **state)
{
	(void)state;
	struct command_trial trial;
	struct command_trial_wish wish = wish_of(1e6, 6e9);
	assert_int_equal(command_trial_plan(&trial, &wish), 0);
	assert_int_equal(trial.workers_n, 3); // 2, 3 and 4
	assert_true(trial.inputs_n >= 100 && trial.round_ns * 2 <= 6e9);
	wish = wish_of(1e9, 6e9); // only as many as CPUs, and few inputs
	assert_int_equal(command_trial_plan(&trial, &wish), 0);
	assert_int_equal(trial.workers_n, 1);
	assert_int_equal(trial.workers[0], 2);
	assert_true(trial.inputs_n >= 2 && trial.round_ns <= 6e9);
	wish = wish_of(10e9, 6e9);
	assert_int_equal(command_trial_plan(&trial, &wish), -ERANGE);
	assert_non_null(strstr(status_message(), "--time-budget"));
}

static void test_inputs_that_wait_are_tried_more_at_once(void **state)
{
	(void)state;
	struct command_trial trial;
	struct command_trial_wish wish = wish_of(10e6, 6e9);
	wish.most_n = INFINITY;
	wish.busy = 0.02;
	assert_int_equal(command_trial_most(&wish), 16);
	assert_int_equal(command_trial_plan(&trial, &wish), 0);
	assert_int_equal(trial.workers[trial.workers_n - 1], 16);
	assert_true(trial.inputs_n >= 16);
	wish.busy = 0.3;
	assert_int_equal(command_trial_most(&wish), 6);
}

static void test_trial_of_one_input_and_of_little_memory(void **state)
{
	(void)state;
	struct command_trial trial;
	struct command_trial_wish wish = wish_of(1e6, 6e9);
	wish.drawn_n = 1;
	assert_int_equal(command_trial_plan(&trial, &wish), 0);
	assert_int_equal(trial.workers_n, 0);
	assert_int_equal(trial.inputs_n, 1);
	wish = wish_of(1e6, 6e9);
	wish.most_n = 2;
	wish.fed = true;
	assert_int_equal(command_trial_plan(&trial, &wish), 0);
	assert_int_equal(trial.workers_n, 2); // 1, for resident workers, and 2
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_list_schedule),
		cmocka_unit_test(test_even_division),
		cmocka_unit_test(test_sampling),
		cmocka_unit_test(test_draw),
		cmocka_unit_test(test_prediction_scales_what_was_tried),
		cmocka_unit_test(test_rounds_are_what_inputs_take),
		cmocka_unit_test(test_queueing_is_no_waiting),
		cmocka_unit_test(test_inputs_that_differ_are_in_doubt),
		cmocka_unit_test(test_choice_and_flips),
		cmocka_unit_test(test_trial_fits_its_time),
		cmocka_unit_test(test_inputs_that_wait_are_tried_more_at_once),
		cmocka_unit_test(test_trial_of_one_input_and_of_little_memory),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
