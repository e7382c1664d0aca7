// Figures, tables and plot data of a made-up record, and what compare.py makes of its file.
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
#include "report/table/derive.h"
#include "report/text/text_table.h"
#include "report/plot/plotdata.h"
#include "report/result/result.h"
#include "report/text/text.h"
#include "tests/fixtures/ran.h"

#include <errno.h>

static void test_text(void **state)
{
	(void)state;
	char out[64];
	assert_int_equal(text_columns("±1.2 µs × 3 ÷"), 13);
	assert_string_equal(text_cut(out, sizeof out, "µµµµµ", 3), "µµ…");
	assert_string_equal(text_cut(out, sizeof out, "µµµ", 3), "µµµ");
	assert_string_equal(text_plain(out, sizeof out, "a\033[31m\tb"), "a [31m b");
}

// Every edge at which a number takes another form: none of them may show an exponent.
static void test_numbers(void **state)
{
	(void)state;
	static const struct {
		double value;
		const char *number, *count, *percent, *given;
	} vectors[] = {
		{0, "0", "0", "0.0 %", "0 %"},
		{-0.0, "0", "0", "0.0 %", "0 %"},
		{1e-300, "<0.000001", "<0.000001", "0.0 %", "<0.000001 %"},
		{-1e-300, ">-0.000001", ">-0.000001", "0.0 %", ">-0.000001 %"},
		{1.5e-5, "0.000015", "0.000015", "0.0 %", "0.0015 %"},
		{0.00087, "0.00087", "0.00087", "0.1 %", "0.087 %"},
		{0.000996, "0.0010", "0.001", "0.1 %", "0.0996 %"},
		{0.0026249, "0.00262", "0.00262", "0.3 %", "0.262 %"},
		{0.01, "0.0100", "0.01", "1.0 %", "1 %"},
		{0.01234, "0.0123", "0.0123", "1.2 %", "1.23 %"},
		{0.0996, "0.0996", "0.0996", "10 %", "9.96 %"},
		{0.87, "0.870", "0.87", "87 %", "87 %"},
		{0.9994, "0.999", "0.999", "100 %", "99.9 %"},
		{0.9996, "1.00", "1", "100 %", "100 %"},
		{9.996, "10.0", "10", "1000 %", "1000 %"},
		{99.96, "100", "100", "9996 %", "9996 %"},
		{210, "210", "210", "21000 %", "21000 %"},
		{999.5, "1000", "1000", "99950 %", "99950 %"},
		{1000, "1000", "1000", "100000 %", "100000 %"},
		{1010.4, "1010", "1010", "101040 %", "101040 %"},
		{51234, "51234", "51234", "5123400 %", "5123400 %"},
		{1e6, "1000000", "1000000", "100000000 %", "100000000 %"},
		{-1.88, "-1.88", "-1.88", "-188 %", "-188 %"},
		{-0.00087, "-0.00087", "-0.00087", "-0.1 %", "-0.087 %"},
		{-1234.4, "-1234", "-1234", "-123440 %", "-123440 %"},
		{NAN, "", "", "", ""},
		{INFINITY, "∞", "∞", "∞ %", "∞ %"},
		{-INFINITY, "-∞", "-∞", "-∞ %", "-∞ %"},
	};
	char out[64];
	for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++) {
		assert_string_equal(text_number(out, sizeof out, vectors[i].value), vectors[i].number);
		assert_string_equal(text_count(out, sizeof out, vectors[i].value), vectors[i].count);
		assert_string_equal(text_percent(out, sizeof out, vectors[i].value), vectors[i].percent);
		assert_string_equal(text_percent_given(out, sizeof out, vectors[i].value), vectors[i].given);
	}
	assert_string_equal(text_number(out, sizeof out, 1e300), "1.00e+300");
}

static bool near(double a, double b)
{
	return fabs(a - b) <= 1e-9 * fabs(a);
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
		fixture_add(record, &(struct fixture_row){.experiment = experiment,
		                                          .kernel = &kernel,
		                                          .model = models_used[row],
		                                          .workers_n = row ? 2 : 1,
		                                          .pin = "compact"});
		record->rows[row].baseline = row ? 0 : -1;
		for (uint32_t round = 0; round < 3; round++) {
			if (isnan(wall_ns[row][round]))
				continue;
			fixture_sample(record, &rng, row, round, &(struct fixture_times){0});
			record->samples[record->samples_n - 1].value[METRIC_wall_ns] = wall_ns[row][round];
		}
	}
	record->rows[2].peer = 1;
	record->rows[2].inplace = 1;
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
	// What the fork row takes beyond the threads row: 1 - 50/100, 1 - 200/100.
	assert_int_equal(derived.row[2].copying.n, 2);
	assert_true(near(derived.row[2].copying.median, (0.5 - 1) / 2));
	assert_true(near(derived.row[2].copying.min, -1) && near(derived.row[2].copying.max, 0.5));
	assert_int_equal(derived.row[1].copying.n, 0);
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

