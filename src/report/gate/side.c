// One side of a gate as a result file: what compare.py, `tvp show` and `tvp compare` read. A row's k-th kept block is
// its round k in both files, so that rounds pair; the wall time is the statistic the row was judged by.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "report/gate/outputs.h"
#include "report/result/result.h"

// Why the gate ended, in the words of a run.
static enum stop stop_of(const struct gate *gate)
{
	switch (gate->stop) {
	case STOP_DECIDED:
		return STOP_TARGET;
	case STOP_BUDGET:
		return STOP_BUDGET;
	case STOP_BLOCKS:
		return STOP_ROUNDS;
	default:
		return STOP_INTERRUPT;
	}
}

// The facts are the gate's own, which knows nothing of how a side was built but the revision it reported.
static void facts_fill(struct facts *out, const struct gate *gate, const struct side *side)
{
	static const char *const own[] = {"compiler", "compiler_flags", "build"};
	*out = gate->facts;
	out->facts_n = 0;
	for (unsigned i = 0; i < gate->facts.facts_n; i++) {
		const struct fact *fact = &gate->facts.fact[i];
		bool left_out = false;
		for (size_t j = 0; j < sizeof own / sizeof *own; j++)
			left_out |= strcmp(fact->key, own[j]) == 0;
		if (left_out)
			continue;
		struct fact *copy = &out->fact[out->facts_n++];
		*copy = *fact;
		if (strcmp(fact->key, "git_revision") == 0)
			snprintf(copy->value, sizeof copy->value, "%s", *side->revision ? side->revision : "unknown");
	}
	if (out->facts_n < FACTS_MAX)
		facts_add(out, "gate_side", "%s", side->name);
	if (out->facts_n < FACTS_MAX)
		facts_add(out, "gate_program", "%s", side->program);
	if (side->variants_n > 1 && out->facts_n < FACTS_MAX)
		facts_add(out, "gate_variants_n", "%u", side->variants_n);
}

static void head_fill(struct record *record, const struct gate *gate, const struct side *side)
{
	const struct gate_options *options = &gate->options;
	snprintf(record->options.command, sizeof record->options.command, "%s", options->command);
	snprintf(record->options.suite, sizeof record->options.suite, "%.*s", (int)sizeof record->options.suite - 1,
	         options->suite);
	record->options.seed = options->seed;
	record->options.rounds_least = options->blocks_n;
	record->options.rounds_most = options->blocks_n;
	record->options.time_budget_ns = options->time_budget_ns;
	record->options.visit_ns = options->slice_ns;
	record->options.target_ci = options->effect;
	record->stop = stop_of(gate);
	record->clock = clock_measure(); // the one that slices read, too
	record->elapsed_ns = gate->elapsed_ns;
	snprintf(record->date, sizeof record->date, "%s", gate->date);
	snprintf(record->pairs, sizeof record->pairs, "%s", gate->id);
	snprintf(record->counters_why_not, sizeof record->counters_why_not, "the gate does not read them");
	facts_fill(&record->facts, gate, side);
}

static int row_add(struct record *record, const struct gate_row *row)
{
	static const enum row_state states[] = {
		[GATE_ROW_MEASURED] = ROW_DONE,
		[GATE_ROW_SKIPPED] = ROW_SKIPPED,
		[GATE_ROW_FAILED] = ROW_FAILED,
	};
	int index = record_add_row(record, &row->spec, "");
	if (index < 0)
		return index;
	struct row *copy = &record->rows[index];
	copy->state = states[row->state];
	snprintf(copy->reason, sizeof copy->reason, "%.*s", (int)sizeof copy->reason - 1, row->reason);
	copy->iterations_n = row->iterations_n;
	copy->batch_n = row->batch_n;
	return 0;
}

static void sample_fill(struct sample *sample, const struct gate_row *row, const struct block_half *half)
{
	sample->batch_n = row->batch_n;
	sample->iterations_n = row->iterations_n;
	for (int metric = 0; metric < METRIC_N; metric++)
		sample->value[metric] = NAN;
	sample->value[METRIC_wall_ns] = half->value[SERIES_WALL];
	sample->value[METRIC_wall_min_ns] = half->wall_ns[STATISTIC_MIN];
	sample->value[METRIC_wall_p10_ns] = half->wall_ns[STATISTIC_P10];
	sample->value[METRIC_wall_mean_ns] = half->wall_ns[STATISTIC_MEAN];
	sample->value[METRIC_launch_ns] = half->value[SERIES_LAUNCH];
	sample->value[METRIC_work_ns] = half->value[SERIES_WORK];
	sample->value[METRIC_collect_ns] = half->value[SERIES_COLLECT];
}

static void throttled_add(struct noise *noise, const struct slice_throttled *throttled)
{
	if (!throttled->known)
		return;
	noise->throttled_n = throttled->periods_n + (noise->throttled_n != UINT64_MAX ? noise->throttled_n : 0);
	noise->throttled_ns = throttled->time_ns + (noise->throttled_ns != UINT64_MAX ? noise->throttled_ns : 0);
}

// Blocks of one index ran at different times: what their round has is the sum over them.
static int round_note(struct record *record, uint32_t round, const struct block_half *half)
{
	const char *cpus = facts_get(&record->facts, "cpus_n");
	struct round_noise fresh = {
		.round = round,
		.begin_ns = UINT64_MAX,
		.noise = {.psi_cpu_us = UINT64_MAX,
	              .others_ns = UINT64_MAX,
	              .throttled_n = UINT64_MAX,
	              .throttled_ns = UINT64_MAX},
	};
	int status = round < record->rounds_n ? 0 : record_add_round(record, &fresh);
	if (status < 0)
		return status;
	struct noise *noise = &record->rounds[round].noise;
	noise->wall_ns += half->took_ns;
	if (half->steal > 0) // a share of all CPUs' time; noise counts the sum over them
		noise->steal_ns += (uint64_t)(half->steal * (double)half->took_ns * (cpus ? atoi(cpus) : 1));
	throttled_add(noise, &half->throttled);
	return 0;
}

static int samples_add(struct record *record, uint32_t index, const struct gate_row *row, int side)
{
	int status = 0;
	uint32_t round = 0;
	for (uint32_t i = 0; i < row->blocks_n && status == 0; i++) {
		if (row->blocks[i].dropped)
			continue;
		struct sample sample = {.row = index, .round = round, .order = row->blocks[i].order};
		sample_fill(&sample, row, &row->blocks[i].half[side]);
		status = record_add_sample(record, &sample);
		if (status == 0)
			status = round_note(record, round++, &row->blocks[i].half[side]);
	}
	return status;
}

int gate_side_write(FILE *out, const struct gate *gate, int side)
{
	static struct record record; // some 18 KiB
	int status = record_open(&record);
	if (status < 0)
		return status;
	head_fill(&record, gate, &gate->side[side]);
	for (uint32_t i = 0; i < gate->rows_n && status == 0; i++) {
		status = row_add(&record, &gate->rows[i]);
		if (status == 0)
			status = samples_add(&record, i, &gate->rows[i], side);
	}
	if (status == 0)
		status = result_compose(out, &record);
	record_close(&record);
	return status;
}
