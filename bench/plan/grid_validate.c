// Sizes and parameters that a user gave, against the kernels that could take them: none may plan nothing in silence.
#include <errno.h>

#include "base/status.h"
#include "bench/plan/model_grid.h"
#include "bench/plan/point.h"
#include "kernel/plugin/plugin.h"

// Whether a kernel takes a value of this axis: 0 or a status with a message. -ENOENT: it does not have the axis.
typedef int takes_value(const struct kernel *kernel, const char *key, const char *value);

static int takes_size(const struct kernel *kernel, const char *key, const char *value)
{
	struct size size;
	struct problem problem;
	(void)key;
	if (plugin_is_broken(kernel))
		return 0; // its row will say how
	if (kernel->size_forms == SIZE_NONE)
		return -ENOENT;
	int status = size_parse(kernel, value, &size);
	if (status < 0)
		return status;
	status = problem_plan(&problem, kernel, &size, NULL);
	return status < 0 && !plugin_failed(kernel, status) ? status_wrap(status, "size '%s'", value) : 0;
}

static int takes_parameter(const struct kernel *kernel, const char *key, const char *value)
{
	struct kernel_options options = kernel_options_preset(kernel);
	return kernel_parameter_find(kernel, key) ? kernel_options_parse(kernel, key, value, &options) : -ENOENT;
}

// A value must suit one of the kernels in question.
static int value_validate(const struct plan_options *options, const char *key, const char *value, takes_value *takes)
{
	int refused = 0;
	for (const struct kernel *const *kernel = kernels; *kernel; kernel++) {
		if (!plan_allows(options, "kernel", (*kernel)->name))
			continue;
		int status = takes(*kernel, key, value);
		if (status == 0)
			return 0;
		refused = status == -ENOENT ? refused : status;
	}
	return refused < 0 ? refused : status_say(EINVAL, "--%s='%s': none of these kernels takes a --%s", key, value, key);
}

// A kernel that the user named must take one of the values, if it has the axis.
static int kernel_validate(const struct kernel *kernel, const char *key, const struct axis_values *values,
                           takes_value *takes)
{
	int status = 0;
	for (unsigned i = 0; i < values->n; i++)
		if ((status = takes(kernel, key, values->value[i])) == 0 || status == -ENOENT)
			return 0;
	return status;
}

static int axis_validate(const struct plan_options *options, const char *key, takes_value *takes)
{
	struct axis_values values, named;
	int status = axis_values_split(&values, plan_chosen(options, key));
	for (unsigned i = 0; i < values.n && status == 0; i++)
		status = value_validate(options, key, values.value[i], takes);
	if (status == 0)
		status = axis_values_split(&named, plan_chosen(options, "kernel"));
	for (unsigned i = 0; status == 0 && i < named.n; i++)
		status = kernel_validate(kernel_find(named.value[i]), key, &values, takes);
	return status;
}

int model_grid_validate(const struct plan_options *options)
{
	int status = axis_validate(options, "size", takes_size);
	for (unsigned i = 0; i < options->chosen_n && status == 0; i++)
		if (kernels_have_parameter(options->chosen[i].key))
			status = axis_validate(options, options->chosen[i].key, takes_parameter);
	return status;
}
