// A point to its spec, back, and into a record.
#include "bench/plan/point.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/status.h"
#include "bench/plan/core_axes.h"
#include "kernel/plugin/plugin.h"

struct point point_default(void)
{
	struct point point = {0};
	for (const struct core_axis *axis = core_axes; axis < core_axes + CORE_AXES_N; axis++)
		if (*axis->preset)
			axis->read(&point, axis->preset);
	return point;
}

int point_set(struct point *point, const char *key, const char *value)
{
	const struct core_axis *axis = core_axis_find(key);
	return axis ? axis->read(point, value) : kernel_options_parse(point->kernel, key, value, &point->options);
}

static int core_to_spec(const struct core_axis *axis, const struct point *point, struct spec *spec)
{
	char text[SPEC_VALUE_BYTES];
	axis->write(point, text, sizeof text);
	if (!*text || (axis->named == AXIS_IF_CHANGED && strcmp(text, axis->preset) == 0))
		return 0;
	return spec_set(spec, axis->key, text);
}

static int parameters_to_spec(const struct point *point, struct spec *spec)
{
	const struct kernel_parameter *parameters = point->kernel->parameters;
	int status = 0;
	for (unsigned i = 0; parameters && parameters[i].name && status == 0; i++)
		status = spec_set_count(spec, parameters[i].name, point->options.value[i]);
	return status;
}

int point_to_spec(const struct point *point, const char *experiment, struct spec *spec)
{
	int status = spec_init(spec, experiment);
	for (int i = 0; i < CORE_AXES_N && status == 0; i++) {
		status = core_to_spec(&core_axes[i], point, spec);
		if (status == 0 && i == CORE_AXIS_kernel)
			status = parameters_to_spec(point, spec);
	}
	return status;
}

static int parameters_from_spec(struct point *point, const struct spec *spec)
{
	const struct kernel_parameter *parameter = point->kernel->parameters;
	int status = 0;
	for (; parameter && parameter->name && status == 0; parameter++) {
		const char *value = spec_get(spec, parameter->name);
		status = value ? kernel_options_parse(point->kernel, parameter->name, value, &point->options) : 0;
	}
	return status;
}

int point_from_spec(struct point *point, const struct spec *spec)
{
	const struct experiment *experiment = experiment_find(spec->experiment);
	int status = 0;
	*point = point_default();
	point->size_per_worker = experiment && experiment->size_per_worker;
	for (int i = 0; i < CORE_AXES_N && status == 0; i++) {
		const char *value = spec_get(spec, core_axes[i].key);
		status = value ? core_axes[i].read(point, value) : 0;
		if (status == 0 && i == CORE_AXIS_kernel)
			status = parameters_from_spec(point, spec);
	}
	return status;
}

struct size point_whole_size(const struct point *point)
{
	struct size size = point->size;
	if (!point->size_per_worker)
		return size;
	size.bytes *= point->workers;
	size.height *= point->workers;
	size.items_n *= point->workers;
	size.duration_ns *= point->workers;
	return size;
}

int point_add_row(struct record *record, const struct point *point, const char *experiment, const char *family)
{
	struct spec spec;
	char group[GROUP_BYTES];
	int status = point_to_spec(point, experiment, &spec);
	int index = status < 0 ? status : record_find(record, &spec);
	if (status < 0 || index >= 0)
		return index;

	struct problem problem;
	struct size size = point_whole_size(point);
	int planned = problem_plan(&problem, point->kernel, &size, &point->options);
	if (planned < 0 && !plugin_failed(point->kernel, planned))
		return planned;
	snprintf(group, sizeof group, "%s|workers:%u", family, point->workers);
	index = record_add_row(record, &spec, group);
	if (index < 0)
		return index;
	struct row *row = &record->rows[index];
	struct traffic traffic = {0};
	row->hooks = &experiment_find(experiment)->visit;
	if (planned < 0)
		row_set_failed(row, status_message());
	else
		point->kernel->traffic(&problem, &traffic);
	row->bytes = traffic.read_bytes + traffic.written_bytes;
	row->flops = traffic.flops;
	row->waited_ns = traffic.waited_ns / point->workers;
	return index;
}

