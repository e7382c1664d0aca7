// The registry of formats: every name is found, and every format that programs read is whole, whatever stands in a
// record.
// links: report
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/fixtures/record.h"

#include "report/format/format.h"
#include "report/table/derive.h"
#include "report/text/document.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { ROUNDS_N = 12, FIELDS_MAX = 128 };

static void test_registry(void **state)
{
	(void)state;
	char names[200];
	for (enum report_kind kind = REPORT_RUN; kind <= REPORT_GATE; kind++) {
		unsigned n = 0;
		for (const struct format *const *format = formats; *format; format++) {
			assert_non_null((*format)->name);
			assert_non_null((*format)->summary);
			if (!format_writes(*format, kind))
				continue;
			n++;
			assert_ptr_equal(format_find((*format)->name, kind), *format); // so names are unique
			assert_non_null(strstr(format_names(names, sizeof names, kind), (*format)->name));
			if ((*format)->gate_option)
				assert_non_null((*format)->gate_summary);
		}
		assert_true(n >= 2);
		assert_null(format_find("crayon", kind));
		assert_null(format_find("", kind));
	}
	assert_null(format_find("junit", REPORT_RUN));
	assert_null(format_find("tsv", REPORT_RUN));
	static const char *const of_runs[] = {"table", "markdown", "csv", "json"};
	for (size_t i = 0; i < sizeof of_runs / sizeof *of_runs; i++)
		assert_non_null(format_find(of_runs[i], REPORT_RUN));
	assert_ptr_equal(strstr(format_names(names, sizeof names, REPORT_REPLAY), "table, "), names);
}

static char *written(const char *format, const struct record *record)
{
	char *text = NULL;
	size_t bytes;
	FILE *out = open_memstream(&text, &bytes);
	assert_non_null(out);
	assert_int_equal(
		format_run_write(format_find(format, REPORT_RUN), out, record, &(struct report_style){.all = true}), 0);
	fclose(out);
	assert_int_equal(strlen(text), bytes);
	return text;
}

/// A line of CSV as RFC 4180 has it, read in place.
struct line {
	char *field[FIELDS_MAX];
	unsigned n;
};

// Reads one line, and returns what follows it.
static char *line_read(char *text, struct line *line)
{
	line->n = 0;
	for (;;) {
		char *to = text;
		assert_true(line->n < FIELDS_MAX);
		line->field[line->n++] = text;
		bool quoted = *text == '"';
		text += quoted;
		while (quoted ? !(text[0] == '"' && text[1] != '"') : !strchr(",\n", *text)) {
			assert_true(*text && (quoted || *text != '"'));
			text += quoted && *text == '"';
			*to++ = *text++;
		}
		text += quoted;
		char end = *text;
		*to = '\0';
		assert_true(end == ',' || end == '\n');
		text++;
		if (end == '\n')
			return text;
	}
}

static const char *field_of(const struct line *head, const struct line *line, const char *name)
{
	for (unsigned i = 0; i < head->n; i++)
		if (strcmp(head->field[i], name) == 0)
			return line->field[i];
	fail_msg("no column \"%s\"", name);
	return NULL;
}

static void assert_number(const char *text, double value)
{
	char *end;
	if (isnan(value)) {
		assert_string_equal(text, "");
		return;
	}
	double read = strtod(text, &end);
	if (!*text || *end || fabs(read - value) > 1e-8 * fabs(value))
		fail_msg("\"%s\" instead of %.12g", text, value);
}

// Too few rounds for an interval have none to tell.
static double end_of(const struct interval *interval, double end)
{
	return interval->coverage > 0 ? end : NAN;
}

static void odd_texts(struct record *record)
{
	assert_int_equal(fixture_record(record, ROUNDS_N), 0);
	row_skip(&record->rows[1], "comma, \"quotes\",\nand a line");
	snprintf(record->rows[2].reason, sizeof record->rows[2].reason, "\"");
}

