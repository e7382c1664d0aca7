// Rows, rounds and samples of a result file. Rows refer to each other by name, so all are read before any relation.
#include "report/result/loader.h"

#include "base/status.h"

#include <errno.h>
#include <math.h>
#include <string.h>

int loader_row_find(const struct loader *loader, const struct json_cursor *cursor, const char *key, int32_t *row)
{
	char name[SPEC_NAME_BYTES];
	struct spec spec;
	*row = -1;
	if (json_is_null(json_object_get(cursor->object, key)))
		return 0;
	int status = cursor_text(cursor, key, name, sizeof name);
	if (status < 0)
		return status;
	*row = spec_parse(&spec, name) < 0 ? -1 : record_find(loader->record, &spec);
	return *row < 0 ? cursor_bad(cursor, key, "no row is named \"%.100s\"", name) : 0;
}

// The same, for a relation that files of older programs do not have.
static int row_find_if_there(const struct loader *loader, const struct json_cursor *cursor, const char *key,
                             int32_t *row)
{
	*row = -1;
	return json_object_get(cursor->object, key) ? loader_row_find(loader, cursor, key, row) : 0;
}

// What earlier versions did not store: *out stays as it is where the key is missing.
static int count_if_there(const struct json_cursor *cursor, const char *key, uint64_t most, uint64_t *out)
{
	return json_object_get(cursor->object, key) ? cursor_count(cursor, key, most, out) : 0;
}

static int row_load(struct record *record, const struct json_cursor *cursor)
{
	char name[SPEC_NAME_BYTES], group[GROUP_BYTES];
	struct spec spec;
	struct json_cursor counted;
	uint64_t lost_n = 0, retries_n = 0;
	unsigned state;
	int status;
	if ((status = cursor_text(cursor, "name", name, sizeof name)) < 0 ||
	    (status = cursor_text(cursor, "group", group, sizeof group)) < 0 ||
	    (status = cursor_one_of(cursor, "state", row_state_names, ROW_STATE_N, &state)) < 0 ||
	    (status = cursor_enter(cursor, "counted_per_1000", &counted)) < 0)
		return status;
	if (spec_parse(&spec, name) < 0)
		return status_wrap(-EINVAL, "%s: %s.name", cursor->file, cursor->where);
	if (record_find(record, &spec) >= 0)
		return status_say(EINVAL, "%s: %s: \"%s\" appears twice", cursor->file, cursor->where, name);
	int index = record_add_row(record, &spec, group);
	if (index < 0)
		return index;
	struct row *row = &record->rows[index];
	row->state = (enum row_state)state;
	if ((status = cursor_text(cursor, "reason", row->reason, sizeof row->reason)) < 0 ||
	    (status = cursor_count(cursor, "iterations", UINT64_MAX, &row->iterations_n)) < 0 ||
	    (status = cursor_count32(cursor, "batch", &row->batch_n)) < 0 ||
	    (status = cursor_count(cursor, "bytes", UINT64_MAX, &row->bytes)) < 0 ||
	    (status = cursor_count(cursor, "flops", UINT64_MAX, &row->flops)) < 0 ||
	    (status = cursor_text(cursor, "label", row->label, sizeof row->label)) < 0 ||
	    (status = count_if_there(cursor, "lost", UINT32_MAX, &lost_n)) < 0 ||
	    (status = count_if_there(cursor, "retries", UINT32_MAX, &retries_n)) < 0)
		return status;
	row->lost_n = (uint32_t)lost_n;
	row->retries_n = (uint32_t)retries_n;
	for (int i = 0; i < COUNTER_N && status == 0; i++)
		status = cursor_count_or_null(&counted, counter_name((enum counter)i), &row->counted[i]);
	return status;
}

static int roofs_load(const struct loader *loader, const struct json_cursor *cursor, struct row *row)
{
	const json_t *array;
	int status = cursor_array(cursor, "roofs", &array);
	if (status == 0 && json_array_size(array) > 3)
		return cursor_bad(cursor, "roofs", "has more than 3");
	for (size_t i = 0; status == 0 && i < json_array_size(array); i++) {
		struct json_cursor roof;
		status = cursor_entry(cursor, "roofs", array, i, &roof);
		if (status == 0)
			status = loader_row_find(loader, &roof, "name", &row->roof[i]);
		if (status == 0)
			status = cursor_number(&roof, "work", &row->roof_work[i]);
	}
	return status;
}

