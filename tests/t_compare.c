// Two results side by side: ratios with known answers, what pairs and what does not, and what every format says.
// links: report
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/fixtures/record.h"
#include "tests/fixtures/walls.h"

#include "base/status.h"
#include "report/compare/compare.h"
#include "report/format/format.h"

#include <errno.h>
#include <jansson.h>

enum { ROUNDS_N = 30 };

static int compare_of(struct comparison *comparison, const struct record *a, const struct record *b)
{
	return compare_open(comparison, (struct stored_run){a, "a.json"}, (struct stored_run){b, "b.json"});
}

static char *text_of(const struct comparison *comparison, const char *format)
{
	char *text = NULL;
	size_t bytes;
	FILE *out = open_memstream(&text, &bytes);
	assert_non_null(out);
	assert_int_equal(format_find(format, REPORT_COMPARISON)->comparison(out, comparison, &(struct report_style){0}), 0);
	fclose(out);
	return text;
}

// A drift of a factor of 30 over the run, the same in both, in which a difference of 5 % drowns where rounds do not
// pair.
static void drifting(struct record *a, struct record *b)
{
	double of_a[ROUNDS_N], of_b[ROUNDS_N];
	for (int i = 0; i < ROUNDS_N; i++) {
		of_a[i] = 1000.0 * (i + 1);
		of_b[i] = 1.05 * of_a[i];
	}
	walls_record(a, ROUNDS_N);
	walls_record(b, ROUNDS_N);
	walls_row(a, "drift", of_a);
	walls_row(b, "drift", of_b);
}

static void way_add(struct record *record, const char *kernel, uint64_t k, unsigned size_log2, unsigned way)
{
	struct way_choice *choice = &record->ways.choice[record->ways.n++];
	*choice = (struct way_choice){.options.value[0] = k, .size_log2 = size_log2, .ways_n = 2, .way = way};
	snprintf(choice->kernel, sizeof choice->kernel, "%s", kernel);
}

// Each run chooses its code paths by measuring: where they are not the same, times differ for that reason.
static void test_ways_that_differ_are_named(void **state)
{
	(void)state;
	struct record a, b;
	struct comparison comparison;
	drifting(&a, &b);
	way_add(&a, "square", 0, 25, WAY_STREAMS);
	way_add(&a, "convolve", 5, 24, 0);
	way_add(&a, "square", 0, 26, 0);
	way_add(&b, "convolve", 5, 24, 0);
	way_add(&b, "convolve", 3, 24, WAY_NARROW);
	way_add(&b, "square", 0, 25, 0);
	assert_int_equal(compare_of(&comparison, &a, &b), 0);
	assert_int_equal(comparison.differences_n, 1);
	char *text = text_of(&comparison, "table");
	assert_non_null(
		strstr(text, "way of square, up to 32MiB in and out differs: \"streaming\" in A, \"ordinary\" in B."));
	free(text);
	compare_close(&comparison);
	a.ways.choice[1].way = WAY_NARROW;
	assert_int_equal(compare_of(&comparison, &a, &b), 0);
	assert_int_equal(comparison.differences_n, 2);
	assert_string_equal(comparison.difference[1].key, "way of convolve 5, up to 16MiB in and out");
	compare_close(&comparison);
	record_close(&a);
	record_close(&b);
}

static void test_unpaired(void **state)
{
	(void)state;
	struct record a, b;
	struct comparison comparison;
	drifting(&a, &b);
	walls_fact(&b, "kernel", "Linux 6.1.8 x86_64");
	assert_int_equal(compare_of(&comparison, &a, &b), 0);
	const struct compared *row = comparison.row;
	assert_int_equal(comparison.compared_n, 1);
	assert_int_equal(comparison.differences_n, 1);
	assert_false(comparison.paired);
	assert_near(row->a_ns, 15500);
	assert_near(row->b_ns, 16275);
	// The differences of the logs lie symmetrically about ln 1.05.
	assert_near(row->ratio, 1.05);
	assert_near(row->interval.low * row->interval.high, 1.05 * 1.05);
	assert_true(row->interval.low < 1 && row->interval.coverage >= 0.95);
	assert_int_equal(row->a_n, ROUNDS_N);
	assert_string_equal(compared_side(row), "");
	compare_close(&comparison);
	record_close(&a);
	record_close(&b);
}

