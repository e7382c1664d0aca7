// What reads and writes each line of bench/axes.def. A new axis adds its read_KEY() and write_KEY() here, or a line
// ONE_OF_TWO().
#include "bench/plan/core_axes.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/intern.h"
#include "base/status.h"
#include "base/units.h"
#include "base/words.h"
#include "bench/plan/point.h"

static int refuse(enum core_axis_index axis, const char *text)
{
	return status_say(EINVAL, "%s '%s': expected %s", core_axes[axis].key, text, core_axis_values(&core_axes[axis]));
}

static char *write_text(char *out, size_t out_bytes, const char *text)
{
	snprintf(out, out_bytes, "%s", text);
	return out;
}

// Which of two words it is, or -EINVAL with a message.
static int read_either(enum core_axis_index axis, const char *text, const char *const words[2])
{
	for (int i = 0; i < 2; i++)
		if (strcmp(text, words[i]) == 0)
			return i;
	return refuse(axis, text);
}

// read_KEY() and write_KEY() of an axis that takes one of two words, and whose member is 0 or 1.
#define ONE_OF_TWO(key, first, second)                                               \
	static const char *const key##_words[2] = {first, second};                       \
	static int read_##key(struct point *point, const char *text)                     \
	{                                                                                \
		int index = read_either(CORE_AXIS_##key, text, key##_words);                 \
		if (index >= 0)                                                              \
			point->key = index;                                                      \
		return index < 0 ? index : 0;                                                \
	}                                                                                \
	static char *write_##key(const struct point *point, char *out, size_t out_bytes) \
	{                                                                                \
		return write_text(out, out_bytes, key##_words[point->key]);                  \
	}

static int read_kernel(struct point *point, const char *text)
{
	const struct kernel *kernel = kernel_find(text);
	if (!kernel)
		return refuse(CORE_AXIS_kernel, text);
	point->kernel = kernel;
	point->options = kernel_options_preset(kernel);
	return 0;
}

static char *write_kernel(const struct point *point, char *out, size_t out_bytes)
{
	return write_text(out, out_bytes, point->kernel->name);
}

static int read_size(struct point *point, const char *text)
{
	return size_parse(point->kernel, text, &point->size);
}

static char *write_size(const struct point *point, char *out, size_t out_bytes)
{
	return size_format(out, out_bytes, &point->size);
}

static int read_model(struct point *point, const char *text)
{
	const struct model *model = model_find(text);
	if (!model)
		return refuse(CORE_AXIS_model, text);
	point->model = model;
	return 0;
}

static char *write_model(const struct point *point, char *out, size_t out_bytes)
{
	return write_text(out, out_bytes, point->model->name);
}

static int read_workers(struct point *point, const char *text)
{
	uint64_t workers_n;
	if (units_parse_count(text, 1, EXEC_WORKERS_MAX, &workers_n) < 0)
		return refuse(CORE_AXIS_workers, text);
	point->workers = (unsigned)workers_n;
	return 0;
}

static char *write_workers(const struct point *point, char *out, size_t out_bytes)
{
	snprintf(out, out_bytes, "%u", point->workers);
	return out;
}

static int read_pin(struct point *point, const char *text)
{
	return pin_parse(text, &point->pin) < 0 ? refuse(CORE_AXIS_pin, text) : 0;
}

static char *write_pin(const struct point *point, char *out, size_t out_bytes)
{
	return write_text(out, out_bytes, pin_name(point->pin));
}

static int read_wait(struct point *point, const char *text)
{
	return wait_parse(text, &point->wait) < 0 ? refuse(CORE_AXIS_wait, text) : 0;
}

static char *write_wait(const struct point *point, char *out, size_t out_bytes)
{
	return write_text(out, out_bytes, wait_name(point->wait));
}

ONE_OF_TWO(caller, [CALLER_WAITS] = "waits", [CALLER_WORKS] = "works")
ONE_OF_TWO(memory, [MEMORY_SHARED] = "shared", [MEMORY_PRIVATE] = "private")
ONE_OF_TWO(pages, [PAGES_HUGE] = "huge", [PAGES_4K] = "4k")

static int read_numa(struct point *point, const char *text)
{
	return numa_parse(text, &point->numa) < 0 ? refuse(CORE_AXIS_numa, text) : 0;
}

static char *write_numa(const struct point *point, char *out, size_t out_bytes)
{
	return numa_format(&point->numa, out, out_bytes);
}

static const char in_place[] = "inplace", copy[] = "copy:";

static int read_transport(struct point *point, const char *text)
{
	bool copies = strncmp(text, copy, strlen(copy)) == 0;
	const struct channel_type *transport = copies ? channel_find(text + strlen(copy)) : NULL;
	if (!transport && strcmp(text, in_place) != 0)
		return refuse(CORE_AXIS_transport, text);
	point->transport = transport;
	return 0;
}

static char *write_transport(const struct point *point, char *out, size_t out_bytes)
{
	if (!point->transport)
		return write_text(out, out_bytes, in_place);
	snprintf(out, out_bytes, "%s%s", copy, point->transport->name);
	return out;
}

static int read_schedule(struct point *point, const char *text)
{
	return schedule_parse(text, &point->schedule) < 0 ? refuse(CORE_AXIS_schedule, text) : 0;
}

static char *write_schedule(const struct point *point, char *out, size_t out_bytes)
{
	return schedule_format(out, out_bytes, &point->schedule);
}

const struct core_axis core_axes[CORE_AXES_N] = {
#define AXIS(key, type, subject, named, preset, about, values) \
	{#key, preset, about, values, AXIS_##subject, AXIS_##named, read_##key, write_##key},
#include "bench/axes.def"
#undef AXIS
};

const struct core_axis *core_axis_find(const char *key)
{
	for (const struct core_axis *axis = core_axes; axis < core_axes + CORE_AXES_N; axis++)
		if (strcmp(axis->key, key) == 0)
			return axis;
	return NULL;
}

enum { VALUES_BYTES = 2048 };

static void add_kernels(char *out)
{
	for (const struct kernel *const *kernel = kernels; *kernel; kernel++)
		words_add(out, VALUES_BYTES, ", ", (*kernel)->name);
}

static void add_models(char *out)
{
	for (const struct model *const *model = models; *model; model++)
		words_add(out, VALUES_BYTES, ", ", (*model)->name);
}

static const struct {
	const char *mark;
	void (*add)(char *out);
} registries[] = {{"{kernels}", add_kernels}, {"{models}", add_models}};

const char *core_axis_values(const struct core_axis *axis)
{
	char text[2 * VALUES_BYTES], names[VALUES_BYTES] = "";
	for (size_t i = 0; i < sizeof registries / sizeof *registries; i++) {
		const char *at = strstr(axis->values, registries[i].mark);
		if (!at)
			continue;
		registries[i].add(names);
		snprintf(text, sizeof text, "%.*s%s%s", (int)(at - axis->values), axis->values, names,
		         at + strlen(registries[i].mark));
		const char *filled = intern(text);
		return filled ? filled : axis->values;
	}
	return axis->values;
}
