// The run of a gate over programs whose times are known: each verdict, its error control, and what a seed decides.
// links: gate
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/status.h"
#include "fixtures/children.h"
#include "fixtures/directory.h"
#include "gate/parts.h"

enum { ROWS_MOST = 8, LOG_BYTES = 1 << 20 };

// A slice of one iteration: 1 ms and, from the padding, up to 0.4 % more; "slow" takes 20 % more on the new side,
// "noise" twice or half as much by another coin. "breaks" fails on the new side from the seventh slice on; "odd" is
// calibrated as luck will have it; "pinned" has a pin, of rule 1 on the old side and 2 on the new one. As "variant1" of
// a side it takes 10 % more, as "variant2" it is of another revision.
static const char fake[] =
	"#!/bin/sh\n"
	"spec=$2 pad=${#TVP_PAD} state=measured batch=1 rule=\n"
	"echo \"$SIDE $spec $pad ${0##*/}\" >>\"$DIR/log\"\n"
	"t=$((1000000 + pad))\n"
	"case $SIDE/$spec in\n"
	"new/*slow*) t=$((t * 6 / 5)) ;;\n"
	"new/*noise*) if [ $((pad % 2)) -eq 0 ]; then t=$((t * 2)); else t=$((t / 2)); fi ;;\n"
	"new/*breaks*) echo >>\"$DIR/breaks\"; if [ \"$(wc -l <\"$DIR/breaks\")\" -gt 6 ]; then echo broken >&2; exit 3; fi ;;\n"
	"new/*dead*) echo dead >&2; exit 3 ;;\n"
	"new/*lame*) sleep 0.5 ;;\n"
	"new/*other*) echo '{\"tvp_slice\":9}'; exit 0 ;;\n"
	"*/*skip*) state=skipped ;;\n"
	"new/*zero*) t=0 ;;\n"
	"new/*pinned*) rule=',\"pin_rule\":2' ;;\n"
	"esac\n"
	"case $0 in *variant1) t=$((t * 11 / 10)) ;; *variant2) SIDE=another ;; esac\n"
	"for word; do case $spec/$word in\n"
	"*odd*/--time=*) echo >>\"$DIR/odd\"; case $(wc -l <\"$DIR/odd\") in 1) batch=1 ;; 2) batch=800 ;; *) batch=40 ;; esac ;;\n"
	"*/--batch=*) batch=${word#--batch=} ;;\n"
	"esac; done\n"
	"parts=\n"
	"case $spec in *parts*) parts=',\"launch_ns\":['$t'],\"work_ns\":[5000],\"collect_ns\":['$t']' ;; esac\n"
	"printf '{\"tvp_slice\":1,\"spec\":\"%s\",\"revision\":\"%s\",\"state\":\"%s\",\"message\":\"why\",\"begun_ns\":1,\"ready_ns\":2,"
	"\"iterations\":1,\"batch\":%s,\"wall_ns\":[%s]%s}\\n' \"$spec\" \"$SIDE\" \"$state\" $batch $t \"$parts$rule\"\n";

static struct gate gate;
static char environment[600];

static struct gate_options usual(void)
{
	return (struct gate_options){.seed = 7,
	                             .time_budget_ns = 60 * NS_PER_S,
	                             .deadline_ns = 30 * NS_PER_S,
	                             .effect = 0.05,
	                             .tolerate = 0.01,
	                             .alpha = 0.01,
	                             .beta = 0.01,
	                             .steal_most = 1,
	                             .statistic = STATISTIC_N};
}

// cases: "slow,equal": one row each.
static void open_gate(const char *cases, const struct gate_options *options)
{
	struct record planned;
	char copy[200], *rest = copy;
	snprintf(copy, sizeof copy, "%s", cases);
	assert_int_equal(record_open(&planned), 0);
	for (const char *word; (word = strsep(&rest, ",")) != NULL;) {
		struct spec spec;
		spec_init(&spec, "test");
		spec_set(&spec, "case", word);
		if (strstr(word, "pinned"))
			spec_set(&spec, "pin", strstr(word, "free") ? "none" : "compact");
		assert_true(record_add_row(&planned, &spec, "") >= 0);
	}
	assert_int_equal(gate_open(&gate, options, &planned), 0);
	record_close(&planned);
}

static void program_write(const char *name)
{
	text_to(path_in(name), fake, sizeof fake - 1);
	assert_int_equal(chmod(path_in(name), 0755), 0);
}

