// Recorded blocks judged again: the same verdicts from memory and from a file, other questions, flips, bad files.
// links: report
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/fixtures/directory.h"
#include "tests/fixtures/gate.h"

#include "base/status.h"
#include "gate/stored/replay.h"
#include "gate/stored/other_rules.h"
#include "report/gate/load.h"
#include "report/format/format.h"
#include "report/gate/outputs.h"
#include "report/result/file.h"

#include <errno.h>

enum { ROUNDS_N = 60 };

static const struct replay_options as_recorded = {
	.alpha = NAN, .beta = NAN, .effect = NAN, .tolerate = NAN, .statistic = STATISTIC_N};

static void gate_save(const struct gate *gate, const char *path)
{
	assert_int_equal(format_gate_write(format_find("json", REPORT_GATE), gate, path, NULL), 0);
}

static struct judgement *judgements_of(const struct gate *gate)
{
	struct judgement *copy = malloc(gate->judgements_n * sizeof *copy);
	assert_non_null(copy);
	memcpy(copy, gate->judgements, gate->judgements_n * sizeof *copy);
	return copy;
}

// 0: to the last bit.
static bool near(double a, double b, double error)
{
	return (isnan(a) && isnan(b)) || a == b || fabs(a - b) <= error * fmax(1, fabs(a));
}

static void betting_compare(const struct betting *a, const struct betting *b, double error)
{
	assert_int_equal(a->n, b->n);
	assert_true(near(a->log_e, b->log_e, error) && near(a->log_e_most, b->log_e_most, error));
}

static void judgements_compare(const struct judgement *a, const struct judgement *b, uint32_t n, double error)
{
	for (uint32_t i = 0; i < n; i++) {
		assert_true(a[i].row == b[i].row && a[i].series == b[i].series);
		assert_string_equal(verdict_name(a[i].verdict), verdict_name(b[i].verdict));
		assert_int_equal(a[i].decided_n, b[i].decided_n);
		betting_compare(&a[i].regression, &b[i].regression, error);
		betting_compare(&a[i].regression_sign, &b[i].regression_sign, error);
		betting_compare(&a[i].all_clear, &b[i].all_clear, error);
		assert_true(near(a[i].estimate, b[i].estimate, error) && near(a[i].sigma, b[i].sigma, error));
		assert_true(near(a[i].interval.low, b[i].interval.low, error) &&
		            near(a[i].interval.high, b[i].interval.high, error));
		assert_true(near(a[i].interval.coverage, b[i].interval.coverage, error) &&
		            near(a[i].hidden, b[i].hidden, error));
	}
}

static unsigned verdicts_n(const struct gate *gate, enum verdict verdict)
{
	unsigned n = 0;
	for (uint32_t i = 0; i < gate->judgements_n; i++)
		n += gate->judgements[i].verdict == verdict;
	return n;
}

static void test_same_verdicts_from_memory(void **state)
{
	(void)state;
	struct gate gate;
	fixture_gate(&gate, 42, ROUNDS_N);
	// Every kind of end is there, so that each is replayed.
	assert_true(verdicts_n(&gate, VERDICT_REGRESSED) >= 2 && verdicts_n(&gate, VERDICT_NOT_REGRESSED) >= 2);
	assert_true(verdicts_n(&gate, VERDICT_CANNOT_TELL) >= 2 && verdicts_n(&gate, VERDICT_FAILED) == 1);
	struct judgement *stored = judgements_of(&gate);
	uint32_t blocks_n = gate.blocks_n;
	for (int again = 0; again < 2; again++) {
		assert_int_equal(gate_replay(&gate), 0);
		judgements_compare(stored, gate.judgements, gate.judgements_n, 0);
		assert_int_equal(gate.blocks_n, blocks_n);
	}
	free(stored);
	gate_close(&gate);
}

