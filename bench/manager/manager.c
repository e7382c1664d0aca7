// `manager`: a list that all workers append to. Either a server owns it and answers each append, sent as a message
// (like Python's Manager().list()), or it is an array in shared memory under a mutex. The bursts of appends are in
// burst.c.
#include "bench/manager/manager.h"

#include <errno.h>

#include "base/status.h"
#include "bench/plan/axis_product.h"
#include "bench/plan/experiment.h"

static int trial(const struct spec *spec, struct trial *trial)
{
	bool served = spec_axis_is(spec, "list", "manager");
	const char *pin_text = spec_get(spec, "pin"), *channel = spec_get(spec, "channel");
	const struct channel_type *type = served && channel ? channel_find(channel) : NULL;
	struct placement *placement = NULL;
	enum between between;
	enum pin pin;
	uint64_t workers_n;
	if ((served && !type) || !pin_text || pin_parse(pin_text, &pin) < 0)
		return status_say(EINVAL, "a row of manager needs list, channel and pin");
	int status = spec_axis_count(spec, "workers", 1, MANAGER_WORKERS_MOST, &workers_n);
	if (status == 0)
		status = team_between(spec, &between);
	if (status == 0)
		status = placement_plan(trial->topology, pin, (unsigned)workers_n + served, &placement);
	if (status == 0)
		status = manager_trial(type, (unsigned)workers_n, between, placement, trial);
	placement_free(placement);
	return status;
}

static const char *why_not(const struct plan_options *options, const struct spec *spec)
{
	bool served = spec_axis_is(spec, "list", "manager"), processes = spec_axis_is(spec, "between", "processes");
	const struct channel_type *type = channel_find(spec_get(spec, "channel"));
	uint64_t workers_n;
	(void)options;
	if (served != (type != NULL) || (type && type->bare))
		return "";
	if (spec_axis_count(spec, "workers", 1, MANAGER_WORKERS_MOST, &workers_n) < 0)
		return "the list is for at most 64 workers";
	return type && !(type->joins & (processes ? JOINS_PROCESSES : JOINS_THREADS)) ? type->apart : NULL;
}

static const struct experiment_axis axes[] = {
	{"list", "manager,locked", NULL,
     "manager: a server owns the list and gets appends as messages; locked: a list in shared memory, under a mutex",
     NULL},
	{"channel", "none,socketpair", "none,socketpair,pipe",
     "manager: to the server that owns the list: socketpair, pipe; none: without a server", check_channel},
	{"workers", "1,2", "auto", "workers that append to the list", check_workers},
	{"pin", "compact", NULL, "where workers run: none, compact, spread, same", check_pin},
	{"between", "threads,processes", NULL, "threads or processes", NULL},
	{0},
};

static const struct experiment_plot plots[] = {
	{"workers", "lines", "workers", "list channel between", METRIC_wall_ns, DRAW_OPERATIONS_PER_S,
     "Appending to one list", "workers", "appends per second, all workers together", NULL},
	{0},
};

const struct experiment experiment_manager = {
	.name = "manager",
	.summary = "appends to a list that a server owns, or that is in shared memory under a mutex",
	.suites = "ipc full",
	.own_axes = axes,
	.figures = "operations_rate cpu_ns switches_voluntary_n",
	.plots = plots,
	.why_not = why_not,
	.visit = {.trial = trial, .visit_ns = 4000000},
};
