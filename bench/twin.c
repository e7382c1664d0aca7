// The experiment of the bare loops, and the rows other experiments compare themselves with.
#include "bench/twin.h"

#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>

#include "base/status.h"
#include "base/units.h"

static const struct twin *const twins[] = {
	&twin_clock, &twin_futex, &twin_pthread, &twin_fork, &twin_openmp, &twin_shim, &twin_cxx,
};

static const struct twin *twin_find(const char *call)
{
	for (size_t i = 0; call && i < sizeof twins / sizeof *twins; i++)
		if (strcmp(twins[i]->call, call) == 0)
			return twins[i];
	return NULL;
}

int twin_pin(const struct twin_setup *setup, unsigned worker)
{
	int cpu = placement_cpu(setup->placement, worker);
	if (cpu < 0)
		return 0;
	cpu_set_t set[16]; // 16,384 CPUs
	memset(set, 0, sizeof set);
	CPU_SET_S((size_t)cpu, sizeof set, set);
	return sched_setaffinity(0, sizeof set, set) == 0 ? 0 : status_fail(errno, "pinning worker %u to CPU %d", worker, cpu);
}

int twin_add_row(struct record *record, const char *call, const char *between, unsigned workers_n, const char *pin,
                 const char *family)
{
	struct spec spec;
	char group[sizeof record->rows->group];
	spec_init(&spec, "twin");
	spec_set(&spec, "call", call);
	if (between)
		spec_set(&spec, "between", between);
	spec_set_count(&spec, "workers", workers_n);
	spec_set(&spec, "pin", pin);
	int index = record_find(record, &spec);
	if (index >= 0)
		return index;
	snprintf(group, sizeof group, "%s", family);
	index = record_add_row(record, &spec, group);
	if (index < 0)
		return index;
	struct row *row = &record->rows[index];
	row->experiment = experiment_find("twin");
	const struct twin *twin = twin_find(call);
	const char *reason = twin->why_not ? twin->why_not() : NULL;
	if (reason)
		row_skip(row, reason);
	return index;
}

int twin_plan_limits(const struct plan_options *options, struct record *record)
{
	int index = twin_add_row(record, "clock", NULL, 1, "compact", "limits/calls|clock");
	for (int i = 0; i < 2 && index >= 0; i++) {
		const char *between = i == 0 ? "threads" : "processes";
		index = twin_add_row(record, "futex", between, 2, "same", "limits/calls|futex same");
		if (index >= 0 && topology_cpus_n(options->topology) > 1)
			index = twin_add_row(record, "futex", between, 2, "compact", "limits/calls|futex compact");
	}
	return index < 0 ? index : 0;
}

static int plan(const struct plan_options *options, struct record *record)
{
	bool several = topology_cpus_n(options->topology) > 1;
	int status = twin_plan_limits(options, record);
	for (unsigned workers_n = 1; workers_n <= 2 && status >= 0; workers_n++) {
		status = twin_add_row(record, "pthread", NULL, workers_n, "compact", "twin/create|pthread");
		if (status >= 0)
			status = twin_add_row(record, "fork", NULL, workers_n, "compact", "twin/create|fork");
	}
	if (status >= 0 && several)
		status = twin_add_row(record, "openmp", NULL, 2, "compact", "twin/openmp|2");
	if (status >= 0)
		status = twin_add_row(record, "shim", NULL, 1, "compact", "twin/shim|1");
	if (status >= 0)
		status = twin_add_row(record, "cxx", NULL, 1, "compact", "twin/shim|1");
	return status < 0 ? status : 0;
}

static int trial(const struct spec *spec, struct trial *trial)
{
	const struct twin *twin = twin_find(spec_get(spec, "call"));
	const char *workers = spec_get(spec, "workers"), *pin_text = spec_get(spec, "pin"), *between = spec_get(spec, "between");
	struct twin_setup setup = {.processes = between && strcmp(between, "processes") == 0};
	uint64_t workers_n;
	enum pin pin;
	if (!twin || !workers || units_parse_count(workers, 1, EXEC_WORKERS_MAX, &workers_n) < 0 || !pin_text ||
	    pin_parse(pin_text, &pin) < 0)
		return status_say(EINVAL, "a twin needs call, workers and pin");
	setup.workers_n = (unsigned)workers_n;
	int status = placement_plan(trial->topology, pin, setup.workers_n, &setup.placement);
	if (status < 0)
		return status;
	status = twin->trial(&setup, trial);
	placement_free(setup.placement);
	return status;
}

const struct experiment experiment_twin = {
	.name = "twin",
	.summary = "bare loops of the same system calls, to set the models against",
	.axes = "call between workers pin",
	.plan = plan,
	.trial = trial,
};