static void test_same_verdicts_from_a_file(void **state)
{
	(void)state;
	struct gate gate, loaded;
	for (uint64_t seed = 1; seed <= 20; seed++) {
		fixture_gate(&gate, seed, ROUNDS_N);
		gate_save(&gate, path_in("gate.json"));
		assert_int_equal(gate_load(&loaded, path_in("gate.json")), 0);
		assert_int_equal(loaded.judgements_n, gate.judgements_n);
		for (uint32_t i = 0; i < gate.judgements_n; i++) {
			assert_int_equal(loaded.judgements[i].verdict, gate.judgements[i].verdict);
			assert_true(near(loaded.judgements[i].estimate, gate.judgements[i].estimate, 1e-11));
		}
		assert_int_equal(gate_replay(&loaded), 0);
		judgements_compare(gate.judgements, loaded.judgements, gate.judgements_n, 1e-7);
		gate_close(&loaded);
		gate_close(&gate);
	}
}

static void blocks_compare(const struct gate_row *a, const struct gate_row *b)
{
	assert_true(a->blocks_n == b->blocks_n && a->dropped_n == b->dropped_n);
	for (uint32_t i = 0; i < a->blocks_n; i++) {
		const struct block *x = &a->blocks[i], *y = &b->blocks[i];
		assert_true(x->seed == y->seed && x->order == y->order && x->new_first == y->new_first &&
		            x->dropped == y->dropped);
		for (int side = 0; side < SIDES_N; side++) {
			const struct block_half *p = &x->half[side], *q = &y->half[side];
			for (int series = 0; series < SERIES_N; series++)
				assert_true(near(p->value[series], q->value[series], 1e-11));
			for (int statistic = 0; statistic < STATISTIC_N; statistic++)
				assert_true(near(p->wall_ns[statistic], q->wall_ns[statistic], 1e-11));
			assert_true(p->steal == q->steal && p->start_ns == q->start_ns && p->took_ns == q->took_ns &&
			            p->variant == q->variant && p->throttled.known == q->throttled.known &&
			            p->throttled.periods_n == q->throttled.periods_n &&
			            p->throttled.time_ns == q->throttled.time_ns);
		}
	}
}

static void test_all_of_the_file(void **state)
{
	(void)state;
	struct gate gate, loaded;
	fixture_gate(&gate, 42, ROUNDS_N);
	gate_save(&gate, path_in("gate.json"));
	assert_int_equal(gate_load(&loaded, path_in("gate.json")), 0);
	assert_memory_equal(&gate.options, &loaded.options, sizeof gate.options);
	assert_string_equal(gate.id, loaded.id);
	assert_string_equal(gate.date, loaded.date);
	assert_string_equal(loaded.side[SIDE_NEW].revision, "abd");
	assert_string_equal(facts_get(&loaded.facts, "cpu_model"), "Fake CPU");
	assert_string_equal(loaded.facts.warning[0], "the fans are loud");
	assert_true(gate.stop == loaded.stop && gate.elapsed_ns == loaded.elapsed_ns && gate.blocks_n == loaded.blocks_n);
	assert_int_equal(gate.rows_n, loaded.rows_n);
	for (uint32_t i = 0; i < gate.rows_n; i++) {
		const struct gate_row *a = &gate.rows[i], *b = &loaded.rows[i];
		assert_string_equal(a->name, b->name);
		assert_memory_equal(&a->spec, &b->spec, sizeof a->spec);
		assert_string_equal(a->reason, b->reason);
		assert_true(a->state == b->state && a->failed_side == b->failed_side && a->iterations_n == b->iterations_n);
		assert_true(a->judgements_n == b->judgements_n &&
		            (a->judgements_n == 0 || a->judgement_first == b->judgement_first));
		blocks_compare(a, b);
	}
	gate_close(&loaded);
	gate_close(&gate);
}

// Blocks of a row, each slower by this factor, every second one of the gate's.
static void steady_row(struct gate_row *row, struct block *blocks, uint32_t blocks_n, uint32_t index, double factor)
{
	for (uint32_t i = 0; i < blocks_n; i++)
		blocks[i] = (struct block){.order = 2 * i + index, .half = {{.value = {100}}, {.value = {100 * factor}}}};
	*row = (struct gate_row){.blocks = blocks, .blocks_n = blocks_n, .judgement_first = index, .judgements_n = 1};
}

