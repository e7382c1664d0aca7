// `spawn`: creation and end of workers by every call that creates some. calls.c (threads, fork), vm.c (processes in
// their creator's memory) and program.c (processes that execute tiny.c) are the calls; resident.c is the creator's
// memory, time.c times bursts of workers.
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/status.h"
#include "base/units.h"
#include "bench/plan/axis_product.h"
#include "bench/spawn/spawn.h"
#include "bench/twin/twin.h"

static const struct spawn_call *const calls[] = {
	&spawn_pthread, &spawn_pthread_small, &spawn_fork, &spawn_vfork, &spawn_clone_vm, &spawn_posix_spawn, &spawn_exec,
};

static const struct spawn_call *call_find(const char *name)
{
	for (size_t i = 0; name && i < sizeof calls / sizeof *calls; i++)
		if (strcmp(calls[i]->name, name) == 0)
			return calls[i];
	return NULL;
}

static int trial(const struct spec *spec, struct trial *trial)
{
	uint64_t burst_n;
	struct spawn_case wanted = {.call = call_find(spec_get(spec, "call")),
	                            .pages = spec_axis_is(spec, "pages", "huge") ? PAGES_HUGE : PAGES_4K};
	if (!wanted.call || !spec_get(spec, "place") || !spec_get(spec, "pages"))
		return status_say(EINVAL, "a row of spawn needs call, resident, pages, burst and place");
	int status = spec_axis_bytes(spec, "resident", &wanted.resident_bytes);
	if (status == 0)
		status = spec_axis_count(spec, "burst", 1, SPAWN_BURST_MAX, &burst_n);
	if (status == 0)
		status = place_parse(spec_get(spec, "place"), &wanted.place);
	if (status < 0)
		return status;
	wanted.burst_n = (unsigned)burst_n;
	return spawn_time(&wanted, trial);
}

// Rows left out of the quick set. The effect of resident memory is shown by single workers on one CPU: of 1 GiB by the
// usual calls only, of huge pages by the calls that copy page tables. Bursts are shown without vfork, whose caller
// waits for each worker.
static bool left_to_full(const struct plan_options *options, const struct spec *spec, const struct spawn_call *call)
{
	bool resident = !spec_axis_is(spec, "resident", "0"), same_cpu = spec_axis_is(spec, "place", "same_cpu");
	bool single = spec_axis_is(spec, "burst", "1"), gigabyte = spec_axis_is(spec, "resident", "1GiB");
	bool chosen_place = plan_axis_given(options, "place"), chosen_burst = plan_axis_given(options, "burst");
	bool small = call == &spawn_pthread_small, copies = call == &spawn_fork || call == &spawn_exec;
	enum place place;
	if (!same_cpu && !chosen_place && place_parse(spec_get(spec, "place"), &place) == 0 &&
	    place != place_nearest(options->topology))
		return true;
	if ((resident && !same_cpu && !chosen_place) || (resident && !single && !chosen_burst) ||
	    (!same_cpu && !single && !chosen_burst))
		return true;
	if (plan_axis_given(options, "call"))
		return false;
	if (gigabyte)
		return call != &spawn_fork && call != &spawn_posix_spawn && call != &spawn_pthread;
	if (!single && (small || call == &spawn_vfork || call == &spawn_exec) && !chosen_burst)
		return true;
	return resident && (small || (spec_axis_is(spec, "pages", "huge") && !copies));
}

static const char *why_not(const struct plan_options *options, const struct spec *spec)
{
	const struct spawn_call *call = call_find(spec_get(spec, "call"));
	bool resident = !spec_axis_is(spec, "resident", "0");
	enum place place;
	int cpu[2];
	if (!call || place_parse(spec_get(spec, "place"), &place) < 0)
		return "";
	if (!resident && spec_axis_is(spec, "pages", "huge"))
		return ""; // there are no pages
	if (!options->full && left_to_full(options, spec, call))
		return "";
	if (!place_find(options->topology, place, cpu))
		return "this machine has no CPU pair in that position";
	if (call->executes && !spawn_tiny_path())
		return "the program to execute, tvp-tiny, is neither in tvp's directory nor in its libexec/tvp";
	return NULL;
}

