// A report that fits a screen: what stands for an experiment, and that it does fit, on machines of 16 and of 128 CPUs.
// links: report
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "report/table/peer_pairs.h"
#include "report/table/table.h"
#include "report/text/text.h"
#include "tests/fixtures/ran.h"

enum { ROUNDS_N = 8 };

struct axes {
	const char *experiment, *text; ///< "channel=pipe bytes=1"
};

// A row whose wall is this in every round.
static int row_add(struct record *record, struct axes axes, double wall_ns)
{
	struct spec spec;
	char key[32], value[32];
	int used;
	spec_init(&spec, axes.experiment);
	for (const char *at = axes.text; sscanf(at, " %31[^=]=%31s%n", key, value, &used) == 2; at += used)
		assert_int_equal(spec_set(&spec, key, value), 0);
	int row = record_add_row(record, &spec, "family|member");
	assert_true(row >= 0);
	record->rows[row].state = ROW_DONE;
	for (uint32_t round = 0; round < ROUNDS_N && wall_ns > 0; round++) {
		struct sample sample = {.row = (uint32_t)row, .round = round, .batch_n = 1, .iterations_n = 1};
		for (int metric = 0; metric < METRIC_N; metric++)
			sample.value[metric] = wall_ns;
		assert_int_equal(record_add_sample(record, &sample), 0);
	}
	return row;
}

static void pair_add(struct record *record, const char *experiment, const char *text, const double wall_ns[2])
{
	char axes[160];
	snprintf(axes, sizeof axes, "%s between=threads", text);
	int threads = row_add(record, (struct axes){experiment, axes}, wall_ns[0]);
	snprintf(axes, sizeof axes, "%s between=processes", text);
	int processes = row_add(record, (struct axes){experiment, axes}, wall_ns[1]);
	record->rows[processes].peer = threads;
}

static void scaling_add(struct record *record, unsigned cpus_n)
{
	static const char *const models[] = {"thread_pool", "process_pool"};
	static const char *const kernels[] = {"sum", "square"};
	for (int kernel = 0; kernel < 2; kernel++) {
		char axes[160];
		snprintf(axes, sizeof axes, "kernel=%s size=1MiB model=serial workers=1", kernels[kernel]);
		int serial = row_add(record, (struct axes){"scaling", axes}, 1e6);
		for (int model = 0; model < 2; model++)
			for (unsigned workers_n = 1; workers_n <= cpus_n; workers_n *= 2) {
				snprintf(axes, sizeof axes, "kernel=%s size=1MiB model=%s workers=%u", kernels[kernel], models[model],
				         workers_n);
				int row = row_add(record, (struct axes){"scaling", axes}, 1e6 / workers_n + model * 500);
				record->rows[row].baseline = serial;
			}
	}
}

static void record_of(struct record *record, unsigned cpus_n)
{
	static const char *const locks[] = {"mutex", "spinlock", "semaphore", "atomic", "ticket"};
	static const char *const channels[] = {"null", "pipe", "futex", "spin"};
	char text[120];
	assert_int_equal(record_open(record), 0);
	facts_add(&record->facts, "cpus_n", "%u", cpus_n);
	for (uint32_t round = 0; round < ROUNDS_N; round++)
		record_add_round(record, &(struct round_noise){.round = round});
	scaling_add(record, cpus_n);
	for (int lock = 0; lock < 5; lock++)
		for (unsigned workers_n = cpus_n / 16; workers_n <= 2 * cpus_n; workers_n += cpus_n / 16) {
			snprintf(text, sizeof text, "lock=%s workers=%u", locks[lock], workers_n);
			double wall_ns = 100 * (lock + 1) + workers_n;
			pair_add(record, "locks", text, (double[]){wall_ns, lock == 3 && workers_n == 3 ? 4 * wall_ns : wall_ns});
		}
	for (int channel = 0; channel < 4; channel++)
		for (int bytes = 1; bytes <= 64; bytes *= 2) {
			snprintf(text, sizeof text, "channel=%s bytes=%d place=same_cpu", channels[channel], bytes);
			double wall_ns = channel == 0 ? 5 : 1000 * channel + bytes;
			pair_add(record, "latency", text, (double[]){wall_ns, channel == 2 && bytes == 4 ? wall_ns / 2 : wall_ns});
		}
	for (unsigned i = 0; i < 4; i++) {
		struct row *row = &record->rows[record->rows_n - 1 - i];
		row->state = i == 3 ? ROW_FAILED : ROW_SKIPPED;
		snprintf(row->reason, sizeof row->reason, i == 3 ? "it died" : i == 2 ? "no room" : "no such thing");
	}
}