// As soon as the second row has regressed, the first needs less for it, in the middle of its blocks.
static void test_order_of_all_rows(void **state)
{
	(void)state;
	enum { BLOCKS_N = 30 };
	struct block blocks[2][BLOCKS_N];
	struct gate_row rows[2];
	struct judgement judgements[2] = {{.row = 0}, {.row = 1}};
	struct gate gate = {.options = {.alpha = 0.01, .beta = 1e-9, .effect = 0.05, .tolerate = 0.01},
	                    .rows = rows,
	                    .rows_n = 2,
	                    .judgements = judgements,
	                    .judgements_n = 2,
	                    .blocks_n = 2 * BLOCKS_N};
	steady_row(&rows[0], blocks[0], BLOCKS_N, 0, 1.012);
	steady_row(&rows[1], blocks[1], BLOCKS_N, 1, 1.3);
	assert_int_equal(gate_replay_verdicts(&gate), 0);
	struct betting betting;
	uint32_t alone_n = 0, both_n = 0;
	betting_regression(&betting, BETTING_TANH, 0.01, 0.05);
	for (uint32_t n = 1; n <= BLOCKS_N; n++) {
		betting_add(&betting, log(1.012));
		alone_n += betting.log_e_most < log(1 / 0.01);
		both_n += betting.log_e_most < log(2 / 0.01);
	}
	assert_true(judgements[1].decided_n < alone_n && alone_n < both_n && both_n < BLOCKS_N);
	assert_int_equal(judgements[0].verdict, VERDICT_REGRESSED);
	assert_int_equal(judgements[0].decided_n, alone_n + 1);
}

static void test_other_questions(void **state)
{
	(void)state;
	struct gate gate;
	struct replay_options asked = as_recorded;
	fixture_gate(&gate, 42, ROUNDS_N);
	assert_int_equal(replay_options_set(&gate, &asked), 0);
	assert_true(gate.options.alpha == 0.01 && gate.options.effect == 0.05);
	// Hardly any alarm is allowed, then hardly any all-clear.
	asked.alpha = 1e-300;
	assert_int_equal(replay_options_set(&gate, &asked), 0);
	assert_int_equal(gate_replay(&gate), 0);
	assert_int_equal(verdicts_n(&gate, VERDICT_REGRESSED), 0);
	asked.beta = 1e-300;
	assert_int_equal(replay_options_set(&gate, &asked), 0);
	assert_int_equal(gate_replay(&gate), 0);
	assert_int_equal(verdicts_n(&gate, VERDICT_NOT_REGRESSED), 0);
	// What is tolerated is no regression.
	asked = (struct replay_options){
		.alpha = 0.01, .beta = 0.01, .effect = 0.60, .tolerate = 0.50, .statistic = STATISTIC_N};
	assert_int_equal(replay_options_set(&gate, &asked), 0);
	assert_int_equal(gate_replay(&gate), 0);
	assert_int_equal(verdicts_n(&gate, VERDICT_REGRESSED), 0);
	gate_close(&gate);
}

static void test_another_statistic(void **state)
{
	(void)state;
	struct gate gate;
	struct replay_options asked = as_recorded;
	fixture_gate(&gate, 42, ROUNDS_N);
	assert_int_equal(gate.judgements[0].verdict, VERDICT_REGRESSED);
	// The least times of the fake blocks are all the same. The series work has no other statistic and keeps its
	// verdict.
	asked.statistic = STATISTIC_MIN;
	assert_int_equal(replay_options_set(&gate, &asked), 0);
	assert_int_equal(gate_replay(&gate), 0);
	assert_true(gate.judgements[0].estimate == 1);
	assert_int_equal(gate.judgements[0].verdict, VERDICT_NOT_REGRESSED);
	const struct judgement *work = &gate.judgements[gate.judgements_n - 1];
	assert_true(work->series == SERIES_WORK && work->verdict == VERDICT_REGRESSED);
	assert_true(gate.options.statistic == STATISTIC_MIN && gate.rows[0].slicing.statistic == STATISTIC_MIN);
	gate_close(&gate);
}

