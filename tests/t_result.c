// Result files: what is saved comes back, a failed write loses nothing, and nothing read from a file breaks the reader.
// links: report
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/fixtures/directory.h"
#include "tests/fixtures/record.h"

#include "base/status.h"
#include "report/format/format.h"
#include "report/plot/plotdata.h"
#include "report/result/result.h"
#include "report/text/document.h"

#include <errno.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <zlib.h>

#define FIFTY "01234567890123456789012345678901234567890123456789"
#define TWO_HUNDRED FIFTY FIFTY FIFTY FIFTY

static char *saved_text(uint32_t rounds_n, size_t *bytes)
{
	struct record record;
	assert_int_equal(fixture_record(&record, rounds_n), 0);
	assert_int_equal(result_save(&record, path_in("good.json")), 0);
	record_close(&record);
	return text_of(path_in("good.json"), bytes);
}

static bool near(double a, double b)
{
	return (isnan(a) && isnan(b)) || a == b || fabs(a - b) <= 1e-8 * fabs(a);
}

static void samples_compare(const struct record *a, const struct record *b)
{
	assert_int_equal(a->samples_n, b->samples_n);
	for (uint32_t i = 0; i < a->samples_n; i++) {
		const struct sample *x = &a->samples[i], *y = &b->samples[i];
		assert_true(x->row == y->row && x->round == y->round && x->order == y->order && x->batch_n == y->batch_n &&
		            x->iterations_n == y->iterations_n);
		for (int metric = 0; metric < METRIC_N; metric++)
			assert_true(near(x->value[metric], y->value[metric]));
	}
}

static void ways_compare(const struct way_choices *a, const struct way_choices *b)
{
	assert_int_equal(a->n, b->n);
	assert_true(a->n > 0);
	for (unsigned i = 0; i < a->n; i++) {
		const struct way_choice *x = &a->choice[i], *y = &b->choice[i];
		assert_string_equal(x->kernel, y->kernel);
		assert_true(x->size_log2 == y->size_log2 && x->way == y->way && x->ways_n == y->ways_n);
		assert_memory_equal(&x->options, &y->options, sizeof x->options);
		for (unsigned way = 0; way < x->ways_n; way++)
			assert_true(near(x->ns[way], y->ns[way]));
	}
}

static void rows_compare(const struct record *a, const struct record *b)
{
	assert_int_equal(a->rows_n, b->rows_n);
	for (uint32_t i = 0; i < a->rows_n; i++) {
		const struct row *x = &a->rows[i], *y = &b->rows[i];
		assert_memory_equal(&x->spec, &y->spec, sizeof x->spec);
		assert_string_equal(x->group, y->group);
		assert_string_equal(x->reason, y->reason);
		assert_string_equal(x->label, y->label);
		assert_true(x->baseline == y->baseline && x->peer == y->peer && x->inplace == y->inplace &&
		            x->state == y->state);
		assert_true(x->iterations_n == y->iterations_n && x->batch_n == y->batch_n);
		assert_true(x->lost_n == y->lost_n && x->retries_n == y->retries_n);
		assert_true(x->bytes == y->bytes && x->flops == y->flops);
		assert_memory_equal(x->counted, y->counted, sizeof x->counted);
		assert_memory_equal(x->roof, y->roof, sizeof x->roof);
		for (int roof = 0; roof < 3; roof++)
			assert_true(near(x->roof_work[roof], y->roof_work[roof]));
	}
}

