// The rows of `python`, and for each the C row of the same operation, which becomes the row's baseline: Python ÷ C.
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/status.h"
#include "bench/plan/axis_product.h"
#include "bench/plan/point.h"
#include "bench/python/python.h"
#include "bench/twin/twin.h"
#include "host/place.h"

// C rows by their names; {workers} and {place} are those of Python's row. Where this build lacks the experiment, the
// channel or the lock, there is no such row. The empty map is compared with rows of `overhead`, which are pinned; the
// models of the other rows are not, as Python is not, and their workers park between jobs as Python's do.
static const struct counterpart {
	const char *shape, *between, *against; ///< NULL: any
	const char *name;
} counterparts[] = {
	{"start_join", "threads", NULL, "scaling/kernel:null/model:threads/workers:1/pin:none"},
	{"start_join", "processes", NULL, "scaling/kernel:null/model:fork/workers:1/pin:none"},
	{"pool_map_empty", "threads", "spin",
     "overhead/kernel:null/model:thread_pool/workers:{workers}/wait:spin/caller:works"},
	{"pool_map_empty", "threads", "park",
     "overhead/kernel:null/model:thread_pool/workers:{workers}/wait:park/caller:works"},
	{"pool_map_empty", "processes", "spin",
     "overhead/kernel:null/model:process_pool/workers:{workers}/wait:spin/caller:works"},
	{"pool_map_empty", "processes", "park",
     "overhead/kernel:null/model:process_pool/workers:{workers}/wait:park/caller:works"},
	{"serial_sum", NULL, NULL, "scaling/kernel:sum/size:1MiB/model:serial/pin:none"},
	{"pool_map_sum", "threads", NULL,
     "scaling/kernel:sum/size:1MiB/model:thread_pool/workers:{workers}/pin:none/wait:park/schedule:strided"},
	{"pool_map_sum", "processes", NULL,
     "scaling/kernel:sum/size:1MiB/model:process_pool/workers:{workers}/pin:none/wait:park/schedule:strided"},
	{"serial_square", NULL, NULL, "scaling/kernel:square/size:64KiB/model:serial/pin:none"},
	{"pool_map_square", "threads", NULL,
     "scaling/kernel:square/size:64KiB/model:thread_pool/workers:{workers}/pin:none/wait:park"},
	{"pool_map_square", "processes", NULL,
     "scaling/kernel:square/size:64KiB/model:process_pool/workers:{workers}/pin:none/wait:park"},
	{"serial_rows", NULL, NULL, "scaling/kernel:convolve/k:3/size:128x64/model:serial/pin:none"},
	{"pool_map_rows", "threads", NULL,
     "scaling/kernel:convolve/k:3/size:128x64/model:thread_pool/workers:{workers}/pin:none/wait:park"},
	{"pool_map_rows", "processes", NULL,
     "scaling/kernel:convolve/k:3/size:128x64/model:process_pool/workers:{workers}/pin:none/wait:park"},
	{"pipe", "threads", NULL, "latency/channel:socketpair/bytes:1/place:{place}/between:threads"},
	{"pipe", "processes", NULL, "latency/channel:socketpair/bytes:1/place:{place}/between:processes"},
	{"queue", "threads", NULL, "latency/channel:condvar/bytes:1/place:{place}/between:threads"},
	{"queue", "processes", NULL, "latency/channel:pipe/bytes:1/place:{place}/between:processes"},
	{"value_lock", "threads", NULL,
     "locks/lock:mutex/sharing:private/workers:{workers}/hold:0/pin:compact/between:threads"},
	{"value_lock", "processes", NULL,
     "locks/lock:mutex/sharing:shared/workers:{workers}/hold:0/pin:compact/between:processes"},
	{"semaphore", "threads", NULL,
     "locks/lock:semaphore/sharing:private/workers:{workers}/hold:0/pin:compact/between:threads"},
	{"semaphore", "processes", NULL,
     "locks/lock:semaphore/sharing:shared/workers:{workers}/hold:0/pin:compact/between:processes"},
	{"manager_list", "threads", NULL, "manager/list:locked/channel:none/workers:{workers}/pin:compact/between:threads"},
	{"manager_list", "processes", NULL,
     "manager/list:manager/channel:socketpair/workers:{workers}/pin:compact/between:processes"},
};