static const char *kinds; ///< of CPUs, that the machine is said to have

// In place of the next gate's only program on each side.
static struct side variants[SIDES_N];

static void variants_add(int side, const char *name)
{
	static char paths[SIDES_N][4][512];
	unsigned n = variants[side].variants_n++;
	snprintf(paths[side][n], sizeof paths[side][n], "%s", path_in(name));
	program_write(name);
	variants[side].variant[n] = paths[side][n];
}

static void side_fill(struct side *side, const struct side *of_variants, const char *program)
{
	*side = *of_variants;
	side->program = side->variants_n ? side->variant[0] : program;
}

static void run_hooked(const char *cases, const struct gate_options *options, const struct gate_hooks *hooks)
{
	open_gate(cases, options);
	program_write("fake");
	unlink(path_in("log"));
	unlink(path_in("breaks"));
	snprintf(environment, sizeof environment, "DIR=%s", directory);
	static char program[512];
	snprintf(program, sizeof program, "%s", path_in("fake"));
	for (int side = 0; side < SIDES_N; side++) {
		side_fill(&gate.side[side], &variants[side], program);
		gate.side[side].name = side == SIDE_OLD ? "old" : "new";
		gate.side[side].env[0] = side == SIDE_OLD ? "SIDE=old" : "SIDE=new";
		gate.side[side].env[1] = environment;
		gate.side[side].env_n = 2;
		variants[side] = (struct side){0};
	}
	if (kinds)
		facts_add(&gate.facts, "cpu_kinds_n", "%s", kinds);
	assert_int_equal(gate_run(&gate, hooks), 0);
	assert_int_equal(child_of(getpid(), 1), 0);
}

static void run(const char *cases, const struct gate_options *options)
{
	run_hooked(cases, options, &(struct gate_hooks){0});
}

static const struct judgement *judgement_of(const char *word)
{
	for (uint32_t i = 0; i < gate.judgements_n; i++)
		if (strstr(gate.rows[gate.judgements[i].row].name, word))
			return &gate.judgements[i];
	fail_msg("no judgement of %s", word);
	return NULL;
}

static void assert_verdict(const char *word, enum verdict verdict)
{
	const struct judgement *judgement = judgement_of(word);
	if (judgement->verdict != verdict)
		fail_msg("%s: %s instead of %s (%+.2f %%, %u blocks)", word, verdict_name(judgement->verdict),
		         verdict_name(verdict), (judgement->estimate - 1) * 100, gate.rows[judgement->row].blocks_n);
}

// Without a shape assumption each block at most doubles the evidence.
static uint32_t floor_blocks(void)
{
	return (uint32_t)ceil(log2(gate.judgements_n / gate.options.alpha));
}

static void test_slower_is_found(void **state)
{
	(void)state;
	struct gate_options options = usual();
	run("slow", &options);
	const struct judgement *judgement = judgement_of("slow");
	assert_verdict("slow", VERDICT_REGRESSED);
	assert_int_equal(gate.stop, STOP_DECIDED);
	assert_string_equal(stop_names[gate.stop], "all decided");
	assert_in_range(judgement->decided_n, floor_blocks(), 3 * floor_blocks());
	assert_int_equal(judgement->decided_n, gate.rows[0].blocks_n - gate.rows[0].dropped_n);
	assert_true(judgement->estimate > 1.19 && judgement->estimate < 1.21);
	assert_true(judgement->interval.low > 1.01 && judgement->interval.low < judgement->estimate);
	assert_true(judgement->sigma > 0 && judgement->sigma < 0.01);
	assert_string_equal(gate.side[SIDE_OLD].revision, "old");
	assert_string_equal(gate.side[SIDE_NEW].revision, "new");
	gate_close(&gate);
}

static void test_equal_is_cleared(void **state)
{
	(void)state;
	struct gate_options options = usual();
	run("equal", &options);
	assert_verdict("equal", VERDICT_NOT_REGRESSED);
	assert_int_equal(gate.stop, STOP_DECIDED);
	assert_true(judgement_of("equal")->hidden < 1.05);
	assert_true(judgement_of("equal")->interval.high > 1);
	gate_close(&gate);
}

