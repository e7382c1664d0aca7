// From a table of axes to rows, one combination after the other.
#include "bench/plan/axis_product.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "base/status.h"
#include "base/units.h"
#include "bench/plan/axis_values.h"
#include "channel/channel.h"
#include "host/place.h"

struct state {
	const struct experiment *experiment;
	const struct plan_options *options;
	struct record *record;
};

// The axes of the sweeps, which have fields of their own.
static const struct {
	const char *key;
	size_t offset;
} fixed_axes[] = {
#define AXIS(name)                                 \
	{                                              \
#name, offsetof(struct plan_options, name) \
	}
	AXIS(kernel), AXIS(model),  AXIS(workers),   AXIS(pin),  AXIS(wait),     AXIS(memory),
	AXIS(pages),  AXIS(caller), AXIS(transport), AXIS(size), AXIS(schedule), AXIS(k),
#undef AXIS
};
enum { FIXED_AXES_N = sizeof fixed_axes / sizeof *fixed_axes };

static const struct axis_values *fixed_choice(const struct plan_options *options, unsigned axis)
{
	return (const struct axis_values *)((const char *)options + fixed_axes[axis].offset);
}

const struct axis_values *plan_axis_values(const struct plan_options *options, const char *key)
{
	static const struct axis_values nothing;
	for (unsigned i = 0; i < FIXED_AXES_N; i++)
		if (strcmp(fixed_axes[i].key, key) == 0)
			return fixed_choice(options, i);
	for (unsigned i = 0; i < options->own_n; i++)
		if (strcmp(options->own[i].key, key) == 0)
			return &options->own[i].values;
	return &nothing;
}

const struct experiment_axis *plan_declares(const char *key)
{
	for (unsigned i = 0; i < FIXED_AXES_N; i++)
		if (strcmp(fixed_axes[i].key, key) == 0)
			return NULL;
	for (const struct experiment *const *experiment = experiments; *experiment; experiment++)
		for (const struct experiment_axis *axis = (*experiment)->own_axes; axis && axis->key; axis++)
			if (strcmp(axis->key, key) == 0)
				return axis;
	return NULL;
}

const char *plan_axis_text(const struct experiment_axis *axis)
{
	static struct {
		const struct experiment_axis *axis;
		char text[800];
	} texts[AXES_OWN_MAX];
	unsigned i = 0;
	while (i + 1 < AXES_OWN_MAX && texts[i].axis && texts[i].axis != axis)
		i++;
	if (texts[i].axis == axis)
		return texts[i].text;
	texts[i].axis = axis;
	for (const struct experiment *const *experiment = experiments; *experiment; experiment++)
		for (const struct experiment_axis *other = (*experiment)->own_axes; other && other->key; other++) {
			size_t used = strlen(texts[i].text);
			if (strcmp(other->key, axis->key) == 0 && !strstr(texts[i].text, other->text))
				snprintf(texts[i].text + used, sizeof texts[i].text - used, "%s%s", used ? "; " : "", other->text);
		}
	return texts[i].text;
}

static void add_channels(struct axis_values *values)
{
	for (const struct channel_type *const *type = channels; *type; type++)
		axis_values_add(values, (*type)->name);
}

static void add_places(struct axis_values *values, const struct topology *topology)
{
	int cpu[2];
	for (int place = 0; place < PLACE_N; place++)
		if (place_find(topology, (enum place)place, cpu))
			axis_values_add(values, place_name((enum place)place));
}

// Of a large machine as many as fit, evenly.
static void add_cpus(struct axis_values *values, const struct topology *topology)
{
	unsigned cpus_n = topology_cpus_n(topology), step = (cpus_n + AXIS_VALUES_MAX - 1) / AXIS_VALUES_MAX;
	char text[16];
	for (unsigned i = 0; i < cpus_n; i += step) {
		snprintf(text, sizeof text, "%d", topology_cpus(topology)[i].os_index);
		axis_values_add(values, text);
	}
}

static bool word_of_axis(const struct experiment_axis *axis, const char *value)
{
	struct axis_values listed = axis_values_split(axis->quick), more = axis_values_split(axis->full);
	return axis_values_has(&listed, value) || axis_values_has(&more, value);
}

static int axis_takes(const struct experiment_axis *axis, const char *value)
{
	if (word_of_axis(axis, value))
		return 0;
	return axis->check ? axis->check(value)
	                   : status_say(EINVAL, "%s '%s' (%s)", axis->key, value, plan_axis_text(axis));
}