static char *table_text(const struct record *record, struct report_style style)
{
	char *text = NULL;
	size_t bytes;
	FILE *out = open_memstream(&text, &bytes);
	assert_int_equal(format_run_write(format_find("table", REPORT_RUN), out, record, &style), 0);
	fclose(out);
	return text;
}

static void test_table(void **state)
{
	(void)state;
	static const char *const said[] = {
		"scaling · convolve · k 5 · 1920x1080",
		"Failed\n  worker 3 (pid 4711) died of SIGKILL",
		"skipped: spinning workers exceed",
		"copy:pipe",
		"COST",
		"\n  kernel                   serial  threads  thread_pool  fork  process_pool\n",
		"      > 4          > 4   > 4           > 4\n",
		"\n  sum 32MiB               2.60 ms        2            2     2             2\n",
		"These numbers are made up",
		"stopped: target reached",
		"GB/s",
		"GFLOP/s",
		"÷ twin",
		"45 rounds",
	};
	struct record record;
	assert_int_equal(fixture_record(&record, 45), 0);
	char *text = table_text(&record, (struct report_style){0});
	for (size_t i = 0; i < sizeof said / sizeof *said; i++)
		if (!strstr(text, said[i]))
			fail_msg("the table does not say \"%s\"", said[i]);
	assert_null(strstr(text, "\033"));
	assert_null(strstr(text, "nan"));
	for (char *rest = text, *line; (line = strsep(&rest, "\n"));)
		if (text_columns(line) > 120)
			fail_msg("%zu columns: %s", text_columns(line), line);
	free(text);
	text = table_text(&record, (struct report_style){.all = true, .colour = true});
	assert_non_null(strstr(text, "launch"));
	assert_non_null(strstr(text, "p99"));
	assert_non_null(strstr(text, "\033[1m"));
	free(text);
	record_close(&record);
}

