// What the models add to the bare system calls: an empty job, each row beside its hand-written twin in the same rounds.
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/plan/point.h"
#include "bench/twin/twin.h"

struct pair {
	const char *model;
	unsigned least_n, most_n; ///< workers: so many where the user names no number, and least_n at the least
	enum pin pin;
	enum wait wait;
	enum caller caller;
	const char *call, *between; ///< the twin
};

static const struct pair pairs[] = {
	{"thread_pool", 2, 2, PIN_COMPACT, WAIT_SPIN, CALLER_WORKS, "openmp", NULL},
	{"process_pool", 2, 2, PIN_COMPACT, WAIT_SPIN, CALLER_WORKS, "openmp", NULL},
	{"thread_pool", 2, 2, PIN_COMPACT, WAIT_PARK, CALLER_WORKS, "futex", "threads"},
	{"process_pool", 2, 2, PIN_COMPACT, WAIT_PARK, CALLER_WORKS, "futex", "processes"},
	{"thread_pool", 2, 2, PIN_SAME, WAIT_PARK, CALLER_WORKS, "futex", "threads"},
	{"process_pool", 2, 2, PIN_SAME, WAIT_PARK, CALLER_WORKS, "futex", "processes"},
	{"threads", 1, 2, PIN_COMPACT, WAIT_ADAPTIVE, CALLER_WAITS, "pthread", NULL},
	{"fork", 1, 2, PIN_COMPACT, WAIT_ADAPTIVE, CALLER_WAITS, "fork", NULL},
};

static bool wanted(const struct plan_options *options, const struct pair *pair)
{
	const struct model *model = model_find(pair->model);
	return plan_allows(options, "pin", pin_name(pair->pin)) && plan_allows(options, "model", model->name) &&
	       plan_allows(options, "caller", pair->caller == CALLER_WORKS ? "works" : "waits") &&
	       (!model->resident || plan_allows(options, "wait", wait_name(pair->wait))); // nobody waits: any value
}

static int add_row(const struct pair *pair, unsigned workers_n, const struct topology *topology, struct record *record)
{
	char family[96];
	snprintf(family, sizeof family, "overhead/%s/%s/%s/%u|", pair->call, pair->between ? pair->between : "",
	         pin_name(pair->pin), workers_n);
	struct point point = point_default();
	point.model = model_find(pair->model);
	point.workers = workers_n;
	point.pin = pair->pin;
	point.wait = pair->wait;
	point.caller = pair->caller;
	int row = point_add_row(record, &point, "overhead", family);
	if (row < 0)
		return row;
	int twin =
		twin_add_row(record, topology, &(struct twin_row){pair->call, pair->between, workers_n, pair->pin, family});
	if (twin < 0)
		return twin;
	// The twin stands in this family's groups even if it was planned elsewhere.
	record->rows[row].group = record->rows[twin].group;
	record->rows[row].baseline = twin;
	const char *reason = twin_why_too_few_cpus(topology, workers_n, pair->pin);
	if (!reason)
		reason = point_why_not(&point, topology);
	if (reason)
		row_skip(&record->rows[row], reason);
	return 0;
}

// A pool of one, its caller, hands nothing to anybody.
static int add_pair(const struct pair *pair, const struct plan_options *options, struct record *record)
{
	struct axis_values counts;
	int status = axis_values_split(&counts, plan_chosen(options, "workers"));
	if (status == 0)
		status = axis_values_expand(&counts, "workers", options->topology);
	for (unsigned i = 0; i < counts.n && status == 0; i++) {
		unsigned workers_n = (unsigned)strtoul(counts.value[i], NULL, 10);
		status = workers_n < pair->least_n ? 0 : add_row(pair, workers_n, options->topology, record);
	}
	for (unsigned workers_n = pair->least_n; counts.n == 0 && workers_n <= pair->most_n && status == 0; workers_n++)
		status = add_row(pair, workers_n, options->topology, record);
	return status;
}

// What our own loop costs: an empty serial job, and an iteration of Google Benchmark through the shim and without it.
static int add_harness(const struct plan_options *options, struct record *record)
{
	struct point serial = point_default();
	if (!twin_wanted(options, 1, serial.pin) || !plan_allows(options, "model", serial.model->name))
		return 0;
	int harness = point_add_row(record, &serial, "overhead", "overhead/harness");
	struct twin_row loop = {"shim", NULL, 1, serial.pin, "twin/shim|1"};
	int shim = twin_add_row(record, options->topology, &loop);
	loop.call = "cxx";
	int cxx = twin_add_row(record, options->topology, &loop);
	if (harness < 0 || shim < 0 || cxx < 0)
		return -ENOMEM;
	record->rows[shim].baseline = cxx;
	return 0;
}

static int plan(const struct plan_options *options, struct record *record)
{
	int status = 0;
	if (!plan_allows(options, "kernel", "null"))
		return 0;
	for (size_t i = 0; i < sizeof pairs / sizeof *pairs && status == 0; i++)
		if (wanted(options, &pairs[i]))
			status = add_pair(&pairs[i], options, record);
	return status < 0 ? status : add_harness(options, record);
}

const struct experiment experiment_overhead = {
	.name = "overhead",
	.summary = "an empty job in every model beside the bare system calls it is made of",
	.suites = "full",
	.axes = "kernel model workers pin wait caller",
	.plan = plan,
	.visit = {POINT_VISIT},
};
