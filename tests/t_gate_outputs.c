// The files of a gate: every format can be read whatever stands in it, and says what the verdicts say.
// links: report
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/fixtures/directory.h"
#include "tests/fixtures/ended_gate.h"

#include "base/status.h"
#include "report/format/format.h"
#include "report/result/result.h"
#include "report/text/document.h"
#include "report/text/text.h"
#include "tests/fixtures/ran.h"

#include <jansson.h>

// Quotes, markup, control and escape characters, bytes that are no UTF-8, a character cut short.
static const char nasty[] = "a\"b'c<d>&e|f`g*h[i](j)\\k/%l:m,n\001\033[31m\177\nnext\r\ttab\xff\xc3\x28 \xed\xa0\x80 "
							"\xef\xbf\xbf µ∞ \xe2\x88";

// Over and over, until there is no more room.
static void nasty_fill(char *out, size_t out_bytes)
{
	for (size_t i = 0; i + 1 < out_bytes; i++)
		out[i] = nasty[i % (sizeof nasty - 1)];
	out[out_bytes - 1] = '\0';
}

static char *composed(const char *option, const struct gate *gate)
{
	char *text = NULL;
	size_t bytes = 0;
	for (const struct format *const *format = formats; *format; format++)
		if ((*format)->gate_option && strcmp((*format)->gate_option, option) == 0) {
			FILE *out = open_memstream(&text, &bytes);
			assert_int_equal(format_gate_write(*format, gate, "-", out), 0);
			fclose(out);
		}
	assert_non_null(text);
	assert_int_equal(strlen(text), bytes);
	return text;
}

static json_t *parsed(const char *option, const struct gate *gate)
{
	json_error_t error;
	char *text = composed(option, gate);
	json_t *json = json_loads(text, JSON_REJECT_DUPLICATES, &error);
	if (!json)
		fail_msg("--%s, line %d: %s", option, error.line, error.text);
	free(text);
	return json;
}

static unsigned count_of(const char *text, const char *word)
{
	unsigned n = 0;
	for (const char *at = text; (at = strstr(at, word)); at += strlen(word))
		n++;
	return n;
}

static void expect(const char *text, const char *word)
{
	if (!strstr(text, word))
		fail_msg("no \"%s\" in:\n%s", word, text);
}

static double number_at(const json_t *json, const char *key)
{
	return json_number_value(json_object_get(json, key));
}

static const json_t *entry_at(const json_t *json, const char *key, size_t index)
{
	return json_array_get(json_object_get(json, key), index);
}

// Well-formed as the real reader sees it, where there is one.
static void xml_check(const char *text)
{
	char command[600];
	if (system("command -v xmllint >/dev/null 2>&1") != 0) {
		ran_leave_out("XML read by xmllint", "xmllint is not installed");
		return;
	}
	text_to(path_in("gate.xml"), text, strlen(text));
	snprintf(command, sizeof command, "xmllint --noout '%s'", path_in("gate.xml"));
	assert_int_equal(system(command), 0);
}

/// One row of each kind; 5 and 7 have no judgement.
static void one_of_each(struct gate *gate)
{
	fixture_gate(gate, 8, 10);
	fixture_verdict(gate, 1, VERDICT_REGRESSED, "");
	fixture_verdict(gate, 2, VERDICT_CANNOT_TELL, "");
	fixture_verdict(gate, 3, VERDICT_FAILED, "new: new/tvp: SIGSEGV");
	gate->rows[4].state = GATE_ROW_FAILED; // after its verdict fell
	strcpy(gate->rows[4].reason, "old: old/tvp: hung");
	fixture_verdict(gate, 7, VERDICT_OPEN, "");
	fixture_verdict(gate, 5, VERDICT_SKIPPED, "no such CPUs");
	gate->stop = STOP_BUDGET;
}