static char *text_of(const struct record *record, const struct report_style *style)
{
	char *text = NULL;
	size_t bytes;
	struct derived derived;
	FILE *out = open_memstream(&text, &bytes);
	assert_int_equal(derive_open(&derived, record), 0);
	assert_int_equal(table_print(&(struct document){.out = out, .columns = style->columns}, &derived, style), 0);
	derive_close(&derived);
	fclose(out);
	return text;
}

static unsigned lines_of(const char *text, size_t *longest)
{
	unsigned n = 0;
	*longest = 0;
	for (const char *end; (end = strchr(text, '\n')); text = end + 1, n++) {
		char line[1024];
		snprintf(line, sizeof line, "%.*s", (int)(end - text), text);
		if (text_columns(line) > *longest)
			*longest = text_columns(line);
	}
	return n;
}

static void fits(unsigned cpus_n, struct report_style style)
{
	struct record record;
	size_t longest;
	record_of(&record, cpus_n);
	char *text = text_of(&record, &style), shown[64];
	unsigned lines_n = lines_of(text, &longest);
	assert_true(lines_n <= style.lines && lines_n > 12);
	if (longest > style.columns)
		fail_msg("a line of %zu columns, of %u, in:\n%s", longest, style.columns, text);
	for (const char *const *wanted = (const char *const[]){"scaling", "locks", "latency", "sum 1MiB", "square 1MiB",
	                                                       "thread_pool × ", "FAILED", "it died", NULL};
	     *wanted; wanted++)
		if (!strstr(text, *wanted))
			fail_msg("no '%s' in:\n%s", *wanted, text);
	snprintf(shown, sizeof shown, " of %u rows. --lines=all", record.rows_n);
	assert_non_null(strstr(text, shown));
	assert_non_null(strstr(text, "Skipped, 3 rows for 2 reasons; 2 of them: no such thing"));
	free(text);
	record_close(&record);
}

static void test_fits(void **state)
{
	(void)state;
	fits(16, (struct report_style){.lines = 40, .columns = 120});
	fits(128, (struct report_style){.lines = 40, .columns = 120});
	fits(128, (struct report_style){.lines = 50, .columns = 80});
	fits(128, (struct report_style){.lines = 30, .columns = 100});
}

// However long: no line of all rows, and of all figures, is wider than the terminal.
static void test_whole_fits_columns(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 8; i++) {
		struct report_style style = {.all = i & 1, .columns = i & 2 ? 120 : 80};
		struct record record;
		size_t longest;
		record_of(&record, i & 4 ? 128 : 16);
		char *text = text_of(&record, &style);
		lines_of(text, &longest);
		if (longest > style.columns)
			fail_msg("a line of %zu columns, of %u, in:\n%s", longest, style.columns, text);
		assert_int_equal(strstr(text, "Left out, as lines") != NULL, !style.all && style.columns == 80);
		free(text);
		record_close(&record);
	}
}

// All rows, where nobody asked for fewer, and where all fit.
static void test_all_rows(void **state)
{
	(void)state;
	struct record record;
	record_of(&record, 16);
	char *all = text_of(&record, &(struct report_style){0});
	assert_non_null(strstr(all, "semaphore"));
	assert_null(strstr(all, "--lines=all"));
	char *enough = text_of(&record, &(struct report_style){.lines = 1000});
	assert_string_equal(all, enough);
	free(enough);
	free(all);
	record_close(&record);
}

