// Result files, tables and plot data of a made-up record; nothing read from a file may break the reader.
// links: report
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/fixtures/record.h"

#include "base/status.h"
#include "report/derive.h"
#include "report/plotdata.h"
#include "report/result.h"
#include "report/table.h"
#include "report/text.h"

#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static char directory[64];

static const char *path_in(const char *name)
{
	static char path[4][512];
	static unsigned next;
	char *out = path[next++ % 4];
	snprintf(out, sizeof path[0], "%s/%s", directory, name);
	return out;
}

static int directory_make(void **state)
{
	(void)state;
	const char *base = getenv("TMPDIR");
	snprintf(directory, sizeof directory, "%.40s/t_report.XXXXXX", base ? base : "/tmp");
	return mkdtemp(directory) ? 0 : -1;
}

static unsigned directory_entries(bool remove_them)
{
	DIR *dir = opendir(directory);
	unsigned entries_n = 0;
	for (struct dirent *entry; dir && (entry = readdir(dir));) {
		if (entry->d_name[0] == '.')
			continue;
		entries_n++;
		if (remove_them)
			unlink(path_in(entry->d_name));
	}
	closedir(dir);
	return entries_n;
}

static int directory_clear(void **state)
{
	(void)state;
	directory_entries(true);
	return 0;
}

static int directory_remove(void **state)
{
	directory_clear(state);
	return rmdir(directory);
}

static char *text_of(const char *path, size_t *bytes)
{
	FILE *file = fopen(path, "r");
	assert_non_null(file);
	fseek(file, 0, SEEK_END);
	*bytes = (size_t)ftell(file);
	rewind(file);
	char *text = calloc(*bytes + 1, 1);
	assert_int_equal(fread(text, 1, *bytes, file), *bytes);
	fclose(file);
	return text;
}

static void text_to(const char *path, const char *text, size_t bytes)
{
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	assert_int_equal(fwrite(text, 1, bytes, file), bytes);
	fclose(file);
}

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
		assert_true(x->row == y->row && x->round == y->round && x->order == y->order &&
			    x->batch_n == y->batch_n && x->iterations_n == y->iterations_n);
		for (int metric = 0; metric < METRIC_N; metric++)
			assert_true(near(x->value[metric], y->value[metric]));
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
		assert_true(x->baseline == y->baseline && x->peer == y->peer && x->state == y->state);
		assert_true(x->iterations_n == y->iterations_n && x->batch_n == y->batch_n);
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
	assert_int_equal(result_save(&record, path_in("a.json")), 0);
	assert_int_equal(result_load(&loaded, path_in("a.json")), 0);
	rows_compare(&record, &loaded);
	samples_compare(&record, &loaded);
	assert_int_equal(record.rounds_n, loaded.rounds_n);
	assert_memory_equal(record.rounds, loaded.rounds, record.rounds_n * sizeof *record.rounds);
	assert_memory_equal(&record.options, &loaded.options, sizeof record.options);
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
	FILE *sink = fopen("/dev/null", "w");
	assert_int_equal(table_print(sink, &loaded, &(struct table_options){.all = true}), 0);
	fclose(sink);
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
		{"\"stop\"", "target reached", "tired", "tvp.stop: \"tired\" is none of those known"},
		{"\"rows\"", "\"state\":\"done\"", "\"state\":\"gone\"", "tvp.rows[0].state"},
		{"\"rows\"", "\"group\":\"", "\"group\":\"0123456789012345678901234567890123456789012345678901234567890123456"
					     "78901234567890123456789012345678901234567890123456789012345678901234567890",
		 "tvp.rows[0].group: is longer"},
		{"\"rows\"", "/workers:2", "/workers:1", "stands twice"},
		{"\"rows\"", "\"name\":\"scaling/", "\"name\":\"scaling//", "tvp.rows[0].name"},
		{"\"rows\"", "\"peer\":null", "\"peer\":7", "tvp.rows[0].peer: is not text"},
		{"\"rows\"", "\"roofs\":[]", "\"roofs\":{}", "tvp.rows[0].roofs: is not an array"},
		{"\"rows\"", "\"cycles\":null", "\"cycles\":-5", "cycles: -5 is out of range"},
		{"\"rounds\": [", "\"steal_ns\"", "\"stolen\"", "tvp.rounds[0].steal_ns: missing"},
	};
	size_t bytes;
	char *good = saved_text(2, &bytes);
	for (size_t i = 0; i < sizeof edits / sizeof *edits; i++)
		edit_refused(good, edits[i].from, edits[i].old, edits[i].new, edits[i].says);
	free(good);
}

