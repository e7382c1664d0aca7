// Rows, blocks and judgements of a gate's file.
#include "report/gate/loader.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/status.h"
#include "gate/parts.h"

// What no slice can have measured: more than ten days, either way.
static int time_check(const struct json_cursor *cursor, const char *key, double time_ns)
{
	return fabs(time_ns) > 1e15 ? cursor_bad(cursor, key, "is %g, which is out of range", time_ns) : 0;
}

// Which of its side's programs ran; the only one where the file says nothing.
static int variant_load(const struct json_cursor *cursor, const struct side *side, struct block_half *half)
{
	half->variant = 0;
	if (!json_object_get(cursor->object, "variant"))
		return 0;
	int status = cursor_count32(cursor, "variant", &half->variant);
	if (status == 0 && half->variant >= side_variants_n(side))
		return cursor_bad(cursor, "variant", "%u is out of range", half->variant);
	return status;
}

static int half_load(const struct json_cursor *block, const struct side *side, struct block_half *half)
{
	struct json_cursor cursor, times, wall;
	int status;
	if ((status = cursor_enter(block, side->name, &cursor)) < 0 ||
	    (status = cursor_enter(&cursor, "time_ns", &times)) < 0 ||
	    (status = cursor_enter(&cursor, "wall_ns", &wall)) < 0 || (status = variant_load(&cursor, side, half)) < 0 ||
	    (status = cursor_number_or(&cursor, "steal", NAN, &half->steal)) < 0 ||
	    (status = cursor_count_or_null(&cursor, "start_ns", &half->start_ns)) < 0 ||
	    (status = cursor_count_or_null(&cursor, "took_ns", &half->took_ns)) < 0)
		return status;
	if (slice_throttled_get(cursor.object, &half->throttled) < 0)
		return cursor_bad(&cursor, "throttled_n", "or throttled_ns is no count");
	for (enum series i = SERIES_WALL; i < SERIES_N && status == 0; i++) {
		half->value[i] = NAN;
		if (json_object_get(times.object, series_name(i)))
			status = cursor_number_or(&times, series_name(i), NAN, &half->value[i]);
		if (status == 0)
			status = time_check(&times, series_name(i), half->value[i]);
	}
	for (enum statistic i = 0; i < STATISTIC_N && status == 0; i++)
		if ((status = cursor_number_or(&wall, statistic_name(i), NAN, &half->wall_ns[i])) == 0)
			status = time_check(&wall, statistic_name(i), half->wall_ns[i]);
	return status;
}

static int block_load(const struct json_cursor *cursor, const struct side *sides, struct block *block)
{
	unsigned first;
	int status;
	if ((status = cursor_count32(cursor, "order", &block->order)) < 0 ||
	    (status = cursor_one_of(cursor, "first", gate_side_names, SIDES_N, &first)) < 0 ||
	    (status = cursor_seed(cursor, "seed", &block->seed)) < 0 ||
	    (status = cursor_flag(cursor, "dropped", &block->dropped)) < 0)
		return status;
	block->new_first = first == SIDE_NEW;
	for (int side = 0; side < SIDES_N && status == 0; side++)
		status = half_load(cursor, &sides[side], &block->half[side]);
	return status;
}

static int blocks_load(const struct json_cursor *cursor, const struct side *sides, struct gate_row *row)
{
	const json_t *array;
	int status = cursor_array(cursor, "blocks", &array);
	if (status < 0)
		return status;
	row->blocks_max = (uint32_t)json_array_size(array);
	row->blocks = calloc(row->blocks_max + 1ul, sizeof *row->blocks);
	if (!row->blocks)
		return status_fail(ENOMEM, "%s: %u blocks", cursor->file, row->blocks_max);
	for (; row->blocks_n < row->blocks_max && status == 0; row->blocks_n++) {
		struct block *block = &row->blocks[row->blocks_n];
		struct json_cursor entry;
		status = cursor_entry(cursor, "blocks", array, row->blocks_n, &entry);
		if (status == 0)
			status = block_load(&entry, sides, block);
		if (status == 0 && row->blocks_n && block->order <= block[-1].order)
			status = cursor_bad(&entry, "order", "%u does not follow %u", block->order, block[-1].order);
		row->dropped_n += block->dropped;
	}
	return status;
}

