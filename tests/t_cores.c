// Pairs of CPUs: what a visit of a class measures, that rounds come to all pairs, and how reports show them.
// links: report
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/status.h"
#include "bench/cores/cores.h"
#include "bench/plan/experiment.h"
#include "host/place.h"
#include "report/plot/plotdata.h"
#include "report/result/result.h"
#include "report/table/cpu_pairs.h"
#include "tests/fixtures/directory.h"
#include "tests/fixtures/visitor.h"

enum { ROUNDS_N = 30 };

static const struct topology_cpu *cpu_of(int32_t os_index)
{
	for (unsigned i = 0; i < topology_cpus_n(topology); i++)
		if (topology_cpus(topology)[i].os_index == os_index)
			return &topology_cpus(topology)[i];
	fail_msg("CPU %d is not allowed", os_index);
	return NULL;
}

// A visit measures pairs of its class, on this machine, and says which.
static void test_a_visit(void **state)
{
	(void)state;
	static const char *const between[] = {"threads", "processes"};
	enum place place = place_nearest(topology);
	if (place == PLACE_SAME_CPU)
		skip_test("only one CPU is allowed");
	for (int i = 0; i < 2; i++) {
		struct spec spec;
		spec_init(&spec, "cores");
		spec_set(&spec, "place", place_name(place));
		spec_set(&spec, "between", between[i]);
		assert_int_equal(visit_spec(&experiment_find("cores")->visit, &spec, 0, 0, 60 * NS_PER_S), 0);
		const struct trial *trial = visitor.trial;
		assert_true(trial->iterations_n >= CORES_PAIRS_LEAST && trial->pairs_n == trial->iterations_n);
		for (uint32_t pair = 0; pair < trial->pairs_n; pair++) {
			assert_int_equal(place_of(cpu_of(trial->pair[pair].from), cpu_of(trial->pair[pair].to)), place);
			assert_int_equal(trial->operations_n[pair], CORES_TIMED_TRIPS_N);
			assert_true(trial->wall_ns[pair] > 0);
		}
	}
}

// Each round goes on where the round before ended, so that so many pairs in so many rounds are all of them.
static void test_rounds_come_to_all_pairs(void **state)
{
	(void)state;
	static const uint32_t all[] = {1, 16, 120, 480, 481, 4096, 8128, 15360};
	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		assert_true(cores_visit_pairs(all[i]) * CORES_ROUNDS_N >= all[i]);
	// 1,024 CPUs: a sample of as many as a visit may take.
	assert_int_equal(cores_visit_pairs(1024 * 1023 / 2), CORES_PAIRS_MOST);
}

// cpus_n CPUs in two packages; what a pair takes follows from its CPUs, 1000 ns more between processes.
static void record_of(struct record *record, int cpus_n)
{
	static const char *const between[] = {"threads", "processes"};
	assert_int_equal(record_open(record), 0);
	for (uint32_t round = 0; round < ROUNDS_N; round++)
		record_add_round(record, &(struct round_noise){.round = round});
	for (int i = 0; i < 2; i++) {
		struct spec spec;
		spec_init(&spec, "cores");
		spec_set(&spec, "place", "same_package");
		spec_set(&spec, "between", between[i]);
		assert_int_equal(record_add_row(record, &spec, "cores|"), i);
		record->rows[i].state = ROW_DONE;
		for (uint32_t round = 0; round < ROUNDS_N; round++) {
			struct sample sample = {.row = (uint32_t)i, .round = round, .batch_n = 1, .iterations_n = 16};
			for (int metric = 0; metric < METRIC_N; metric++)
				sample.value[metric] = 150;
			assert_int_equal(record_add_sample(record, &sample), 0);
			for (int a = 0; a < cpus_n; a++)
				for (int b = a + 1; b < cpus_n; b++) {
					struct cpu_pair_sample pair = {(uint32_t)i, round, a, b, 100 + a + b + 1000 * i};
					if ((uint32_t)(a + b) % ROUNDS_N == round)
						assert_int_equal(record_add_cpu_pair(record, &pair), 0);
				}
		}
	}
}

