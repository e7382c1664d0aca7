// Axis by axis, outermost first. What an axis is about (see bench/axes.def) says whether it makes families or splits
// them.
#include "bench/plan/model_grid.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/intern.h"
#include "base/status.h"
#include "base/words.h"
#include "bench/plan/core_axes.h"
#include "bench/plan/point.h"
#include "bench/plan/problems.h"
#include "kernel/plugin/plugin.h"

// What a grid does with one axis: these values, or, where it is open, the preset.
struct axis_plan {
	bool open;
	struct axis_values values;
};

struct state {
	const struct model_grid *grid;
	const struct experiment *experiment;
	const struct plan_options *options;
	struct record *record;
	struct axis_plan axis[CORE_AXES_N];
	unsigned order[CORE_AXES_N]; ///< the axes, the slowest first
	unsigned family_axes_n;      ///< so many of them are those of a family
	char family[SPEC_NAME_BYTES];
	int serial;               ///< the family's baseline row
	uint64_t available_bytes; ///< of memory, asked for once: each time reads a dozen files
	bool failed;              ///< the family's kernel, of a file, failed: that row says how
};

static const char *grid_text(const struct model_grid *grid, unsigned axis)
{
	static const size_t offset[CORE_AXES_N] = {
#define AXIS(key, type, subject, named, preset, about, values) offsetof(struct model_grid, key),
#include "bench/axes.def"
#undef AXIS
	};
	return *(const char *const *)((const char *)grid + offset[axis]);
}

static int split_and_expand(struct axis_values *values, const char *key, const char *text,
                            const struct topology *topology)
{
	int status = axis_values_split(values, text);
	return status < 0 ? status : axis_values_expand(values, key, topology);
}

static void intersect(struct axis_values *values, const struct axis_values *allowed)
{
	unsigned kept_n = 0;
	for (unsigned i = 0; i < values->n; i++)
		if (axis_values_has(allowed, values->value[i]))
			values->value[kept_n++] = values->value[i];
	values->n = kept_n;
}

// The user's values, else the grid's; of fixed ones those that stand in both.
static int axis_plan_make(struct axis_plan *plan, const struct plan_options *options, const char *key, const char *text)
{
	const char *chosen = plan_chosen(options, key);
	bool fixed = text && *text == '=';
	plan->open = !text && !chosen;
	int status = split_and_expand(&plan->values, key, fixed ? text + 1 : chosen ? chosen : text, options->topology);
	if (status < 0 || !fixed || !chosen)
		return status;
	struct axis_values allowed;
	status = split_and_expand(&allowed, key, chosen, options->topology);
	intersect(&plan->values, &allowed);
	return status;
}

static int state_make(struct state *state)
{
	int status = 0;
	unsigned axes_n = 0;
	for (int subject = 0; subject < AXIS_SUBJECTS_N; subject++) {
		if (subject == AXIS_EXECUTION)
			state->family_axes_n = axes_n;
		for (unsigned i = 0; i < CORE_AXES_N; i++)
			if ((int)core_axes[i].subject == subject)
				state->order[axes_n++] = i;
	}
	for (unsigned i = 0; i < CORE_AXES_N && status == 0; i++)
		status = axis_plan_make(&state->axis[i], state->options, core_axes[i].key, grid_text(state->grid, i));
	return status;
}

// A size the user asked for must fit; a suite's own sizes are skipped where they do not (see leaf()).
static int size_fits(const struct state *state, const struct point *point)
{
	struct problem problem;
	struct size size = point_whole_size(point);
	int status = problem_plan(&problem, point->kernel, &size, &point->options);
	if (status < 0 || problem_arena_bytes(&problem) <= state->available_bytes)
		return status;
	char name[64];
	bool refused = plan_axis_given(state->options, "size") && !point->kernel->plugin;
	return status_say(refused ? EINVAL : ENOMEM, "size %s of kernel %s needs %zu MiB of memory, %llu MiB are available",
	                  size_format(name, sizeof name, &size), point->kernel->name, problem_arena_bytes(&problem) >> 20,
	                  (unsigned long long)state->available_bytes >> 20);
}

static int family_name(struct state *state, const struct point *serial)
{
	struct spec spec;
	int status = point_to_spec(serial, state->experiment->name, &spec);
	spec_unset(&spec, "model");
	spec_unset(&spec, "workers");
	spec_name(&spec, state->family, sizeof state->family);
	return status;
}

static int family_begin(struct state *state, const struct point *point)
{
	struct point serial = *point;
	serial.model = model_baseline();
	int fits = size_fits(state, &serial);
	state->failed = plugin_failed(point->kernel, fits);
	if (fits < 0 && fits != -ENOMEM && !state->failed)
		return fits;
	int status = family_name(state, &serial);
	if (status < 0)
		return status;
	state->serial = point_add_row(state->record, &serial, state->experiment->name, state->family);
	if (state->serial < 0)
		return state->serial;
	if (state->failed)
		return 0;
	const char *reason = fits < 0 ? status_message() : point_memory_why_not(&serial, state->options->topology);
	if (reason)
		row_skip(&state->record->rows[state->serial], reason);
	else if (state->grid->roofs)
		return point_add_roofs(state->record, &serial, state->family, state->serial);
	return 0;
}