static void test_junit(void **state)
{
	(void)state;
	struct gate gate;
	one_of_each(&gate);
	char *text = composed("junit", &gate);
	xml_check(text);
	assert_int_equal(count_of(text, "tests=\"9\" failures=\"1\" errors=\"2\" skipped=\"3\" time=\"61.000\""), 2);
	assert_int_equal(count_of(text, "<testcase "), 9);
	assert_int_equal(count_of(text, "<testcase classname=\"scaling\" name=\"kernel:sum/items:"), 9);
	expect(text, "<failure message=\"+12.3 %, 95 % interval [+7.0 %, +18.0 %], 8 blocks\" type=\"REGRESSED\">+12.3 %, "
	             "95 % interval [+7.0 %, +18.0 %], 8 blocks</failure>");
	expect(text, "<skipped message=\"+1.0 %, 95 % interval [-1.0 %, +3.0 %], 8 blocks; up to +4.0 % "
	             "could be hidden; 2 of 10 blocks were dropped");
	expect(text, "<error message=\"new: new/tvp: SIGSEGV\" type=\"FAILED\">new: new/tvp: SIGSEGV</error>");
	expect(
		text,
		"items:5 (after its verdict)\" time=\"0.320\">\n      <error message=\"old: old/tvp: hung\" type=\"FAILED\">old: old/tvp: hung</error>");
	expect(text, "<skipped message=\"no such CPUs\"/>");
	expect(text, "<skipped message=\"not measured before the gate ended\"/>");
	expect(text, "time=\"0.320\"");
	expect(text, "timestamp=\"2026-01-02T03:04:05\"");
	expect(text, "<property name=\"seed\" value=\"18446744073709551615\"/>");
	free(text);
	gate_close(&gate);
}

static char *table_of(const struct gate *gate)
{
	char *text = NULL;
	size_t bytes = 0;
	FILE *out = open_memstream(&text, &bytes);
	assert_int_equal(format_find("table", REPORT_GATE)->gate(out, gate, &(struct report_style){0}), 0);
	fclose(out);
	return text;
}

// Rows with the same fate are told together; rows that the gate never reached are told, too.
static void test_table_of_the_same_fate(void **state)
{
	(void)state;
	struct gate gate;
	fixture_gate(&gate, 9, 1);
	for (uint32_t i = 9; i-- > 5;)
		fixture_verdict(&gate, i, VERDICT_OPEN, "");
	for (uint32_t i = 0; i < 5; i++)
		fixture_verdict(&gate, i, VERDICT_FAILED, i == 2 ? "new: killed" : "new: hung");
	char *text = table_of(&gate);
	expect(
		text,
		"\nFAILED: new: hung\n  scaling/kernel:sum/items:1\n  scaling/kernel:sum/items:2\n  scaling/kernel:sum/items:4\n");
	expect(text, "\nFAILED: new: killed\n  scaling/kernel:sum/items:3\n\n");
	expect(
		text,
		"\nCANNOT TELL: not measured before the gate ended\n  scaling/kernel:sum/items:6\n  scaling/kernel:sum/items:7\n");
	expect(text, "\n0 REGRESSED, 5 FAILED, 4 CANNOT TELL, 0 NOT REGRESSED, in ");
	assert_int_equal(count_of(text, ": new: "), 2);
	assert_int_equal(count_of(text, "not measured"), 1);
	free(text);
	gate_close(&gate);
}

