// A point to its spec, back, and into a record.
#include "bench/plan/point.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/status.h"
#include "base/units.h"

struct point point_default(void)
{
	return (struct point){
		.kernel = kernel_find("null"),
		.k = 5,
		.model = model_find("serial"),
		.workers_n = 1,
		.pin = PIN_COMPACT,
		.wait = WAIT_ADAPTIVE,
		.caller = CALLER_WAITS,
		.memory = MEMORY_SHARED,
		.pages = PAGES_HUGE,
		.schedule = {.kind = SCHEDULE_STATIC, .chunk_items = 1},
	};
}

void point_to_spec(const struct point *point, const char *experiment, struct spec *spec)
{
	char text[64];
	spec_init(spec, experiment);
	spec_set(spec, "kernel", point->kernel->name);
	if (point->kernel->takes_k)
		spec_set_count(spec, "k", point->k);
	if (point->kernel->size_forms != SIZE_NONE)
		spec_set(spec, "size", size_format(text, sizeof text, &point->size));
	spec_set(spec, "model", point->model->name);
	spec_set_count(spec, "workers", point->workers_n);
	spec_set(spec, "pin", pin_name(point->pin));
	if (point->wait != WAIT_ADAPTIVE)
		spec_set(spec, "wait", wait_name(point->wait));
	if (point->caller != CALLER_WAITS)
		spec_set(spec, "caller", "works");
	if (point->memory != MEMORY_SHARED)
		spec_set(spec, "memory", "private");
	if (point->pages != PAGES_HUGE)
		spec_set(spec, "pages", "4k");
	if (point->transport) {
		snprintf(text, sizeof text, "copy:%s", point->transport->name);
		spec_set(spec, "transport", text);
	}
	if (point->schedule.kind != SCHEDULE_STATIC)
		spec_set(spec, "schedule", schedule_format(text, sizeof text, &point->schedule));
}

enum { KNOWN_BYTES = 448 }; // every channel as a transport

// Append a name to "a, b, c", as far as there is room.
static void known_add(char *known, const char *name)
{
	size_t used = strlen(known);
	snprintf(known + used, KNOWN_BYTES - used, "%s%s", used ? ", " : "", name);
}

static int take_kernel(struct point *point, const char *value)
{
	point->kernel = kernel_find(value);
	if (point->kernel)
		return 0;
	char known[KNOWN_BYTES] = "";
	for (const struct kernel *const *kernel = kernels; *kernel; kernel++)
		known_add(known, (*kernel)->name);
	return status_say(EINVAL, "no kernel '%s' (%s)", value, known);
}

static int take_size(struct point *point, const char *value)
{
	return size_parse(point->kernel, value, &point->size);
}

static int take_k(struct point *point, const char *value)
{
	uint64_t k;
	if (units_parse_count(value, 3, 7, &k) < 0 || k % 2 == 0)
		return status_say(EINVAL, "k '%s' (3, 5 or 7)", value);
	point->k = (unsigned)k;
	return 0;
}

static int take_model(struct point *point, const char *value)
{
	point->model = model_find(value);
	if (point->model)
		return 0;
	char known[KNOWN_BYTES] = "";
	for (const struct model *const *model = models; *model; model++)
		known_add(known, (*model)->name);
	return status_say(EINVAL, "no model '%s' (%s)", value, known);
}

static int take_workers(struct point *point, const char *value)
{
	uint64_t workers_n;
	if (units_parse_count(value, 1, EXEC_WORKERS_MAX, &workers_n) < 0)
		return status_say(EINVAL, "workers '%s' (1 to %d)", value, EXEC_WORKERS_MAX);
	point->workers_n = (unsigned)workers_n;
	return 0;
}

static int take_pin(struct point *point, const char *value)
{
	return pin_parse(value, &point->pin) < 0 ? status_say(EINVAL, "pin '%s' (none, compact, spread or same)", value)
	                                         : 0;
}

static int take_wait(struct point *point, const char *value)
{
	return wait_parse(value, &point->wait) < 0 ? status_say(EINVAL, "wait '%s' (spin, park or adaptive)", value) : 0;
}

// Index of value among two words, or -EINVAL with a message.
static int either(const char *axis, const char *value, const char *first, const char *second)
{
	if (strcmp(value, first) == 0)
		return 0;
	return strcmp(value, second) == 0 ? 1 : status_say(EINVAL, "%s '%s' (%s or %s)", axis, value, first, second);
}

static int take_caller(struct point *point, const char *value)
{
	int index = either("caller", value, "waits", "works");
	point->caller = index == 1 ? CALLER_WORKS : CALLER_WAITS;
	return index < 0 ? index : 0;
}

static int take_memory(struct point *point, const char *value)
{
	int index = either("memory", value, "shared", "private");
	point->memory = index == 1 ? MEMORY_PRIVATE : MEMORY_SHARED;
	return index < 0 ? index : 0;
}

