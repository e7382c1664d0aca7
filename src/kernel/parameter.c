// Parameters of kernels: looked up, read from text, checked, and described.
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/status.h"
#include "base/units.h"
#include "base/words.h"
#include "kernel/kernel.h"

const struct kernel_parameter *kernel_parameter_find(const struct kernel *kernel, const char *name)
{
	for (const struct kernel_parameter *parameter = kernel->parameters; parameter && parameter->name; parameter++)
		if (strcmp(parameter->name, name) == 0)
			return parameter;
	return NULL;
}

bool kernels_have_parameter(const char *name)
{
	for (const struct kernel *const *kernel = kernels; *kernel; kernel++)
		if (kernel_parameter_find(*kernel, name))
			return true;
	return false;
}

char *kernel_parameter_takes(const struct kernel_parameter *parameter, char *out, size_t out_bytes)
{
	if (!parameter->values) {
		snprintf(out, out_bytes, "%" PRIu64 " to %" PRIu64, parameter->least, parameter->most);
		return out;
	}
	size_t used = 0;
	*out = '\0';
	for (struct word word = {.at = parameter->values}; used < out_bytes && word_next(&word, ',');) {
		bool last = word.at[word.length] == '\0';
		used += (size_t)snprintf(out + used, out_bytes - used, "%s%.*s",
		                         used == 0 ? ""
		                         : last    ? " or "
		                                   : ", ",
		                         (int)word.length, word.at);
	}
	return out;
}

static bool takes(const struct kernel_parameter *parameter, uint64_t value)
{
	char text[24];
	snprintf(text, sizeof text, "%" PRIu64, value);
	return parameter->values ? words_have(parameter->values, ',', text)
	                         : value >= parameter->least && value <= parameter->most;
}

struct kernel_options kernel_options_preset(const struct kernel *kernel)
{
	struct kernel_options options = {0};
	for (unsigned i = 0; kernel->parameters && kernel->parameters[i].name; i++)
		options.value[i] = kernel->parameters[i].preset;
	return options;
}

static int refuse(const struct kernel *kernel, const struct kernel_parameter *parameter, const char *text)
{
	char expected[200];
	return status_say(EINVAL, "%s '%s': kernel %s takes %s", parameter->name, text, kernel->name,
	                  kernel_parameter_takes(parameter, expected, sizeof expected));
}

int kernel_options_parse(const struct kernel *kernel, const char *name, const char *text,
                         struct kernel_options *options)
{
	const struct kernel_parameter *parameter = kernel_parameter_find(kernel, name);
	uint64_t value;
	if (!parameter)
		return status_say(EINVAL, "%s '%s': kernel %s has no such parameter", name, text, kernel->name);
	if (units_parse_count(text, 0, UINT64_MAX, &value) < 0 || !takes(parameter, value))
		return refuse(kernel, parameter, text);
	options->value[parameter - kernel->parameters] = value;
	return 0;
}

int kernel_options_check(const struct kernel *kernel, const struct kernel_options *options)
{
	char text[24];
	for (unsigned i = 0; kernel->parameters && kernel->parameters[i].name; i++)
		if (!takes(&kernel->parameters[i], options->value[i])) {
			snprintf(text, sizeof text, "%" PRIu64, options->value[i]);
			return refuse(kernel, &kernel->parameters[i], text);
		}
	return 0;
}