// A quota that was used up in some blocks: every row says in how many, and a warning sums up both sides.
static void test_throttled(void **state)
{
	(void)state;
	struct gate gate;
	fixture_gate(&gate, 2, 10);
	fixture_verdict(&gate, 0, VERDICT_REGRESSED, "");
	fixture_verdict(&gate, 1, VERDICT_CANNOT_TELL, "");
	gate.rows[0].blocks[0].half[SIDE_OLD].throttled = (struct slice_throttled){true, 0, 0}; // a quota, not used up
	gate.rows[0].blocks[1].half[SIDE_NEW].throttled = (struct slice_throttled){true, 2, 300000000};
	gate.rows[0].blocks[4].half[SIDE_OLD].throttled = (struct slice_throttled){true, 9, 100000000}; // dropped
	gate.rows[1].blocks[2].half[SIDE_OLD].throttled = (struct slice_throttled){true, 3, 200000000};
	gate.rows[1].blocks[3].half[SIDE_NEW].throttled = (struct slice_throttled){true, 1, 100000000};
	static const char warning[] =
		"The cgroup's CPU quota was used up in 12 periods of the old side and 3 of the new "
		"(threads waited 0.7 s in all), in 4 of 20 blocks: what was measured then is the quota.";
	char *table = table_of(&gate), *markdown = composed("markdown", &gate), *junit = composed("junit", &gate);
	expect(table, "(1 throttled)");
	expect(table, "used up in 12 periods of the old side and 3 of the new");
	expect(markdown, " | 8 (1 throttled) | ");
	expect(markdown, " | 8 (2 throttled) | ");
	expect(markdown, warning + sizeof "The cgroup's" - 1);
	expect(junit, "8 blocks, 1 of them throttled by the CPU quota");
	expect(junit, "8 blocks, 2 of them throttled by the CPU quota; up to +4.0 % could be hidden");
	expect(junit, warning);
	free(table);
	free(markdown);
	free(junit);
	for (int row = 0; row < 2; row++)
		for (int i = 0; i < 10; i++)
			for (int side = 0; side < SIDES_N; side++)
				gate.rows[row].blocks[i].half[side].throttled.periods_n = 0;
	char *quiet = table_of(&gate);
	assert_null(strstr(quiet, "throttled"));
	assert_null(strstr(quiet, "quota"));
	free(quiet);
	gate_close(&gate);
}

// An interval turned round, and verdicts withheld: every format says so in words.
static void test_what_no_number_says(void **state)
{
	(void)state;
	struct gate gate;
	fixture_gate(&gate, 2, 10);
	fixture_verdict(&gate, 0, VERDICT_CANNOT_TELL, "");
	gate.judgements[0].interval = (struct interval){1.2, 0.9, 0.95};
	fixture_verdict(&gate, 1, VERDICT_CANNOT_TELL, "");
	gate.rows[1].dropped_n = 3;
	gate.judgements[1].hidden = 0.9;
	char *table = table_of(&gate), *markdown = composed("markdown", &gate), *junit = composed("junit", &gate);
	expect(table, "          not constant       8 ");
	expect(table, "Not constant: no single");
	expect(table, " (3 of 10 blocks dropped for\n"); // steal)
	expect(markdown, " | not constant | 8 |");
	expect(markdown, " | 3 of 10 blocks dropped for steal |\n");
	expect(junit, "+1.0 %, no 95 % interval: the ratio was not constant, 8 blocks; up to +4.0 % could be hidden");
	expect(junit, "; no verdict, as 3 of 10 blocks were dropped: the host took CPU time\"");
	const char *const texts[] = {table, markdown, junit};
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		assert_int_equal(count_of(texts[i], "+20.0 %"), 0);
		assert_int_equal(count_of(texts[i], "-10.0 %"), 0);
	}
	free(table);
	free(markdown);
	free(junit);
	gate_close(&gate);
}

static void test_markdown(void **state)
{
	(void)state;
	struct gate gate;
	one_of_each(&gate);
	char *text = composed("markdown", &gate);
	assert_ptr_equal(strstr(text, "## tvp gate: 1 REGRESSED, 2 FAILED, 2 CANNOT TELL, 3 NOT REGRESSED, 1 SKIPPED\n"),
	                 text);
	static const char *const sections[] = {
		"### REGRESSED: 1", "### FAILED: 2",           "### CANNOT TELL: 2", "<details><summary>NOT REGRESSED: 3",
		"SKIPPED: 1",       "### How it was measured",
	};
	const char *at = text;
	for (size_t i = 0; i < sizeof sections / sizeof *sections; i++) {
		expect(at, sections[i]);
		at = strstr(at, sections[i]);
	}
	expect(text, "| <code>scaling/kernel:sum/items:2</code> | +12.3 % | [+7.0 %, +18.0 %] | 8 | 1.2 % |\n");
	expect(text, "| up to +4.0 % could be hidden |\n");
	expect(text, "A &lt;Good&gt; CPU, CPUs: 2");
	expect(text,
	       "- new: <code>KEY=a b</code> <code>taskset</code> <code>-c</code> <code>0</code> <code>new/tvp</code>");
	expect(text, "revision <code>aaaaaaa</code>");
	expect(text, "stopped: time budget; seed 18446744073709551615");
	free(text);
	gate_close(&gate);
}