static void test_round_trip(void **state)
{
	(void)state;
	struct record record, loaded;
	assert_int_equal(fixture_record(&record, 7), 0);
	strcpy(record.pairs, "side by side");
	record.rows[0].lost_n = 3;
	record.rows[1].retries_n = 4;
	record.rounds[2].gap_ns = 2500000000;
	record.rounds[2].noise.throttled_n = 7;
	record.rounds[2].noise.throttled_ns = 123456789;
	record.rounds[3].noise.throttled_n = record.rounds[3].noise.throttled_ns = UINT64_MAX; // no quota
	record.rounds[3].noise.others_ns = 70000000; // unknown of all other rounds
	assert_int_equal(result_save(&record, path_in("a.json")), 0);
	assert_int_equal(result_load(&loaded, path_in("a.json")), 0);
	assert_string_equal(loaded.pairs, "side by side");
	rows_compare(&record, &loaded);
	ways_compare(&record.ways, &loaded.ways);
	samples_compare(&record, &loaded);
	assert_int_equal(record.rounds_n, loaded.rounds_n);
	for (uint32_t i = 0; i < record.rounds_n; i++) {
		assert_int_equal(record.rounds[i].round, loaded.rounds[i].round);
		assert_true(record.rounds[i].begin_ns == loaded.rounds[i].begin_ns);
		assert_true(record.rounds[i].gap_ns == loaded.rounds[i].gap_ns);
		assert_true(record.rounds[i].noise.throttled_n == loaded.rounds[i].noise.throttled_n);
		assert_true(record.rounds[i].noise.throttled_ns == loaded.rounds[i].noise.throttled_ns);
		assert_memory_equal(&record.rounds[i].noise, &loaded.rounds[i].noise, sizeof(struct noise));
	}
	assert_string_equal(record.options.suite, loaded.options.suite);
	assert_string_equal(record.options.command, loaded.options.command);
	assert_true(record.options.seed == loaded.options.seed && record.options.visit_ns == loaded.options.visit_ns &&
	            record.options.time_budget_ns == loaded.options.time_budget_ns &&
	            record.options.rounds_least == loaded.options.rounds_least &&
	            record.options.rounds_most == loaded.options.rounds_most &&
	            near(record.options.target_ci, loaded.options.target_ci));
	assert_int_equal(record.facts.facts_n, loaded.facts.facts_n);
	for (unsigned i = 0; i < record.facts.facts_n; i++) {
		assert_string_equal(record.facts.fact[i].key, loaded.facts.fact[i].key);
		assert_string_equal(record.facts.fact[i].value, loaded.facts.fact[i].value);
	}
	assert_int_equal(loaded.facts.warnings_n, 2);
	assert_string_equal(record.facts.warning[1], loaded.facts.warning[1]);
	assert_string_equal(record.topology_xml, loaded.topology_xml);
	assert_string_equal(record.counters_why_not, loaded.counters_why_not);
	assert_string_equal(record.date, loaded.date);
	assert_true(record.stop == loaded.stop && record.elapsed_ns == loaded.elapsed_ns);
	assert_true(near(record.clock.cost_ns, loaded.clock.cost_ns) && loaded.clock.resolution_ns == 1);
	record_close(&record);
	record_close(&loaded);
}

static void print_in_every_format(const struct record *record)
{
	unsigned printed_n = 0;
	for (const struct format *const *format = formats; *format; format++) {
		if (!format_writes(*format, REPORT_RUN))
			continue;
		FILE *sink = fopen("/dev/null", "w");
		assert_non_null(sink);
		assert_int_equal(format_run_write(*format, sink, record, &(struct report_style){.all = true}), 0);
		fclose(sink);
		printed_n++;
	}
	assert_true(printed_n >= 4);
}

static void test_empty_and_odd_texts(void **state)
{
	(void)state;
	struct record record, loaded;
	assert_int_equal(record_open(&record), 0);
	// Cut inside a character, as a full buffer would.
	snprintf(record.options.command, sizeof record.options.command, "tvp run \xc3");
	assert_int_equal(result_save(&record, path_in("a.json")), 0);
	assert_int_equal(result_load(&loaded, path_in("a.json")), 0);
	assert_string_equal(loaded.options.command, "tvp run ?");
	assert_null(loaded.topology_xml);
	assert_string_equal(loaded.pairs, "");
	print_in_every_format(&loaded);
	struct plot_list list;
	assert_int_equal(plotdata_write(&loaded, directory, &list), 0);
	assert_int_equal(list.stems_n, 0);
	plot_list_free(&list);
	record_close(&record);
	record_close(&loaded);
}