// gnuplot runs what stands between backticks in double quotes: a result from elsewhere must not get there.
static void test_plot_runs_nothing(void **state)
{
	(void)state;
	struct record record;
	struct plot_list list;
	assert_int_equal(fixture_record(&record, 6), 0);
	for (uint32_t i = 0; i < record.rows_n; i++)
		if (spec_get(&record.rows[i].spec, "transport"))
			spec_set(&record.rows[i].spec, "transport", "a`touch$b`\"';c");
	assert_int_equal(plotdata_write(&record, directory, &list), 0);
	size_t bytes;
	char *text = text_of(path_in("scaling-convolve-k5-1920x1080-compact-anatomy.gp"), &bytes);
	assert_non_null(strstr(text, "\"process_pool\\na-touch-b----c\""));
	assert_non_null(strstr(text, "'process_pool a`touch$b`\"'';c'"));
	free(text);
	plot_list_free(&list);
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

static void add_latency(struct record *record, const char *channel, const char *bytes, const char *between,
                        double wall_ns)
{
	struct spec spec;
	spec_init(&spec, "latency");
	spec_set(&spec, "channel", channel);
	spec_set(&spec, "bytes", bytes);
	spec_set(&spec, "place", "same_cpu");
	spec_set(&spec, "between", between);
	int row = record_add_row(record, &spec, "g|");
	assert_true(row >= 0);
	for (uint32_t round = 0; round < 8; round++) {
		struct sample sample = {.row = (uint32_t)row, .round = round, .batch_n = 1, .iterations_n = 10};
		for (int metric = 0; metric < METRIC_N; metric++)
			sample.value[metric] = NAN;
		sample.value[METRIC_wall_ns] = wall_ns + round;
		assert_int_equal(record_add_sample(record, &sample), 0);
	}
}

// Places along x in the order of their size, a curve per channel, a picture per world; and one of dots for each size.
static void test_drawings(void **state)
{
	(void)state;
	struct record record;
	struct plot_list list;
	assert_int_equal(record_open(&record), 0);
	for (uint32_t round = 0; round < 8; round++)
		record_add_round(&record, &(struct round_noise){.round = round});
	add_latency(&record, "pipe", "64KiB", "threads", 9000);
	add_latency(&record, "pipe", "1", "threads", 4000);
	add_latency(&record, "socketpair", "1", "threads", 8000);
	add_latency(&record, "pipe", "1", "processes", 5000);
	add_latency(&record, "null", "1", "threads", 3);
	assert_int_equal(plotdata_write(&record, directory, &list), 0);
	assert_int_equal(list.stems_n, 4);
	size_t bytes;
	char *text = text_of(path_in("latency-same_cpu-threads-size.dat"), &bytes);
	assert_non_null(strstr(text, "# pipe\n1 4003.5 4000 4007\n2 9003.5 9000 9007\n\n\n# socketpair\n1 8003.5"));
	assert_null(strstr(text, "# null")); // it would take half of the picture
	free(text);
	text = text_of(path_in("latency-same_cpu-threads-size.gp"), &bytes);
	assert_non_null(strstr(text, "place[1] = '1'\nplace[2] = '64KiB'"));
	assert_non_null(strstr(text, "unit = 's'\nscale = 1e-09"));
	free(text);
	text = text_of(path_in("latency-bytes1-channels.gp"), &bytes);
	assert_non_null(strstr(text, "place[1] = 'pipe'\nplace[2] = 'socketpair'\nplace[3] = 'null'"));
	assert_non_null(strstr(text, "least = 3e-09\n"));
	assert_non_null(strstr(text, "twins = ''"));
	assert_non_null(strstr(text, "curve[2] = 'processes same_cpu'"));
	free(text);
	plot_list_free(&list);
	record_close(&record);
}

// Beside a row of Python stands its row in C, though that belongs to another experiment, and a row of neither world has
// a name.
static void test_drawing_twins(void **state)
{
	(void)state;
	struct record record;
	struct plot_list list;
	struct spec spec;
	size_t bytes;
	assert_int_equal(record_open(&record), 0);
	for (uint32_t round = 0; round < 8; round++)
		record_add_round(&record, &(struct round_noise){.round = round});
	add_latency(&record, "pipe", "1", "threads", 4000);
	spec_init(&spec, "python");
	spec_set(&spec, "shape", "serial_sum");
	spec_set(&spec, "workers", "1");
	int row = record_add_row(&record, &spec, "g|");
	assert_int_equal(row, 1);
	record.rows[row].baseline = 0;
	for (uint32_t i = 0; i < 8; i++) {
		struct sample sample = record.samples[i];
		sample.row = (uint32_t)row;
		sample.value[METRIC_wall_ns] *= 10;
		assert_int_equal(record_add_sample(&record, &sample), 0);
	}
	assert_int_equal(plotdata_write(&record, directory, &list), 0);
	char *text = text_of(path_in("python-workers1-shapes.dat"), &bytes);
	assert_non_null(
		strstr(text, "# alone\n1 40035 40000 40070\n\n\n# the same operation in C; 5 the curve whose reference it is\n"
	                 "1 4003.5 4000 4007 1\n"));
	free(text);
	text = text_of(path_in("python-workers1-shapes.gp"), &bytes);
	assert_non_null(strstr(text, "least = 4e-06\nmost = 4.007e-05\n"));
	assert_non_null(strstr(text, "twins = 'the same operation in C'"));
	free(text);
	plot_list_free(&list);
	record_close(&record);
}

// Up to eight curves stand in one frame, more in a panel for each value of the axis that has the most.
static void test_panels(void **state)
{
	(void)state;
	static const char *const channels[] = {"a", "b", "c", "d", "e", "f", "g", "h", "i"};
	for (unsigned channels_n = 8; channels_n <= 9; channels_n++) {
		struct record record;
		struct plot_list list;
		size_t bytes;
		assert_int_equal(record_open(&record), 0);
		for (uint32_t round = 0; round < 8; round++)
			record_add_round(&record, &(struct round_noise){.round = round});
		for (unsigned i = 0; i < channels_n; i++)
			add_latency(&record, channels[i], "1", "threads", 1000 * (i + 1));
		assert_int_equal(plotdata_write(&record, directory, &list), 0);
		char *text = text_of(path_in("latency-same_cpu-threads-size.gp"), &bytes);
		assert_non_null(strstr(text, channels_n == 8 ? "\npanels_n = 0\nload" : "\npanels_n = 9\narray panel[9]\n"));
		assert_int_equal(strstr(text, "panel_name[9] = 'i'\nkinds_n = 1\n") != NULL, channels_n == 9);
		free(text);
		plot_list_free(&list);
		record_close(&record);
	}
}

// Columns that matter little go first; then the others move together; only then those go that matter more.
static void test_text_table_fits(void **state)
{
	(void)state;
	static const unsigned always_n[] = {11, 12, 13, 14};
	for (size_t i = 0; i < sizeof always_n / sizeof *always_n; i++) {
		struct text_table table;
		char *text = NULL;
		size_t bytes;
		assert_int_equal(text_table_open(&table, 1), 0);
		for (unsigned column = 0; column < always_n[i]; column++)
			text_table_add_column(&table, (struct text_table_column){.title = "always"});
		text_table_add_column(&table, (struct text_table_column){.title = "seldom", .drop = TEXT_TABLE_DROP_FIRST});
		text_table_add_column(&table, (struct text_table_column){.title = "mostly", .drop = 1});
		table.rows_n = 1;
		for (unsigned column = 0; column < table.columns_n; column++)
			strcpy(text_table_cell(&table, 0, column), "1234567");
		FILE *out = open_memstream(&text, &bytes);
		text_table_print(&(struct document){.out = out}, &table);
		fclose(out);
		assert_true(strcspn(text, "\n") <= DOCUMENT_COLUMNS);
		bool names = strstr(text, "Left out, as lines have 120");
		char *heading = strndup(text, strcspn(text, "\n"));
		assert_int_equal(strstr(heading, "seldom") != NULL, i == 0);
		assert_int_equal(strstr(heading, "mostly") != NULL, i < 3);
		free(heading);
		assert_int_equal(names, i > 0); // those that went are named below
		assert_int_equal(strstr(text, "1234567  1234567") != NULL, i < 2);
		free(text);
		text_table_close(&table);
	}
}

// The text of a table of two rows: a name, then `figures_n` figures of eight columns each.
static char *two_rows(const struct document *kind, const char *name, unsigned figures_n, bool whole)
{
	struct text_table table;
	struct document document = *kind;
	char *text = NULL;
	size_t bytes;
	assert_int_equal(text_table_open(&table, 2), 0);
	table.whole = whole;
	table.rows_n = 2;
	table.note_from = 1;
	for (unsigned column = 0; column <= figures_n; column++) {
		text_table_add_column(&table, (struct text_table_column){column ? "figure" : "name", !column, column > 3});
		for (unsigned row = 0; row < 2; row++)
			snprintf(text_table_cell(&table, row, column), TEXT_TABLE_CELL_BYTES, column ? "%.0s%u.%05u" : "%s%u%u",
			         name, row, column);
	}
	document.out = open_memstream(&text, &bytes);
	text_table_print(&document, &table);
	fclose(document.out);
	text_table_close(&table);
	for (const char *line = text; *line; line += strcspn(line, "\n") + 1)
		assert_true(strcspn(line, "\n") <= document.columns);
	return text;
}

// At 80 columns no line is longer; what is left out is collected for the foot, and a whole table goes on below.
static void test_text_table_of_80_columns(void **state)
{
	(void)state;
	char left_out[DOCUMENT_LEFT_OUT_BYTES] = "", figure[24];
	struct document document = {.columns = 80, .left_out = left_out};
	char *text = two_rows(&document, "short", 14, false);
	assert_null(strstr(text, "Left out"));
	assert_string_equal(left_out, "figure");
	assert_null(strstr(text, "\n\n"));
	free(text);
	text = two_rows(&document, "short", 14, true);
	assert_non_null(strstr(text, "\n\n  name"));
	for (unsigned column = 1; column <= 14; column++) {
		snprintf(figure, sizeof figure, " 1.%05u", column);
		assert_non_null(strstr(text, figure));
	}
	free(text);
	// Names of 128 CPUs' length: each has a line for itself, whole.
	char name[101] = "";
	memset(name, 'n', 50);
	text = two_rows(&document, name, 4, true);
	assert_non_null(strstr(text, name));
	free(text);
	memset(name, 'n', 100);
	free(two_rows(&document, name, 4, true));
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
	if (access(tool, R_OK) || system("python3 -c '' 2>/dev/null"))
		skip_test("compare.py or python3 is not installed (Debian: libbenchmark-tools)");
	struct record record;
	assert_int_equal(fixture_record(&record, 10), 0);
	assert_int_equal(result_save(&record, path_in("a.json")), 0);
	assert_int_equal(result_save(&record, path_in("b.json")), 0);
	record_close(&record);
	const char *path = "";
	if (system("python3 -c 'import numpy, scipy.stats' 2>/dev/null")) {
		ran_leave_out("NumPy and SciPy", "not installed; compare.py runs with stand-ins for two of their functions");
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
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_ratios_are_paired),
		cmocka_unit_test(test_weak_speedup_is_scaled),
		cmocka_unit_test(test_roof_takes_faster_copy_and_slower_limit),
		cmocka_unit_test(test_table),
		cmocka_unit_test_teardown(test_plotdata, directory_clear),
		cmocka_unit_test_teardown(test_drawings, directory_clear),
		cmocka_unit_test_teardown(test_drawing_twins, directory_clear),
		cmocka_unit_test(test_panels),
		cmocka_unit_test(test_text_table_fits),
		cmocka_unit_test(test_text_table_of_80_columns),
		cmocka_unit_test_teardown(test_plot_runs_nothing, directory_clear),
		cmocka_unit_test_teardown(test_compare_py, directory_clear),
	};
	return ran_tests(tests, directory_make, directory_remove);
}