int rows_load(struct loader *loader)
{
	struct record *record = loader->record;
	const json_t *array;
	struct json_cursor cursor;
	int status = cursor_array(&loader->ours, "rows", &array);
	for (size_t i = 0; status == 0 && i < json_array_size(array); i++) {
		status = cursor_entry(&loader->ours, "rows", array, i, &cursor);
		if (status == 0)
			status = row_load(record, &cursor);
	}
	// Only now every name is known.
	for (uint32_t i = 0; status == 0 && i < record->rows_n; i++) {
		cursor_entry(&loader->ours, "rows", array, i, &cursor);
		if ((status = loader_row_find(loader, &cursor, "baseline", &record->rows[i].baseline)) == 0 &&
		    (status = loader_row_find(loader, &cursor, "peer", &record->rows[i].peer)) == 0 &&
		    (status = row_find_if_there(loader, &cursor, "inplace", &record->rows[i].inplace)) == 0)
			status = roofs_load(loader, &cursor, &record->rows[i]);
	}
	return status;
}

// Since version 0.3.
static int others_load(const struct json_cursor *cursor, struct round_noise *round)
{
	int status = count_if_there(cursor, "gap_ns", UINT64_MAX, &round->gap_ns);
	if (status == 0)
		status = count_if_there(cursor, "throttled_n", UINT64_MAX, &round->noise.throttled_n);
	if (status == 0)
		status = count_if_there(cursor, "throttled_ns", UINT64_MAX, &round->noise.throttled_ns);
	if (status < 0 || !json_object_get(cursor->object, "others_ns"))
		return status;
	return cursor_count_or_null(cursor, "others_ns", &round->noise.others_ns);
}

int rounds_load(struct loader *loader)
{
	const json_t *array;
	int status = cursor_array(&loader->ours, "rounds", &array);
	for (size_t i = 0; status == 0 && i < json_array_size(array); i++) {
		struct round_noise round = {
			.noise = {.others_ns = UINT64_MAX, .throttled_n = UINT64_MAX, .throttled_ns = UINT64_MAX}};
		struct json_cursor cursor;
		if ((status = cursor_entry(&loader->ours, "rounds", array, i, &cursor)) < 0 ||
		    (status = cursor_count32(&cursor, "round", &round.round)) < 0 ||
		    (status = cursor_count_or_null(&cursor, "begin_ns", &round.begin_ns)) < 0 ||
		    (status = cursor_count_or_null(&cursor, "wall_ns", &round.noise.wall_ns)) < 0 ||
		    (status = cursor_count_or_null(&cursor, "steal_ns", &round.noise.steal_ns)) < 0 ||
		    (status = cursor_count_or_null(&cursor, "busy_ns", &round.noise.busy_ns)) < 0 ||
		    (status = cursor_count_or_null(&cursor, "psi_cpu_us", &round.noise.psi_cpu_us)) < 0 ||
		    (status = cursor_count_or_null(&cursor, "interrupts_n", &round.noise.interrupts_n)) < 0 ||
		    (status = others_load(&cursor, &round)) < 0)
			return status;
		status = record_add_round(loader->record, &round);
	}
	return status;
}

// What no run can have measured: no time at all, less than none, or more than ten days.
static int value_check(const struct json_cursor *cursor, enum metric metric, double value)
{
	const double most = 1e15;
	if (metric == METRIC_wall_ns && !(value > 0))
		return cursor_bad(cursor, metric_name(metric), "is %g, which is no time", value);
	if (fabs(value) > most)
		return cursor_bad(cursor, metric_name(metric), "is %g, which is out of range", value);
	return 0;
}

static int sample_load(struct loader *loader, const struct json_cursor *cursor)
{
	struct sample sample = {0};
	uint64_t round = 0;
	int32_t row = -1;
	int status;
	// A run stopped inside a round has samples of the round to come.
	if ((status = loader_row_find(loader, cursor, "name", &row)) < 0 ||
	    (status = cursor_count(cursor, "repetition_index", loader->record->rounds_n, &round)) < 0 ||
	    (status = cursor_count32(cursor, "order", &sample.order)) < 0 ||
	    (status = cursor_count32(cursor, "batch", &sample.batch_n)) < 0 ||
	    (status = cursor_count(cursor, "iterations", UINT64_MAX, &sample.iterations_n)) < 0)
		return status;
	if (row < 0)
		return cursor_bad(cursor, "name", "is not text");
	sample.row = (uint32_t)row;
	sample.round = (uint32_t)round;
	for (int i = 0; i < METRIC_N && status == 0; i++) {
		const char *name = metric_name((enum metric)i);
		sample.value[i] = NAN;
		if (json_object_get(cursor->object, name) || i == METRIC_wall_ns)
			status = cursor_number(cursor, name, &sample.value[i]);
		if (status == 0 && !isnan(sample.value[i]))
			status = value_check(cursor, (enum metric)i, sample.value[i]);
	}
	return status < 0 ? status : record_add_sample(loader->record, &sample);
}

int samples_load(struct loader *loader)
{
	const json_t *array;
	int status = cursor_array(&loader->root, "benchmarks", &array);
	for (size_t i = 0; status == 0 && i < json_array_size(array); i++) {
		struct json_cursor cursor;
		status = cursor_entry(&loader->root, "benchmarks", array, i, &cursor);
		if (status == 0)
			status = sample_load(loader, &cursor);
	}
	return status;
}