static void test_atomic_write(void **state)
{
	(void)state;
	struct record record;
	struct stat before, after;
	assert_int_equal(fixture_record(&record, 3), 0);
	mode_t mask = umask(027);
	assert_int_equal(result_save(&record, path_in("a.json")), 0);
	umask(mask);
	assert_int_equal(stat(path_in("a.json"), &before), 0);
	assert_int_equal(before.st_mode & 0777, 0640);

	struct rlimit limit, small;
	getrlimit(RLIMIT_FSIZE, &limit);
	small = (struct rlimit){10000, limit.rlim_max};
	signal(SIGXFSZ, SIG_IGN);
	setrlimit(RLIMIT_FSIZE, &small);
	int status = result_save(&record, path_in("a.json"));
	setrlimit(RLIMIT_FSIZE, &limit);
	signal(SIGXFSZ, SIG_DFL);
	assert_int_equal(status, -EFBIG);
	assert_non_null(strstr(status_message(), "a.json"));
	assert_int_equal(stat(path_in("a.json"), &after), 0);
	assert_true(before.st_ino == after.st_ino && before.st_size == after.st_size);
	assert_int_equal(directory_entries(false), 1);

	assert_int_equal(result_save(&record, path_in("absent/a.json")), -ENOENT);
	assert_int_equal(result_save(&record, "/dev/null"), -EINVAL);
	assert_int_equal(result_save(&record, directory), -EINVAL);
	assert_int_equal(symlink("a.json", path_in("link.json")), 0);
	assert_int_equal(result_save(&record, path_in("link.json")), 0);
	assert_int_equal(lstat(path_in("link.json"), &after), 0);
	assert_true(S_ISLNK(after.st_mode));
	record_close(&record);
}

static void load_refused(const char *text, size_t bytes, int status, const char *says)
{
	struct record record;
	text_to(path_in("bad.json"), text, bytes);
	assert_int_equal(result_load(&record, path_in("bad.json")), status);
	if (!strstr(status_message(), says) || !strstr(status_message(), "bad.json"))
		fail_msg("\"%s\" does not say \"%s\"", status_message(), says);
}

static void test_refused_files(void **state)
{
	(void)state;
	struct record record;
	assert_int_equal(result_load(&record, path_in("absent.json")), -ENOENT);
	assert_non_null(strstr(status_message(), "absent.json"));
	assert_int_equal(result_load(&record, directory), -EISDIR);
	static const char foreign[] = "{\"context\": {}, \"benchmarks\": [{\"name\": \"BM_x\", \"real_time\": 1}]}";
	load_refused(foreign, strlen(foreign), -EINVAL, "not a tvp result");
	load_refused("", 0, -EINVAL, "line 1, column 0");
	load_refused("[1, 2]", 6, -EINVAL, "not a tvp result");
	load_refused("{\"tvp\": 3}", 10, -EINVAL, "not a tvp result");
	load_refused("{\n\"tvp\": {,", 11, -EINVAL, "line 2, column 9");
	load_refused("{\"tvp\": {\"version\": 7}}", 23, -EINVAL, "version 7; this tvp reads up to version 1");
	load_refused("{\"tvp\": {}}", 11, -EINVAL, "tvp.version: missing");
}

// The good text with the first `old` after `from` replaced.
static void edit_refused(const char *good, const char *from, const char *old, const char *new, const char *says)
{
	const char *start = strstr(good, from);
	assert_non_null(start);
	const char *spot = strstr(start, old);
	assert_non_null(spot);
	size_t before = (size_t)(spot - good), bytes = strlen(good) - strlen(old) + strlen(new);
	char *text = malloc(bytes + 1);
	snprintf(text, bytes + 1, "%.*s%s%s", (int)before, good, new, spot + strlen(old));
	load_refused(text, bytes, -EINVAL, says);
	free(text);
}

