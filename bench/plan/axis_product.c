// From a table of axes to rows, one combination after the other.
#include "bench/plan/axis_product.h"

#include <stdio.h>
#include <string.h>

#include "base/units.h"
#include "bench/plan/axes.h"

struct state {
	const struct experiment *experiment;
	const struct plan_options *options;
	struct record *record;
};

// One spelling for one measurement: 64M and 65536KiB are 64MiB.
static int add_value(struct axis_values *values, const struct experiment_axis *axis, const char *value)
{
	char text[32];
	uint64_t bytes;
	bool sized = axis->check == check_bytes && units_parse_bytes(value, &bytes) == 0;
	value = sized ? units_format_bytes(text, sizeof text, bytes) : value;
	return axis_values_has(values, value) ? 0 : axis_values_add(values, value);
}

// The values of one axis: the user's, as far as this experiment takes them, else the experiment's own; words expanded.
static int values_of(const struct state *state, const struct experiment_axis *axis, struct axis_values *values)
{
	const struct plan_options *options = state->options;
	const char *chosen = plan_chosen(options, axis->key);
	struct axis_values given;
	int status = axis_values_split(&given, chosen ? chosen : options->full && axis->full ? axis->full : axis->quick);
	values->n = 0;
	for (unsigned i = 0; i < given.n && status == 0; i++)
		if (!chosen || experiment_axis_takes(axis, given.value[i]) == 0) // else it is another experiment's
			status = add_value(values, axis, given.value[i]);
	return status < 0 ? status : axis_values_expand(values, axis->key, options->topology);
}

// Of one mechanism (the first axis says which) one row says it for all that cannot run for the same reason, unless a
// full plan or choices of the user want to know of each.
static bool said_before(const struct state *state, const struct spec *spec, const char *reason)
{
	bool each = state->options->full;
	for (unsigned i = 1; i < spec->axes_n; i++)
		each = each || plan_axis_given(state->options, spec_axis(spec, i).key);
	for (uint32_t i = 0; i < state->record->rows_n && !each; i++) {
		const struct row *row = &state->record->rows[i];
		if (row->state == ROW_SKIPPED && !strcmp(row->reason, reason) &&
		    !strcmp(row->spec.experiment, spec->experiment) &&
		    !strcmp(spec_axis(&row->spec, 0).value, spec_axis(spec, 0).value))
			return true;
	}
	return false;
}

// Rows that differ only in `between` stand next to each other in every round.
static int add_row(const struct state *state, const struct spec *spec)
{
	const char *reason = state->experiment->why_not ? state->experiment->why_not(state->options, spec) : NULL;
	if ((reason && (!*reason || said_before(state, spec, reason))) || record_find(state->record, spec) >= 0)
		return 0;
	struct spec pair = *spec;
	char name[SPEC_NAME_BYTES], group[GROUP_BYTES];
	spec_unset(&pair, "between");
	snprintf(group, sizeof group, "%s|", spec_name(&pair, name, sizeof name));
	int index = record_add_row(state->record, spec, group);
	if (index < 0)
		return index;
	state->record->rows[index].hooks = &state->experiment->visit;
	if (reason)
		row_skip(&state->record->rows[index], reason);
	return 0;
}

static int descend(const struct state *state, const struct experiment_axis *axis, const struct spec *spec)
{
	if (!axis->key)
		return add_row(state, spec);
	struct axis_values values;
	int status = values_of(state, axis, &values);
	for (unsigned i = 0; i < values.n && status == 0; i++) {
		struct spec next = *spec;
		status = spec_set(&next, axis->key, values.value[i]);
		if (status == 0)
			status = descend(state, axis + 1, &next);
	}
	return status;
}

int axis_product_plan_axes(const char *experiment, const struct experiment_axis *axes,
                           const struct plan_options *options, struct record *record)
{
	struct state state = {experiment_find(experiment), options, record};
	struct spec spec;
	int status = spec_init(&spec, experiment);
	return status < 0 ? status : descend(&state, axes, &spec);
}

int axis_product_plan(const char *experiment, const struct plan_options *options, struct record *record)
{
	return axis_product_plan_axes(experiment, experiment_find(experiment)->own_axes, options, record);
}
