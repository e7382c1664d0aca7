#include "measure/choose_rows.h"

#include <string.h>

static bool found(const struct wanted_rows *wanted, const struct spec *spec, uint32_t index)
{
	bool any = false;
	for (unsigned i = 0; i < wanted->n && strcmp(spec->experiment, wanted->experiment) == 0; i++)
		if (wanted->is(wanted->context, spec, i)) {
			wanted->row[i] = (int32_t)index;
			any = true;
		}
	return any;
}

void choose_rows(struct record *record, const struct wanted_rows *wanted)
{
	for (unsigned i = 0; i < wanted->n; i++)
		wanted->row[i] = -1;
	for (uint32_t i = 0; i < record->rows_n; i++)
		if (!found(wanted, &record->rows[i].spec, i) && record->rows[i].state == ROW_OPEN)
			row_skip(&record->rows[i], "not asked for");
}