static void test_noise_cannot_tell(void **state)
{
	(void)state;
	struct gate_options options = usual();
	options.time_budget_ns = 2 * NS_PER_S;
	run("noise,noise2", &options);
	for (uint32_t i = 0; i < 2; i++) {
		assert_int_equal(gate.judgements[i].verdict, VERDICT_CANNOT_TELL);
		assert_true(gate.judgements[i].hidden > 1.05);
	}
	assert_int_equal(gate.stop, STOP_BUDGET);
	assert_in_range(gate.elapsed_ns / NS_PER_MS, 0, 12000);
	// Neither starves for the other.
	uint32_t a = gate.rows[0].blocks_n, b = gate.rows[1].blocks_n;
	assert_true(a > 0 && b > 0 && 4 * a + 8 >= b && 4 * b + 8 >= a);
	gate_close(&gate);
}

static void test_one_row_breaks(void **state)
{
	(void)state;
	struct gate_options options = usual();
	run("breaks,slow,equal", &options);
	const struct gate_row *row = &gate.rows[0];
	assert_int_equal(row->state, GATE_ROW_FAILED);
	assert_int_equal(row->failed_side, SIDE_NEW);
	assert_non_null(strstr(row->reason, "/fake exited with code 3: broken"));
	assert_int_equal(strncmp(row->reason, "new: ", 5), 0);
	assert_int_equal(row->blocks_n, 5); // the first of its six slices calibrated
	assert_verdict("breaks", VERDICT_FAILED);
	assert_false(isnan(judgement_of("breaks")->estimate));
	assert_verdict("slow", VERDICT_REGRESSED);
	assert_verdict("equal", VERDICT_NOT_REGRESSED);
	assert_int_equal(gate.stop, STOP_DECIDED);
	gate_close(&gate);
}

static void test_calibration_takes_the_middle(void **state)
{
	(void)state;
	struct gate_options options = usual();
	unlink(path_in("odd"));
	options.blocks_n = 2;
	run("odd", &options);
	assert_int_equal(gate.rows[0].iterations_n, 1);
	assert_int_equal(gate.rows[0].batch_n, 40);
	assert_int_equal(gate.rows[0].blocks_n, 2);
	gate_close(&gate);
}

// A side that fails three times alike before anything was measured is not asked again.
static void test_a_dead_side_ends_it(void **state)
{
	(void)state;
	struct gate_options options = usual();
	run("dead1,skip,dead2,dead3,dead4,equal", &options);
	assert_int_equal(gate.stop, STOP_BROKEN);
	assert_non_null(strstr(gate.broken, "3 specs failed in the same way, and none ran: new: "));
	assert_non_null(strstr(gate.broken, "exited with code 3: dead"));
	assert_int_equal(gate.rows[3].state, GATE_ROW_FAILED);
	assert_int_equal(gate.rows[4].state, GATE_ROW_MEASURED); // not reached
	assert_int_equal(gate.judgements_n, 0);
	gate_close(&gate);
	run("dead1,dead2,equal,dead3,dead4", &options);
	assert_int_equal(gate.stop, STOP_DECIDED);
	assert_verdict("equal", VERDICT_NOT_REGRESSED);
	assert_int_equal(gate.rows[4].state, GATE_ROW_FAILED);
	gate_close(&gate);
}

// What a dear row leaves, too little for a block of its own, is the others'. Where it happens to leave nothing there is
// nothing to see: some of five do leave something.
static void test_the_rest_of_the_budget(void **state)
{
	(void)state;
	struct gate_options options = usual();
	options.time_budget_ns = 3 * NS_PER_S;
	options.blocks_n = 100000;
	bool used = false;
	for (int i = 0; i < 5 && !used; i++) {
		run("lame,equal", &options);
		const struct gate_row *lame = &gate.rows[0], *equal = &gate.rows[1];
		assert_int_equal(gate.stop, STOP_BUDGET);
		used = lame->blocks_n > 0 && equal->blocks_n > 0 &&
		       equal->blocks[equal->blocks_n - 1].order > lame->blocks[lame->blocks_n - 1].order + 2;
		gate_close(&gate);
	}
	assert_true(used);
}

static void test_skipped_and_timeless(void **state)
{
	(void)state;
	struct gate_options options = usual();
	run("skip,equal,zero", &options);
	assert_int_equal(gate.rows[0].state, GATE_ROW_SKIPPED);
	assert_string_equal(gate.rows[0].reason, "old: why");
	assert_int_equal(gate.rows[0].failed_side, SIDE_OLD);
	assert_int_equal(gate.rows[0].judgements_n, 0);
	assert_int_equal(gate.rows[2].state, GATE_ROW_FAILED); // a time of nothing has no logarithm
	assert_non_null(strstr(gate.rows[2].reason, "measured no wall time"));
	assert_verdict("equal", VERDICT_NOT_REGRESSED);
	assert_int_equal(gate.judgements_n, 2);
	gate_close(&gate);
}