// Only of rows that failed, and only where a program printed something.
static int printed_load(const struct json_cursor *row_cursor, struct gate_row *row)
{
	struct json_cursor cursor, one;
	int status = 0;
	if (!json_object_get(row_cursor->object, "printed"))
		return 0;
	status = cursor_enter(row_cursor, "printed", &cursor);
	for (int side = 0; side < SIDES_N && status == 0; side++) {
		struct slice_printed *printed = &row->printed[side];
		if ((status = cursor_enter(&cursor, gate_side_names[side], &one)) == 0 &&
		    (status = cursor_text(&one, "output", printed->output, sizeof printed->output)) == 0)
			status = cursor_text(&one, "errors", printed->errors, sizeof printed->errors);
	}
	return status;
}

static int row_load(const struct json_cursor *cursor, const struct side *sides, struct gate_row *row)
{
	static const char *const states[] = {
		[GATE_ROW_MEASURED] = "measured",
		[GATE_ROW_SKIPPED] = "skipped",
		[GATE_ROW_FAILED] = "failed",
	};
	unsigned state, side = 0;
	int status;
	if ((status = cursor_text(cursor, "name", row->name, sizeof row->name)) < 0)
		return status;
	if (spec_parse(&row->spec, row->name) < 0)
		return status_wrap(-EINVAL, "%s: %s.name", cursor->file, cursor->where);
	if ((status = cursor_one_of(cursor, "state", states, GATE_ROW_FAILED + 1, &state)) < 0 ||
	    (status = cursor_text(cursor, "reason", row->reason, sizeof row->reason)) < 0 ||
	    (status = cursor_count(cursor, "iterations", UINT64_MAX, &row->iterations_n)) < 0 ||
	    (status = cursor_count32(cursor, "batch", &row->batch_n)) < 0 ||
	    (status = cursor_count_or_null(cursor, "slice_ns", &row->slicing.slice_ns)) < 0 ||
	    (status = gate_statistic_load(cursor, &row->slicing.statistic)) < 0 ||
	    (status = gate_flag_load(cursor, "one_cpu", &row->slicing.one_cpu)) < 0)
		return status;
	row->state = state;
	row->failed_side = -1;
	if (!cursor_is_null(cursor, "failed_side")) {
		status = cursor_one_of(cursor, "failed_side", gate_side_names, SIDES_N, &side);
		row->failed_side = (int)side;
	}
	if (status == 0)
		status = printed_load(cursor, row);
	return status < 0 ? status : blocks_load(cursor, sides, row);
}

int gate_rows_load(const struct json_cursor *root, struct gate *gate)
{
	const json_t *array;
	int status = cursor_array(root, "rows", &array);
	if (status < 0)
		return status;
	gate->rows = calloc(json_array_size(array) + 1, sizeof *gate->rows);
	if (!gate->rows)
		return status_fail(ENOMEM, "%s: %zu rows", root->file, json_array_size(array));
	for (size_t i = 0; i < json_array_size(array) && status == 0; i++) {
		struct gate_row *row = &gate->rows[gate->rows_n++];
		struct json_cursor cursor;
		status = cursor_entry(root, "rows", array, i, &cursor);
		if (status == 0)
			status = row_load(&cursor, gate->side, row);
		gate->blocks_n += row->blocks_n;
	}
	return status;
}

// A time of nothing has no logarithm; counts may be 0.
static bool is_measured(double value, enum series series)
{
	return value > 0 || (value == 0 && !*series_unit(series));
}