static void test_csv(void **state)
{
	(void)state;
	struct record record;
	struct derived derived;
	struct line head, line;
	char name[SPEC_NAME_BYTES];
	odd_texts(&record);
	assert_int_equal(derive_open(&derived, &record), 0);
	char *text = written("csv", &record), *rest = line_read(text, &head);
	assert_string_equal(head.field[0], "name");
	for (uint32_t i = 0; i < record.rows_n; i++) {
		const struct figures *figures = &derived.row[i];
		rest = line_read(rest, &line);
		assert_int_equal(line.n, head.n);
		assert_string_equal(line.field[0], spec_name(&record.rows[i].spec, name, sizeof name));
		assert_string_equal(field_of(&head, &line, "reason"), record.rows[i].reason);
		assert_string_equal(field_of(&head, &line, "model"), row_axis(&record.rows[i], "model"));
		assert_number(field_of(&head, &line, "rounds"), (double)figures->wall.n);
		assert_number(field_of(&head, &line, "wall_ns"), figures->wall.median);
		assert_number(field_of(&head, &line, "wall_ns_low"),
		              end_of(&figures->wall.median_interval, figures->wall.median_interval.low));
		assert_number(field_of(&head, &line, "speedup_high"),
		              end_of(&figures->speedup.median_interval, figures->speedup.median_interval.high));
		assert_number(field_of(&head, &line, "thread_ratio"), figures->peer.median);
		assert_number(field_of(&head, &line, "cpu_ns"), figures->median[METRIC_cpu_ns]);
	}
	assert_string_equal(rest, "");
	free(text);
	derive_close(&derived);
	record_close(&record);
}

static double number_at(const json_t *json, const char *key, const char *inner)
{
	const json_t *value = json_object_get(json_object_get(json, key), inner);
	return json_is_number(value) ? json_number_value(value) : NAN;
}

static void assert_near(double a, double b)
{
	assert_true(isnan(a) == isnan(b) && (isnan(a) || fabs(a - b) <= 1e-8 * fabs(b)));
}

static void test_json(void **state)
{
	(void)state;
	struct record record;
	struct derived derived;
	odd_texts(&record);
	assert_int_equal(derive_open(&derived, &record), 0);
	char *text = written("json", &record);
	json_error_t error;
	json_t *json = json_loads(text, JSON_REJECT_DUPLICATES, &error);
	if (!json)
		fail_msg("line %d: %s", error.line, error.text);
	const json_t *rows = json_object_get(json, "rows");
	assert_int_equal(json_integer_value(json_object_get(json, "tvp_show")), 1);
	assert_int_equal(json_array_size(rows), record.rows_n);
	for (uint32_t i = 0; i < record.rows_n; i++) {
		const struct figures *figures = &derived.row[i];
		const json_t *row = json_array_get(rows, i);
		assert_string_equal(json_string_value(json_object_get(row, "reason")), record.rows[i].reason);
		assert_near(number_at(row, "wall_ns", "median"), figures->wall.median);
		assert_near(number_at(row, "wall_ns", "high"),
		            end_of(&figures->wall.median_interval, figures->wall.median_interval.high));
		assert_near(number_at(row, "speedup", "median"), figures->speedup.median);
		assert_near(number_at(row, "roof", "median"), figures->roof.median);
		assert_near(number_at(row, "medians", "cpu_ns"), figures->median[METRIC_cpu_ns]);
		assert_int_equal(json_is_null(json_object_get(row, "speedup")), figures->speedup.n == 0);
	}
	const json_t *cost = json_array_get(json_object_get(json, "cost"), 1);
	const char *kernel, *model;
	int workers;
	assert_int_equal(json_unpack((json_t *)cost, "{s:{s:s}, s:[{s:s, s:i}]}", "axes", "kernel", &kernel, "models",
	                             "model", &model, "workers", &workers),
	                 0);
	assert_string_equal(kernel, "sum");
	assert_string_equal(model, "threads");
	assert_int_equal(workers, 2);
	json_decref(json);
	free(text);
	derive_close(&derived);
	record_close(&record);
}

// Every row of a table has as many cells as its head, and what could end a cell early is escaped.
static void test_markdown(void **state)
{
	(void)state;
	struct record record;
	odd_texts(&record);
	snprintf(record.rows[1].reason, sizeof record.rows[1].reason, "<b>|`\033[31m");
	char *text = written("markdown", &record);
	unsigned tables_n = 0, cells_n = 0;
	assert_ptr_equal(strstr(text, "## tvp "), text);
	assert_non_null(strstr(text, "skipped: &lt;b&gt;&#124;&#96; &#91;31m"));
	for (char *rest = text, *line; (line = strsep(&rest, "\n"));) {
		unsigned bars_n = 0;
		for (const char *c = line; *c; c++) {
			bars_n += *c == '|';
			assert_true((unsigned char)*c >= ' ');
		}
		tables_n += cells_n == 0 && bars_n > 0;
		assert_true(bars_n == 0 || cells_n == 0 || bars_n == cells_n);
		cells_n = bars_n;
	}
	assert_true(tables_n >= 8);
	free(text);
	record_close(&record);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_registry),
		cmocka_unit_test(test_csv),
		cmocka_unit_test(test_json),
		cmocka_unit_test(test_markdown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