static void test_annotations(void **state)
{
	(void)state;
	struct gate gate;
	one_of_each(&gate);
	char *text = composed("annotations", &gate);
	assert_ptr_equal(
		strstr(text, "::error title=tvp gate%3A REGRESSED::scaling/kernel:sum/items:2: +12.3 %25, 95 %25 interval"),
		text);
	assert_int_equal(count_of(text, "::error "), 3);
	assert_int_equal(count_of(text, "::warning "), 2);
	assert_int_equal(count_of(text, "\n"), 5);
	free(text);
	gate_close(&gate);
	static const enum verdict kinds[] = {VERDICT_FAILED, VERDICT_REGRESSED};
	fixture_gate(&gate, 30, 2);
	for (uint32_t i = 0; i < 25; i++)
		fixture_verdict(&gate, i, i < 10 ? VERDICT_CANNOT_TELL : kinds[i % 2], "why");
	text = composed("annotations", &gate);
	assert_int_equal(count_of(text, "::error "), 10);
	assert_int_equal(count_of(text, "::error title=tvp gate%3A REGRESSED"), 7);
	expect(text, "::error title=tvp gate::… and 6 more");
	assert_int_equal(count_of(text, "::warning title=tvp gate%3A CANNOT TELL"), 10);
	free(text);
	gate_close(&gate);
}

static void test_histories(void **state)
{
	(void)state;
	struct gate gate;
	one_of_each(&gate);
	json_t *action = parsed("benchmark-action", &gate), *bencher = parsed("bencher", &gate);
	assert_int_equal(json_array_size(action), 5);
	const json_t *first = json_array_get(action, 0);
	assert_string_equal(json_string_value(json_object_get(first, "name")), "scaling/kernel:sum/items:2");
	assert_string_equal(json_string_value(json_object_get(first, "unit")), "ns");
	assert_non_null(strstr(json_string_value(json_object_get(first, "range")), "± "));
	expect(json_string_value(json_object_get(first, "extra")), "REGRESSED\nnew/old +12.3 %");
	const json_t *latency = json_object_get(json_object_get(bencher, "scaling/kernel:sum/items:2"), "latency");
	double value = number_at(latency, "value");
	// Kept: 0, 3, 6, 9, 15, 18, 0, 3 above 1000, of the new side 1 % more.
	assert_true(fabs(value - 1.01 * 1004.5) < 1e-4);
	assert_true(fabs(number_at(first, "value") - value) < 1e-4);
	assert_true(number_at(latency, "lower_value") < value && number_at(latency, "upper_value") > value);
	assert_int_equal(json_object_size(bencher), 5);
	json_decref(action);
	json_decref(bencher);
	gate_close(&gate);
	fixture_gate(&gate, 1, 3); // too few for an interval
	action = parsed("benchmark-action", &gate);
	bencher = parsed("bencher", &gate);
	assert_null(json_object_get(json_array_get(action, 0), "range"));
	assert_int_equal(
		json_object_size(json_object_get(json_object_get(bencher, "scaling/kernel:sum/items:1"), "latency")), 1);
	json_decref(action);
	json_decref(bencher);
	gate_close(&gate);
}

static double ratio_of(const json_t *block)
{
	const json_t *old = json_object_get(json_object_get(block, "old"), "time_ns");
	return log(number_at(json_object_get(json_object_get(block, "new"), "time_ns"), "wall") / number_at(old, "wall"));
}