static void test_refused_questions(void **state)
{
	(void)state;
	struct gate gate;
	fixture_gate(&gate, 42, 5);
	const struct replay_options bad[] = {
		{.alpha = 0, .beta = NAN, .effect = NAN, .tolerate = NAN, .statistic = STATISTIC_N},
		{.alpha = NAN, .beta = 1, .effect = NAN, .tolerate = NAN, .statistic = STATISTIC_N},
		{.alpha = NAN, .beta = NAN, .effect = 0.01, .tolerate = NAN, .statistic = STATISTIC_N},
		{.alpha = NAN, .beta = NAN, .effect = NAN, .tolerate = -0.01, .statistic = STATISTIC_N},
		{.alpha = NAN, .beta = NAN, .effect = INFINITY, .tolerate = NAN, .statistic = STATISTIC_N},
	};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct gate copy = gate;
		assert_int_equal(replay_options_set(&copy, &bad[i]), -EINVAL);
	}
	gate.rows[1].blocks[2].half[SIDE_NEW].wall_ns[STATISTIC_P10] = NAN;
	struct replay_options asked = as_recorded;
	asked.statistic = STATISTIC_P10;
	assert_int_equal(replay_options_set(&gate, &asked), -EINVAL);
	assert_non_null(
		strstr(status_message(), "items:1/model:serial: block 2 was recorded without a p10 on the new side"));
	gate_close(&gate);
}

static void test_flips(void **state)
{
	(void)state;
	struct gate gate, flipped;
	struct rng rng = {7};
	unsigned exchanged_n = 0, blocks_n = 0;
	fixture_gate(&gate, 42, ROUNDS_N);
	fixture_gate(&flipped, 42, ROUNDS_N);
	gate_flip(&flipped, &rng);
	for (uint32_t row = 0; row < gate.rows_n; row++)
		for (uint32_t i = 0; i < gate.rows[row].blocks_n; i++) {
			struct block *a = &gate.rows[row].blocks[i], *b = &flipped.rows[row].blocks[i];
			bool exchanged = a->new_first != b->new_first;
			exchanged_n += exchanged;
			blocks_n++;
			for (int side = 0; side < SIDES_N; side++)
				assert_memory_equal(&a->half[side], &b->half[exchanged ? !side : side], sizeof *a->half);
		}
	// A fair coin is further off than this once in 10^9.
	assert_true(fabs(exchanged_n - blocks_n / 2.0) < 3.1 * sqrt(blocks_n));
	gate_close(&flipped);
	gate_close(&gate);
}

static uint32_t alarmed_by(const char *rule, const uint32_t *alarmed_n)
{
	for (int i = 0; other_rules[i].name; i++)
		if (strcmp(other_rules[i].name, rule) == 0)
			return alarmed_n[i];
	fail_msg("no rule %s", rule);
	return 0;
}

static void test_null_gates(void **state)
{
	(void)state;
	// Of 400 gates at alpha = 1 %, 4 are expected to alarm; more than 14 have a chance of 1e-5. The coins are of a
	// seed.
	struct gate gate;
	uint32_t alarmed_n[OTHER_RULES_MAX] = {0}, again_n[OTHER_RULES_MAX] = {0};
	for (int pass = 0; pass < 2; pass++) {
		fixture_gate(&gate, 42, ROUNDS_N);
		struct rng rng = {1};
		assert_int_equal(other_rules_flip(&gate, 400, &rng, pass ? again_n : alarmed_n), 0);
		gate_close(&gate);
	}
	assert_memory_equal(alarmed_n, again_n, sizeof again_n);
	for (int i = 0; other_rules[i].name; i++)
		print_message("%s: %u of 400\n", other_rules[i].name, alarmed_n[i]);
	assert_in_range(alarmed_by("gate", alarmed_n), 0, 14);
	assert_in_range(alarmed_by("gate_sign", alarmed_n), 0, 14);
	assert_int_equal(alarmed_by("threshold_200", alarmed_n), 0);
	// Each benchmark by itself at 5 %, one side of two, of eight: no family's rate.
	assert_true(alarmed_by("u_test", alarmed_n) > 14);
}

