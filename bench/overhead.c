// What the models add to the bare system calls: an empty job, each row beside its hand-written twin in the same rounds.
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "bench/point.h"
#include "bench/twin.h"

struct pair {
	const char *model;
	unsigned workers_n;
	enum pin pin;
	enum wait wait;
	enum caller caller;
	const char *call, *between; ///< the twin
};

static const struct pair pairs[] = {
	{"thread_pool", 2, PIN_COMPACT, WAIT_SPIN, CALLER_WORKS, "openmp", NULL},
	{"process_pool", 2, PIN_COMPACT, WAIT_SPIN, CALLER_WORKS, "openmp", NULL},
	{"thread_pool", 2, PIN_COMPACT, WAIT_PARK, CALLER_WORKS, "futex", "threads"},
	{"process_pool", 2, PIN_COMPACT, WAIT_PARK, CALLER_WORKS, "futex", "processes"},
	{"thread_pool", 2, PIN_SAME, WAIT_PARK, CALLER_WORKS, "futex", "threads"},
	{"process_pool", 2, PIN_SAME, WAIT_PARK, CALLER_WORKS, "futex", "processes"},
	{"threads", 1, PIN_COMPACT, WAIT_ADAPTIVE, CALLER_WAITS, "pthread", NULL},
	{"threads", 2, PIN_COMPACT, WAIT_ADAPTIVE, CALLER_WAITS, "pthread", NULL},
	{"fork", 1, PIN_COMPACT, WAIT_ADAPTIVE, CALLER_WAITS, "fork", NULL},
	{"fork", 2, PIN_COMPACT, WAIT_ADAPTIVE, CALLER_WAITS, "fork", NULL},
};

static int add_pair(const struct pair *pair, struct record *record)
{
	char family[96];
	snprintf(family, sizeof family, "overhead/%s/%s/%s/%u|", pair->call, pair->between ? pair->between : "",
	         pin_name(pair->pin), pair->workers_n);
	struct point point = point_default();
	point.model = model_find(pair->model);
	point.workers_n = pair->workers_n;
	point.pin = pair->pin;
	point.wait = pair->wait;
	point.caller = pair->caller;
	int row = point_add_row(record, &point, "overhead", family);
	if (row < 0)
		return row;
	int twin = twin_add_row(record, pair->call, pair->between, pair->workers_n, pin_name(pair->pin), family);
	if (twin < 0)
		return twin;
	// The twin stands in this family's groups even if it was planned elsewhere.
	memmove(record->rows[row].group, record->rows[twin].group, sizeof record->rows[row].group);
	record->rows[row].baseline = twin;
	return 0;
}

static int plan(const struct plan_options *options, struct record *record)
{
	unsigned cpus_n = topology_cpus_n(options->topology);
	int status = 0;
	for (size_t i = 0; i < sizeof pairs / sizeof *pairs && status == 0; i++)
		if (cpus_n > 1 || pairs[i].pin == PIN_SAME || pairs[i].workers_n == 1)
			status = add_pair(&pairs[i], record);
	if (status < 0)
		return status;
	struct point serial = point_default();
	int harness = point_add_row(record, &serial, "overhead", "overhead/harness");
	int shim = twin_add_row(record, "shim", NULL, 1, "compact", "twin/shim|1");
	int cxx = twin_add_row(record, "cxx", NULL, 1, "compact", "twin/shim|1");
	if (harness < 0 || shim < 0 || cxx < 0)
		return -ENOMEM;
	record->rows[shim].baseline = cxx;
	return 0;
}

const struct experiment experiment_overhead = {
	.name = "overhead",
	.summary = "an empty job in every model beside the bare system calls it is made of",
	.axes = "kernel model workers pin wait caller",
	.plan = plan,
	.prepare = point_prepare,
	.trial = point_trial,
};
