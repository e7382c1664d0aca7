// The gate's own judging, fed with blocks that were recorded instead of measured.
#include "gate/stored/replay.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "base/status.h"
#include "gate/parts.h"

// Whose block was next. Which of its row follows, since a row's blocks are in order.
struct turn {
	uint32_t order, row;
};

static int compare_turns(const void *left, const void *right)
{
	const struct turn *a = left, *b = right;
	if (a->order != b->order)
		return (a->order > b->order) - (a->order < b->order);
	return (a->row > b->row) - (a->row < b->row);
}

static uint32_t turns_fill(const struct gate *gate, struct turn *turns)
{
	uint32_t n = 0;
	for (uint32_t row = 0; row < gate->rows_n; row++)
		for (uint32_t i = 0; i < gate->rows[row].blocks_n; i++)
			turns[n++] = (struct turn){.order = gate->rows[row].blocks[i].order, .row = row};
	qsort(turns, n, sizeof *turns, compare_turns);
	return n;
}

static void forget(struct gate *gate)
{
	for (uint32_t i = 0; i < gate->judgements_n; i++)
		judgement_begin(&gate->judgements[i], &gate->options, gate->judgements[i].row, gate->judgements[i].series);
	for (uint32_t i = 0; i < gate->rows_n; i++)
		gate->rows[i].blocks_n = gate->rows[i].dropped_n = 0;
	gate->blocks_n = 0;
}

int gate_replay_verdicts(struct gate *gate)
{
	struct turn *turns = malloc((gate->blocks_n + 1) * sizeof *turns);
	if (!turns)
		return status_fail(ENOMEM, "the order of %u blocks", gate->blocks_n);
	uint32_t turns_n = turns_fill(gate, turns);
	forget(gate);
	for (uint32_t i = 0; i < turns_n; i++) {
		struct gate_row *row = &gate->rows[turns[i].row];
		row->dropped_n += row->blocks[row->blocks_n++].dropped;
		gate->blocks_n++;
		judge_block(gate, row);
	}
	free(turns);
	return 0;
}

int gate_replay(struct gate *gate)
{
	int status = gate_replay_verdicts(gate);
	if (status == 0)
		judge_end(gate);
	return status;
}

// Whether every block that is judged has it, so that none is half exchanged.
static int statistic_check(const struct gate *gate, const struct gate_row *row, enum statistic statistic)
{
	for (uint32_t i = 0; i < row->blocks_n; i++)
		for (int side = 0; side < SIDES_N; side++)
			if (!(row->blocks[i].half[side].wall_ns[statistic] > 0))
				return status_say(EINVAL, "%s: block %u was recorded without a %s on the %s side", row->name, i,
				                  statistic_name(statistic), gate->side[side].name);
	return 0;
}

static int statistic_take(struct gate *gate, enum statistic statistic)
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
				row->blocks[j].half[side].time_ns[SERIES_WALL] = row->blocks[j].half[side].wall_ns[statistic];
		row->slicing.statistic = statistic;
	}
	gate->options.statistic = statistic;
	return 0;
}

static double asked(double anew, double recorded)
{
	return isnan(anew) ? recorded : anew;
}

int replay_ask(struct gate *gate, const struct replay_options *options)
{
	struct gate_options *own = &gate->options;
	own->alpha = asked(options->alpha, own->alpha);
	own->beta = asked(options->beta, own->beta);
	own->effect = asked(options->effect, own->effect);
	own->tolerate = asked(options->tolerate, own->tolerate);
	if (!(own->alpha > 0 && own->alpha < 1 && own->beta > 0 && own->beta < 1))
		return status_say(EINVAL, "alpha and beta must lie between 0 and 1");
	if (!(own->tolerate >= 0 && own->effect > own->tolerate && isfinite(own->effect)))
		return status_say(EINVAL, "the effect (%g %%) must be larger than what is tolerated (%g %%)", own->effect * 100,
		                  own->tolerate * 100);
	return options->statistic == STATISTIC_N ? 0 : statistic_take(gate, options->statistic);
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