static bool begins(const char *text, const char *start)
{
	return strncmp(text, start, strlen(start)) == 0;
}

static bool is_one_of(const char *shape, const char *const *shapes)
{
	for (; *shapes; shapes++)
		if (strcmp(*shapes, shape) == 0)
			return true;
	return false;
}

// "" where the shape has no place, or is not measured at this one.
static const char *place_why_not(const struct plan_options *options, const struct spec *spec, bool paired)
{
	enum place place;
	int cpu[2];
	if (spec_axis_is(spec, "place", "none") || !paired)
		return spec_axis_is(spec, "place", "none") && !paired ? NULL : "";
	if (place_parse(spec_get(spec, "place"), &place) < 0)
		return "";
	if (!plan_axis_given(options, "place") && place != PLACE_SAME_CPU && place != place_nearest(options->topology))
		return "";
	return place_find(options->topology, place, cpu) ? NULL : "this machine has no CPU pair in that position";
}

// A start method matters most to the creation of processes: other shapes are measured with one of them, unless the user
// names methods.
const char *python_why_not(const struct plan_options *options, const struct spec *spec)
{
	static const char *const creating[] = {"start_join", "terminate", NULL};
	static const char *const round_trips[] = {"pipe", "queue", NULL};
	const char *shape = spec_get(spec, "shape"), *start = spec_get(spec, "start");
	bool serial = begins(shape, "serial_"), processes = spec_axis_is(spec, "between", "processes");
	bool creates = is_one_of(shape, creating), paired = is_one_of(shape, round_trips),
		 one = serial || creates || paired;
	uint64_t workers_n;
	if (spec_axis_count(spec, "workers", 1, EXEC_WORKERS_MAX, &workers_n) < 0 || one != (workers_n == 1))
		return "";
	if (serial != spec_axis_is(spec, "between", "none") ||
	    (strcmp(shape, "pool_map_empty") == 0) == spec_axis_is(spec, "against", "none"))
		return "";
	bool started = strcmp(start, "none") != 0,
		 any_start = creates || strcmp(start, "fork") == 0 || plan_axis_given(options, "start");
	if (started != processes || (processes && !any_start))
		return "";
	const char *reason = place_why_not(options, spec, paired);
	if (!reason && strcmp(shape, "terminate") == 0 && !processes)
		reason = "Python's threads cannot be terminated";
	return reason;
}

// The counterpart's name with this row's values put in.
static void insert_values(const char *name, const struct spec *spec, char *out, size_t out_bytes)
{
	size_t used = 0;
	for (; *name && used + 1 < out_bytes; name++) {
		const char *end = *name == '{' ? strchr(name, '}') : NULL;
		char key[SPEC_KEY_BYTES];
		if (!end) {
			out[used++] = *name;
			continue;
		}
		snprintf(key, sizeof key, "%.*s", (int)(end - name - 1), name + 1);
		const char *value = spec_get(spec, key);
		snprintf(out + used, out_bytes - used, "%s", value ? value : "");
		used = strlen(out);
		name = end;
	}
	out[used < out_bytes ? used : out_bytes - 1] = '\0';
}

static int add_point(const struct plan_options *options, const struct spec *spec, const char *family,
                     struct record *record)
{
	struct point point;
	int status = point_from_spec(&point, spec);
	if (status < 0)
		return status;
	int index = point_add_row(record, &point, spec->experiment, family);
	const char *reason = twin_why_too_few_cpus(options->topology, point.workers, point.pin);
	if (index >= 0 && reason)
		row_skip(&record->rows[index], reason);
	return index;
}

