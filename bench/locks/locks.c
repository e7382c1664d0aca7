// `locks`: all workers use one lock: operations per second, and how evenly the workers got it (contention.c); and the
// time to recover a robust mutex whose owner died (recovery.c). The locks and their loops are in kinds.c.
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/status.h"
#include "bench/plan/axis_product.h"
#include "bench/locks/locks.h"
#include "bench/twin/twin.h"

static const char recover_name[] = "robust_recover";

static int trial(const struct spec *spec, struct trial *trial)
{
	const char *pin_text = spec_get(spec, "pin");
	const struct lock_kind *kind = lock_kind_find(spec_get(spec, "lock"));
	bool recovers = spec_axis_is(spec, "lock", recover_name);
	struct placement *placement = NULL;
	enum between between;
	enum pin pin;
	uint64_t workers_n;
	if ((!kind && !recovers) || !pin_text || pin_parse(pin_text, &pin) < 0)
		return status_say(EINVAL, "a row of locks needs lock and pin");
	int status = spec_axis_count(spec, "workers", 1, EXEC_WORKERS_MAX, &workers_n);
	if (status == 0)
		status = team_between(spec, &between);
	if (status == 0)
		status = placement_plan(trial->topology, pin, recovers ? 2 : (unsigned)workers_n, &placement);
	if (status == 0 && recovers)
		status = recovery_trial(between, spec_axis_is(spec, "sharing", "shared"), placement, trial);
	else if (status == 0)
		status = contention_trial(spec, kind, (unsigned)workers_n, placement, trial);
	placement_free(placement);
	return status;
}

// Rows left out of the quick set: the effect of the critical section's length is shown by contended shared locks, and
// the comparison with private locks is shown with no more workers than CPUs.
static bool left_to_full(const struct plan_options *options, const struct spec *spec, uint64_t workers_n)
{
	bool private = spec_axis_is(spec, "sharing", "private") && !plan_axis_given(options, "sharing");
	bool chosen = plan_axis_given(options, "workers"),
		 holds = !spec_axis_is(spec, "hold", "0") && !plan_axis_given(options, "hold");
	if (options->full)
		return false;
	bool oversubscribed = workers_n > topology_cpus_n(options->topology);
	return (!chosen && oversubscribed && (private || holds)) || (holds && (private || (workers_n == 1 && !chosen)));
}

static const char *why_not(const struct plan_options *options, const struct spec *spec)
{
	const struct lock_kind *kind = lock_kind_find(spec_get(spec, "lock"));
	bool recovers = spec_axis_is(spec, "lock", recover_name), private = spec_axis_is(spec, "sharing", "private");
	uint64_t workers_n, hold_ns;
	if ((!kind && !recovers) || spec_axis_count(spec, "workers", 1, EXEC_WORKERS_MAX, &workers_n) < 0 ||
	    spec_axis_duration(spec, "hold", &hold_ns) < 0)
		return "";
	if (recovers && (private || workers_n != 1 || hold_ns > 0)) // one worker dies and one recovers: nothing else varies
		return "";
	if (kind && kind->lockless && hold_ns > 0)
		return plan_axis_given(options, "hold") ? "an atomic addition has no critical section" : "";
	if (kind && kind->lockless && private)
		return plan_axis_given(options, "sharing") ? "an atomic addition is the same, private or shared" : "";
	if (left_to_full(options, spec, workers_n))
		return "";
	bool named = options->full || plan_axis_given(options, "lock") ||
	             spec_axis_is(spec, "lock", "mutex"); // one row with the reason stands for all locks
	if (private && spec_axis_is(spec, "between", "processes"))
		return !named ? "" : "a process-private lock in memory shared by processes is undefined";
	if (kind && kind->spins && workers_n > (spec_axis_is(spec, "pin", "same") ? 1 : topology_cpus_n(options->topology)))
		return "more spinning workers than CPUs: a worker that waits for a preempted lock holder spins for its whole "
			   "time slice";
	return NULL;
}

// Rows of one worker without work in the critical section get a twin: a bare loop of the same calls on the same kind of
// mutex.
static int attach_twins(const struct plan_options *options, struct record *record)
{
	int status = 0;
	for (uint32_t i = 0; i < record->rows_n && status == 0; i++) {
		const struct spec *spec = &record->rows[i].spec;
		bool processes = spec_axis_is(spec, "between", "processes");
		if (strcmp(spec->experiment, "locks") != 0 || record->rows[i].state != ROW_OPEN ||
		    !spec_axis_is(spec, "lock", "mutex") || !spec_axis_is(spec, "workers", "1") ||
		    !spec_axis_is(spec, "hold", "0") || !spec_axis_is(spec, "pin", "compact") ||
		    !spec_axis_is(spec, "sharing", processes ? "shared" : "private"))
			continue;
		struct twin_row twin = {
			.call = "mutex", .between = spec_get(spec, "between"), .workers_n = 1, .pin = PIN_COMPACT};
		status = twin_attach(record, options->topology, (int)i, &twin);
	}
	return status;
}

static int plan(const struct plan_options *options, struct record *record)
{
	int status = axis_product_plan("locks", options, record);
	return status < 0 ? status : attach_twins(options, record);
}

static int check_lock(const char *value)
{
	char known[256] = "";
	if (lock_kind_find(value) || strcmp(value, recover_name) == 0)
		return 0;
	for (unsigned i = 0; lock_kind_at(i); i++)
		snprintf(known + strlen(known), sizeof known - strlen(known), "%s, ", lock_kind_at(i)->name);
	return status_say(EINVAL, "no lock '%s' (%s%s)", value, known, recover_name);
}

static const struct experiment_axis axes[] = {
	{"lock", "mutex,robust,spinlock,semaphore,atomic,robust_recover",
     "mutex,robust,spinlock,rwlock,rwlock_read,semaphore,atomic,robust_recover",
     "what protects the counter: mutex, robust, spinlock, rwlock, rwlock_read (one operation of 16 writes), semaphore, "
     "atomic, robust_recover (a robust mutex whose owner dies)",
     check_lock},
	{"sharing", "private,shared", NULL,
     "whether the lock is private to one process or shared by several: private, shared", NULL},
	{"workers", "quick", "auto", "workers that use the lock", check_workers},
	{"hold", "0,100ns", "0,100ns,1us", "work inside the critical section: 0, 100ns", check_duration},
	{"pin", "compact", NULL, "where workers run: none, compact, spread, same", check_pin},
	{"between", "threads,processes", NULL, "threads or processes", NULL},
	{0},
};

static const struct experiment_plot plots[] = {
	{"workers", "lines", "workers", "lock sharing between", METRIC_wall_ns, DRAW_OPERATIONS_PER_S,
     "One lock used by all workers", "workers", "operations per second, all workers together", "lock:robust_recover"},
	{0},
};

static bool expects_deaths(const struct spec *spec)
{
	return spec_axis_is(spec, "lock", recover_name);
}

const struct experiment experiment_locks = {
	.name = "locks",
	.summary = "a counter protected by one lock that all workers use",
	.suites = "ipc full",
	.own_axes = axes,
	.figures = "operations_rate fairness cpu_ns",
	.plots = plots,
	.why_not = why_not,
	.plan = plan,
	.visit = {.trial = trial, .expects_deaths = expects_deaths, .visit_ns = 4000000},
};
