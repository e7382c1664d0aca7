// The doctor's report of a large machine: it fits a screen, and its JSON has every CPU.
// links: report
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/clock.h"
#include "doctor/cause.h"
#include "report/doctor/doctor.h"

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CPUS_N = 1024, LINES_MOST = 60 };

static struct doctor doctor;
static struct topology *topology;
static char *text;
static size_t text_bytes;

// CPU 700 has lost half of its time, every 4 ms; the last could not be used.
static void logs_fill(void)
{
	for (unsigned i = 0; i < CPUS_N - 1; i++)
		for (int phase = 0; phase < SPIN_PHASES_N; phase++) {
			struct gap_log *log = &doctor.spin.cpu[i].log[phase];
			log->ran_ns = 10 * NS_PER_MS;
			log->period_ns = i == 700 ? 4e6 : NAN;
			gap_add(log, 1, i == 700 ? 5 * NS_PER_MS : 2000 + i);
		}
}

static int setup(void **state)
{
	(void)state;
	if (topology_open(&topology, "package:8 core:64 pu:2") < 0)
		return -1;
	memset(&doctor, 0, sizeof doctor);
	doctor.settings.topology = topology;
	doctor.settings.root = "/nonexistent";
	doctor.after.noise.wall_ns = NS_PER_S;
	doctor.spin.cpu = calloc(CPUS_N, sizeof *doctor.spin.cpu);
	doctor.spin.cpus_n = CPUS_N;
	doctor.spin.alone_n = CPUS_N / 2;
	for (unsigned i = 0; doctor.spin.cpu && i < CPUS_N; i++)
		doctor.spin.cpu[i].cpu = (int)i;
	return doctor.spin.cpu ? 0 : -1;
}

static int teardown(void **state)
{
	(void)state;
	free(doctor.spin.cpu);
	free(text);
	text = NULL;
	topology_close(topology);
	return 0;
}

static void print(int (*report)(FILE *out, const struct doctor *doctor))
{
	FILE *out = open_memstream(&text, &text_bytes);
	assert_non_null(out);
	assert_int_equal(report(out, &doctor), 0);
	assert_int_equal(fclose(out), 0);
}

static int table(FILE *out, const struct doctor *examined)
{
	return doctor_print(&(struct document){.out = out}, examined);
}

static int wide_table(FILE *out, const struct doctor *examined)
{
	return doctor_print(&(struct document){.out = out, .columns = 1000}, examined);
}

static void test_fits_a_screen(void **state)
{
	unsigned lines_n = 0;
	(void)state;
	logs_fill();
	cause_gaps.judge(NULL, &doctor);
	cause_speed.judge(NULL, &doctor);
	cause_switches.judge(NULL, &doctor);
	doctor.forecast[0] = (struct forecast){.spec = "scaling/kernel:sum/workers:1/pin:compact",
	                                       .measured_n = 30,
	                                       .sigma = 0.04,
	                                       .block_ns = 4e7,
	                                       .blocks_n = 40,
	                                       .clear_n = INFINITY,
	                                       .effect = 0.05};
	doctor.forecasts_n = 1;
	print(table);
	for (const char *at = text; (at = strchr(at, '\n')); at++)
		lines_n++;
	assert_true(lines_n > 20 && lines_n < LINES_MOST);
	free(text);
	print(wide_table);
	assert_non_null(strstr(text, "DOUBTFUL: 2 findings"));
	assert_non_null(strstr(text, "CPU 700 most: 50 %"));
	assert_non_null(strstr(text, "Gaps there come every 4.00 ms."));
	assert_non_null(strstr(
		text,
		"σ of a gate block will be about 4.0 % for work on one CPU: +5 % takes some 40 blocks (1.60 s) to find, an all-clear more than"));
	assert_non_null(strstr(text, "all 1024"));
	assert_non_null(strstr(text, "1 of 1024 CPUs could not be used"));
}

static void test_json_has_all(void **state)
{
	(void)state;
	logs_fill();
	print(doctor_json_print);
	json_t *json = json_loads(text, 0, NULL), *cpus = json_object_get(json, "cpus");
	assert_int_equal(json_array_size(cpus), CPUS_N);
	assert_true(json_is_null(json_object_get(json_array_get(cpus, CPUS_N - 1), "alone")));
	assert_int_equal(
		json_integer_value(json_object_get(json_object_get(json_array_get(cpus, 700), "together"), "lost_ns")),
		5 * NS_PER_MS);
	assert_string_equal(json_string_value(json_object_get(json, "verdict")), "quiet"); // nobody has judged
	json_decref(json);
}

static void test_advice_has_its_undo(void **state)
{
	(void)state;
	doctor.spin.cpus_n = 0;
	struct finding *finding = doctor_find(&doctor, "pages", FINDING_NOTE, "Huge pages are off.");
	strcpy(finding->command, "echo madvise > /sys/enabled");
	strcpy(finding->undo, "echo never > /sys/enabled");
	print(table);
	assert_non_null(strstr(text, "QUIET: nothing"));
	assert_non_null(strstr(text, "tvp sets nothing"));
	assert_non_null(strstr(text, "pages: echo madvise > /sys/enabled\n    undo: echo never > /sys/enabled"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_fits_a_screen, setup, teardown),
		cmocka_unit_test_setup_teardown(test_json_has_all, setup, teardown),
		cmocka_unit_test_setup_teardown(test_advice_has_its_undo, setup, teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
