// The gate's own judging, with recorded blocks instead of measured ones.
#include "gate/stored/replay.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "base/status.h"
#include "gate/parts.h"

// The position of a block among all, and its row; within a row the blocks are in order.
struct position {
	uint32_t order, row;
};

static int compare_positions(const void *left, const void *right)
{
	const struct position *a = left, *b = right;
	if (a->order != b->order)
		return (a->order > b->order) - (a->order < b->order);
	return (a->row > b->row) - (a->row < b->row);
}

static uint32_t positions_fill(const struct gate *gate, struct position *positions)
{
	uint32_t n = 0;
	for (uint32_t row = 0; row < gate->rows_n; row++)
		for (uint32_t i = 0; i < gate->rows[row].blocks_n; i++)
			positions[n++] = (struct position){.order = gate->rows[row].blocks[i].order, .row = row};
	qsort(positions, n, sizeof *positions, compare_positions);
	return n;
}

static void verdicts_clear(struct gate *gate)
{
	for (uint32_t i = 0; i < gate->judgements_n; i++)
		judgement_begin(&gate->judgements[i], &gate->options, gate->judgements[i].row, gate->judgements[i].series);
	for (uint32_t i = 0; i < gate->rows_n; i++)
		gate->rows[i].blocks_n = gate->rows[i].dropped_n = 0;
	gate->blocks_n = 0;
}

int gate_replay_verdicts(struct gate *gate)
{
	struct position *positions = malloc((gate->blocks_n + 1) * sizeof *positions);
	if (!positions)
		return status_fail(ENOMEM, "the order of %u blocks", gate->blocks_n);
	uint32_t positions_n = positions_fill(gate, positions);
	verdicts_clear(gate);
	for (uint32_t i = 0; i < positions_n; i++) {
		struct gate_row *row = &gate->rows[positions[i].row];
		row->dropped_n += row->blocks[row->blocks_n++].dropped;
		gate->blocks_n++;
		judge_block(gate, row);
	}
	free(positions);
	return 0;
}

int gate_replay(struct gate *gate)
{
	int status = gate_replay_verdicts(gate);
	if (status == 0)
		judge_end(gate);
	return status;
}

// Whether every judged block has it, so that either all blocks change or none.
static int statistic_check(const struct gate *gate, const struct gate_row *row, enum statistic statistic)
{
	for (uint32_t i = 0; i < row->blocks_n; i++)
		for (int side = 0; side < SIDES_N; side++)
			if (!(row->blocks[i].half[side].wall_ns[statistic] > 0))
				return status_say(EINVAL, "%s: block %u was recorded without a %s on the %s side", row->name, i,
				                  statistic_name(statistic), gate->side[side].name);
	return 0;
}

static int statistic_set(struct gate *gate, enum statistic statistic)
{
	for (uint32_t i = 0; i < gate->judgements_n; i++) {
		struct gate_row *row = &gate->rows[gate->judgements[i].row];
		if (gate->judgements[i].series != SERIES_WALL)
			continue;
		int status = statistic_check(gate, row, statistic);
		if (status < 0)
			return status;
		for (uint32_t j = 0; j < row->blocks_n; j++)
			for (int side = 0; side < SIDES_N; side++)
				row->blocks[j].half[side].value[SERIES_WALL] = row->blocks[j].half[side].wall_ns[statistic];
		row->slicing.statistic = statistic;
	}
	gate->options.statistic = statistic;
	return 0;
}

static double chosen(double value, double recorded)
{
	return isnan(value) ? recorded : value;
}

int replay_options_set(struct gate *gate, const struct replay_options *options)
{
	struct gate_options *own = &gate->options;
	own->alpha = chosen(options->alpha, own->alpha);
	own->beta = chosen(options->beta, own->beta);
	own->effect = chosen(options->effect, own->effect);
	own->tolerate = chosen(options->tolerate, own->tolerate);
	if (!(own->alpha > 0 && own->alpha < 1 && own->beta > 0 && own->beta < 1))
		return status_say(EINVAL, "alpha and beta must be between 0 and 1");
	if (!(own->tolerate >= 0 && own->effect > own->tolerate && isfinite(own->effect)))
		return status_say(EINVAL, "the effect (%g %%) must be larger than the tolerated slowdown (%g %%)",
		                  own->effect * 100, own->tolerate * 100);
	return options->statistic == STATISTIC_N ? 0 : statistic_set(gate, options->statistic);
}

void gate_flip(struct gate *gate, struct rng *rng)
{
	for (uint32_t row = 0; row < gate->rows_n; row++)
		for (uint32_t i = 0; i < gate->rows[row].blocks_n; i++) {
			struct block *block = &gate->rows[row].blocks[i];
			if (!(rng_next(rng) >> 63))
				continue;
			struct block_half half = block->half[SIDE_OLD];
			block->half[SIDE_OLD] = block->half[SIDE_NEW];
			block->half[SIDE_NEW] = half;
			block->new_first = !block->new_first;
		}
}