// One spelling for one measurement: 64M and 65536KiB are 64MiB.
static void add_value(struct axis_values *values, const struct experiment_axis *axis, const char *value)
{
	char text[32];
	uint64_t bytes;
	bool sized = axis->check == check_bytes && units_parse_bytes(value, &bytes) == 0;
	value = sized ? units_format_bytes(text, sizeof text, bytes) : value;
	if (!axis_values_has(values, value))
		axis_values_add(values, value);
}

// The values of one axis: the user's, else the experiment's own; words expanded.
static struct axis_values values_of(const struct state *state, const struct experiment_axis *axis)
{
	const struct plan_options *options = state->options;
	const struct axis_values *chosen = plan_axis_values(options, axis->key);
	struct axis_values words = *chosen, values = {0};
	if (words.n == 0)
		words = axis_values_split(options->full && axis->full ? axis->full : axis->quick);
	if (strcmp(axis->key, "workers") == 0)
		return axis_values_expand_workers(&words, topology_cpus_n(options->topology));
	for (unsigned i = 0; i < words.n; i++)
		if (axis_takes(axis, words.value[i]) < 0)
			continue; // another experiment's
		else if (strcmp(words.value[i], "channels") == 0)
			add_channels(&values);
		else if (strcmp(words.value[i], "places") == 0)
			add_places(&values, options->topology);
		else if (strcmp(words.value[i], "cpus") == 0)
			add_cpus(&values, options->topology);
		else
			add_value(&values, axis, words.value[i]);
	return values;
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
	struct axis_values values = values_of(state, axis);
	int status = 0;
	for (unsigned i = 0; i < values.n && status == 0; i++) {
		struct spec next = *spec;
		status = spec_set(&next, axis->key, values.value[i]);
		if (status == 0)
			status = descend(state, axis + 1, &next);
	}
	return status;
}

static const struct experiment_axis *axis_of(const struct experiment *experiment, const char *key)
{
	for (const struct experiment_axis *axis = experiment->own_axes; axis && axis->key; axis++)
		if (strcmp(axis->key, key) == 0)
			return axis;
	return NULL;
}

static bool has_all_chosen(const struct experiment *experiment, const struct plan_options *options)
{
	for (unsigned i = 0; i < FIXED_AXES_N; i++)
		if (fixed_choice(options, i)->n > 0 && !axis_of(experiment, fixed_axes[i].key))
			return false;
	for (unsigned i = 0; i < options->own_n; i++)
		if (options->own[i].values.n > 0 && !axis_of(experiment, options->own[i].key))
			return false;
	return true;
}

int axis_product_plan(const char *experiment, const struct plan_options *options, struct record *record)
{
	struct state state = {experiment_find(experiment), options, record};
	struct spec spec;
	if (!has_all_chosen(state.experiment, options))
		return 0;
	int status = spec_init(&spec, experiment);
	return status < 0 ? status : descend(&state, state.experiment->own_axes, &spec);
}

static int value_validate(const char *key, const char *value)
{
	int status = status_say(EINVAL, "no experiment has an axis '%s'", key);
	for (const struct experiment *const *experiment = experiments; *experiment; experiment++) {
		const struct experiment_axis *axis = axis_of(*experiment, key);
		if (axis && (status = axis_takes(axis, value)) == 0)
			return 0;
	}
	return status;
}

int axis_product_validate(const struct plan_options *options)
{
	int status = 0;
	for (unsigned i = 0; i < options->own_n; i++)
		for (unsigned j = 0; j < options->own[i].values.n && status == 0; j++)
			status = value_validate(options->own[i].key, options->own[i].values.value[j]);
	return status;
}

void axis_product_relate_peers(struct record *record)
{
	for (uint32_t i = 0; i < record->rows_n; i++) {
		struct row *row = &record->rows[i];
		if (row->peer >= 0 || !spec_axis_is(&row->spec, "between", "processes"))
			continue;
		struct spec peer = row->spec;
		int index = spec_set(&peer, "between", "threads") < 0 ? -1 : record_find(record, &peer);
		// Only neighbours of every round may be compared.
		row->peer = index >= 0 && strcmp(record->rows[index].group, row->group) == 0 ? index : -1;
	}
}