static struct peer_pairs pairs_of(const struct derived *derived, const char *experiment)
{
	struct peer_pairs pairs;
	bool *member = calloc(derived->record->rows_n, sizeof *member);
	for (uint32_t i = 0; i < derived->record->rows_n; i++)
		member[i] = strcmp(derived->record->rows[i].spec.experiment, experiment) == 0;
	assert_int_equal(peer_pairs_open(&pairs, derived, member), 0);
	free(member);
	return pairs;
}

// The name of the only pair that is shown so.
static void shown_as(const struct peer_pairs *pairs, const struct derived *derived, enum shown shown, const char *name)
{
	unsigned n = 0;
	for (unsigned i = 0; i < pairs->n; i++) {
		char here[SPEC_NAME_BYTES];
		if (pairs->pair[i].shown != shown)
			continue;
		n++;
		assert_string_equal(spec_name(&derived->record->rows[peer_pair_row(&pairs->pair[i])].spec, here, sizeof here),
		                    name);
	}
	assert_int_equal(n, 1);
}

// Of two: the fastest value of the first axis at as many workers as CPUs, and the ratio that is farthest from 1.
static void test_choice(void **state)
{
	(void)state;
	struct record record;
	struct derived derived;
	record_of(&record, 16);
	assert_int_equal(derive_open(&derived, &record), 0);
	struct peer_pairs pairs = pairs_of(&derived, "locks");
	assert_string_equal(pairs.subject, "lock");
	assert_int_equal(pairs.n, 5 * 32);
	assert_int_equal(peer_pairs_choose(&pairs, &derived, 2), 2);
	shown_as(&pairs, &derived, SHOWN_FIRST, "locks/lock:mutex/workers:16/between:threads");
	shown_as(&pairs, &derived, SHOWN_MOST, "locks/lock:atomic/workers:3/between:threads");
	assert_int_equal(peer_pairs_choose(&pairs, &derived, 1000), pairs.n);
	peer_pairs_free(&pairs);
	pairs = pairs_of(&derived, "latency");
	assert_int_equal(peer_pairs_choose(&pairs, &derived, 2), 2);
	shown_as(&pairs, &derived, SHOWN_FIRST, "latency/channel:pipe/bytes:1/place:same_cpu/between:threads");
	shown_as(&pairs, &derived, SHOWN_LEAST, "latency/channel:futex/bytes:4/place:same_cpu/between:threads");
	peer_pairs_free(&pairs);
	derive_close(&derived);
	record_close(&record);
}

// What creates workers is no pair: a thread and a process, as planned.
static void test_sides_without_pairs(void **state)
{
	(void)state;
	struct record record;
	struct derived derived;
	assert_int_equal(record_open(&record), 0);
	for (uint32_t round = 0; round < ROUNDS_N; round++)
		record_add_round(&record, &(struct round_noise){.round = round});
	row_add(&record, (struct axes){"spawn", "call=pthread resident=0"}, 15e3);
	row_add(&record, (struct axes){"spawn", "call=pthread_small resident=0"}, 14e3);
	row_add(&record, (struct axes){"spawn", "call=fork resident=0"}, 200e3);
	row_add(&record, (struct axes){"spawn", "call=vfork resident=0"}, 18e3);
	assert_int_equal(derive_open(&derived, &record), 0);
	struct peer_pairs pairs = pairs_of(&derived, "spawn");
	assert_int_equal(pairs.n, 4);
	assert_int_equal(peer_pairs_choose(&pairs, &derived, 2), 2);
	assert_int_equal(pairs.pair[0].shown, SHOWN_FIRST);
	assert_int_equal(pairs.pair[0].threads, 0);
	assert_int_equal(pairs.pair[2].shown, SHOWN_FIRST);
	assert_int_equal(pairs.pair[2].processes, 2);
	peer_pairs_free(&pairs);
	derive_close(&derived);
	record_close(&record);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fits),   cmocka_unit_test(test_whole_fits_columns),  cmocka_unit_test(test_all_rows),
		cmocka_unit_test(test_choice), cmocka_unit_test(test_sides_without_pairs),
	};
	return ran_tests(tests, NULL, NULL);
}
