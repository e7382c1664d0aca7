// What single pairs of CPUs took: "cpu_pairs", which files have that measured any. Since version 0.2.
#include "report/result/loader.h"

#include <errno.h>

static int pair_load(struct loader *loader, const struct json_cursor *cursor, const json_t *values,
                     struct cpu_pair_sample *pair)
{
	const json_t *from = json_array_get(values, 0), *to = json_array_get(values, 1), *wall = json_array_get(values, 2);
	if (!json_is_integer(from) || !json_is_integer(to) || !json_is_number(wall))
		return cursor_bad(cursor, "pairs", "has an entry that is not two CPUs and a time");
	json_int_t from_cpu = json_integer_value(from), to_cpu = json_integer_value(to);
	pair->wall_ns = json_number_value(wall);
	if (from_cpu < 0 || from_cpu > INT32_MAX || to_cpu < 0 || to_cpu > INT32_MAX || !(pair->wall_ns > 0))
		return cursor_bad(cursor, "pairs", "has an entry that is out of range");
	pair->from = (int32_t)from_cpu;
	pair->to = (int32_t)to_cpu;
	return record_add_cpu_pair(loader->record, pair);
}

static int visit_load(struct loader *loader, const struct json_cursor *cursor)
{
	struct cpu_pair_sample pair = {0};
	const json_t *pairs;
	uint64_t round = 0;
	int32_t row = -1;
	int status;
	if ((status = loader_row_find(loader, cursor, "name", &row)) < 0 ||
	    (status = cursor_count(cursor, "round", loader->record->rounds_n, &round)) < 0 ||
	    (status = cursor_array(cursor, "pairs", &pairs)) < 0)
		return status;
	if (row < 0)
		return cursor_bad(cursor, "name", "is not text");
	pair.row = (uint32_t)row;
	pair.round = (uint32_t)round;
	for (size_t i = 0; i < json_array_size(pairs) && status == 0; i++)
		status = pair_load(loader, cursor, json_array_get(pairs, i), &pair);
	return status;
}

int cpu_pairs_load(struct loader *loader)
{
	const json_t *array;
	if (!json_object_get(loader->ours.object, "cpu_pairs"))
		return 0;
	int status = cursor_array(&loader->ours, "cpu_pairs", &array);
	for (size_t i = 0; i < json_array_size(array) && status == 0; i++) {
		struct json_cursor cursor;
		status = cursor_entry(&loader->ours, "cpu_pairs", array, i, &cursor);
		if (status == 0)
			status = visit_load(loader, &cursor);
	}
	return status;
}