static void test_another_protocol_ends_it(void **state)
{
	(void)state;
	struct gate_options options = usual();
	run("other,equal", &options);
	assert_int_equal(gate.stop, STOP_BROKEN);
	assert_non_null(strstr(gate.broken, "version 9"));
	assert_non_null(strstr(gate.broken, "version 1"));
	assert_int_equal(gate.blocks_n, 0);
	gate_close(&gate);
}

static void test_pins_of_two_rules(void **state)
{
	(void)state;
	struct gate_options options = usual();
	options.blocks_n = 6;
	kinds = "2";
	run("pinned,pinned-free", &options);
	assert_int_equal(gate.rows[0].state, GATE_ROW_FAILED);
	assert_non_null(strstr(gate.rows[0].reason, "--cpukind=0"));
	assert_int_equal(gate.rows[1].state, GATE_ROW_MEASURED);
	gate_close(&gate);
	kinds = "1";
	run("pinned", &options);
	assert_int_equal(gate.rows[0].state, GATE_ROW_MEASURED);
	gate_close(&gate);
	kinds = NULL;
}

static void test_nothing_to_run(void **state)
{
	(void)state;
	struct gate_options options = usual();
	open_gate("equal", &options);
	gate.side[SIDE_OLD] = (struct side){.name = "old", .program = "/bin/sh"};
	gate.side[SIDE_NEW] = (struct side){.name = "new", .program = "/no/such/tvp"};
	assert_int_equal(gate_run(&gate, &(struct gate_hooks){0}), -EACCES);
	assert_non_null(strstr(status_message(), "new: /no/such/tvp: No such file"));
	gate_close(&gate);
}

static void test_blocks_asked_for(void **state)
{
	(void)state;
	struct gate_options options = usual();
	options.blocks_n = 30;
	run("slow,equal,noise", &options);
	for (uint32_t i = 0; i < gate.rows_n; i++)
		assert_int_equal(gate.rows[i].blocks_n, 30);
	assert_int_equal(gate.stop, STOP_BLOCKS);
	assert_verdict("slow", VERDICT_REGRESSED);
	assert_true(judgement_of("slow")->decided_n < 30);
	assert_verdict("noise", VERDICT_CANNOT_TELL);
	gate_close(&gate);
}

static void test_series(void **state)
{
	(void)state;
	struct gate_options options = usual();
	options.series = 1 << SERIES_LAUNCH | 1 << SERIES_WORK;
	run("parts-slow,slow", &options);
	assert_int_equal(gate.rows[0].judgements_n, 2);
	assert_int_equal(gate.judgements[0].series, SERIES_LAUNCH);
	assert_int_equal(gate.judgements[0].verdict, VERDICT_REGRESSED);
	assert_int_equal(gate.judgements[1].series, SERIES_WORK);
	assert_int_equal(gate.judgements[1].verdict, VERDICT_NOT_REGRESSED);
	assert_int_equal(gate.rows[1].judgements_n, 1); // it has no parts: its wall time stands for them
	assert_int_equal(gate.judgements[2].series, SERIES_WALL);
	assert_int_equal(gate.judgements[2].verdict, VERDICT_REGRESSED);
	gate_close(&gate);
}

static void on_progress(void *context, const struct gate_progress *progress)
{
	if (strcmp(progress->phase, "measuring") == 0 && progress->done_n == *(uint32_t *)context)
		raise(SIGINT);
}

static void test_interrupt_keeps_the_blocks(void **state)
{
	(void)state;
	struct gate_options options = usual();
	uint32_t after_n = 9;
	run_hooked("slow,equal", &options, &(struct gate_hooks){.context = &after_n, .progress = on_progress});
	assert_int_equal(gate.stop, STOP_INTERRUPT);
	assert_int_equal(gate.blocks_n, 9);
	assert_true(gate.rows[0].failed_side == -1 && gate.rows[1].failed_side == -1);
	assert_verdict("slow", VERDICT_CANNOT_TELL);
	assert_verdict("equal", VERDICT_CANNOT_TELL);
	assert_true(judgement_of("slow")->estimate > 1.1);
	gate_close(&gate);
}