static int times_check(const struct json_cursor *root, const struct gate *gate, uint32_t row, enum series series)
{
	for (uint32_t i = 0; i < gate->rows[row].blocks_n; i++)
		for (int side = 0; side < SIDES_N; side++)
			if (!is_measured(gate->rows[row].blocks[i].half[side].value[series], series))
				return status_say(EINVAL, "%s: rows[%u].blocks[%u].%s.time_ns.%s: is judged, but is not %s", root->file,
				                  row, i, gate_side_names[side], series_name(series),
				                  *series_unit(series) ? "a time above 0" : "a count");
	return 0;
}

static int verdict_load(const struct json_cursor *cursor, struct judgement *judgement)
{
	const char *names[VERDICT_N];
	unsigned verdict;
	int status;
	for (int i = 0; i < VERDICT_N; i++)
		names[i] = verdict_name((enum verdict)i);
	if ((status = cursor_one_of(cursor, "verdict", names, VERDICT_N, &verdict)) < 0 ||
	    (status = cursor_count32(cursor, "decided_n", &judgement->decided_n)) < 0 ||
	    (status = cursor_number_or(cursor, "estimate", NAN, &judgement->estimate)) < 0 ||
	    (status = cursor_number_or(cursor, "low", 0, &judgement->interval.low)) < 0 ||
	    (status = cursor_number_or(cursor, "high", INFINITY, &judgement->interval.high)) < 0 ||
	    (status = cursor_number_or(cursor, "coverage", 0, &judgement->interval.coverage)) < 0 ||
	    (status = cursor_number_or(cursor, "sigma", NAN, &judgement->sigma)) < 0)
		return status;
	judgement->verdict = (enum verdict)verdict;
	return cursor_number_or(cursor, "hidden", INFINITY, &judgement->hidden);
}

// Judgements stand in the order of their rows, and of series within a row: what does not follow the one before
// appears twice or is out of order.
static int judgement_load(const struct json_cursor *cursor, struct gate *gate, struct judgement *judgement)
{
	const struct judgement *before = judgement > gate->judgements ? judgement - 1 : NULL;
	const char *names[SERIES_N];
	char name[SPEC_NAME_BYTES];
	uint32_t row = before ? before->row : 0;
	unsigned series;
	int status;
	for (int i = 0; i < SERIES_N; i++)
		names[i] = series_name((enum series)i);
	if ((status = cursor_text(cursor, "name", name, sizeof name)) < 0 ||
	    (status = cursor_one_of(cursor, "series", names, SERIES_N, &series)) < 0)
		return status;
	while (row < gate->rows_n && strcmp(gate->rows[row].name, name) != 0)
		row++;
	if (row == gate->rows_n)
		return cursor_bad(cursor, "name", "no further row is named \"%.100s\"", name);
	if (before && before->row == row && series <= before->series)
		return cursor_bad(cursor, "series", "\"%s\" does not follow \"%s\"", names[series], names[before->series]);
	judgement_begin(judgement, &gate->options, row, (enum series)series);
	if (!before || before->row != row)
		gate->rows[row].judgement_first = (uint32_t)(judgement - gate->judgements);
	gate->rows[row].judgements_n++;
	return verdict_load(cursor, judgement);
}

int gate_judgements_load(const struct json_cursor *root, struct gate *gate)
{
	const json_t *array;
	int status = cursor_array(root, "judgements", &array);
	if (status < 0)
		return status;
	gate->judgements_max = (uint32_t)json_array_size(array);
	gate->judgements = calloc(gate->judgements_max + 1ul, sizeof *gate->judgements);
	if (!gate->judgements)
		return status_fail(ENOMEM, "%s: %u judgements", root->file, gate->judgements_max);
	while (gate->judgements_n < gate->judgements_max && status == 0) {
		struct judgement *judgement = &gate->judgements[gate->judgements_n];
		struct json_cursor cursor;
		status = cursor_entry(root, "judgements", array, gate->judgements_n++, &cursor);
		if (status == 0)
			status = judgement_load(&cursor, gate, judgement);
		if (status == 0)
			status = times_check(root, gate, judgement->row, judgement->series);
	}
	return status;
}