static void test_inconsistent_contents(void **state)
{
	(void)state;
	static const struct {
		const char *from, *old, *new, *says;
	} edits[] = {
		{"\"benchmarks\"", "\"name\":\"scaling/", "\"name\":\"skaling/", "benchmarks[0].name: no row is named"},
		{"\"benchmarks\"", "\"repetition_index\":0", "\"repetition_index\":99999", "repetition_index: 99999 is out"},
		{"\"benchmarks\"", "\"repetition_index\":0", "\"repetition_index\":-1", "repetition_index: -1 is out"},
		{"\"benchmarks\"", "\"order\":0", "\"order\":\"0\"", "benchmarks[0].order: is not a whole number"},
		{"\"benchmarks\"", "\"wall_ns\":", "\"wall\":", "benchmarks[0].wall_ns: missing"},
		{"\"benchmarks\"", "\"faults_n\":0", "\"faults_n\":[]", "benchmarks[0].faults_n: is not a number"},
		{"\"benchmarks\"", "\"batch\":1", "\"batch\":4294967296", "benchmarks[0].batch: 4294967296 is out"},
		{"\"options\"", "\"seed\":\"", "\"seed\":\"-", "tvp.options.seed"},
		{"\"options\"", "\"target_ci\"", "\"target\"", "tvp.options.target_ci: missing"},
		{"\"stop\"", "target reached", "tired", "tvp.stop: \"tired\" is not one of the known values"},
		{"\"rows\"", "\"state\":\"done\"", "\"state\":\"gone\"", "tvp.rows[0].state"},
		{"\"rows\"", "\"group\":\"",
	     "\"group\":\"" TWO_HUNDRED TWO_HUNDRED TWO_HUNDRED TWO_HUNDRED TWO_HUNDRED TWO_HUNDRED,
	     "tvp.rows[0].group: is longer"},
		{"\"rows\"", "/workers:2", "/workers:1", "appears twice"},
		{"\"rows\"", "\"name\":\"scaling/", "\"name\":\"scaling//", "tvp.rows[0].name"},
		{"\"rows\"", "\"peer\":null", "\"peer\":7", "tvp.rows[0].peer: is not text"},
		{"\"rows\"", "\"inplace\":null", "\"inplace\":7", "tvp.rows[0].inplace: is not text"},
		{"\"rows\"", "\"roofs\":[]", "\"roofs\":{}", "tvp.rows[0].roofs: is not an array"},
		{"\"rows\"", "\"cycles\":null", "\"cycles\":-5", "cycles: -5 is out of range"},
		{"\"benchmarks\"",
	     "\"wall_ns\":", "\"wall_ns\":0,\"wail_ns\":", "benchmarks[0].wall_ns: is 0, which is no time"},
		{"\"benchmarks\"", "\"wall_ns\":", "\"wall_ns\":-", "benchmarks[0].wall_ns: is -"},
		{"\"benchmarks\"",
	     "\"wall_ns\":", "\"wall_ns\":1e308,\"wail_ns\":", "benchmarks[0].wall_ns: is 1e+308, which is out of range"},
		{"\"benchmarks\"", "\"faults_n\":0", "\"faults_n\":-1e308", "benchmarks[0].faults_n: is -1e+308, which is out"},
		{"\"rows\"", "\"lost\":0", "\"lost\":-1", "tvp.rows[0].lost: -1 is out of range"},
		{"\"rows\"", "\"retries\":0", "\"retries\":\"\"", "tvp.rows[0].retries: is not a whole number"},
		{"\"rounds\": [", "\"gap_ns\":0", "\"gap_ns\":-1", "tvp.rounds[0].gap_ns: -1 is out of range"},
		{"\"rounds\": [", "\"steal_ns\"", "\"stolen\"", "tvp.rounds[0].steal_ns: missing"},
	};
	size_t bytes;
	char *good = saved_text(2, &bytes);
	for (size_t i = 0; i < sizeof edits / sizeof *edits; i++)
		edit_refused(good, edits[i].from, edits[i].old, edits[i].new, edits[i].says);
	free(good);
}

static void rename_key(char *text, const char *key)
{
	char quoted[32];
	snprintf(quoted, sizeof quoted, "\"%s\"", key);
	assert_non_null(strstr(text, quoted));
	for (char *at = text; (at = strstr(at, quoted)) != NULL;)
		at[1] = '_';
}

// Files of before these were stored.
static void test_files_without_newer_keys(void **state)
{
	(void)state;
	static const char *const newer[] = {"inplace", "lost",        "retries",     "others_ns",
	                                    "gap_ns",  "throttled_n", "throttled_ns"};
	struct record record;
	size_t bytes;
	char *text = saved_text(1, &bytes);
	for (size_t i = 0; i < sizeof newer / sizeof *newer; i++)
		rename_key(text, newer[i]);
	text_to(path_in("old.json"), text, bytes);
	assert_int_equal(result_load(&record, path_in("old.json")), 0);
	for (uint32_t i = 0; i < record.rows_n; i++)
		assert_true(record.rows[i].inplace == -1 && record.rows[i].lost_n == 0 && record.rows[i].retries_n == 0);
	assert_true(record.rounds[0].noise.others_ns == UINT64_MAX && record.rounds[0].gap_ns == 0);
	assert_true(record.rounds[0].noise.throttled_n == UINT64_MAX);
	record_close(&record);
	free(text);
}