// Every slice in its order: side, spec, padding. To be freed.
static char *log_of(uint64_t seed)
{
	struct gate_options options = usual();
	size_t bytes;
	options.seed = seed;
	options.blocks_n = 12;
	run("slow,equal,noise", &options);
	gate_close(&gate);
	return text_of(path_in("log"), &bytes);
}

static void test_seed_decides_all(void **state)
{
	(void)state;
	char *first = log_of(7), *again = log_of(7), *other = log_of(8);
	assert_string_equal(first, again);
	assert_string_not_equal(first, other);
	free(first);
	free(again);
	free(other);
}

// The coin that the block keeps is the order in which the slices ran; it is fair, and so is each pair of neighbours.
static void test_coins(void **state)
{
	(void)state;
	enum { BLOCKS = 300, FAR = 35 }; // four standard deviations
	struct gate_options options = usual();
	size_t bytes;
	options.blocks_n = BLOCKS;
	run("equal", &options);
	char *log = text_of(path_in("log"), &bytes), *rest = log, line[200];
	unsigned new_first_n = 0, changes_n = 0, pads_n = 0, pad, last_pad = 0;
	for (int calibrating = 0; calibrating < 4; calibrating++) // the old side three times, the new once
		strsep(&rest, "\n");
	for (uint32_t i = 0; i < BLOCKS; i++) {
		const struct block *block = &gate.rows[0].blocks[i];
		for (int turn = 0; turn < SIDES_N; turn++) {
			assert_int_equal(sscanf(strsep(&rest, "\n"), "%190s %*s %u", line, &pad), 2);
			assert_string_equal(line, block->new_first == (turn == 0) ? "new" : "old");
			pads_n += pad != last_pad;
			last_pad = pad;
		}
		assert_int_equal(block->order, i);
		new_first_n += block->new_first;
		changes_n += i > 0 && block->new_first != block[-1].new_first;
	}
	assert_in_range(new_first_n, BLOCKS / 2 - FAR, BLOCKS / 2 + FAR);
	assert_in_range(changes_n, BLOCKS / 2 - FAR, BLOCKS / 2 + FAR);
	assert_true(pads_n > 2 * BLOCKS - 10);
	free(log);
	gate_close(&gate);
}

static const char *log_skip(char **rest, unsigned lines_n)
{
	while (lines_n-- > 0)
		strsep(rest, "\n");
	return *rest;
}

// What ran is what the block says; every pair comes up, and the coin that decides the order knows nothing of it.
static void test_variants(void **state)
{
	(void)state;
	enum { BLOCKS = 240, FAR = 31 }; // four standard deviations
	struct gate_options options = usual();
	size_t bytes;
	unsigned pair_n[2][2] = {0}, with_coin_n[SIDES_N] = {0};
	options.blocks_n = BLOCKS;
	for (int side = 0; side < SIDES_N; side++) {
		variants_add(side, "variant0");
		variants_add(side, "variant1");
	}
	run("equal", &options);
	char *log = text_of(path_in("log"), &bytes), *rest = log, side_name[8], program[40];
	log_skip(&rest, 4 + 2); // calibrating, and each side's other variant
	for (uint32_t i = 0; i < BLOCKS; i++) {
		const struct block *block = &gate.rows[0].blocks[i];
		for (int turn = 0; turn < SIDES_N; turn++) {
			assert_int_equal(sscanf(strsep(&rest, "\n"), "%7s %*s %*u %39s", side_name, program), 2);
			const struct block_half *half = &block->half[side_name[0] == 'n' ? SIDE_NEW : SIDE_OLD];
			assert_int_equal(half->variant, program[strlen("variant")] - '0');
		}
		for (int side = 0; side < SIDES_N; side++)
			with_coin_n[side] += block->new_first == (block->half[side].variant == 1);
		pair_n[block->half[SIDE_OLD].variant][block->half[SIDE_NEW].variant]++;
	}
	for (int i = 0; i < 2; i++) {
		assert_in_range(with_coin_n[i], BLOCKS / 2 - FAR, BLOCKS / 2 + FAR);
		assert_in_range(pair_n[i][0], BLOCKS / 4 - FAR, BLOCKS / 4 + FAR);
		assert_in_range(pair_n[i][1], BLOCKS / 4 - FAR, BLOCKS / 4 + FAR);
	}
	free(log);
	gate_close(&gate);
}

