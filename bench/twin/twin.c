// `twin`: the twins as an experiment, and as rows with which other experiments are compared. create.c, spawn.c: workers
// created and reaped; futex.c, descriptors.c, mq.c: round trips, by pair.c; mutex.c, openmp.c, shim.c: the rest.
#include "bench/twin/twin.h"

#include <errno.h>
#include <sched.h>
#include <string.h>

#include "base/status.h"
#include "base/units.h"

static const struct twin *const twins[] = {
	&twin_clock, &twin_futex, &twin_pipe,          &twin_socketpair, &twin_eventfd,
	&twin_mq,    &twin_mutex, &twin_pthread,       &twin_fork,       &twin_openmp,
	&twin_shim,  &twin_cxx,   &twin_spawn_pthread, &twin_spawn_fork,
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
	return sched_setaffinity(0, sizeof set, set) == 0 ? 0
	                                                  : status_fail(errno, "pinning worker %u to CPU %d", worker, cpu);
}

bool twin_wanted(const struct plan_options *options, unsigned workers_n, enum pin pin)
{
	return plan_allows_workers(options, workers_n) && plan_allows(options, "pin", pin_name(pin));
}

const char *twin_why_too_few_cpus(const struct topology *topology, unsigned workers_n, enum pin pin)
{
	bool oversubscribed = workers_n == 2 && pin != PIN_SAME && topology_cpus_n(topology) == 1;
	return oversubscribed ? "needs two CPUs; 1 is allowed" : NULL;
}

static int twin_spec(struct spec *spec, const struct twin_row *row)
{
	int status = spec_init(spec, "twin");
	if (status == 0)
		status = spec_set(spec, "call", row->call);
	if (status == 0 && row->between)
		status = spec_set(spec, "between", row->between);
	if (status == 0)
		status = spec_set_count(spec, "workers", row->workers_n);
	return status < 0 ? status : spec_set(spec, "pin", pin_name(row->pin));
}

static const char *why_not_so_many(const struct twin *twin, const struct topology *topology,
                                   const struct twin_row *wanted)
{
	if (twin->workers_most > 0 && wanted->workers_n > twin->workers_most)
		return "this hand-written loop has two workers, the caller and its partner";
	// Its threads spin: those without a CPU of their own would wait out whole time slices of the others.
	if (twin == &twin_openmp && wanted->workers_n > topology_cpus_n(topology))
		return "more workers than CPUs, which libgomp's spinning is not made for";
	return NULL;
}

int twin_add_row(struct record *record, const struct topology *topology, const struct twin_row *wanted)
{
	struct spec spec;
	int status = twin_spec(&spec, wanted);
	if (status < 0)
		return status;
	int index = record_find(record, &spec);
	if (index >= 0)
		return index;
	// Before record_add_row() moves the rows: the text may be in one of them.
	const struct twin *twin = twin_find(wanted->call);
	index = record_add_row(record, &spec, wanted->family);
	if (index < 0)
		return index;
	struct row *row = &record->rows[index];
	row->hooks = &experiment_find("twin")->visit;
	const char *reason = twin_why_too_few_cpus(topology, wanted->workers_n, wanted->pin);
	if (!reason)
		reason = why_not_so_many(twin, topology, wanted);
	if (!reason && twin->why_not)
		reason = twin->why_not();
	if (reason)
		row_skip(row, reason);
	return index;
}

int twin_attach(struct record *record, const struct topology *topology, int row, const struct twin_row *wanted)
{
	struct twin_row own = *wanted;
	if (!twin_find(wanted->call))
		return 0;
	own.family = record->rows[row].group;
	int twin = twin_add_row(record, topology, &own);
	if (twin < 0)
		return twin;
	// A twin planned before stays in its group, and this row joins that.
	record->rows[row].group = record->rows[twin].group;
	record->rows[row].baseline = twin;
	return 0;
}

static int add_rows(const struct plan_options *options, struct record *record, const struct twin_row *rows,
                    size_t rows_n)
{
	int status = 0;
	for (const struct twin_row *row = rows; row < rows + rows_n && status >= 0; row++)
		if (twin_wanted(options, row->workers_n, row->pin))
			status = twin_add_row(record, options->topology, row);
	return status < 0 ? status : 0;
}

int twin_plan_limits(const struct plan_options *options, struct record *record)
{
	static const struct twin_row rows[] = {
		{"clock", NULL, 1, PIN_COMPACT, "limits/calls|clock"},
		{"futex", "threads", 2, PIN_SAME, "limits/calls|futex same"},
		{"futex", "processes", 2, PIN_SAME, "limits/calls|futex same"},
		{"futex", "threads", 2, PIN_COMPACT, "limits/calls|futex compact"},
		{"futex", "processes", 2, PIN_COMPACT, "limits/calls|futex compact"},
	};
	return add_rows(options, record, rows, sizeof rows / sizeof *rows);
}

static int plan(const struct plan_options *options, struct record *record)
{
	static const struct twin_row rows[] = {
		{"pthread", NULL, 1, PIN_COMPACT, "twin/create|pthread"},
		{"pthread", NULL, 2, PIN_COMPACT, "twin/create|pthread"},
		{"fork", NULL, 1, PIN_COMPACT, "twin/create|fork"},
		{"fork", NULL, 2, PIN_COMPACT, "twin/create|fork"},
		{"openmp", NULL, 2, PIN_COMPACT, "twin/openmp|2"},
		{"shim", NULL, 1, PIN_COMPACT, "twin/shim|1"},
		{"cxx", NULL, 1, PIN_COMPACT, "twin/shim|1"},
	};
	int status = twin_plan_limits(options, record);
	return status < 0 ? status : add_rows(options, record, rows, sizeof rows / sizeof *rows);
}

static int trial(const struct spec *spec, struct trial *trial)
{
	const struct twin *twin = twin_find(spec_get(spec, "call"));
	const char *workers = spec_get(spec, "workers"), *pin_text = spec_get(spec, "pin"),
			   *between = spec_get(spec, "between");
	struct twin_setup setup = {.processes = between && strcmp(between, "processes") == 0};
	uint64_t workers_n;
	enum pin pin;
	if (!twin || !workers || units_parse_count(workers, 1, EXEC_WORKERS_MAX, &workers_n) < 0 || !pin_text ||
	    pin_parse(pin_text, &pin) < 0)
		return status_say(EINVAL, "a twin needs call, workers and pin");
	if (workers_n < twin->workers_least || (twin->workers_most > 0 && workers_n > twin->workers_most))
		return status_say(EINVAL, "the twin %s cannot have %u workers", twin->call, (unsigned)workers_n);
	setup.workers_n = (unsigned)workers_n;
	int status = placement_plan(trial->topology, pin, setup.workers_n, &setup.placement);
	if (status < 0)
		return status;
	if (between) // of a row with a place
		placement_fix(setup.placement);
	status = twin->trial(&setup, trial);
	placement_free(setup.placement);
	return status;
}

const struct experiment experiment_twin = {
	.name = "twin",
	.summary = "hand-written loops of the same system calls, to compare the models with",
	.axes = "workers pin",
	.plan = plan,
	.visit = {.trial = trial},
};
