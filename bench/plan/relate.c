#include "bench/plan/relate.h"

#include <string.h>

#include "exec/exec.h"

// Only neighbours of every round may be compared.
static int32_t neighbour(const struct record *record, const struct row *row, const struct spec *other)
{
	int index = record_find(record, other);
	return index >= 0 && strcmp(record->rows[index].group, row->group) == 0 ? index : -1;
}

// The row that has another value of this axis, and is the same otherwise; -1: none.
static int32_t neighbour_with(const struct record *record, const struct row *row, const char *key, const char *value)
{
	struct spec other = row->spec;
	return spec_set(&other, key, value) < 0 ? -1 : neighbour(record, row, &other);
}

static void relate_peer(const struct record *record, struct row *row)
{
	const char *between = spec_get(&row->spec, "between"), *name = spec_get(&row->spec, "model");
	const struct model *model = name ? model_find(name) : NULL;
	if (model && model->peer)
		row->peer = neighbour_with(record, row, "model", model->peer);
	if (row->peer < 0 && between && strcmp(between, "processes") == 0)
		row->peer = neighbour_with(record, row, "between", "threads");
}

static void relate_inplace(const struct record *record, struct row *row)
{
	struct spec inplace = row->spec;
	if (!spec_get(&row->spec, "transport") || !spec_get(&row->spec, "model"))
		return;
	spec_unset(&inplace, "transport");
	row->inplace = neighbour(record, row, &inplace);
}

void plan_relate(struct record *record)
{
	for (uint32_t i = 0; i < record->rows_n; i++) {
		relate_peer(record, &record->rows[i]);
		relate_inplace(record, &record->rows[i]);
	}
}