static void test_recompute(void **state)
{
	(void)state;
	struct gate gate;
	fixture_gate(&gate, 2, 50);
	json_t *json = parsed("out", &gate);
	const json_t *options = json_object_get(json, "options"),
				 *blocks = json_object_get(entry_at(json, "rows", 1), "blocks");
	struct betting betting;
	betting_all_clear(&betting, BETTING_TANH, number_at(options, "effect"));
	for (size_t i = 0; i < json_array_size(blocks); i++)
		if (!json_is_true(json_object_get(json_array_get(blocks, i), "dropped")))
			betting_add(&betting, ratio_of(json_array_get(blocks, i)));
	const json_t *judgement = entry_at(json, "judgements", 1);
	assert_int_equal(betting.n, 40);
	assert_int_equal(number_at(judgement, "blocks_n"), 40);
	assert_int_equal(number_at(judgement, "dropped_n"), 10);
	assert_true(betting.log_e_most > 1);
	assert_true(fabs(number_at(json_object_get(judgement, "all_clear"), "log_e_most") - betting.log_e_most) <
	            1e-9 * betting.log_e_most);
	assert_true(fabs(number_at(judgement, "p") - exp(-gate.judgements[1].regression.log_e_most)) < 1e-11);
	assert_string_equal(json_string_value(json_object_get(json_array_get(blocks, 0), "seed")), "18446744073709551615");
	assert_string_equal(json_string_value(json_object_get(json_array_get(blocks, 1), "first")), "new");
	json_decref(json);
	gate_close(&gate);
}

static void test_sides_pair(void **state)
{
	(void)state;
	struct gate gate;
	struct record record[SIDES_N];
	one_of_each(&gate);
	for (int side = 0; side < SIDES_N; side++)
		gate.rows[0].blocks[1].half[side] =
			(struct block_half){.value = {side + 100, side + 20, side + 30, side + 50}, .wall_ns = {1, 2, 3, 4, 5}};
	for (int side = 0; side < SIDES_N; side++) {
		char *text = composed(side == SIDE_OLD ? "old-out" : "new-out", &gate);
		text_to(path_in("side.json"), text, strlen(text));
		free(text);
		if (result_load(&record[side], path_in("side.json")) < 0)
			fail_msg("%s", status_message());
		assert_string_equal(record[side].pairs, gate.id);
		assert_null(facts_get(&record[side].facts, "compiler"));
		assert_int_equal(record[side].rounds_n, 8);
		assert_int_equal(record[side].rows_n, 8);
	}
	assert_string_equal(facts_get(&record[SIDE_OLD].facts, "git_revision"), "aaaaaaa");
	assert_string_equal(facts_get(&record[SIDE_NEW].facts, "git_revision"), "unknown");
	assert_int_equal(record[SIDE_NEW].rows[3].state, ROW_FAILED);
	assert_int_equal(record[SIDE_NEW].rows[5].state, ROW_SKIPPED);
	assert_int_equal(record[SIDE_OLD].samples_n, 6 * 8);
	assert_int_equal(record[SIDE_NEW].samples_n, record[SIDE_OLD].samples_n);
	for (uint32_t i = 0; i < record[SIDE_OLD].samples_n; i++) {
		const struct sample *old = &record[SIDE_OLD].samples[i], *new = &record[SIDE_NEW].samples[i];
		assert_true(old->row == new->row && old->round == new->round && old->order == new->order);
		assert_true(fabs(new->value[METRIC_wall_ns] / old->value[METRIC_wall_ns] - 1.01) < 1e-6);
		assert_true(i == 1 || isnan(old->value[METRIC_launch_ns]));
	}
	assert_int_equal(record[SIDE_OLD].samples[4].order, 5); // block 4 was dropped
	const double *value = record[SIDE_NEW].samples[1].value;
	assert_true(value[METRIC_wall_ns] == 101 && value[METRIC_launch_ns] == 21 && value[METRIC_work_ns] == 31 &&
	            value[METRIC_collect_ns] == 51);
	assert_true(value[METRIC_wall_min_ns] == 1 && value[METRIC_wall_p10_ns] == 2 && value[METRIC_wall_mean_ns] == 5);
	record_close(&record[SIDE_OLD]);
	record_close(&record[SIDE_NEW]);
	gate_close(&gate);
}

// Whatever stands in it, every format can be read.
static void all_can_be_read(const struct gate *gate)
{
	static const char *const json_formats[] = {"out", "old-out", "new-out", "benchmark-action", "bencher"};
	static const char *const text_formats[] = {"junit", "markdown", "annotations"};
	for (size_t i = 0; i < sizeof json_formats / sizeof *json_formats; i++)
		json_decref(parsed(json_formats[i], gate));
	for (size_t i = 0; i < sizeof text_formats / sizeof *text_formats; i++) {
		char *text = composed(text_formats[i], gate);
		json_t *utf8 = json_string(text);
		assert_non_null(utf8);
		json_decref(utf8);
		for (const char *c = text; *c; c++)
			assert_true((unsigned char)*c >= ' ' ? *c != 0x7f : *c == '\n' || *c == '\t');
		if (i == 0)
			xml_check(text);
		free(text);
	}
}

