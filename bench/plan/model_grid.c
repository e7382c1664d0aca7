// Axis by axis, outermost first. The axes before `model` say what the problem is: they make a family.
#include "bench/plan/model_grid.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/status.h"
#include "bench/plan/axis_values.h"
#include "bench/plan/point.h"
#include "bench/plan/problems.h"

enum { AXES_N = 12, FAMILY_AXES_N = 6 };

static const struct {
	const char *name;
	size_t in_grid, in_options;
} axes[AXES_N] = {
#define AXIS(name)                                                                    \
	{                                                                                 \
#name, offsetof(struct model_grid, name), offsetof(struct plan_options, name) \
	}
	AXIS(kernel), AXIS(k),       AXIS(size), AXIS(memory), AXIS(pages),     AXIS(pin),
	AXIS(model),  AXIS(workers), AXIS(wait), AXIS(caller), AXIS(transport), AXIS(schedule),
#undef AXIS
};

struct state {
	const struct model_grid *grid;
	const char *experiment;
	const struct plan_options *options;
	struct record *record;
	char family[96];
	int serial; ///< the family's baseline row
};

// The values of one axis: the user's, else the sweep's, else none (the default stays); fixed ones are intersected.
static struct axis_values values_of(const struct state *state, unsigned axis)
{
	const char *text = *(const char *const *)((const char *)state->grid + axes[axis].in_grid);
	const struct axis_values *chosen =
		(const struct axis_values *)((const char *)state->options + axes[axis].in_options);
	bool fixed = text && *text == '=';
	struct axis_values own = axis_values_split(fixed ? text + 1 : text), values = {0};
	if (chosen->n == 0)
		values = own;
	else if (!fixed)
		values = *chosen;
	else
		for (unsigned i = 0; i < own.n; i++)
			if (axis_values_has(chosen, own.value[i]))
				axis_values_add(&values, own.value[i]);
	if (strcmp(axes[axis].name, "workers") == 0)
		return axis_values_expand_workers(&values, topology_cpus_n(state->options->topology));
	return values;
}

// A size the user asked for must fit; a suite's own sizes are skipped where they do not (see leaf()).
static int size_fits(const struct state *state, const struct point *point)
{
	struct problem problem;
	struct size size = point_whole_size(point);
	int status = problem_plan(&problem, point->kernel, &size, &(struct kernel_options){.k = point->k});
	uint64_t available_bytes = problems_available_bytes();
	if (status < 0 || problem_arena_bytes(&problem) <= available_bytes)
		return status;
	char name[64];
	return status_say(state->options->size.n > 0 ? EINVAL : ENOMEM,
	                  "size %s of kernel %s needs %zu MiB of memory, %llu MiB are available",
	                  size_format(name, sizeof name, &size), point->kernel->name, problem_arena_bytes(&problem) >> 20,
	                  (unsigned long long)available_bytes >> 20);
}

static int family_begin(struct state *state, const struct point *point)
{
	struct spec spec;
	struct point serial = *point;
	serial.model = model_find("serial");
	int fits = size_fits(state, &serial);
	if (fits < 0 && fits != -ENOMEM)
		return fits;
	point_to_spec(&serial, state->experiment, &spec);
	spec_unset(&spec, "model");
	spec_unset(&spec, "workers");
	char name[SPEC_NAME_BYTES];
	snprintf(state->family, sizeof state->family, "%s", spec_name(&spec, name, sizeof name));
	state->serial = point_add_row(state->record, &serial, state->experiment, state->family);
	if (state->serial < 0)
		return state->serial;
	if (fits < 0)
		row_skip(&state->record->rows[state->serial], status_message());
	else if (state->grid->roofs)
		return point_add_roofs(state->record, &serial, state->family, state->serial);
	return 0;
}

static const char *why_not(const struct state *state, const struct point *point)
{
	struct placement *placement;
	if (placement_plan(state->options->topology, point->pin, point->workers_n, &placement) < 0)
		return status_message();
	struct exec_config config = {point->model, point->workers_n, point->wait, point->caller,
	                             placement,    point->transport, point->pages};
	const char *reason = exec_unsupported(&config);
	placement_free(placement);
	if (!reason && point->transport && !point->kernel->span_bytes)
		reason = "this kernel has no data that could be sent";
	if (!reason && point->transport && point->schedule.kind != SCHEDULE_STATIC)
		reason = "only the static schedule can send data";
	return reason;
}

static int leaf(struct state *state, const struct point *wanted)
{
	struct point point = *wanted;
	if (strcmp(point.model->name, "serial") == 0)
		return 0; // the family has it already
	if (!point.model->resident)
		point.wait = WAIT_ADAPTIVE; // nobody waits: one row serves every value
	int index = point_add_row(state->record, &point, state->experiment, state->family);
	if (index < 0)
		return index;
	struct row *row = &state->record->rows[index];
	row->baseline = state->serial;
	const char *reason = size_fits(state, &point) < 0 ? status_message() : why_not(state, &point);
	if (reason)
		row_skip(row, reason);
	return 0;
}

// Whether a kernel takes this axis at all; where it does not, one pass with the default stands for all values.
static bool takes(const struct point *point, const char *axis)
{
	if (strcmp(axis, "k") == 0)
		return point->kernel->takes_k;
	if (strcmp(axis, "size") == 0)
		return point->kernel->size_forms != SIZE_NONE;
	return true;
}