static void test_paired(void **state)
{
	(void)state;
	struct record a, b;
	struct comparison comparison;
	drifting(&a, &b);
	strcpy(a.pairs, "one");
	strcpy(b.pairs, "other");
	assert_int_equal(compare_of(&comparison, &a, &b), 0);
	assert_false(comparison.paired);
	compare_close(&comparison);
	strcpy(b.pairs, "one");
	// Rounds that only one side has are no pairs, nor are those after the shorter one's end.
	a.samples[4].value[METRIC_wall_ns] = NAN;
	b.samples[7].value[METRIC_wall_ns] = NAN;
	b.rounds_n -= 3;
	assert_int_equal(compare_of(&comparison, &a, &b), 0);
	const struct compared *row = comparison.row;
	assert_true(comparison.paired);
	assert_near(row->ratio, 1.05);
	assert_near(row->interval.low, 1.05);
	assert_near(row->interval.high, 1.05);
	assert_int_equal(row->a_n, ROUNDS_N - 5);
	assert_int_equal(row->b_n, ROUNDS_N - 5);
	assert_string_equal(compared_side(row), "slower");
	compare_close(&comparison);
	assert_int_equal(compare_of(&comparison, &b, &a), 0);
	assert_near(comparison.row[0].ratio, 1 / 1.05);
	compare_close(&comparison);
	record_close(&a);
	record_close(&b);
}

// One row of each kind, in another order than a comparison puts them in.
static void one_of_each(struct record *a, struct record *b)
{
	static const double slow[] = {90, 91, 92, 93, 94, 95}, fast[] = {10, 11, 12, 13, 14, 15},
						few[] = {1, 2, 0, -5, NAN, NAN};
	static const struct {
		const char *name;
		const double *a, *b;
	} rows[] = {{"faster", slow, fast}, {"slower", fast, slow}, {"same", slow, slow},
	            {"few", few, few},      {"failed", slow, slow}, {"skipped", NULL, NULL}};
	walls_record(a, 6);
	walls_record(b, 6);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		walls_row(a, rows[i].name, rows[i].a);
		walls_row(b, rows[i].name, rows[i].b);
	}
	b->rows[4].state = ROW_FAILED;
	strcpy(b->rows[4].reason, "worker 0 died of SIGKILL");
	row_skip(&a->rows[5], "no such thing here");
	row_skip(&b->rows[5], "no such thing here");
	walls_row(a, "mine", slow);
	walls_row(b, "yours", slow);
}

static void test_order_and_leftovers(void **state)
{
	(void)state;
	static const char *const order[] = {"test/case:slower", "test/case:few",     "test/case:same", "test/case:faster",
	                                    "test/case:failed", "test/case:skipped", "test/case:mine", "test/case:yours"};
	struct record a, b;
	struct comparison comparison;
	one_of_each(&a, &b);
	assert_int_equal(compare_of(&comparison, &a, &b), 0);
	assert_int_equal(comparison.rows_n, 8);
	assert_int_equal(comparison.compared_n, 4);
	for (int i = 0; i < 8; i++)
		assert_string_equal(comparison.row[i].name, order[i]);
	assert_string_equal(compared_side(&comparison.row[0]), "slower");
	assert_string_equal(compared_side(&comparison.row[1]), "?");
	assert_int_equal(comparison.row[1].a_n, 2); // nothing takes no time, or less
	assert_string_equal(compared_side(&comparison.row[2]), "");
	assert_string_equal(compared_side(&comparison.row[3]), "faster");
	assert_string_equal(comparison.row[4].why, "in B failed: worker 0 died of SIGKILL");
	assert_string_equal(comparison.row[5].why, "in both skipped: no such thing here");
	assert_int_equal(comparison.row[6].kind, COMPARED_ONLY_A);
	assert_int_equal(comparison.row[7].kind, COMPARED_ONLY_B);
	char *text = text_of(&comparison, "table");
	assert_says(text, "?: too few rounds");
	assert_says(text, "slower in 1, faster in 1; the interval includes 1 in 1.");
	assert_says(text, "Only in A:\n  test/case:mine\n");
	assert_says(text, "Only in B:\n  test/case:yours\n");
	free(text);
	compare_close(&comparison);
	record_close(&a);
	record_close(&b);
}

static void test_nothing_in_common(void **state)
{
	(void)state;
	static const double walls[] = {1, 2, 3};
	struct record a, b;
	struct comparison comparison;
	walls_record(&a, 3);
	walls_record(&b, 3);
	assert_int_equal(compare_of(&comparison, &a, &b), -EINVAL);
	walls_row(&a, "mine", walls);
	walls_row(&b, "yours", walls);
	assert_int_equal(compare_of(&comparison, &a, &b), -EINVAL);
	assert_string_equal(status_message(), "a.json and b.json have no spec in common");
	record_close(&a);
	record_close(&b);
}

static void test_pin_rules(void **state)
{
	(void)state;
	static const double walls[] = {1, 2, 3};
	struct record a, b;
	struct comparison comparison;
	walls_record(&a, 3);
	walls_record(&b, 3);
	walls_row(&a, "one", walls);
	walls_row(&b, "one", walls);
	walls_fact(&b, "pin_rule", "2");
	walls_fact(&b, "cpu_kinds_n", "1");
	assert_int_equal(compare_of(&comparison, &a, &b), 0);
	compare_close(&comparison);
	walls_fact(&b, "cpu_kinds_n", "2");
	assert_int_equal(compare_of(&comparison, &a, &b), -EINVAL);
	assert_says(status_message(), "different rules of pins");
	record_close(&a);
	record_close(&b);
}