// The gate's file with the first `from` behind `behind` replaced by `to`.
static void refuse_edited(const char *text, const char *behind, const char *from, const char *to, const char *message)
{
	const char *start = strstr(text, behind);
	const char *found = start ? strstr(start, from) : NULL;
	struct gate gate;
	if (!found)
		fail_msg("no %s behind %s", from, behind);
	FILE *file = fopen(path_in("bad.json"), "w");
	fprintf(file, "%.*s%s%s", (int)(found - text), text, to, found + strlen(from));
	fclose(file);
	assert_int_equal(gate_load(&gate, path_in("bad.json")), -EINVAL);
	if (!strstr(status_message(), message) || !strstr(status_message(), "bad.json"))
		fail_msg("\"%s\" says nothing of \"%s\"", status_message(), message);
}

static char *gate_text(uint32_t rounds_n, size_t *text_bytes)
{
	struct gate gate;
	fixture_gate(&gate, 42, rounds_n);
	gate_save(&gate, path_in("good.json"));
	gate_close(&gate);
	return text_of(path_in("good.json"), text_bytes);
}

static void test_refused_contents(void **state)
{
	(void)state;
	static const struct {
		const char *behind, *from, *to, *message;
	} edits[] = {
		{"", "\"tvp_gate\": 1", "\"tvp\": 1", "not a gate's file"},
		{"", "\"tvp_gate\": 1", "\"tvp_gate\": 2", "has format version 2; this tvp reads up to version 1"},
		{"", "\"tvp_gate\": 1", "\"tvp_gate\": 0", "tvp_gate: 0 is out of range"},
		{"", "\"seed\":\"42\"", "\"seed\":42", "options.seed: is not text"},
		{"", "\"seed\":\"42\"", "\"seed\":\"-1\"", "options.seed: \"-1\" is not a whole number"},
		{"", "\"effect\":0.0", "\"effect\":0.00", "options.effect: 0.005"},
		{"", "\"alpha\":0.0", "\"alpha\":10.0", "options.alpha: 10.01"},
		{"", "\"beta\":0.01", "\"beta\":null", "options.beta: is not a number"},
		{"", "\"steal_most\":0.1", "\"steal_most\":1.1", "options.steal_most: 1.1 is out of range"},
		{"", "\"unbound\":false", "\"unbound\":0", "options.unbound: is neither"},
		{"", "\"series\":[\"wall\"", "\"series\":[\"wail\"", "options.series: number 0 is no series"},
		{"", "\"statistic\":null", "\"statistic\":\"mode\"",
	     "options.statistic: \"mode\" is not one of the known values"},
		{"", "\"stop\": \"time", "\"stop\": \"tide", "stop: \"tide budget\" is not one of the known values"},
		{"\"rows\"", "\"name\":\"scaling/", "\"name\":\"scaling//", "rows[0].name"},
		{"\"rows\"", "\"state\":\"measured\"", "\"state\":\"open\"",
	     "rows[0].state: \"open\" is not one of the known values"},
		{"\"rows\"", "\"order\":0", "\"order\":99999", "rows[0].blocks[1].order: 7 does not follow 99999"},
		{"\"rows\"", "\"first\":\"", "\"first\":\"c", "rows[0].blocks[0].first"},
		{"\"rows\"", "\"dropped\":false", "\"dropped\":0", "rows[0].blocks[0].dropped: is neither"},
		{"\"rows\"", "\"wall\":", "\"wall\":-",
	     "rows[0].blocks[0].old.time_ns.wall: is judged, but is not a time above 0"},
		{"\"rows\"",
	     "\"wall\":", "\"all\":", "rows[0].blocks[0].old.time_ns.wall: is judged, but is not a time above 0"},
		{"\"rows\"",
	     "\"wall\":", "\"wall\":1e308,\"wail\":", "rows[0].blocks[0].old.time_ns.wall: is 1e+308, which is out"},
		{"\"rows\"", "\"wall\":", "\"wall\":0,\"wail\":",
	     "rows[0].blocks[0].old.time_ns.wall: is judged, but is not a time above 0"},
		{"\"rows\"",
	     "\"p10\":", "\"p10\":1e308,\"p11\":", "rows[0].blocks[0].old.wall_ns.p10: is 1e+308, which is out"},
		{"\"rows\"", "\"p10\":", "\"p11\":", "rows[0].blocks[0].old.wall_ns.p10: missing"},
		{"\"judgements\"", "items:0", "items:77", "judgements[0].name: no further row is named"},
		{"\"judgements\"", "items:1", "items:0", "judgements[1].series: \"wall\" does not follow \"wall\""},
		{"\"judgements\"", "\"verdict\":\"", "\"verdict\":\"UN", "judgements[0].verdict"},
		{"\"judgements\"", "\"decided_n\":", "\"decided_n\":-", "judgements[0].decided_n"},
	};
	size_t text_bytes;
	char *text = gate_text(12, &text_bytes);
	for (size_t i = 0; i < sizeof edits / sizeof *edits; i++)
		refuse_edited(text, edits[i].behind, edits[i].from, edits[i].to, edits[i].message);
	free(text);
	struct gate gate;
	assert_int_equal(gate_load(&gate, path_in("absent.json")), -ENOENT);
	assert_non_null(strstr(status_message(), "absent.json"));
}

