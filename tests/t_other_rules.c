// Other tools' rules, each on both sides of its line.
// links: gate
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/fixtures/gate.h"

#include "gate/stored/other_rules.h"

static const struct other_rule *rule(const char *name)
{
	for (int i = 0; other_rules[i].name; i++)
		if (strcmp(other_rules[i].name, name) == 0)
			return &other_rules[i];
	fail_msg("no rule %s", name);
	return NULL;
}

static void test_table(void **state)
{
	(void)state;
	int n = 0;
	for (; other_rules[n].name; n++) {
		assert_true(!other_rules[n].alarms != !other_rules[n].judge);
		assert_non_null(other_rules[n].summary);
	}
	assert_in_range(n, 1, OTHER_RULES_MAX);
}

static void test_u_test(void **state)
{
	(void)state;
	// Wholly apart, p is 2 / C(2n, n): 0.1 of 3 and 3, 0.029 of 4 and 4.
	static const double slow[] = {11, 12, 13, 14}, fast[] = {1, 2, 3, 4};
	bool (*u_test)(const double *, const double *, size_t) = rule("u_test")->alarms;
	assert_false(u_test(fast, slow, 3));
	assert_true(u_test(fast, slow, 4));
	assert_false(u_test(slow, fast, 4));
	assert_false(u_test(fast, fast, 4));
}

static void test_thresholds(void **state)
{
	(void)state;
	// Of the medians: the first and last value say nothing.
	static const double old[] = {1, 100, 5000}, at_110[] = {1, 110, 90000}, above_110[] = {1, 110.1, 120};
	static const double at_200[] = {1, 200, 90000}, above_200[] = {1, 200.1, 300};
	assert_false(rule("threshold_10")->alarms(old, at_110, 3));
	assert_true(rule("threshold_10")->alarms(old, above_110, 3));
	assert_false(rule("threshold_10")->alarms(above_200, old, 3));
	assert_false(rule("threshold_200")->alarms(old, at_200, 3));
	assert_true(rule("threshold_200")->alarms(old, above_200, 3));
}

static void test_z_of_means(void **state)
{
	(void)state;
	// Both variances 4/3 of 4 values: 2.6 standard errors of the difference are 2.123.
	static const double old[] = {99, 101, 99, 101}, near[] = {101, 103, 101, 103}, far[] = {101.2, 103.2, 101.2, 103.2};
	// Far in deviations; 0.9 % and 1.1 %.
	static const double large[] = {999, 1001, 999, 1001}, below[] = {1008, 1010, 1008, 1010},
						above[] = {1010, 1012, 1010, 1012};
	bool (*z)(const double *, const double *, size_t) = rule("z_2.6")->alarms;
	assert_false(z(old, near, 4));
	assert_true(z(old, far, 4));
	assert_false(z(far, old, 4));
	assert_false(z(large, below, 4));
	assert_true(z(large, above, 4));
}

static void test_z_of_pairs(void **state)
{
	(void)state;
	// Differences 1, 3, 1, 3 stand 3.46 standard errors above 0; 0, 4, 0, 4 only 1.73. That the times vary is no
	// matter.
	static const double old[] = {90, 110, 110, 90}, steady[] = {91, 113, 111, 93}, unsteady[] = {90, 114, 110, 94};
	// Always the same difference, of 0.4 % and 0.6 %.
	static const double large[] = {999, 1001}, below[] = {1003, 1005}, above[] = {1005, 1007};
	bool (*z)(const double *, const double *, size_t) = rule("z_2.6_paired")->alarms;
	assert_true(z(old, steady, 4));
	assert_false(rule("z_2.6")->alarms(old, steady, 4));
	assert_false(z(old, unsteady, 4));
	assert_false(z(steady, old, 4));
	assert_false(z(large, below, 2));
	assert_true(z(large, above, 2));
}