static void load_survives(const char *text, size_t bytes)
{
	struct record record;
	text_to(path_in("fuzzed.json"), text, bytes);
	int status = result_load(&record, path_in("fuzzed.json"));
	if (status < 0) {
		assert_true(status == -EINVAL);
		assert_non_null(strstr(status_message(), "fuzzed.json"));
		return;
	}
	// What is accepted must also be printable.
	FILE *sink = fopen("/dev/null", "w");
	assert_int_equal(table_print(sink, &record, &(struct table_options){.all = true}), 0);
	fclose(sink);
	record_close(&record);
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

static void test_mutated_everywhere(void **state)
{
	(void)state;
	static const char interesting[] = "0123456789-.eE\"{}[],:nulltruefalse\\\n\x00\xff\x80";
	struct rng rng = {7};
	size_t bytes;
	char *good = saved_text(1, &bytes);
	char *text = malloc(bytes + 1);
	for (int i = 0; i < 1000; i++) {
		memcpy(text, good, bytes + 1);
		for (uint32_t flips = rng_below(&rng, 3) + 1; flips > 0; flips--) {
			size_t at = rng_below(&rng, (uint32_t)bytes);
			text[at] = rng_below(&rng, 2) ? interesting[rng_below(&rng, sizeof interesting)]
						      : (char)(text[at] ^ (1 << rng_below(&rng, 8)));
		}
		load_survives(text, bytes);
	}
	free(text);
	free(good);
}

static void test_text(void **state)
{
	(void)state;
	char out[64];
	assert_int_equal(text_columns("±1.2 µs × 3 ÷"), 13);
	assert_string_equal(text_number(out, sizeof out, 0.9996), "1.00");
	assert_string_equal(text_number(out, sizeof out, 9.996), "10.0");
	assert_string_equal(text_number(out, sizeof out, 99.96), "100");
	assert_string_equal(text_number(out, sizeof out, 0.01234), "0.0123");
	assert_string_equal(text_number(out, sizeof out, 1.5e-5), "1.5e-05");
	assert_string_equal(text_number(out, sizeof out, NAN), "");
	assert_string_equal(text_count(out, sizeof out, 0.01), "0.01");
	assert_string_equal(text_count(out, sizeof out, 51234), "51234");
	assert_string_equal(text_percent(out, sizeof out, 0.0123), "1.2 %");
	assert_string_equal(text_percent(out, sizeof out, 0.87), "87 %");
	assert_string_equal(text_cut(out, sizeof out, "µµµµµ", 3), "µµ…");
	assert_string_equal(text_cut(out, sizeof out, "µµµ", 3), "µµµ");
	assert_string_equal(text_plain(out, sizeof out, "a\033[31m\tb"), "a [31m b");
}

// Three rounds; rows: serial 100 200 400, threads 50 200 100, fork 100 100 - ns.
static void small_record(struct record *record, const char *experiment)
{
	static const double wall_ns[3][3] = {{100, 200, 400}, {50, 200, 100}, {100, 100, NAN}};
	static const char *const models_used[] = {"serial", "threads", "fork"};
	static const struct fixture_kernel kernel = {"sum", NULL, "1KiB", 0, 0, 1024, 0};
	struct rng rng = {1};
	assert_int_equal(record_open(record), 0);
	for (uint32_t round = 0; round < 3; round++)
		record_add_round(record, &(struct round_noise){.round = round});
	for (int row = 0; row < 3; row++) {
		fixture_add(record, experiment, &kernel, models_used[row], row ? 2 : 1, "compact", NULL);
		record->rows[row].baseline = row ? 0 : -1;
		for (uint32_t round = 0; round < 3; round++) {
			if (isnan(wall_ns[row][round]))
				continue;
			fixture_sample(record, &rng, row, round, 0, 0, 0, 0);
			record->samples[record->samples_n - 1].value[METRIC_wall_ns] = wall_ns[row][round];
		}
	}
	record->rows[2].peer = 1;
}

static void test_ratios_are_paired(void **state)
{
	(void)state;
	struct record record;
	struct derived derived;
	small_record(&record, "scaling");
	assert_int_equal(derive_open(&derived, &record), 0);
	// 100/50, 200/200, 400/100: the median of ratios; the ratio of medians would be 200/100.
	assert_int_equal(derived.row[1].speedup.n, 3);
	assert_true(near(derived.row[1].speedup.median, 2));
	assert_true(near(derived.row[1].efficiency, 1));
	assert_int_equal(derived.row[2].speedup.n, 2);
	assert_true(near(derived.row[2].speedup.median, 1.5));
	assert_true(near(derived.row[2].peer.median, (2 + 0.5) / 2));
	assert_int_equal(derived.row[0].speedup.n, 0);
	assert_int_equal(derived.row[1].twin.n, 0);
	derive_close(&derived);
	record_close(&record);
}

static void test_weak_speedup_is_scaled(void **state)
{
	(void)state;
	struct record record;
	struct derived derived;
	small_record(&record, "weak");
	assert_int_equal(derive_open(&derived, &record), 0);
	assert_true(near(derived.row[1].speedup.median, 4));
	assert_true(near(derived.row[1].efficiency, 2));
	derive_close(&derived);
	record_close(&record);
}

static void test_roof_takes_faster_copy_and_slower_limit(void **state)
{
	(void)state;
	struct record record;
	struct derived derived;
	assert_int_equal(fixture_record(&record, 9), 0);
	assert_int_equal(derive_open(&derived, &record), 0);
	for (uint32_t i = 0; i < record.rows_n; i++) {
		const struct row *row = &record.rows[i];
		if (row->roof[1] < 0)
			continue;
		double walls[3], bound;
		for (int roof = 0; roof < 3; roof++)
			walls[roof] = derived.row[row->roof[roof]].wall.median * row->roof_work[roof];
		bound = fmax(fmin(walls[0], walls[1]), walls[2]);
		assert_true(fabs(derived.row[i].roof.median * derived.row[i].wall.median / bound - 1) < 0.1);
	}
	derive_close(&derived);
	record_close(&record);
}

static char *table_text(const struct record *record, struct table_options options)
{
	char *text = NULL;
	size_t bytes;
	FILE *out = open_memstream(&text, &bytes);
	assert_int_equal(table_print(out, record, &options), 0);
	fclose(out);
	return text;
}

static void test_table(void **state)
{
	(void)state;
	static const char *const said[] = {
		"scaling · convolve · k 5 · 1920x1080", "FAILED: worker 3 (pid 4711) died of SIGKILL",
		"skipped: spinning workers exceed", "copy:pipe", "COST", "2 workers: threads", "not with up to 4: threads",
		"These numbers are made up", "stopped: target reached", "GB/s", "GFLOP/s", "÷ twin", "45 rounds",
	};
	struct record record;
	assert_int_equal(fixture_record(&record, 45), 0);
	char *text = table_text(&record, (struct table_options){0});
	for (size_t i = 0; i < sizeof said / sizeof *said; i++)
		if (!strstr(text, said[i]))
			fail_msg("the table does not say \"%s\"", said[i]);
	assert_null(strstr(text, "\033"));
	assert_null(strstr(text, "nan"));
	for (char *rest = text, *line; (line = strsep(&rest, "\n"));)
		if (text_columns(line) > 120)
			fail_msg("%zu columns: %s", text_columns(line), line);
	free(text);
	text = table_text(&record, (struct table_options){.all = true, .colour = true});
	assert_non_null(strstr(text, "launch"));
	assert_non_null(strstr(text, "p99"));
	assert_non_null(strstr(text, "\033[1m"));
	free(text);
	record_close(&record);
}

static void test_plotdata(void **state)
{
	(void)state;
	struct record record;
	struct plot_list list;
	assert_int_equal(fixture_record(&record, 12), 0);
	assert_int_equal(plotdata_write(&record, directory, &list), 0);
	assert_true(list.stems_n >= 17);
	for (unsigned i = 0; i < list.stems_n; i++) {
		char name[PLOT_STEM_BYTES + 4];
		snprintf(name, sizeof name, "%s.gp", list.stem[i]);
		assert_int_equal(access(path_in(name), R_OK), 0);
	}
	size_t bytes;
	char *text = text_of(path_in("scaling-convolve-k5-1920x1080-compact.dat"), &bytes);
	assert_non_null(strstr(text, "# process_pool copy:pipe\n"));
	assert_non_null(strstr(text, "wall_ns"));
	assert_non_null(strstr(text, "gnuplot -e"));
	assert_null(strstr(text, "inf"));
	free(text);
	plot_list_free(&list);
	assert_int_equal(plotdata_write(&record, path_in("absent"), &list), -ENOENT);
	assert_non_null(strstr(status_message(), "absent/"));
	plot_list_free(&list);
	record_close(&record);
}

// compare.py imports numpy and scipy, which its Debian package does not pull in. What reads the files is compare.py's
// own code; where the libraries are missing, the two functions it takes from them are stood in for.
static void standins_write(void)
{
	static const char *const files[][2] = {
		{"numpy.py", "class array(list):\n    def any(self):\n        return any(self)\n"},
		{"scipy.py", "import sys, types, math, numpy\n__path__ = []\nstats = types.ModuleType('scipy.stats')\n"
			     "class P:\n    pvalue = 0.5\nstats.mannwhitneyu = lambda a, b, alternative: P()\n"
			     "stats.gmean = lambda t: numpy.array(math.exp(sum(map(math.log, c)) / len(c)) for c in zip(*t))\n"
			     "sys.modules['scipy.stats'] = stats\n"},
	};
	for (size_t i = 0; i < sizeof files / sizeof *files; i++)
		text_to(path_in(files[i][0]), files[i][1], strlen(files[i][1]));
}

static void test_compare_py(void **state)
{
	(void)state;
	static const char tool[] = "/usr/share/benchmark/compare.py";
	char command[2048];
	if (access(tool, R_OK) || system("python3 -c '' 2>/dev/null")) {
		print_message("compare.py or python3 is not installed (Debian: libbenchmark-tools)\n");
		skip();
	}
	struct record record;
	assert_int_equal(fixture_record(&record, 10), 0);
	assert_int_equal(result_save(&record, path_in("a.json")), 0);
	assert_int_equal(result_save(&record, path_in("b.json")), 0);
	record_close(&record);
	const char *path = "";
	if (system("python3 -c 'import numpy, scipy.stats' 2>/dev/null")) {
		print_message("numpy or scipy is not installed: stand-ins for two of their functions\n");
		standins_write();
		path = directory;
	}
	snprintf(command, sizeof command,
		 "PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=%s python3 %s --no-color benchmarks %s %s >%s 2>&1", path, tool,
		 path_in("a.json"), path_in("b.json"), path_in("compared"));
	int status = system(command);
	size_t bytes;
	char *text = text_of(path_in("compared"), &bytes);
	if (status || !strstr(text, "OVERALL_GEOMEAN") || !strstr(text, "model:process_pool/workers:2") ||
	    !strstr(text, "U Test, Repetitions: 10 vs 10"))
		fail_msg("compare.py: status %d, %.2000s", status, text);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(test_round_trip, directory_clear),
		cmocka_unit_test_teardown(test_empty_and_odd_texts, directory_clear),
		cmocka_unit_test_teardown(test_atomic_write, directory_clear),
		cmocka_unit_test_teardown(test_refused_files, directory_clear),
		cmocka_unit_test_teardown(test_inconsistent_contents, directory_clear),
		cmocka_unit_test_teardown(test_truncated_everywhere, directory_clear),
		cmocka_unit_test_teardown(test_mutated_everywhere, directory_clear),
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_ratios_are_paired),
		cmocka_unit_test(test_weak_speedup_is_scaled),
		cmocka_unit_test(test_roof_takes_faster_copy_and_slower_limit),
		cmocka_unit_test(test_table),
		cmocka_unit_test_teardown(test_plotdata, directory_clear),
		cmocka_unit_test_teardown(test_compare_py, directory_clear),
	};
	return cmocka_run_group_tests(tests, directory_make, directory_remove);
}