// What was written before these were: read as what they were then.
static void test_older_files(void **state)
{
	(void)state;
	size_t text_bytes;
	char *text = gate_text(3, &text_bytes);
	static const char *const keys[] = {"\"unbound\"", "\"one_cpu\"", "\"steal_most\""};
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
		for (char *found; (found = strstr(text, keys[i])) != NULL;)
			found[1] = 'X';
	text_to(path_in("older.json"), text, text_bytes);
	free(text);
	struct gate gate;
	assert_int_equal(gate_load(&gate, path_in("older.json")), 0);
	assert_true(gate.options.steal_most == GATE_STEAL_MOST);
	gate_close(&gate);
}

// Which variants ran is kept, and a variant that no side had is refused; without variants nothing is said of them.
static void test_variants(void **state)
{
	(void)state;
	struct gate gate, loaded;
	size_t text_bytes;
	fixture_gate(&gate, 42, 12);
	gate.side[SIDE_NEW].variants_n = 3;
	for (int i = 0; i < 3; i++)
		gate.side[SIDE_NEW].variant[i] = "new/tvp";
	for (uint32_t i = 0; i < gate.rows_n; i++)
		for (uint32_t j = 0; j < gate.rows[i].blocks_n; j++)
			gate.rows[i].blocks[j].half[SIDE_NEW].variant = (i + j) % 3;
	gate_save(&gate, path_in("good.json"));
	assert_int_equal(gate_load(&loaded, path_in("good.json")), 0);
	assert_int_equal(side_variants_n(&loaded.side[SIDE_OLD]), 1);
	assert_int_equal(side_variants_n(&loaded.side[SIDE_NEW]), 3);
	for (uint32_t i = 0; i < gate.rows_n; i++)
		blocks_compare(&gate.rows[i], &loaded.rows[i]);
	gate_close(&loaded);
	gate_close(&gate);
	char *text = text_of(path_in("good.json"), &text_bytes);
	refuse_edited(text, "\"rows\"", "\"variant\":0", "\"variant\":3",
	              "rows[0].blocks[0].new.variant: 3 is out of range");
	refuse_edited(text, "", "\"variants\":[\"new/tvp\",\"new/tvp\",\"new/tvp\"]", "\"variants\":[]",
	              "sides.new.variants: 0 is out of range");
	refuse_edited(text, "", "\"variants\":", "\"Variants\":", "new.variant: 1 is out of range");
	free(text);
	text = gate_text(3, &text_bytes);
	assert_null(strstr(text, "variant"));
	free(text);
}