static int add_case(const struct plan_options *options, const struct experiment *experiment, const struct spec *spec,
                    const char *group, struct record *record)
{
	int index = record_find(record, spec);
	const char *reason = experiment->why_not ? experiment->why_not(options, spec) : NULL;
	if (index >= 0 || reason)
		return index; // a row that cannot run is no baseline; its own experiment reports why
	index = record_add_row(record, spec, group);
	if (index >= 0)
		record->rows[index].hooks = &experiment->visit;
	return index;
}

// The index of the C row, added where it is not there yet; -1 where this build has none; another negative status.
static int add_counterpart(const struct plan_options *options, struct record *record, const struct spec *spec,
                           const char *family, const char *group)
{
	char name[SPEC_NAME_BYTES];
	struct spec twin;
	for (size_t i = 0; i < sizeof counterparts / sizeof *counterparts; i++) {
		const struct counterpart *one = &counterparts[i];
		if (!spec_axis_is(spec, "shape", one->shape) ||
		    (one->between && !spec_axis_is(spec, "between", one->between)) ||
		    (one->against && !spec_axis_is(spec, "against", one->against)))
			continue;
		insert_values(one->name, spec, name, sizeof name);
		int status = spec_parse(&twin, name);
		const struct experiment *experiment = status < 0 ? NULL : experiment_find(twin.experiment);
		if (status < 0 || !experiment)
			return status < 0 ? status : -1;
		return experiment->visit.trial == point_trial ? add_point(options, &twin, family, record)
		                                              : add_case(options, experiment, &twin, group, record);
	}
	return -1;
}

// Shapes with the same last word are one family, measured near each other: serial_sum and pool_map_sum.
static int relate(const struct plan_options *options, struct record *record, uint32_t index)
{
	char family[GROUP_BYTES / 2], group[GROUP_BYTES];
	struct spec spec = record->rows[index].spec;
	const char *shape = spec_get(&spec, "shape"), *word = strrchr(shape, '_'), *place = spec_get(&spec, "place");
	snprintf(family, sizeof family, "python/%s%s%s", word ? word + 1 : shape, place ? "/" : "", place ? place : "");
	snprintf(group, sizeof group, "%s|workers:%s", family, spec_get(&spec, "workers"));
	int baseline = add_counterpart(options, record, &spec, family, group);
	if (baseline < -1)
		return baseline;
	struct row *row = &record->rows[index];
	row->baseline = baseline;
	// A C row planned by another experiment stays in its group, and this row joins that.
	return row_set_group(row, baseline < 0 ? group : record->rows[baseline].group);
}

// Processes are compared with threads whatever the start method, which plan_relate() would want to be the
// same.
static void relate_peer(struct record *record, uint32_t index)
{
	struct row *row = &record->rows[index];
	struct spec peer = row->spec;
	if (!spec_axis_is(&peer, "between", "processes"))
		return;
	spec_unset(&peer, "start");
	int threads = spec_set(&peer, "between", "threads") < 0 ? -1 : record_find(record, &peer);
	row->peer = threads >= 0 && strcmp(record->rows[threads].group, row->group) == 0 ? threads : -1;
}

// "none" is for the planning only: it would be in every name.
static void unset_none(struct record *record, uint32_t row)
{
	static const char *const keys[] = {"start", "between", "place", "against"};
	struct spec spec = record->rows[row].spec;
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
		if (spec_axis_is(&spec, keys[i], "none"))
			spec_unset(&spec, keys[i]);
	record_rename(record, row, &spec);
}

int python_plan(const struct plan_options *options, struct record *record)
{
	uint32_t first = record->rows_n;
	int status = axis_product_plan("python", options, record);
	for (uint32_t i = first; i < record->rows_n && status == 0; i++)
		unset_none(record, i);
	for (uint32_t i = first, end = record->rows_n; i < end && status == 0; i++)
		status = relate(options, record, i);
	for (uint32_t i = first; i < record->rows_n && status == 0; i++)
		relate_peer(record, i);
	return status;
}