// A seed decides pairs and coins; the coins are those of a gate without a choice.
static void test_seed_decides_the_variants(void **state)
{
	(void)state;
	enum { BLOCKS = 24 };
	struct gate_options options = usual();
	unsigned pairs[2][BLOCKS], coins[3][BLOCKS];
	options.blocks_n = BLOCKS;
	for (int i = 0; i < 3; i++) {
		for (int j = 0; j < 2 && i < 2; j++)
			variants_add(SIDE_NEW, j ? "variant1" : "variant0");
		run("equal", &options);
		for (int j = 0; j < BLOCKS; j++) {
			const struct block *block = &gate.rows[0].blocks[j];
			coins[i][j] = block->new_first;
			assert_int_equal(block->half[SIDE_OLD].variant, 0);
			if (i < 2)
				pairs[i][j] = block->half[SIDE_NEW].variant;
		}
		gate_close(&gate);
	}
	assert_memory_equal(pairs[0], pairs[1], sizeof pairs[0]);
	assert_memory_equal(coins[0], coins[1], sizeof coins[0]);
	assert_memory_equal(coins[0], coins[2], sizeof coins[0]);
}

// Layouts that differ by 10 % on either side are no regression, which one of them against the other would be.
static void test_layouts_are_averaged(void **state)
{
	(void)state;
	struct gate_options options = usual();
	for (int side = 0; side < SIDES_N; side++) {
		variants_add(side, "variant0");
		variants_add(side, "variant1");
	}
	run("equal", &options);
	assert_verdict("equal", VERDICT_NOT_REGRESSED);
	gate_close(&gate);
	variants_add(SIDE_OLD, "variant0");
	variants_add(SIDE_NEW, "variant1");
	run("equal", &options);
	assert_verdict("equal", VERDICT_REGRESSED);
	gate_close(&gate);
}

// Before the first block: every variant can be run, and is of its side's revision.
static void test_variants_that_are_none(void **state)
{
	(void)state;
	struct gate_options options = usual();
	variants_add(SIDE_NEW, "variant0");
	variants_add(SIDE_NEW, "variant2");
	run("equal", &options);
	assert_int_equal(gate.stop, STOP_BROKEN);
	assert_non_null(strstr(gate.broken, "variant2 was built from revision another, other variants of this side from "
	                                    "revision new"));
	assert_int_equal(gate.blocks_n, 0);
	gate_close(&gate);
	open_gate("equal", &options);
	gate.side[SIDE_OLD] = (struct side){.name = "old", .program = "/bin/sh"};
	gate.side[SIDE_NEW] =
		(struct side){.name = "new", .program = "/bin/sh", .variant = {"/bin/sh", "/no/such/variant"}, .variants_n = 2};
	assert_int_equal(gate_run(&gate, &(struct gate_hooks){0}), -EACCES);
	assert_non_null(strstr(status_message(), "new: /no/such/variant: No such file"));
	gate_close(&gate);
}

// The evidence of a verdict follows from the blocks that are kept with it.
static void test_evidence_can_be_recomputed(void **state)
{
	(void)state;
	struct gate_options options = usual();
	options.blocks_n = 25;
	run("slow,equal,noise", &options);
	for (uint32_t i = 0; i < gate.judgements_n; i++) {
		const struct judgement *judgement = &gate.judgements[i];
		const struct gate_row *row = &gate.rows[judgement->row];
		struct betting regression, sign, all_clear;
		betting_regression(&regression, BETTING_TANH, options.tolerate, options.effect);
		betting_regression(&sign, BETTING_SIGN, options.tolerate, options.effect);
		betting_all_clear(&all_clear, BETTING_TANH, options.effect);
		for (uint32_t j = 0; j < row->blocks_n && !(judgement->decided_n && regression.n == judgement->decided_n);
		     j++) {
			if (row->blocks[j].dropped)
				continue;
			double d = block_log_ratio(&row->blocks[j], SERIES_WALL);
			betting_add(&regression, d);
			betting_add(&sign, d);
			betting_add(&all_clear, d);
		}
		assert_int_equal(regression.n, judgement->regression.n);
		assert_true(regression.log_e_most == judgement->regression.log_e_most);
		assert_true(sign.log_e_most == judgement->regression_sign.log_e_most);
		assert_true(all_clear.log_e_most == judgement->all_clear.log_e_most);
	}
	gate_close(&gate);
}

