// One function per rule, and the table of them. Other tools judge each benchmark by itself, whatever their number.
#include "gate/stored/other_rules.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "base/status.h"
#include "gate/parts.h"
#include "gate/stored/replay.h"
#include "stats/holm.h"
#include "stats/ranks.h"
#include "stats/summary.h"
#include "stats/values.h"

static double median_ratio(const double *old_ns, const double *new_ns, size_t n)
{
	return summarise(new_ns, n).median / summarise(old_ns, n).median;
}

// tools/compare.py of Google Benchmark: two-sided p, alpha 0.05. The medians say which side is slower.
static bool u_test(const double *old_ns, const double *new_ns, size_t n)
{
	return mann_whitney_p(old_ns, n, new_ns, n) < 0.05 && median_ratio(old_ns, new_ns, n) > 1;
}

// Of no tool: what a fixed threshold is usually set to where 200 % misses everything.
static bool threshold_10(const double *old_ns, const double *new_ns, size_t n)
{
	return median_ratio(old_ns, new_ns, n) > 1.10;
}

// benchmark-action/github-action-benchmark, alert-threshold: 200 % by default.
static bool threshold_200(const double *old_ns, const double *new_ns, size_t n)
{
	return median_ratio(old_ns, new_ns, n) > 2.00;
}

// The z of 99 %, two-sided, that Tango (bazhenov/tango) requires, here of two unpaired means with Welch's standard
// error. A difference without any spread is infinitely many standard errors.
static bool z_means(const double *old_ns, const double *new_ns, size_t n)
{
	double old_mean = values_mean(old_ns, n), new_mean = values_mean(new_ns, n);
	double error = sqrt((values_variance(old_ns, n) + values_variance(new_ns, n)) / (double)n);
	return (new_mean - old_mean) / error >= 2.6 && new_mean / old_mean > 1.01;
}

// What Tango itself does: z of the mean of paired differences, and 0.5 %.
static bool z_pairs(const double *old_ns, const double *new_ns, size_t n)
{
	double old_mean = values_mean(old_ns, n), mean = values_mean(new_ns, n) - old_mean, squares = 0;
	for (size_t i = 0; i < n; i++)
		squares += (new_ns[i] - old_ns[i] - mean) * (new_ns[i] - old_ns[i] - mean);
	return n > 1 && mean / sqrt(squares / (double)(n - 1) / (double)n) >= 2.6 && mean / old_mean > 0.005;
}

static int judge_gate(const struct gate *gate, bool *alarms)
{
	for (uint32_t i = 0; i < gate->judgements_n; i++)
		alarms[i] = gate->judgements[i].verdict == VERDICT_REGRESSED;
	return 0;
}

// Not judgement->regression_sign: that one ends with the verdict of the other bets.
static double log_p_by_signs(const struct gate *gate, const struct judgement *judgement)
{
	const struct gate_row *row = &gate->rows[judgement->row];
	struct betting betting;
	betting_regression(&betting, BETTING_SIGN, gate->options.tolerate, gate->options.effect);
	for (uint32_t i = 0; i < row->blocks_n; i++)
		if (!row->blocks[i].dropped)
			betting_add(&betting, block_log_ratio(&row->blocks[i], judgement->series));
	return -betting.log_e_most;
}

static int judge_gate_sign(const struct gate *gate, bool *alarms)
{
	double *log_p = malloc((gate->judgements_n + 1) * sizeof *log_p);
	if (!log_p)
		return status_fail(ENOMEM, "%u judgements by signs", gate->judgements_n);
	for (uint32_t i = 0; i < gate->judgements_n; i++)
		log_p[i] = log_p_by_signs(gate, &gate->judgements[i]);
	holm(log_p, gate->judgements_n, log(gate->options.alpha), alarms);
	for (uint32_t i = 0; i < gate->judgements_n; i++)
		alarms[i] &= !judge_too_many_dropped(&gate->rows[gate->judgements[i].row]);
	free(log_p);
	return 0;
}

const struct other_rule other_rules[] = {
	{"u_test", "Google Benchmark's compare.py: two-sided U test, p < 0.05, and a larger median", u_test, NULL},
	{"threshold_10", "a fixed threshold, as is often used: a median larger by more than 10 %", threshold_10, NULL},
	{"threshold_200", "github-action-benchmark's default: a median above 200 %", threshold_200, NULL},
	{"z_2.6", "means 2.6 standard errors apart (Welch), and more than 1 %", z_means, NULL},
	{"gate", "this gate: Holm's procedure over all judgements", NULL, judge_gate},
	{"gate_sign", "the same by the signs of the blocks' differences alone", NULL, judge_gate_sign},
	{"z_2.6_paired", "Tango: pairs differ by 2.6 standard errors, and more than 0.5 %", z_pairs, NULL},
	{0},
};

static uint32_t kept_fill(const struct gate *gate, const struct judgement *judgement, double *old_ns, double *new_ns)
{
	const struct gate_row *row = &gate->rows[judgement->row];
	uint32_t n = 0;
	for (uint32_t i = 0; i < row->blocks_n; i++) {
		const struct block *block = &row->blocks[i];
		if (block->dropped)
			continue;
		old_ns[n] = block->half[SIDE_OLD].value[judgement->series];
		new_ns[n++] = block->half[SIDE_NEW].value[judgement->series];
	}
	return n;
}

int other_rule_judge(const struct other_rule *rule, const struct gate *gate, bool *alarms)
{
	if (rule->judge)
		return rule->judge(gate, alarms);
	double *times_ns = malloc(2ul * (gate->blocks_n + 1) * sizeof *times_ns);
	if (!times_ns)
		return status_fail(ENOMEM, "the times of %u blocks", gate->blocks_n);
	double *old_ns = times_ns, *new_ns = times_ns + gate->blocks_n;
	for (uint32_t i = 0; i < gate->judgements_n; i++) {
		uint32_t n = kept_fill(gate, &gate->judgements[i], old_ns, new_ns);
		alarms[i] = rule->alarms(old_ns, new_ns, n);
	}
	free(times_ns);
	return 0;
}

static bool any(const bool *alarms, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		if (alarms[i])
			return true;
	return false;
}

int other_rules_flip(struct gate *gate, uint32_t flips_n, struct rng *rng, uint32_t *alarmed_n)
{
	bool *alarms = malloc((gate->judgements_n + 1) * sizeof *alarms);
	int status = alarms ? 0 : status_fail(ENOMEM, "%u judgements", gate->judgements_n);
	for (uint32_t flip = 0; flip < flips_n && status == 0; flip++) {
		gate_flip(gate, rng);
		status = gate_replay_verdicts(gate);
		for (int i = 0; other_rules[i].name && status == 0; i++) {
			status = other_rule_judge(&other_rules[i], gate, alarms);
			alarmed_n[i] += status == 0 && any(alarms, gate->judgements_n);
		}
	}
	free(alarms);
	return status;
}