const char *point_memory_why_not(const struct point *point, const struct topology *topology)
{
	struct problem problem;
	struct size size = point_whole_size(point);
	const char *reason = numa_why_not(topology, &point->numa, point->pin);
	unsigned nodes_n;
	topology_nodes(topology, &nodes_n);
	if (point->numa.kind == NUMA_LOCAL || reason)
		return reason;
	if (problem_plan(&problem, point->kernel, &size, &point->options) < 0)
		return status_message();
	if (problem.in_bytes + problem.out_bytes == 0)
		return "this kernel has no data that lies on any node";
	if (point->memory == MEMORY_PRIVATE)
		return "private memory is where it was inherited from or copied to: --numa is for shared memory";
	if (point->numa.kind == NUMA_INTERLEAVE && problem.in_bytes < nodes_n * arena_page_bytes(point->pages))
		return "the data has fewer pages than this machine has NUMA nodes: give a larger --size, or --pages=4k";
	return NULL;
}

struct exec_config point_exec_config(const struct point *point, const struct placement *placement)
{
	return (struct exec_config){
		.model = point->model,
		.workers_n = point->workers,
		.wait = point->wait,
		.caller = point->caller,
		.placement = placement,
		.transport = point->transport,
		.pages = point->pages,
	};
}

const char *point_why_not(const struct point *point, const struct topology *topology)
{
	struct placement *placement;
	if (placement_plan(topology, point->pin, point->workers, &placement) < 0)
		return status_message();
	struct exec_config config = point_exec_config(point, placement);
	const char *reason = exec_unsupported(&config);
	placement_free(placement);
	if (!reason && point->transport && !point->kernel->span_bytes)
		reason = point->kernel->plugin ? "this kernel does not say which bytes are whose: its file has no span_bytes()"
		                               : "this kernel has no data that could be sent";
	if (!reason && point->transport && point->schedule.kind != SCHEDULE_STATIC)
		reason = "only the static schedule can send data";
	return reason ? reason : point_memory_why_not(point, topology);
}

// The size at which a limit moves as many input bytes as the problem does; limits of computing take their own.
static struct size roof_size(const struct kernel *roof, const struct problem *problem)
{
	// Of a file's kernel it may be any number of bytes.
	size_t bytes = problem->in_bytes > 0 ? problem->in_bytes : problem->out_bytes;
	struct size size = {.form = SIZE_BYTES, .bytes = round_up(bytes, 8)};
	if (!(roof->size_forms & SIZE_BYTES))
		size_parse(roof, roof->size_default, &size);
	return size;
}

// A file's kernel names every limit: those it has anything of are its own.
static bool has_roof(const struct problem *problem, const char *roof)
{
	struct traffic traffic;
	if (!problem->kernel->plugin)
		return true;
	problem->kernel->traffic(problem, &traffic);
	if (strcmp(roof, "fma") == 0)
		return traffic.flops > 0;
	bool moves = problem->in_bytes + problem->out_bytes > 0;
	return moves && (strcmp(roof, "copy") == 0 ? traffic.written_bytes > 0
	                                           : traffic.written_bytes == 0 && traffic.read_bytes > 0);
}

int point_add_roofs(struct record *record, const struct point *point, const char *family, int row)
{
	struct problem problem;
	struct size size = point_whole_size(point);
	int status = problem_plan(&problem, point->kernel, &size, &point->options);
	for (int i = 0; status == 0 && i < 3 && point->kernel->roof[i]; i++) {
		struct point limit = point_default();
		if (!has_roof(&problem, point->kernel->roof[i]))
			continue;
		limit.kernel = kernel_find(point->kernel->roof[i]);
		limit.size = roof_size(limit.kernel, &problem);
		limit.pin = point->pin;
		limit.pages = point->pages;
		limit.numa = point->numa;
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