static void test_several_regressions(void **state)
{
	(void)state;
	struct gate_options options = usual();
	run("slow,equal,equal2,slow2,equal3", &options);
	for (uint32_t i = 0; i < gate.judgements_n; i++)
		assert_int_equal(gate.judgements[i].verdict,
		                 strstr(gate.rows[i].name, "slow") ? VERDICT_REGRESSED : VERDICT_NOT_REGRESSED);
	gate_close(&gate);
}

// By hand: a block of this log ratio, dropped or not.
static void feed(struct gate_row *row, double d, bool dropped)
{
	struct block block = {.dropped = dropped};
	block.half[SIDE_OLD].value[SERIES_WALL] = 1000;
	block.half[SIDE_NEW].value[SERIES_WALL] = 1000 * exp(d);
	row->blocks = realloc(row->blocks, (row->blocks_n + 1) * sizeof block);
	row->blocks[row->blocks_n++] = block;
	row->dropped_n += dropped;
	judge_block(&gate, row);
}

static void open_by_hand(const char *cases)
{
	struct gate_options options = usual();
	open_gate(cases, &options);
	for (uint32_t i = 0; i < gate.rows_n; i++)
		assert_int_equal(judge_add(&gate, &gate.rows[i], 1u << SERIES_WALL), 0);
}

static void test_holm_steps_down(void **state)
{
	(void)state;
	open_by_hand("a,b");
	struct judgement *a = &gate.judgements[0], *b = &gate.judgements[1];
	// Enough to be rejected among one, not among two: no block more than doubles the evidence.
	while (a->regression.log_e_most < log(1 / 0.01))
		feed(&gate.rows[0], log(1.2), false);
	uint32_t blocks_n = gate.rows[0].blocks_n;
	assert_int_equal(a->verdict, VERDICT_OPEN);
	while (b->verdict == VERDICT_OPEN) {
		assert_int_equal(a->verdict, VERDICT_OPEN);
		feed(&gate.rows[1], log(1.2), false);
	}
	assert_true(b->regression.log_e_most >= log(2 / 0.01));
	assert_int_equal(b->verdict, VERDICT_REGRESSED);
	assert_int_equal(a->verdict, VERDICT_REGRESSED); // pulled along, without a block of its own
	assert_int_equal(a->decided_n, blocks_n);
	gate_close(&gate);
}

// Steal is told in ticks: a single one says nothing of a short half.
// Slower by 2.5 %: less than must be caught, more than is tolerated, and both can be proved. What is known to be slower
// does not pass.
static void test_between_tolerated_and_caught(void **state)
{
	(void)state;
	open_by_hand("slow");
	struct judgement *judgement = &gate.judgements[0];
	for (int i = 0; i < 200 && judgement->verdict == VERDICT_OPEN; i++)
		feed(&gate.rows[0], 0.025 + (i % 2 ? 0.015 : -0.015), false);
	assert_int_equal(judgement->verdict, VERDICT_REGRESSED);
	assert_true(judgement->all_clear.log_e_most >= -log(gate.options.beta));
	gate_close(&gate);
}

static void test_what_is_dropped(void **state)
{
	(void)state;
	double cpus_n = (double)sysconf(_SC_NPROCESSORS_ONLN), tick_ns = 1e9 / (double)sysconf(_SC_CLK_TCK);
	struct block_half half = {.took_ns = 20 * NS_PER_MS};
	double tick = tick_ns / ((double)half.took_ns * cpus_n);
	assert_false(half_exceeds_steal(&half, GATE_STEAL_MOST));
	half.steal = tick;
	assert_false(half_exceeds_steal(&half, GATE_STEAL_MOST));
	half.steal = tick + 0.11;
	assert_true(half_exceeds_steal(&half, GATE_STEAL_MOST));
	half = (struct block_half){.took_ns = 100 * NS_PER_S, .steal = 0.11}; // long enough for any tick
	assert_true(half_exceeds_steal(&half, GATE_STEAL_MOST));
	assert_false(half_exceeds_steal(&half, 0.12));
	half.steal = 0.1;
	assert_false(half_exceeds_steal(&half, GATE_STEAL_MOST));
	half.steal = 2;
	assert_false(half_exceeds_steal(&half, 1));
}