static void test_nasty_texts(void **state)
{
	(void)state;
	struct gate gate;
	one_of_each(&gate);
	for (uint32_t i = 0; i < gate.rows_n; i++) {
		nasty_fill(gate.rows[i].name, i % 2 ? 120 : sizeof gate.rows[i].name);
		gate.rows[i].name[0] = (char)('0' + i);
	}
	nasty_fill(gate.rows[3].reason, sizeof gate.rows[3].reason);
	nasty_fill(gate.options.command, sizeof gate.options.command);
	nasty_fill(gate.broken, sizeof gate.broken);
	gate.side[SIDE_NEW].program = gate.side[SIDE_NEW].env[0] = gate.side[SIDE_OLD].program = nasty;
	gate.stop = STOP_BROKEN;
	all_can_be_read(&gate);
	char *text = composed("annotations", &gate);
	assert_int_equal(count_of(text, "\n"), 5); // line ends inside are escaped
	assert_int_equal(count_of(text, "\n::") + 1, 5);
	expect(text, "%0Anext%0D");
	free(text);
	text = composed("markdown", &gate);
	assert_int_equal(count_of(text, "<d>"), 0);
	expect(text, "&lt;d&gt;&amp;e&#124;f&#96;g&#42;h&#91;i");
	free(text);
	gate_close(&gate);
}

// Of lines, in columns; nothing in them may steer a terminal.
static size_t widest(char *text)
{
	size_t most = 0;
	for (char *line, *rest = text; (line = strsep(&rest, "\n"));) {
		most = text_columns(line) > most ? text_columns(line) : most;
		for (const char *c = line; *c; c++)
			assert_true((unsigned char)*c >= ' ' && *c != 0x7f);
	}
	return most;
}

static void test_table(void **state)
{
	(void)state;
	struct gate gate;
	one_of_each(&gate);
	memset(gate.rows[1].name, 'n', 399);
	memset(gate.rows[2].name, '/', 399);
	char *text = table_of(&gate);
	expect(text, "\n  REGRESSED       +12.3 %     [+7.0 %, +18.0 %]       8");
	expect(text, "(up to +4.0 % could be hidden)\n");
	expect(text, "\nFAILED: new: new/tvp: SIGSEGV\n");
	expect(text, "(after its verdict)\n");
	expect(text, "\nCANNOT TELL: not measured before the gate ended\n");
	expect(text, "\nSKIPPED: no such CPUs\n");
	expect(text, "\n1 REGRESSED, 2 FAILED, 2 CANNOT TELL, 3 NOT REGRESSED, 1 SKIPPED, in 80 blocks");
	assert_true(widest(text) <= 120);
	free(text);
	memset(gate.rows[1].name, '~', sizeof gate.rows[1].name - 1); // the longest name there can be
	text = table_of(&gate);
	assert_int_equal(count_of(text, "~"), sizeof gate.rows[1].name - 1);
	assert_true(widest(text) <= 120);
	free(text);
	gate_close(&gate);
}