static int take_pages(struct point *point, const char *value)
{
	int index = either("pages", value, "huge", "4k");
	point->pages = index == 1 ? PAGES_4K : PAGES_HUGE;
	return index < 0 ? index : 0;
}

static int take_transport(struct point *point, const char *value)
{
	point->transport = NULL;
	if (strcmp(value, "inplace") == 0)
		return 0;
	if (strncmp(value, "copy:", 5) == 0)
		point->transport = channel_find(value + 5);
	if (point->transport)
		return 0;
	char known[KNOWN_BYTES] = "inplace", name[48];
	for (const struct channel_type *const *type = channels; *type; type++) {
		snprintf(name, sizeof name, "copy:%s", (*type)->name);
		known_add(known, name);
	}
	return status_say(EINVAL, "transport '%s' (%s)", value, known);
}

static int take_schedule(struct point *point, const char *value)
{
	return schedule_parse(value, &point->schedule);
}

// In this order: a size can only be read once the kernel is known.
static const struct {
	const char *axis;
	int (*take)(struct point *point, const char *value);
} axis_takers[] = {
	{"kernel", take_kernel},   {"k", take_k},         {"size", take_size},           {"model", take_model},
	{"workers", take_workers}, {"pin", take_pin},     {"wait", take_wait},           {"caller", take_caller},
	{"memory", take_memory},   {"pages", take_pages}, {"transport", take_transport}, {"schedule", take_schedule},
};

int point_set(struct point *point, const char *axis, const char *value)
{
	for (size_t i = 0; i < sizeof axis_takers / sizeof *axis_takers; i++)
		if (strcmp(axis_takers[i].axis, axis) == 0)
			return axis_takers[i].take(point, value);
	return status_say(EINVAL, "no axis '%s'", axis);
}

int point_from_spec(struct point *point, const struct spec *spec)
{
	*point = point_default();
	point->weak = strcmp(spec->experiment, "weak") == 0;
	for (size_t i = 0; i < sizeof axis_takers / sizeof *axis_takers; i++) {
		const char *value = spec_get(spec, axis_takers[i].axis);
		int status = value ? axis_takers[i].take(point, value) : 0;
		if (status < 0)
			return status;
	}
	return 0;
}

struct size point_whole_size(const struct point *point)
{
	struct size size = point->size;
	if (!point->weak)
		return size;
	size.bytes *= point->workers_n;
	size.height *= point->workers_n;
	size.items_n *= point->workers_n;
	size.duration_ns *= point->workers_n;
	return size;
}

int point_add_row(struct record *record, const struct point *point, const char *experiment, const char *family)
{
	struct spec spec;
	char group[GROUP_BYTES];
	point_to_spec(point, experiment, &spec);
	int index = record_find(record, &spec);
	if (index >= 0)
		return index;

	struct problem problem;
	struct size size = point_whole_size(point);
	int status = problem_plan(&problem, point->kernel, &size, &(struct kernel_options){.k = point->k});
	if (status < 0)
		return status;
	snprintf(group, sizeof group, "%s|workers:%u", family, point->workers_n);
	index = record_add_row(record, &spec, group);
	if (index < 0)
		return index;
	struct row *row = &record->rows[index];
	struct traffic traffic;
	point->kernel->traffic(&problem, &traffic);
	row->hooks = &experiment_find(experiment)->visit;
	row->bytes = traffic.read_bytes + traffic.written_bytes;
	row->flops = traffic.flops;
	row->waited_ns = traffic.waited_ns / point->workers_n;
	return index;
}

// The size at which a limit moves as many input bytes as the problem does; limits of computing take their own.
static struct size roof_size(const struct kernel *roof, const struct problem *problem)
{
	struct size size = {.form = SIZE_BYTES, .bytes = problem->in_bytes};
	if (!(roof->size_forms & SIZE_BYTES))
		size_parse(roof, roof->size_default, &size);
	return size;
}

int point_add_roofs(struct record *record, const struct point *point, const char *family, int row)
{
	struct problem problem;
	struct size size = point_whole_size(point);
	int status = problem_plan(&problem, point->kernel, &size, &(struct kernel_options){.k = point->k});
	for (int i = 0; status == 0 && i < 3 && point->kernel->roof[i]; i++) {
		struct point limit = point_default();
		limit.kernel = kernel_find(point->kernel->roof[i]);
		limit.size = roof_size(limit.kernel, &problem);
		limit.pin = point->pin;
		limit.pages = point->pages;
		int roof = point_add_row(record, &limit, "limits", family);
		if (roof < 0)
			return roof;
		const struct row *bound = &record->rows[roof], *bounded = &record->rows[row];
		bool computes = bound->flops > 0 && bounded->flops > 0 && bound->bytes == 0;
		record->rows[row].roof_work[i] =
			computes ? (double)bounded->flops / (double)bound->flops : (double)bounded->bytes / (double)bound->bytes;
		record->rows[row].roof[i] = roof;
	}
	return status;
}
