// Values are compared as what they mean: by the row's own point where it is one, else as text or as a number of bytes.
#include "bench/plan/planned.h"

#include <string.h>

#include "base/units.h"
#include "bench/plan/axes.h"
#include "bench/plan/core_axes.h"
#include "bench/plan/point.h"

static bool is_same_text(const char *a, const char *b)
{
	uint64_t a_bytes, b_bytes;
	return strcmp(a, b) == 0 ||
	       (units_parse_bytes(a, &a_bytes) == 0 && units_parse_bytes(b, &b_bytes) == 0 && a_bytes == b_bytes);
}

static bool point_has_value(const struct point *point, const char *key, const char *value)
{
	const struct core_axis *axis = core_axis_find(key);
	char is[SPEC_VALUE_BYTES], wanted[SPEC_VALUE_BYTES];
	struct point other = *point;
	if (point_set(&other, key, value) < 0)
		return false;
	if (!axis)
		return memcmp(&other.options, &point->options, sizeof other.options) == 0;
	return strcmp(axis->write(point, is, sizeof is), axis->write(&other, wanted, sizeof wanted)) == 0;
}

bool row_has_value(const struct row *row, const char *key, const char *value)
{
	const struct experiment *experiment = experiment_find(row->spec.experiment);
	const char *text = spec_get(&row->spec, key);
	struct point point;
	if (experiment && experiment->axes && !experiment_has_axis(experiment, key))
		return false;
	if (text && is_same_text(text, value))
		return true;
	if (!experiment || experiment->own_axes)
		return !text && strcmp(value, "none") == 0;
	return point_from_spec(&point, &row->spec) == 0 && point_has_value(&point, key, value);
}

static bool any_row_has(const struct record *record, const char *key, const struct axis_values *values)
{
	for (uint32_t i = 0; i < record->rows_n; i++)
		for (unsigned j = 0; j < values->n; j++)
			if (row_has_value(&record->rows[i], key, values->value[j]))
				return true;
	return false;
}

void planned_missing(const struct plan_options *options, const struct record *record,
                     void (*tell)(void *context, const char *key, const char *value), void *context)
{
	for (unsigned i = 0; i < options->chosen_n; i++) {
		const char *key = options->chosen[i].key;
		struct axis_values chosen, meant = {.n = 1};
		if (axis_values_split(&chosen, options->chosen[i].values) < 0)
			return;
		for (unsigned j = 0; j < chosen.n; j++, meant.n = 1) {
			meant.value[0] = chosen.value[j];
			if (axis_values_expand(&meant, key, options->topology) == 0 && !any_row_has(record, key, &meant))
				tell(context, key, chosen.value[j]);
		}
	}
}
