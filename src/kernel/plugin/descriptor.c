// Nothing is believed of what a plug-in's process wrote.
#include "kernel/plugin/descriptor.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/intern.h"
#include "base/status.h"

_Static_assert(sizeof(struct tvp_size) == sizeof(struct size), "a plug-in sees them as they are");
_Static_assert(offsetof(struct tvp_size, duration_ns) == offsetof(struct size, duration_ns), "");
_Static_assert(offsetof(struct tvp_size, height) == offsetof(struct size, height), "");
_Static_assert(offsetof(struct tvp_problem, items_n) == offsetof(struct problem, items_n), "");
_Static_assert(offsetof(struct tvp_problem, in) == offsetof(struct problem, in), "");
_Static_assert(offsetof(struct tvp_problem, in_bytes) == offsetof(struct problem, in_bytes), "");
_Static_assert(offsetof(struct tvp_problem, out) == offsetof(struct problem, out), "");
_Static_assert(offsetof(struct tvp_problem, out_bytes) == offsetof(struct problem, out_bytes), "");
_Static_assert(offsetof(struct tvp_problem, expected) == offsetof(struct problem, expected), "");
_Static_assert(offsetof(struct tvp_problem, size) == offsetof(struct problem, size), "");
_Static_assert(offsetof(struct tvp_problem, parameter) == offsetof(struct problem, options), "");
_Static_assert(offsetof(struct tvp_problem, number) == offsetof(struct problem, number), "");
_Static_assert(sizeof(struct tvp_problem) <= offsetof(struct problem, kernel), "");
_Static_assert(sizeof(struct tvp_span) == sizeof(struct span), "");
_Static_assert(sizeof(struct tvp_span_bytes) == sizeof(struct span_bytes), "");
_Static_assert(sizeof(struct tvp_traffic) == sizeof(struct traffic), "");
_Static_assert(TVP_PARAMETERS_MAX == KERNEL_PARAMETERS_MAX, "");
_Static_assert(TVP_SIZE_BYTES == SIZE_BYTES && TVP_SIZE_IMAGE == SIZE_IMAGE && TVP_SIZE_ITEMS == SIZE_ITEMS &&
                   TVP_SIZE_DURATION == SIZE_DURATION,
               "");

static bool is_lower(char c)
{
	return c >= 'a' && c <= 'z';
}

// A name that can stand in the names of specs and options.
static int name_check(const char *what, const char *name, const char *marks)
{
	bool plain = is_lower(*name);
	for (const char *at = name; *at && plain; at++)
		plain = is_lower(*at) || (*at >= '0' && *at <= '9') || strchr(marks, *at);
	if (plain)
		return 0;
	return status_say(EPROTO,
	                  "its descriptor's %s is \"%.23s\": it must begin with a to z, and have only these, 0 to 9%s",
	                  what, name, *marks == '_' && marks[1] ? ", _ and -" : " and _");
}

// One line of text for people; other bytes than those of text become '?'.
static void text_clean(char *text, size_t bytes)
{
	text[bytes - 1] = '\0';
	for (; *text; text++)
		if ((unsigned char)*text < ' ' || *text == 0x7f)
			*text = '?';
}

static int parameter_check(struct plugin_parameter *parameter)
{
	text_clean(parameter->name, sizeof parameter->name);
	text_clean(parameter->help, sizeof parameter->help);
	text_clean(parameter->values, sizeof parameter->values);
	return name_check("parameter", parameter->name, "_");
}

// Two of one name would be one option, whose value both would have.
static int parameters_differ(const struct plugin_descriptor *descriptor)
{
	for (unsigned i = 0; i < descriptor->parameters_n; i++)
		for (unsigned j = 0; j < i; j++)
			if (strcmp(descriptor->parameter[i].name, descriptor->parameter[j].name) == 0)
				return status_say(EPROTO, "its descriptor has two parameters of the name \"%.23s\"",
				                  descriptor->parameter[i].name);
	return 0;
}

int plugin_descriptor_check(struct plugin_descriptor *descriptor)
{
	text_clean(descriptor->name, sizeof descriptor->name);
	text_clean(descriptor->summary, sizeof descriptor->summary);
	text_clean(descriptor->compiler, sizeof descriptor->compiler);
	text_clean(descriptor->size_default, sizeof descriptor->size_default);
	int status = name_check("name", descriptor->name, "_-");
	if (status == 0 && descriptor->parameters_n > TVP_PARAMETERS_MAX)
		status =
			status_say(EPROTO, "it has more than %d parameters, or its list of them has no end", TVP_PARAMETERS_MAX);
	if (status == 0 && descriptor->size_forms >= SIZE_DURATION << 1)
		status = status_say(EPROTO, "its descriptor's size_forms is 0x%x, which is none that tvp knows",
		                    descriptor->size_forms);
	for (unsigned i = 0; status == 0 && i < descriptor->parameters_n; i++)
		status = parameter_check(&descriptor->parameter[i]);
	return status < 0 ? status : parameters_differ(descriptor);
}

static int parameter_make(const struct plugin_descriptor *descriptor, unsigned index,
                          struct kernel_parameter *parameter)
{
	const struct plugin_parameter *own = &descriptor->parameter[index];
	char name[2 * PLUGIN_NAME_BYTES];
	snprintf(name, sizeof name, "%s.%s", descriptor->name, own->name);
	*parameter = (struct kernel_parameter){
		.name = intern(name),
		.help = intern(own->help),
		.preset = own->preset,
		.values = *own->values ? intern(own->values) : NULL,
		.least = own->least,
		.most = own->most,
	};
	return parameter->name && parameter->help && (!*own->values || parameter->values)
	           ? 0
	           : status_fail(ENOMEM, "a kernel's parameters");
}

int plugin_descriptor_kernel(const struct plugin_descriptor *descriptor, struct kernel_parameter *parameters,
                             struct kernel *kernel)
{
	struct size size;
	int status = 0;
	for (unsigned i = 0; i < descriptor->parameters_n && status == 0; i++)
		status = parameter_make(descriptor, i, &parameters[i]);
	parameters[descriptor->parameters_n] = (struct kernel_parameter){0};
	*kernel = (struct kernel){
		.name = intern(descriptor->name),
		.summary = intern(descriptor->summary),
		.size_forms = descriptor->size_forms,
		.size_default = descriptor->size_forms ? intern(descriptor->size_default) : NULL,
		.parameters = descriptor->parameters_n ? parameters : NULL,
		.roof = {"read", "copy", "fma"}, // those of them that its traffic has anything of
		.keeps_reference = !descriptor->has_check,
	};
	if (!kernel->name || !kernel->summary || (kernel->size_forms && !kernel->size_default))
		return status_fail(ENOMEM, "a kernel's texts");
	if (status == 0 && kernel->size_forms && size_parse(kernel, kernel->size_default, &size) < 0)
		status = status_wrap(-EPROTO, "its descriptor's size_default");
	struct kernel_options preset = kernel_options_preset(kernel);
	if (status == 0 && kernel_options_check(kernel, &preset) < 0)
		status = status_wrap(-EPROTO, "a preset of its descriptor");
	return status;
}

const char *plugin_file_name(const char *path)
{
	char name[PLUGIN_NAME_BYTES];
	const char *slash = strrchr(path, '/');
	snprintf(name, sizeof name, "%s%s", slash ? slash + 1 : path, strchr(slash ? slash : path, '.') ? "" : ".");
	for (char *at = name; *at; at++)
		if (*at <= ' ' || *at > '~' || strchr("/:,=", *at))
			*at = '_';
	return intern(name);
}