// A real record's names and texts, against itself, in every format.
static void test_formats(void **state)
{
	(void)state;
	struct record a, b;
	struct comparison comparison;
	assert_int_equal(fixture_record(&a, 12), 0);
	assert_int_equal(fixture_record(&b, 12), 0);
	facts_add(&a.facts, "git_revision", "0123abc");
	facts_add(&b.facts, "git_revision", "4567def");
	strcpy(b.facts.fact[1].value, "64");
	assert_int_equal(compare_of(&comparison, &a, &b), 0);
	char *text = text_of(&comparison, "table");
	assert_true(longest_line(text) <= 120);
	assert_says(text, "cpus_n differs: \"2\" in A, \"64\" in B.");
	assert_says(text, "revision 4567def");
	assert_says(text, "what shifts a run as a whole");
	assert_says(text, "SIGKILL");
	assert_null(strchr(text, '\t'));
	free(text);
	text = text_of(&comparison, "markdown");
	assert_says(text, "\n| 1.000 |");
	assert_says(text, "| <code>overhead/kernel:null/model:threads/workers:1/pin:compact</code> |");
	free(text);
	compare_close(&comparison);
	record_close(&a);
	record_close(&b);
}

static void test_json(void **state)
{
	(void)state;
	struct record a, b;
	struct comparison comparison;
	drifting(&a, &b);
	strcpy(a.pairs, "one");
	strcpy(b.pairs, "one");
	walls_row(&a, "mine", NULL);
	walls_fact(&b, "governor", "powersave");
	assert_int_equal(compare_of(&comparison, &a, &b), 0);
	char *text = text_of(&comparison, "json");
	json_t *json = json_loads(text, 0, NULL);
	assert_non_null(json);
	const char *name, *a_path, *key, *governor, *only;
	double ratio, coverage;
	int version, paired, n_a;
	assert_int_equal(json_unpack(json, "{s:i, s:s, s:[{s:s, s:F, s:F, s:b, s:i}], s:[{s:s, s:s}], s:[s!]}",
	                             "tvp_compare", &version, "a", &a_path, "rows", "name", &name, "ratio", &ratio,
	                             "coverage", &coverage, "paired", &paired, "n_a", &n_a, "machine_differences", "key",
	                             &key, "b", &governor, "only_a", &only),
	                 0);
	assert_int_equal(version, 1);
	assert_string_equal(a_path, "a.json");
	assert_string_equal(name, "test/case:drift");
	assert_true(fabs(ratio - 1.05) < 1e-8 && coverage >= 0.95 && paired && n_a == ROUNDS_N);
	assert_string_equal(key, "governor");
	assert_string_equal(governor, "powersave");
	assert_string_equal(only, "test/case:mine");
	json_decref(json);
	free(text);
	compare_close(&comparison);
	record_close(&a);
	record_close(&b);
}

// Nothing of a name or a reason may end a table's cell or begin a tag.
static void test_markdown_escapes(void **state)
{
	(void)state;
	static const double walls[] = {1, 2, 3};
	struct record a, b;
	struct comparison comparison;
	walls_record(&a, 3);
	walls_record(&b, 3);
	walls_row(&a, "x|y`z", walls);
	walls_row(&b, "x|y`z", walls);
	walls_row(&a, "mine|```", NULL);
	walls_row(&a, "bad", NULL);
	int bad = walls_row(&b, "bad", NULL);
	row_skip(&b.rows[bad], "<b>|\n\033[1m*");
	// A word that is wider than a line.
	char wide[150];
	memset(wide, 'w', sizeof wide);
	wide[sizeof wide - 1] = '\0';
	walls_row(&a, "wide", NULL);
	row_skip(&b.rows[walls_row(&b, "wide", NULL)], wide);
	assert_int_equal(compare_of(&comparison, &a, &b), 0);
	char *text = text_of(&comparison, "markdown");
	assert_says(text, "| <code>test/case:x&#124;y&#96;z</code> |");
	assert_says(text, "- <code>test/case:mine&#124;&#96;&#96;&#96;</code>\n");
	assert_says(text, "skipped: &lt;b&gt;&#124; ?&#91;1m&#42;\n");
	free(text);
	text = text_of(&comparison, "table");
	assert_in_range(longest_line(text), 100, 120);
	free(text);
	compare_close(&comparison);
	record_close(&a);
	record_close(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ways_that_differ_are_named),
		cmocka_unit_test(test_unpaired),
		cmocka_unit_test(test_paired),
		cmocka_unit_test(test_order_and_leftovers),
		cmocka_unit_test(test_nothing_in_common),
		cmocka_unit_test(test_pin_rules),
		cmocka_unit_test(test_formats),
		cmocka_unit_test(test_json),
		cmocka_unit_test(test_markdown_escapes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
