// A block counts as throttled where either half was: its ratio is then the quota's as much as the sides'.
#include "report/gate/throttled.h"

#include <inttypes.h>
#include <stdio.h>

#include "report/gate/entries.h"
#include "report/text/text.h"

static bool is_throttled(const struct block *block)
{
	return block->half[SIDE_OLD].throttled.periods_n > 0 || block->half[SIDE_NEW].throttled.periods_n > 0;
}

static uint32_t throttled_n(const struct gate_row *row)
{
	uint32_t n = 0;
	for (uint32_t i = 0; i < row->blocks_n; i++)
		n += !row->blocks[i].dropped && is_throttled(&row->blocks[i]);
	return n;
}

char *gate_throttled_text(char *out, size_t out_bytes, const struct gate_row *row)
{
	uint32_t n = throttled_n(row);
	out[0] = '\0';
	if (n)
		snprintf(out, out_bytes, "%u throttled", n);
	return out;
}

char *gate_blocks_text(char *out, size_t out_bytes, const struct gate_row *row)
{
	uint32_t kept_n = gate_row_kept_n(row), n = throttled_n(row);
	snprintf(out, out_bytes, "%u block%s", kept_n, text_plural(kept_n));
	if (n)
		text_add(out, out_bytes, ", %u of them throttled by the CPU quota", n);
	return out;
}

struct sum {
	uint64_t periods_n[SIDES_N], time_ns;
	uint32_t blocks_n;
};

static void row_add(struct sum *sum, const struct gate_row *row)
{
	for (uint32_t i = 0; i < row->blocks_n; i++) {
		sum->blocks_n += is_throttled(&row->blocks[i]);
		for (int side = 0; side < SIDES_N; side++) {
			sum->periods_n[side] += row->blocks[i].half[side].throttled.periods_n;
			sum->time_ns += row->blocks[i].half[side].throttled.time_ns;
		}
	}
}

char *gate_throttled_warning(char *out, size_t out_bytes, const struct gate *gate)
{
	struct sum sum = {0};
	out[0] = '\0';
	for (uint32_t i = 0; i < gate->rows_n; i++)
		row_add(&sum, &gate->rows[i]);
	if (sum.blocks_n)
		snprintf(out, out_bytes,
		         "The cgroup's CPU quota was used up in %" PRIu64 " periods of the old side and %" PRIu64
		         " of the new (threads waited %.1f s in all), in %u of %u blocks: what was measured then is the quota.",
		         sum.periods_n[SIDE_OLD], sum.periods_n[SIDE_NEW], (double)sum.time_ns / 1e9, sum.blocks_n,
		         gate->blocks_n);
	return out;
}