static void test_too_few(void **state)
{
	(void)state;
	static const double old[] = {1}, new[] = {3};
	for (int i = 0; other_rules[i].name; i++) {
		if (!other_rules[i].alarms)
			continue;
		assert_false(other_rules[i].alarms(old, new, 0));
		assert_false(other_rules[i].alarms(new, new, 1));
		// A threshold needs but one.
		assert_int_equal(other_rules[i].alarms(old, new, 1), strncmp(other_rules[i].name, "threshold", 9) == 0);
	}
}

// Blocks of one row that are slower each, by far.
static void slower_gate(struct gate *gate, struct gate_row *row, struct block *blocks, uint32_t blocks_n,
                        uint32_t dropped_n)
{
	*row = (struct gate_row){.name = "null", .blocks = blocks, .blocks_n = blocks_n, .dropped_n = dropped_n};
	for (uint32_t i = 0; i < blocks_n; i++)
		blocks[i] = (struct block){.order = i, .dropped = i < dropped_n, .half = {{.value = {100}}, {.value = {130}}}};
	*gate = (struct gate){
		.rows = row, .rows_n = 1, .blocks_n = blocks_n, .options = {.alpha = 0.01, .effect = 0.05, .tolerate = 0.01}};
}

static void test_signs(void **state)
{
	(void)state;
	// (1.5^n + 1.98^n) / 2 reaches 1 / alpha = 100 at the 8th block.
	struct gate gate;
	struct gate_row row;
	struct block blocks[20];
	struct judgement judgement = {.verdict = VERDICT_OPEN};
	bool alarm = true;
	static const struct {
		uint32_t blocks_n, dropped_n;
		bool alarm;
	} cases[] = {{7, 0, false}, {8, 0, true}, {9, 1, true}, {9, 2, false}, {20, 5, false}, {20, 4, true}};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		slower_gate(&gate, &row, blocks, cases[i].blocks_n, cases[i].dropped_n);
		gate.judgements = &judgement;
		gate.judgements_n = 1;
		assert_int_equal(other_rule_judge(rule("gate_sign"), &gate, &alarm), 0);
		assert_int_equal(alarm, cases[i].alarm);
	}
}

static void test_kept_blocks_of_each_judgement(void **state)
{
	(void)state;
	struct gate gate;
	fixture_gate(&gate, 42, 60);
	bool *alarms = calloc(gate.judgements_n, sizeof *alarms);
	assert_int_equal(other_rule_judge(rule("gate"), &gate, alarms), 0);
	for (uint32_t i = 0; i < gate.judgements_n; i++)
		assert_int_equal(alarms[i], gate.judgements[i].verdict == VERDICT_REGRESSED);
	// Only a block that was dropped makes the second row slower by 10 %.
	struct gate_row *row = &gate.rows[1];
	for (uint32_t i = 0; i < row->blocks_n; i++) {
		row->blocks[i].dropped = i > 0;
		row->blocks[i].half[SIDE_NEW].value[SERIES_WALL] =
			row->blocks[i].half[SIDE_OLD].value[SERIES_WALL] * (i ? 2 : 1);
	}
	assert_int_equal(other_rule_judge(rule("threshold_10"), &gate, alarms), 0);
	assert_false(alarms[1]);
	row->blocks[0].dropped = true;
	row->blocks[1].dropped = false;
	assert_int_equal(other_rule_judge(rule("threshold_10"), &gate, alarms), 0);
	assert_true(alarms[1]);
	// The last row's work is slower by 10 % as well; its wall time is judged in front of it.
	assert_true(gate.judgements[gate.judgements_n - 1].series == SERIES_WORK);
	assert_int_equal(other_rule_judge(rule("u_test"), &gate, alarms), 0);
	assert_true(alarms[gate.judgements_n - 1]);
	free(alarms);
	gate_close(&gate);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_table),      cmocka_unit_test(test_u_test),
		cmocka_unit_test(test_thresholds), cmocka_unit_test(test_z_of_means),
		cmocka_unit_test(test_z_of_pairs), cmocka_unit_test(test_too_few),
		cmocka_unit_test(test_signs),      cmocka_unit_test(test_kept_blocks_of_each_judgement),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