// Rows that differ only in the call or its pages are one group: they are compared, and find the same memory warm.
static int group_calls(struct row *row)
{
	struct spec rest = row->spec;
	char name[SPEC_NAME_BYTES], group[GROUP_BYTES];
	spec_unset(&rest, "call");
	spec_unset(&rest, "pages");
	spec_name(&rest, name, sizeof name);
	snprintf(group, sizeof group, "%s|%s %s", name, spec_get(&row->spec, "call"), spec_get(&row->spec, "pages"));
	return row_set_group(row, group);
}

static int attach_twin(const struct plan_options *options, struct record *record, uint32_t row)
{
	const struct spec *spec = &record->rows[row].spec;
	if (!spec_axis_is(spec, "resident", "0") || !spec_axis_is(spec, "burst", "1") ||
	    !spec_axis_is(spec, "place", "same_cpu"))
		return 0;
	char call[32];
	snprintf(call, sizeof call, "spawn_%.20s", spec_get(spec, "call"));
	struct twin_row twin = {.call = call, .workers_n = 1, .pin = PIN_SAME};
	return twin_attach(record, options->topology, (int)row, &twin);
}

static int plan(const struct plan_options *options, struct record *record)
{
	uint32_t first = record->rows_n;
	int status = axis_product_plan("spawn", options, record);
	uint32_t end = record->rows_n;
	for (uint32_t i = first; i < end && status == 0; i++) {
		status = group_calls(&record->rows[i]);
		if (status == 0)
			status = attach_twin(options, record, i);
	}
	return status;
}

static int check_burst(const char *value)
{
	uint64_t burst_n;
	if (units_parse_count(value, 1, SPAWN_BURST_MAX, &burst_n) == 0)
		return 0;
	return status_say(EINVAL, "burst '%s' (1 to %d workers)", value, SPAWN_BURST_MAX);
}

static const struct experiment_axis axes[] = {
	{"call", "pthread,pthread_small,fork,vfork,clone_vm,posix_spawn,exec", NULL,
     "spawn: the call that creates workers: pthread, pthread_small (64 KiB stack), fork, vfork, clone_vm (a process in "
     "its creator's memory), posix_spawn, exec (fork and exec)",
     NULL},
	{"resident", "0,64MiB,1GiB", NULL, "resident private memory of the creator: 0, 64MiB", check_bytes},
	{"pages", "4k,huge", NULL, "pages of the creator's resident memory: 4k, huge", NULL},
	{"burst", "1,8", "1,8,32", "workers created before any is reaped: 1, 8", check_burst},
	{"place", "places", NULL,
     "position of the two workers' CPUs: same_cpu, smt, same_cache, same_package, other_package", check_place},
	{0},
};

static const struct experiment_plot plots[] = {
	{"running", "lines", "resident", "call pages", METRIC_running_ns, DRAW_METRIC,
     "From the creating call to the running worker", "resident memory of the creator", "call to running", NULL},
	{"whole", "lines", "resident", "call pages", METRIC_wall_ns, DRAW_METRIC, "Creation, end and reaping",
     "resident memory of the creator", "time to create and reap", NULL},
	{0},
};

const struct experiment experiment_spawn = {
	.name = "spawn",
	.summary = "creation and end of workers, by every call that creates some",
	.suites = "ipc full",
	.own_axes = axes,
	.of_threads = "call:pthread call:pthread_small",
	.figures = "running_ns reaped_ns",
	.plots = plots,
	.why_not = why_not,
	.plan = plan,
	.visit = {.prepare = spawn_resident_prepare,
              .inherit = spawn_resident_inherit,
              .give_back = spawn_resident_give_back,
              .trial = trial,
              .visit_ns = 3000000},
};