static void test_dropped_blocks(void **state)
{
	(void)state;
	static const double d[] = {0.18, 0}; // REGRESSED, NOT REGRESSED
	open_by_hand("slow,equal");
	for (uint32_t i = 0; i < 2; i++) {
		struct gate_row *row = &gate.rows[i];
		const struct judgement *judgement = &gate.judgements[i];
		for (int j = 0; j < 90; j++)
			feed(row, j % 3 == 0 ? -9 : d[i], j % 3 == 0); // a dropped block is not judged
		assert_int_equal(judgement->regression.n, 60);
		assert_int_equal(judgement->verdict, VERDICT_OPEN); // withheld: 30 of 90
		for (int j = 0; j < 59; j++)
			feed(row, d[i], false);
		assert_int_equal(judgement->verdict, VERDICT_OPEN); // 30 of 149
		feed(row, d[i], false);
		assert_int_equal(judgement->verdict, i ? VERDICT_NOT_REGRESSED : VERDICT_REGRESSED); // 30 of 150
		assert_int_equal(judgement->decided_n, 120);
	}
	gate_close(&gate);
}

static void test_too_many_dropped_cannot_tell(void **state)
{
	(void)state;
	open_by_hand("slow,none");
	for (int i = 0; i < 60; i++)
		feed(&gate.rows[0], 0.18, i % 2);
	for (int i = 0; i < 9; i++)
		feed(&gate.rows[1], 0.18, true);
	judge_end(&gate);
	assert_verdict("slow", VERDICT_CANNOT_TELL);
	assert_true(gate.judgements[0].estimate > 1.19);
	assert_verdict("none", VERDICT_CANNOT_TELL);
	assert_true(isnan(gate.judgements[1].estimate) && isinf(gate.judgements[1].hidden));
	gate_close(&gate);
}

// Slower, and then faster for long: no one ratio explains both, and the interval says so by its order.
static void test_a_ratio_that_moves(void **state)
{
	(void)state;
	open_by_hand("moves");
	for (int i = 0; i < 300; i++)
		feed(&gate.rows[0], i < 20 ? 0.3 : -0.3, false);
	judge_end(&gate);
	assert_true(gate.judgements[0].interval.low > gate.judgements[0].interval.high);
	gate_close(&gate);
}

static int setup(void **state)
{
	signal(SIGINT, SIG_DFL);
	return directory_make(state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(test_slower_is_found, directory_clear),
		cmocka_unit_test_teardown(test_equal_is_cleared, directory_clear),
		cmocka_unit_test_teardown(test_noise_cannot_tell, directory_clear),
		cmocka_unit_test_teardown(test_one_row_breaks, directory_clear),
		cmocka_unit_test_teardown(test_calibration_takes_the_middle, directory_clear),
		cmocka_unit_test_teardown(test_a_dead_side_ends_it, directory_clear),
		cmocka_unit_test_teardown(test_the_rest_of_the_budget, directory_clear),
		cmocka_unit_test_teardown(test_skipped_and_timeless, directory_clear),
		cmocka_unit_test_teardown(test_another_protocol_ends_it, directory_clear),
		cmocka_unit_test_teardown(test_pins_of_two_rules, directory_clear),
		cmocka_unit_test_teardown(test_nothing_to_run, directory_clear),
		cmocka_unit_test_teardown(test_blocks_asked_for, directory_clear),
		cmocka_unit_test_teardown(test_series, directory_clear),
		cmocka_unit_test_teardown(test_interrupt_keeps_the_blocks, directory_clear),
		cmocka_unit_test_teardown(test_seed_decides_all, directory_clear),
		cmocka_unit_test_teardown(test_coins, directory_clear),
		cmocka_unit_test_teardown(test_variants, directory_clear),
		cmocka_unit_test_teardown(test_seed_decides_the_variants, directory_clear),
		cmocka_unit_test_teardown(test_layouts_are_averaged, directory_clear),
		cmocka_unit_test_teardown(test_variants_that_are_none, directory_clear),
		cmocka_unit_test_teardown(test_evidence_can_be_recomputed, directory_clear),
		cmocka_unit_test_teardown(test_several_regressions, directory_clear),
		cmocka_unit_test_teardown(test_holm_steps_down, directory_clear),
		cmocka_unit_test_teardown(test_between_tolerated_and_caught, directory_clear),
		cmocka_unit_test_teardown(test_what_is_dropped, directory_clear),
		cmocka_unit_test_teardown(test_dropped_blocks, directory_clear),
		cmocka_unit_test_teardown(test_a_ratio_that_moves, directory_clear),
		cmocka_unit_test_teardown(test_too_many_dropped_cannot_tell, directory_clear),
	};
	return cmocka_run_group_tests(tests, setup, directory_remove);
}
