// One block: two fresh processes one after the other, in random order, and the steal meanwhile.
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/array.h"
#include "base/clock.h"
#include "base/status.h"
#include "gate/parts.h"
#include "host/noise.h"
#include "stats/values.h"

int half_fill(struct block_half *half, const struct slice_times *slice, enum statistic statistic)
{
	double *sorted = malloc(slice->iterations_n * sizeof *sorted);
	if (!sorted)
		return status_fail(ENOMEM, "sorting a slice");
	for (enum series series = SERIES_TIMED_N; series < SERIES_N; series++)
		half->value[series] = slice->value[series];
	if (isnan(half->value[SERIES_MEMORY]) && slice->memory_floor_bytes > 0)
		half->value[SERIES_MEMORY] = slice->memory_floor_bytes;
	for (enum series series = SERIES_WALL; series < SERIES_TIMED_N; series++) {
		half->value[series] = NAN;
		if (!slice->time_ns[series])
			continue;
		for (uint64_t i = 0; i < slice->iterations_n; i++)
			sorted[i] = (double)slice->time_ns[series][i] / (double)slice->operations_n[i];
		values_sort(sorted, slice->iterations_n);
		half->value[series] = statistic_of(statistic, sorted, slice->iterations_n);
		for (enum statistic other = 0; series == SERIES_WALL && other < STATISTIC_N; other++)
			half->wall_ns[other] = statistic_of(other, sorted, slice->iterations_n);
	}
	free(sorted);
	return 0;
}

static double cpus_n(void)
{
	long n = sysconf(_SC_NPROCESSORS_ONLN);
	return n > 0 ? (double)n : 1;
}

static double steal_share(const struct noise *between)
{
	return between->wall_ns ? (double)between->steal_ns / ((double)between->wall_ns * cpus_n()) : 0;
}

// The kernel reports steal in ticks of 10 ms, a quarter of a short half's CPU time, and the first of them may have been
// stolen mostly before the half began. What a half has surely lost is one tick less than reported.
bool half_exceeds_steal(const struct block_half *half, double steal_most)
{
	long ticks_hz = sysconf(_SC_CLK_TCK);
	double tick_ns = (double)NS_PER_S / (double)(ticks_hz > 0 ? ticks_hz : 100);
	if (!half->took_ns || steal_most >= 1) // ticks of many CPUs may come late, and together: more than all
		return false;
	return half->steal - tick_ns / ((double)half->took_ns * cpus_n()) > steal_most;
}

// A time of 0 has no logarithm; a count of 0 has one, see block_log_ratio().
static int half_check(const struct gate *gate, const struct gate_row *row, const struct block_half *half,
                      const struct side *side)
{
	for (uint32_t i = 0; i < row->judgements_n; i++) {
		enum series series = gate->judgements[row->judgement_first + i].series;
		if (!(half->value[series] > 0) && !(half->value[series] == 0 && !*series_unit(series)))
			return status_say(EBADMSG, "%s: %s measured no %s%s", side->name, side_program(side, half->variant),
			                  series_name(series), strcmp(series_unit(series), "ns") == 0 ? " time" : "");
	}
	return 0;
}

static void throttled_note(struct block_half *half, const struct slice_throttled *slices, const struct noise *between)
{
	half->throttled = *slices;
	if (!slices->known && between->throttled_n != UINT64_MAX && between->throttled_ns != UINT64_MAX)
		half->throttled = (struct slice_throttled){true, between->throttled_n, between->throttled_ns};
}

static int half_run(struct gate_run *run, struct gate_row *row, int side_index, unsigned pad_bytes,
                    struct block_half *half)
{
	struct gate *gate = run->gate;
	struct side *side = &gate->side[side_index];
	struct slice_request request = {
		.spec = row->name,
		.variant = half->variant,
		.iterations_n = row->iterations_n,
		.batch_n = row->batch_n,
		.time_ns = row->slicing.slice_ns,
		.deadline_ns = gate->options.deadline_ns,
		.has_exit_code = row->exit_code >= 0,
		.exit_code = row->exit_code,
		.one_cpu = row->slicing.one_cpu,
		.pad_bytes = pad_bytes,
		.printed = &row->printed[side_index],
	};
	struct slice_times slice;
	struct slice_cost cost = {0};
	struct noise before, after;
	noise_read(&before);
	int status = side_run(side, &run->listener, &request, &slice, &cost);
	noise_read(&after);
	if (status < 0)
		return status;
	if (slice.state == SLICE_SKIPPED) // it could run when it was calibrated
		status = status_say(ECHILD, "%s: %s: %s", side->name, side_program(side, half->variant), slice.message);
	if (status == 0)
		status = half_fill(half, &slice, row->slicing.statistic);
	if (status == 0)
		status = half_check(gate, row, half, side);
	struct noise between = noise_between(&before, &after);
	half->steal = steal_share(&between);
	throttled_note(half, &slice.throttled, &between);
	half->start_ns = cost.start_ns;
	half->took_ns = cost.took_ns;
	slice_close(&slice);
	return status;
}

static int block_append(struct gate *gate, struct gate_row *row, const struct block *block)
{
	void *blocks = row->blocks;
	int status = array_grow(&blocks, row->blocks_n, &row->blocks_max, sizeof *row->blocks);
	row->blocks = blocks;
	if (status < 0)
		return status;
	row->blocks[row->blocks_n++] = *block;
	row->dropped_n += block->dropped;
	gate->blocks_n++;
	return 0;
}

// The coin, then one variant of each side: neither says anything of another. A side without a choice draws nothing, so
// that a seed decides what it always did.
static void block_draw(const struct gate *gate, struct block *block, struct rng *own)
{
	block->new_first = rng_next(own) >> 63;
	for (int side = 0; side < SIDES_N; side++)
		if (gate->side[side].variants_n > 1)
			block->half[side].variant = rng_below(own, gate->side[side].variants_n);
}

int block_run(struct gate_run *run, struct gate_row *row)
{
	struct block block = {.seed = rng_next(&run->rng), .order = run->gate->blocks_n};
	struct rng own = {block.seed};
	block_draw(run->gate, &block, &own);
	for (int turn = 0; turn < SIDES_N; turn++) {
		int side = block.new_first ? SIDES_N - 1 - turn : turn;
		int status = half_run(run, row, side, rng_below(&own, SIDE_PAD_MAX), &block.half[side]);
		if (status < 0) {
			row->failed_side = side;
			return status;
		}
	}
	for (int side = 0; side < SIDES_N; side++)
		block.dropped |= half_exceeds_steal(&block.half[side], run->gate->options.steal_most);
	return block_append(run->gate, row, &block);
}
