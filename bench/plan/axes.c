// The axes of all registries in one list, and what an experiment has of them.
#include "bench/plan/axes.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/intern.h"
#include "base/status.h"
#include "base/words.h"
#include "bench/plan/core_axes.h"
#include "bench/plan/model_grid.h"
#include "bench/plan/point.h"

enum { HELP_BYTES = 4096 };

static struct known_axis known[PLAN_AXES_MAX + 1];
static unsigned known_n;

static const struct known_axis *find(const char *key)
{
	for (unsigned i = 0; i < known_n; i++)
		if (strcmp(known[i].key, key) == 0)
			return &known[i];
	return NULL;
}

static void known_add(const char *key, const char *help, enum axis_origin origin)
{
	if (known_n == PLAN_AXES_MAX || find(key))
		return;
	const char *kept = intern(help);
	known[known_n++] = (struct known_axis){key, kept ? kept : "", origin};
}

// "of convolve: taps per side, 3, 5 or 7 (default 5)", for each kernel that has it.
static void parameter_add(const char *name)
{
	char help[HELP_BYTES] = "", one[512], takes[256];
	for (const struct kernel *const *kernel = kernels; *kernel; kernel++) {
		const struct kernel_parameter *parameter = kernel_parameter_find(*kernel, name);
		if (!parameter)
			continue;
		snprintf(one, sizeof one, "of %s: %s, %s (default %llu)", (*kernel)->name, parameter->help,
		         kernel_parameter_takes(parameter, takes, sizeof takes), (unsigned long long)parameter->preset);
		words_add(help, sizeof help, "; ", one);
	}
	known_add(name, help, AXIS_OF_KERNELS);
}

static void parameters_add(void)
{
	for (const struct kernel *const *kernel = kernels; *kernel; kernel++)
		for (const struct kernel_parameter *parameter = (*kernel)->parameters; parameter && parameter->name;
		     parameter++)
			parameter_add(parameter->name);
}

// The different texts of all experiments that have it.
static const char *own_help(const char *key, char *help, size_t bytes)
{
	*help = '\0';
	for (const struct experiment *const *experiment = experiments; *experiment; experiment++)
		for (const struct experiment_axis *axis = (*experiment)->own_axes; axis && axis->key; axis++)
			if (strcmp(axis->key, key) == 0 && !strstr(help, axis->text))
				words_add(help, bytes, "; ", axis->text);
	return help;
}

static void own_axes_add(const struct experiment *experiment)
{
	char help[HELP_BYTES];
	for (const struct experiment_axis *axis = experiment->own_axes; axis && axis->key; axis++)
		known_add(axis->key, own_help(axis->key, help, sizeof help), AXIS_OF_EXPERIMENTS);
}

const struct known_axis *known_axes(void)
{
	char help[HELP_BYTES];
	if (known_n > 0)
		return known;
	for (int i = 0; i < CORE_AXES_N; i++) {
		snprintf(help, sizeof help, "%s: %s", core_axes[i].about, core_axis_values(&core_axes[i]));
		known_add(core_axes[i].key, help, AXIS_OF_CORE);
		if (i == CORE_AXIS_kernel)
			parameters_add();
	}
	for (const struct experiment *const *experiment = experiments; *experiment; experiment++)
		own_axes_add(*experiment);
	return known;
}

const struct known_axis *known_axis_find(const char *key)
{
	known_axes();
	return find(key);
}

static const struct experiment_axis *own_axis(const struct experiment *experiment, const char *key)
{
	for (const struct experiment_axis *axis = experiment->own_axes; axis && axis->key; axis++)
		if (strcmp(axis->key, key) == 0)
			return axis;
	return NULL;
}

int experiment_axis_takes(const struct experiment_axis *axis, const char *value)
{
	if (words_have(axis->quick, ',', value) || words_have(axis->full, ',', value))
		return 0;
	if (axis->check)
		return axis->check(value);
	const struct known_axis *all = known_axis_find(axis->key);
	return status_say(EINVAL, "--%s='%s': expected %s", axis->key, value,
	                  all && all->origin == AXIS_OF_EXPERIMENTS ? all->help : axis->text);
}

static int own_value_validate(const char *key, const char *value)
{
	int status = status_say(EINVAL, "--%s: no experiment has such an axis", key);
	for (const struct experiment *const *experiment = experiments; *experiment; experiment++) {
		const struct experiment_axis *axis = own_axis(*experiment, key);
		if (axis && (status = experiment_axis_takes(axis, value)) == 0)
			return 0;
	}
	bool named = strncmp(status_message(), "--", 2) == 0 || strncmp(status_message(), key, strlen(key)) == 0;
	return named ? status : status_wrap(status, "--%s", key);
}

// Sizes and parameters are checked against all the kernels in question: model_grid_validate() does that.
static int value_validate(const char *key, const char *value)
{
	const struct core_axis *axis = core_axis_find(key);
	struct point point = point_default();
	if (kernels_have_parameter(key) || axis == &core_axes[CORE_AXIS_size] || axis_word_known(key, value))
		return 0;
	return axis ? axis->read(&point, value) : own_value_validate(key, value);
}

int axes_validate(const struct plan_options *options)
{
	int status = 0;
	for (unsigned i = 0; i < options->chosen_n && status == 0; i++) {
		struct axis_values values;
		status = axis_values_split(&values, options->chosen[i].values);
		for (unsigned j = 0; j < values.n && status == 0; j++)
			status = value_validate(options->chosen[i].key, values.value[j]);
	}
	return status < 0 ? status : model_grid_validate(options); // knowing that the kernels exist
}

// Whether a row of this kernel can have the axis.
static bool kernel_has_axis(const struct kernel *kernel, const char *key)
{
	const struct core_axis *axis = core_axis_find(key);
	if (axis == &core_axes[CORE_AXIS_size])
		return kernel->size_forms != SIZE_NONE;
	if (axis == &core_axes[CORE_AXIS_transport] || axis == &core_axes[CORE_AXIS_numa])
		return kernel->span_bytes; // those that have data
	return axis || kernel_parameter_find(kernel, key);
}

bool experiment_has_axis(const struct experiment *experiment, const char *key)
{
	if (experiment->axes)
		return words_have(experiment->axes, ' ', key);
	for (const struct kernel *const *kernel = kernels; experiment->grids && *kernel; kernel++)
		if (model_grids_allow(experiment, *kernel) && kernel_has_axis(*kernel, key))
			return true;
	return own_axis(experiment, key);
}

char *experiment_axes(const struct experiment *experiment, char *out, size_t out_bytes)
{
	*out = '\0';
	for (const struct experiment_axis *axis = experiment->own_axes; axis && axis->key; axis++)
		words_add(out, out_bytes, " ", axis->key);
	for (const struct known_axis *axis = known_axes(); axis->key && !experiment->own_axes; axis++)
		if (experiment_has_axis(experiment, axis->key))
			words_add(out, out_bytes, " ", axis->key);
	return out;
}