// Of these sizes those whose form the kernel takes; its default where there is none.
static struct axis_values sizes_for(const struct kernel *kernel, const struct axis_values *sizes)
{
	struct axis_values suiting = {0};
	struct size size;
	for (unsigned i = 0; i < sizes->n; i++)
		if (size_parse(kernel, sizes->value[i], &size) == 0)
			axis_values_add(&suiting, sizes->value[i]);
	if (suiting.n == 0)
		axis_values_add(&suiting, kernel->size_default);
	return suiting;
}

static int descend(struct state *state, unsigned axis, const struct point *point)
{
	int status = 0;
	if (axis == FAMILY_AXES_N && (status = family_begin(state, point)) < 0)
		return status;
	if (axis == AXES_N)
		return leaf(state, point);
	if (!takes(point, axes[axis].name))
		return descend(state, axis + 1, point);
	struct axis_values values = values_of(state, axis);
	const char *text = *(const char *const *)((const char *)state->grid + axes[axis].in_grid);
	if (strcmp(axes[axis].name, "size") == 0)
		values = sizes_for(point->kernel, &values);
	else if (values.n == 0 && text == NULL)
		return descend(state, axis + 1, point);
	for (unsigned i = 0; i < values.n && status == 0; i++) {
		struct point next = *point;
		status = point_set(&next, axes[axis].name, values.value[i]);
		if (status == 0)
			status = descend(state, axis + 1, &next);
	}
	return status;
}

// Only neighbours of every round may be compared.
static int32_t neighbour(const struct record *record, const struct row *row, const struct spec *other)
{
	int index = record_find(record, other);
	return index >= 0 && strcmp(record->rows[index].group, row->group) == 0 ? index : -1;
}

void model_grid_relate_inplace(struct record *record)
{
	for (uint32_t i = 0; i < record->rows_n; i++) {
		struct row *row = &record->rows[i];
		struct spec inplace = row->spec;
		if (!spec_get(&row->spec, "transport") || !spec_get(&row->spec, "model"))
			continue;
		spec_unset(&inplace, "transport");
		row->inplace = neighbour(record, row, &inplace);
	}
}

void model_grid_relate_peers(struct record *record)
{
	for (uint32_t i = 0; i < record->rows_n; i++) {
		struct row *row = &record->rows[i];
		const char *name = spec_get(&row->spec, "model");
		const struct model *model = name ? model_find(name) : NULL;
		if (!model || !model->peer)
			continue;
		struct spec peer = row->spec;
		row->peer = spec_set(&peer, "model", model->peer) < 0 ? -1 : neighbour(record, row, &peer);
	}
}

static int size_suits(const struct kernel *kernel, const char *text)
{
	struct size size;
	struct problem problem;
	int status = size_parse(kernel, text, &size);
	if (status < 0)
		return status;
	status = problem_plan(&problem, kernel, &size, &(struct kernel_options){.k = point_default().k});
	return status < 0 ? status_wrap(status, "size '%s'", text) : 0;
}

// Every size must suit some kernel in question, and every kernel the user named must take one of the sizes.
static int validate_sizes(const struct plan_options *options)
{
	const struct axis_values *sizes = &options->size;
	for (unsigned i = 0; i < sizes->n; i++) {
		int status = status_say(EINVAL, "none of these kernels takes a --size");
		for (const struct kernel *const *kernel = kernels; *kernel && status < 0; kernel++)
			if ((*kernel)->size_forms != SIZE_NONE && axis_values_allows(&options->kernel, (*kernel)->name))
				status = size_suits(*kernel, sizes->value[i]);
		if (status < 0)
			return status;
	}
	for (unsigned i = 0; i < options->kernel.n; i++) {
		const struct kernel *kernel = kernel_find(options->kernel.value[i]);
		int status = kernel->size_forms == SIZE_NONE || sizes->n == 0 ? 0 : -EINVAL;
		for (unsigned j = 0; j < sizes->n && status < 0; j++)
			status = size_suits(kernel, sizes->value[j]);
		if (status < 0)
			return status;
	}
	return 0;
}

// Each value by itself, whatever the sweeps make of it: a misspelt one must not plan nothing in silence.
int model_grid_validate(const struct plan_options *options)
{
	for (unsigned axis = 0; axis < AXES_N; axis++) {
		struct axis_values values = *(const struct axis_values *)((const char *)options + axes[axis].in_options);
		if (strcmp(axes[axis].name, "size") == 0)
			continue;
		if (strcmp(axes[axis].name, "workers") == 0)
			values = axis_values_expand_workers(&values, topology_cpus_n(options->topology));
		for (unsigned i = 0; i < values.n; i++) {
			struct point point = point_default();
			int status = point_set(&point, axes[axis].name, values.value[i]);
			if (status < 0)
				return status;
		}
	}
	return validate_sizes(options); // knowing that the kernels exist
}

int model_grid_plan(const struct model_grid *grid, const char *experiment, const struct plan_options *options,
                    struct record *record)
{
	struct state state = {.grid = grid, .experiment = experiment, .options = options, .record = record};
	struct point point = point_default();
	point.weak = strcmp(experiment, "weak") == 0;
	return descend(&state, 0, &point);
}