// Whatever became of a file, it is read or refused, and what is read can be judged. Returns whether it was read.
static bool load_any(const char *text, size_t text_bytes)
{
	struct gate gate;
	text_to(path_in("any.json"), text, text_bytes);
	int status = gate_load(&gate, path_in("any.json"));
	if (status < 0) {
		assert_int_equal(status, -EINVAL);
		assert_non_null(strstr(status_message(), "any.json"));
		return false;
	}
	assert_int_equal(gate_replay_verdicts(&gate), 0);
	gate_close(&gate);
	return true;
}

static void test_damaged_everywhere(void **state)
{
	(void)state;
	size_t text_bytes;
	char *text = gate_text(2, &text_bytes);
	struct rng rng = {5};
	unsigned read_n = 0, refused_n = 0;
	for (size_t cut = 0; cut < text_bytes; cut += 37)
		load_any(text, cut);
	for (size_t i = 0; i < text_bytes; i += 11) {
		char kept = text[i];
		text[i] = "0-9\"x,}]"[rng_below(&rng, 8)];
		bool was_read = load_any(text, text_bytes);
		read_n += was_read;
		refused_n += !was_read;
		text[i] = kept;
	}
	assert_true(read_n > 0 && refused_n > 0);
	free(text);
}

static void test_nothing_measured(void **state)
{
	(void)state;
	struct gate gate = {.side = {{.name = "old", .program = ""}, {.name = "new", .program = ""}},
	                    .options =
	                        {.effect = 0.05, .tolerate = 0.01, .alpha = 0.01, .beta = 0.01, .statistic = STATISTIC_N},
	                    .stop = STOP_DECIDED},
				loaded;
	uint32_t alarmed_n[OTHER_RULES_MAX] = {0}, printed_n = 0;
	struct rng rng = {1};
	gate_save(&gate, path_in("empty.json"));
	assert_int_equal(gate_load(&loaded, path_in("empty.json")), 0);
	assert_int_equal(gate_replay(&loaded), 0);
	assert_int_equal(other_rules_flip(&loaded, 3, &rng, alarmed_n), 0);
	FILE *sink = fopen("/dev/null", "w");
	for (const struct format *const *format = formats; *format; format++) {
		static const enum replay_question questions[] = {REPLAY_VERDICTS, REPLAY_RULES, REPLAY_FLIPS};
		struct replayed replayed = {
			.file = "empty.json", .gate_id = loaded.id, .gate = &loaded, .alarmed_n = alarmed_n};
		for (size_t i = 0; format_writes(*format, REPORT_REPLAY) && i < sizeof questions / sizeof *questions; i++) {
			replayed.question = questions[i];
			assert_int_equal((*format)->replay->file(sink, &replayed, &(struct report_style){0}), 0);
			printed_n++;
		}
	}
	assert_int_equal(printed_n, 6);
	fclose(sink);
	gate_close(&loaded);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_same_verdicts_from_memory),
		cmocka_unit_test_teardown(test_same_verdicts_from_a_file, directory_clear),
		cmocka_unit_test_teardown(test_all_of_the_file, directory_clear),
		cmocka_unit_test(test_order_of_all_rows),
		cmocka_unit_test(test_other_questions),
		cmocka_unit_test(test_another_statistic),
		cmocka_unit_test(test_refused_questions),
		cmocka_unit_test(test_flips),
		cmocka_unit_test(test_null_gates),
		cmocka_unit_test_teardown(test_refused_contents, directory_clear),
		cmocka_unit_test_teardown(test_variants, directory_clear),
		cmocka_unit_test_teardown(test_older_files, directory_clear),
		cmocka_unit_test_teardown(test_damaged_everywhere, directory_clear),
		cmocka_unit_test_teardown(test_nothing_measured, directory_clear),
	};
	return cmocka_run_group_tests(tests, directory_make, directory_remove);
}