static void test_nothing_and_no_numbers(void **state)
{
	(void)state;
	struct gate gate;
	fixture_gate(&gate, 0, 0);
	all_can_be_read(&gate);
	char *text = composed("annotations", &gate);
	assert_string_equal(text, "");
	free(text);
	gate_close(&gate);
	fixture_gate(&gate, 3, 0); // no blocks
	for (uint32_t i = 0; i < 3; i++) {
		fixture_verdict(&gate, i, VERDICT_CANNOT_TELL, "");
		gate.judgements[i].estimate = gate.judgements[i].sigma = NAN;
		gate.judgements[i].hidden = INFINITY;
		gate.judgements[i].interval = (struct interval){0, INFINITY, 0};
	}
	all_can_be_read(&gate);
	text = composed("junit", &gate);
	expect(text, "<skipped message=\"0 blocks; any slowdown could be hidden\"/>");
	free(text);
	json_t *json = parsed("out", &gate);
	assert_true(json_is_null(json_object_get(entry_at(json, "judgements", 0), "hidden")));
	assert_true(json_is_null(json_object_get(entry_at(json, "judgements", 0), "estimate")));
	json_decref(json);
	gate_close(&gate);
	fixture_gate(&gate, 1, 8); // numbers that cannot be
	for (uint32_t i = 0; i < 8; i++)
		gate.rows[0].blocks[i].half[SIDE_NEW] =
			(struct block_half){.value = {INFINITY, NAN, NAN, NAN}, .wall_ns = {NAN}, .steal = NAN};
	gate.judgements[0].regression.log_e_most = INFINITY;
	all_can_be_read(&gate);
	gate_close(&gate);
}

static void test_many(void **state)
{
	(void)state;
	enum { MANY = 20000 };
	static const enum verdict kinds[] = {VERDICT_NOT_REGRESSED, VERDICT_REGRESSED, VERDICT_CANNOT_TELL, VERDICT_FAILED};
	struct gate gate;
	fixture_gate(&gate, MANY, 1);
	for (size_t kind = 0; kind <= sizeof kinds / sizeof *kinds; kind++) {
		for (uint32_t i = 0; i < MANY; i++) {
			memset(gate.rows[i].name, '&', SPEC_NAME_BYTES - 1);
			fixture_verdict(&gate, i, kinds[kind < 4 ? kind : i % 4], "a `reason` of some length");
		}
		char *text = composed("markdown", &gate);
		assert_in_range(strlen(text), 1000, 999999);
		expect(text, "more that would make this page too long");
		expect(text, "### How it was measured");
		free(text);
		text = composed("annotations", &gate);
		assert_true(count_of(text, "\n") <= 20);
		free(text);
	}
	gate_close(&gate);
}

static const char *bracket_escape(char character)
{
	return character == 'x' ? "[ex]" : NULL;
}

static void test_escape(void **state)
{
	(void)state;
	static const struct {
		const char *text, *wanted;
	} vectors[] = {
		{"", ""},
		{"axb", "a[ex]b"},
		{"µ∞\xf0\x9f\x99\x82", "µ∞\xf0\x9f\x99\x82"},
		{"\xc3", "?"},
		{"\xc3(", "?("},
		{"\xe2\x88", "??"},
		{"\xc0\xaf", "??"}, // overlong
		{"\xe0\x80\xaf", "???"},
		{"\xed\xa0\x80", "???"},      // a surrogate
		{"\xef\xbf\xbf", "???"},      // no character
		{"\xf4\x90\x80\x80", "????"}, // beyond the last
		{"\xf8\x80", "??"},
		{"\x80", "?"},
	};
	char out[64];
	for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++)
		assert_string_equal(text_escape(out, sizeof out, vectors[i].text, bracket_escape), vectors[i].wanted);
	assert_string_equal(text_escape(out, 6, "abxc", bracket_escape), "ab");
	assert_string_equal(text_escape(out, 4, "ab∞", bracket_escape), "ab");
	assert_string_equal(text_escape(out, 1, "ab", bracket_escape), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(test_junit, directory_clear),
		cmocka_unit_test(test_table_of_the_same_fate),
		cmocka_unit_test(test_throttled),
		cmocka_unit_test(test_what_no_number_says),
		cmocka_unit_test(test_markdown),
		cmocka_unit_test(test_annotations),
		cmocka_unit_test(test_histories),
		cmocka_unit_test(test_recompute),
		cmocka_unit_test_teardown(test_sides_pair, directory_clear),
		cmocka_unit_test_teardown(test_nasty_texts, directory_clear),
		cmocka_unit_test_teardown(test_table, directory_clear),
		cmocka_unit_test_teardown(test_nothing_and_no_numbers, directory_clear),
		cmocka_unit_test(test_many),
		cmocka_unit_test(test_escape),
	};
	return ran_tests(tests, directory_make, directory_remove);
}