static int leaf(struct state *state, const struct point *wanted)
{
	struct point point = *wanted;
	if (point.model->baseline || state->failed)
		return 0; // the family has it already
	if (!point.model->resident)
		point.wait = WAIT_ADAPTIVE; // nobody waits: one row serves every value
	int index = point_add_row(state->record, &point, state->experiment->name, state->family);
	if (index < 0)
		return index;
	struct row *row = &state->record->rows[index];
	row->baseline = state->serial;
	const char *reason =
		size_fits(state, &point) < 0 ? status_message() : point_why_not(&point, state->options->topology);
	if (reason)
		row_skip(row, reason);
	return 0;
}

// Of these sizes those whose form the kernel takes; its default where there is none.
static int sizes_for(const struct kernel *kernel, struct axis_values *sizes)
{
	unsigned kept_n = 0;
	struct size size;
	for (unsigned i = 0; i < sizes->n; i++)
		if (size_parse(kernel, sizes->value[i], &size) == 0)
			sizes->value[kept_n++] = sizes->value[i];
	sizes->n = kept_n;
	return kept_n > 0 ? 0 : axis_values_add(sizes, kernel->size_default);
}

// What a grid says of a parameter: of "k=3,5,7 depth=1" and "k", "3,5,7". NULL: nothing.
static const char *grid_parameter(const struct model_grid *grid, const char *name)
{
	size_t length = strlen(name);
	for (struct word word = {.at = grid->parameters}; word_next(&word, ' ');)
		if (word.length > length && strncmp(word.at, name, length) == 0 && word.at[length] == '=')
			return intern_part(word.at + length + 1, word.length - length - 1);
	return NULL;
}

// Those values that this kernel takes, the user's or else the grid's; where there is none, the preset.
static int parameter_values(const struct state *state, const struct kernel *kernel,
                            const struct kernel_parameter *parameter, struct axis_values *values)
{
	const char *chosen = plan_chosen(state->options, parameter->name);
	struct kernel_options options = kernel_options_preset(kernel);
	unsigned kept_n = 0;
	int status = axis_values_split(values, chosen ? chosen : grid_parameter(state->grid, parameter->name));
	for (unsigned i = 0; i < values->n; i++)
		if (kernel_options_parse(kernel, parameter->name, values->value[i], &options) == 0)
			values->value[kept_n++] = values->value[i];
	values->n = kept_n;
	if (status < 0 || kept_n > 0)
		return status;
	char preset[24];
	snprintf(preset, sizeof preset, "%llu", (unsigned long long)parameter->preset);
	return axis_values_add(values, preset);
}

static int descend(struct state *state, unsigned at, const struct point *point);

// The parameters of the kernel, from `parameter` on, and then the axes from `at` on.
static int descend_parameters(struct state *state, unsigned at, const struct point *point,
                              const struct kernel_parameter *parameter)
{
	if (!parameter || !parameter->name)
		return descend(state, at, point);
	struct axis_values values;
	int status = parameter_values(state, point->kernel, parameter, &values);
	for (unsigned i = 0; i < values.n && status == 0; i++) {
		struct point next = *point;
		status = point_set(&next, parameter->name, values.value[i]);
		if (status == 0)
			status = descend_parameters(state, at, &next, parameter + 1);
	}
	return status;
}

static int descend_values(struct state *state, unsigned at, const struct point *point)
{
	unsigned axis = state->order[at];
	struct axis_values values = state->axis[axis].values;
	int status = axis == CORE_AXIS_size ? sizes_for(point->kernel, &values) : 0;
	for (unsigned i = 0; i < values.n && status == 0; i++) {
		struct point next = *point;
		status = point_set(&next, core_axes[axis].key, values.value[i]);
		if (status == 0)
			status =
				descend_parameters(state, at + 1, &next, axis == CORE_AXIS_kernel ? next.kernel->parameters : NULL);
	}
	return status;
}

static int descend(struct state *state, unsigned at, const struct point *point)
{
	int status = at == state->family_axes_n ? family_begin(state, point) : 0;
	if (status < 0)
		return status;
	if (at == CORE_AXES_N)
		return leaf(state, point);
	unsigned axis = state->order[at];
	// One pass stands for all values where the kernel has no such axis, or nobody has any.
	bool passes = axis == CORE_AXIS_size ? point->kernel->size_forms == SIZE_NONE : state->axis[axis].open;
	return passes ? descend(state, at + 1, point) : descend_values(state, at, point);
}

int model_grids_plan(const char *experiment, const struct plan_options *options, struct record *record)
{
	struct state state = {.experiment = experiment_find(experiment), .options = options, .record = record};
	struct point point = point_default();
	point.size_per_worker = state.experiment->size_per_worker;
	state.available_bytes = problems_available_bytes();
	state.grid = options->full && state.experiment->grids_full ? state.experiment->grids_full : state.experiment->grids;
	int status = 0;
	for (; state.grid->kernel && status == 0; state.grid++) {
		status = state_make(&state);
		if (status == 0)
			status = descend(&state, 0, &point);
	}
	return status;
}

static bool grid_allows(const struct model_grid *grid, const struct kernel *kernel)
{
	return *grid->kernel != '=' || words_have(grid->kernel + 1, ',', kernel->name);
}

bool model_grids_allow(const struct experiment *experiment, const struct kernel *kernel)
{
	for (const struct model_grid *grid = experiment->grids; grid && grid->kernel; grid++)
		if (grid_allows(grid, kernel))
			return true;
	for (const struct model_grid *grid = experiment->grids_full; grid && grid->kernel; grid++)
		if (grid_allows(grid, kernel))
			return true;
	return false;
}