static char *written(const struct record *record, int (*write)(const struct document *document, const struct derived *))
{
	char *text = NULL;
	size_t bytes;
	struct derived derived;
	FILE *out = open_memstream(&text, &bytes);
	assert_int_equal(derive_open(&derived, record), 0);
	assert_int_equal(write(&(struct document){.out = out}, &derived), 0);
	derive_close(&derived);
	fclose(out);
	return text;
}

static void test_matrix(void **state)
{
	(void)state;
	struct record record;
	record_of(&record, 4);
	char *text = written(&record, cpu_matrix_print);
	assert_non_null(strstr(text, "  CPU    0    1    2    3\n"
	                             "    0    -  101  102  103\n"
	                             "    1 1101    -  103  104\n"
	                             "    2 1102 1103    -  105\n"
	                             "    3 1103 1104 1105    -\n"));
	assert_non_null(strstr(text, "no interval"));
	free(text);
	record_close(&record);
	record_of(&record, 32); // in a unit that fits
	text = written(&record, cpu_matrix_print);
	assert_non_null(strstr(text, "in 100 ns;"));
	for (const char *line = text, *end; (end = strchr(line, '\n')); line = end + 1)
		assert_true(end - line <= DOCUMENT_COLUMNS);
	free(text);
	record_close(&record);
	record_of(&record, 33);
	text = written(&record, cpu_matrix_print);
	assert_null(strstr(text, "CPU    0"));
	assert_non_null(strstr(text, "1056 pairs of 33 CPUs"));
	free(text);
	record_close(&record);
}

// A result file keeps every pair, and says what is wrong with one.
static void test_file(void **state)
{
	(void)state;
	struct record record, loaded;
	record_of(&record, 8);
	assert_int_equal(result_save(&record, path_in("r.json")), 0);
	assert_int_equal(record_open(&loaded), 0);
	assert_int_equal(result_load(&loaded, path_in("r.json")), 0);
	assert_int_equal(loaded.cpu_pairs_n, 2 * 28);
	assert_memory_equal(loaded.cpu_pairs, record.cpu_pairs, record.cpu_pairs_n * sizeof *record.cpu_pairs);
	record_close(&loaded);
	record.cpu_pairs[3].from = -1;
	assert_int_equal(result_save(&record, path_in("r.json")), 0);
	assert_int_equal(record_open(&loaded), 0);
	assert_int_equal(result_load(&loaded, path_in("r.json")), -EINVAL);
	assert_non_null(strstr(status_message(), "].pairs: has an entry that is out of range"));
	record_close(&loaded);
	record_close(&record);
}

// Files of earlier versions have a row for each pair; one map is drawn of either.
static void test_rows_of_one_pair(void **state)
{
	(void)state;
	struct record record;
	struct plot_list list;
	record_of(&record, 2);
	record.cpu_pairs_n = 0;
	for (int i = 0; i < 2; i++) {
		spec_unset(&record.rows[i].spec, "place");
		spec_set(&record.rows[i].spec, "from", "2");
		spec_set(&record.rows[i].spec, "to", "5");
	}
	char *text = written(&record, cpu_matrix_print);
	assert_non_null(strstr(text, "  CPU   2   5\n"
	                             "    2   - 150\n"
	                             "    5 150   -\n"));
	free(text);
	assert_int_equal(plotdata_write(&record, directory, &list), 0);
	assert_int_equal(access(path_in("cores-matrix.gp"), R_OK), 0);
	size_t bytes;
	text = text_of(path_in("cores-matrix.dat"), &bytes);
	assert_non_null(strstr(text, "\n2 1 150 1\n"));
	assert_non_null(strstr(text, "\n1 2 150 1\n"));
	free(text);
	plot_list_free(&list);
	record_close(&record);
}

static int setup(void **state)
{
	return directory_make(state) || visitor_start(NS_PER_MS / 10);
}

static int teardown(void **state)
{
	return visitor_end(state) || directory_remove(state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_visit), cmocka_unit_test(test_rounds_come_to_all_pairs), cmocka_unit_test(test_matrix),
		cmocka_unit_test(test_file),    cmocka_unit_test(test_rows_of_one_pair),
	};
	return ran_tests(tests, setup, teardown);
}