static void zip_to(const char *path, const char *text, size_t bytes)
{
	gzFile file = gzopen(path, "wb");
	assert_non_null(file);
	assert_int_equal(gzwrite(file, text, (unsigned)bytes), (int)bytes);
	assert_int_equal(gzclose(file), Z_OK);
}

// As results/ ships them; the name does not matter.
static void test_compressed(void **state)
{
	(void)state;
	struct record plain, loaded;
	size_t bytes, zipped_bytes;
	char *text = saved_text(2, &bytes);
	zip_to(path_in("bad.json"), text, bytes);
	assert_int_equal(result_load(&plain, path_in("good.json")), 0);
	assert_int_equal(result_load(&loaded, path_in("bad.json")), 0);
	rows_compare(&plain, &loaded);
	samples_compare(&plain, &loaded);
	char *zipped = text_of(path_in("bad.json"), &zipped_bytes);
	load_refused(zipped, zipped_bytes / 2, -EINVAL, "ends too early");
	load_refused(zipped, zipped_bytes - 4, -EINVAL, "ends too early");
	zipped[zipped_bytes / 2] ^= 0x10;
	load_refused(zipped, zipped_bytes, -EINVAL, "damaged gzip data");
	zip_to(path_in("bad.json"), "[1, 2]", 6);
	free(zipped);
	zipped = text_of(path_in("bad.json"), &zipped_bytes);
	load_refused(zipped, zipped_bytes, -EINVAL, "not a tvp result");
	free(zipped);
	free(text);
	record_close(&plain);
	record_close(&loaded);
}

// Returns whether the text was accepted.
static bool load_survives(const char *text, size_t bytes)
{
	struct record record;
	text_to(path_in("fuzzed.json"), text, bytes);
	int status = result_load(&record, path_in("fuzzed.json"));
	if (status < 0) {
		assert_true(status == -EINVAL);
		assert_non_null(strstr(status_message(), "fuzzed.json"));
		return false;
	}
	// What is accepted must also print and plot.
	print_in_every_format(&record);
	struct plot_list list;
	assert_int_equal(plotdata_write(&record, directory, &list), 0);
	plot_list_free(&list);
	record_close(&record);
	return true;
}

static void test_truncated_everywhere(void **state)
{
	(void)state;
	struct record record;
	size_t bytes;
	char *good = saved_text(1, &bytes);
	for (size_t cut = 0; cut + 2 < bytes; cut += 97) {
		text_to(path_in("fuzzed.json"), good, cut);
		assert_int_equal(result_load(&record, path_in("fuzzed.json")), -EINVAL);
		assert_non_null(strstr(status_message(), "line "));
	}
	free(good);
}

enum { MUTATIONS_N = 1000 };

static void test_mutated_everywhere(void **state)
{
	(void)state;
	static const char interesting[] = "0123456789-.eE\"{}[],:nulltruefalse\\\n\x00\xff\x80";
	struct rng rng = {7};
	size_t bytes;
	char *good = saved_text(1, &bytes);
	char *text = malloc(bytes + 1);
	unsigned accepted_n = 0;
	for (int i = 0; i < MUTATIONS_N; i++) {
		memcpy(text, good, bytes + 1);
		for (uint32_t flips = rng_below(&rng, 3) + 1; flips > 0; flips--) {
			size_t at = rng_below(&rng, (uint32_t)bytes);
			text[at] = rng_below(&rng, 2) ? interesting[rng_below(&rng, sizeof interesting)]
			                              : (char)(text[at] ^ (1 << rng_below(&rng, 8)));
		}
		accepted_n += load_survives(text, bytes);
	}
	assert_in_range(accepted_n, 1, MUTATIONS_N - 1); // both ways were gone
	free(text);
	free(good);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(test_round_trip, directory_clear),
		cmocka_unit_test_teardown(test_empty_and_odd_texts, directory_clear),
		cmocka_unit_test_teardown(test_atomic_write, directory_clear),
		cmocka_unit_test_teardown(test_refused_files, directory_clear),
		cmocka_unit_test_teardown(test_inconsistent_contents, directory_clear),
		cmocka_unit_test_teardown(test_files_without_newer_keys, directory_clear),
		cmocka_unit_test_teardown(test_compressed, directory_clear),
		cmocka_unit_test_teardown(test_truncated_everywhere, directory_clear),
		cmocka_unit_test_teardown(test_mutated_everywhere, directory_clear),
	};
	return cmocka_run_group_tests(tests, directory_make, directory_remove);
}
