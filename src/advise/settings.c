#include "advise/settings.h"

#include <math.h>
#include <stdio.h>

struct walk {
	const struct costs *costs;
	const struct workload *workload;
	int (*visit)(void *context, const struct point *setting);
	void *context;
};

static bool known(const struct costs *costs, const struct point *setting)
{
	for (int i = 0; i < TERM_N; i++)
		if (terms[i]->knows && !terms[i]->knows(costs, setting))
			return false;
	return true;
}

// Chunks of a sixteenth of a worker's share: little skew, and few chunks.
static int each_schedule(const struct walk *walk, struct point *setting)
{
	int status = walk->visit(walk->context, setting);
	double chunk = fmax(floor(walk->workload->items_n / setting->workers / 16), 1);
	if (status < 0 || walk->workload->cv == 0 || setting->transport || setting->model->baseline)
		return status;
	setting->schedule = (struct schedule){SCHEDULE_DYNAMIC, (uint64_t)chunk};
	status = walk->visit(walk->context, setting);
	setting->schedule = (struct schedule){SCHEDULE_STATIC, 1};
	return status;
}

static int each_transport(const struct walk *walk, struct point *setting)
{
	bool sends = setting->model->resident && walk->workload->in_bytes + walk->workload->out_bytes > 0;
	int status = each_schedule(walk, setting);
	for (const struct channel_type *const *type = channels; *type && status == 0 && sends; type++) {
		setting->transport = *type;
		if (known(walk->costs, setting))
			status = each_schedule(walk, setting);
	}
	setting->transport = NULL;
	return status;
}

// Of items that wait, so many workers keep all CPUs busy; else as many as CPUs.
static double workers_busy(const struct walk *walk)
{
	return ceil(walk->costs->cpus_n / (1 - walk->workload->wait_share) - 1e-6); // 90 %: 20, however 0.1 is rounded
}

// As many as were measured; where items wait more, half as many again as keep the CPUs busy, as far as costs are
// extrapolated.
static unsigned workers_most(const struct walk *walk)
{
	double measured = costs_workers_most(walk->costs);
	double wanted = walk->workload->wait_share > 0 ? 1.5 * workers_busy(walk) : 0;
	return (unsigned)fmin(fmax(measured, wanted), fmin(CURVE_BEYOND * measured, EXEC_WORKERS_MAX));
}

// All numbers on a small machine; on a large one doubling steps, and those around its CPUs.
static bool worth_trying(const struct walk *walk, unsigned workers_n)
{
	bool power = (workers_n & (workers_n - 1)) == 0;
	unsigned cpus_n = walk->costs->cpus_n;
	return workers_n <= 8 || power || workers_n == cpus_n || workers_n == 2 * cpus_n || workers_n == 2 * cpus_n + 1 ||
	       workers_n == cpus_n / 2 || workers_n == workers_busy(walk);
}

static int each_workers(const struct walk *walk, struct point *setting)
{
	int status = 0;
	unsigned most = workers_most(walk);
	for (unsigned workers_n = 1; workers_n <= most && status == 0; workers_n++) {
		setting->workers = workers_n;
		if (worth_trying(walk, workers_n) && workers_n <= walk->workload->items_n)
			status = each_transport(walk, setting);
	}
	return status;
}

static int each_pin(const struct walk *walk, struct point *setting)
{
	int status = 0;
	for (int pin = 0; pin < PIN_N && status == 0; pin++) {
		setting->pin = (enum pin)pin;
		if (known(walk->costs, setting))
			status = each_workers(walk, setting);
	}
	return status;
}

static int each_wait(const struct walk *walk, struct point *setting)
{
	int status = 0;
	if (!setting->model->resident)
		return each_pin(walk, setting);
	for (int wait = 0; wait < WAIT_N && status == 0; wait++) {
		setting->wait = (enum wait)wait;
		status = each_pin(walk, setting);
	}
	setting->wait = WAIT_ADAPTIVE;
	return status;
}

int settings_each(const struct costs *costs, const struct workload *workload,
                  int (*visit)(void *context, const struct point *setting), void *context)
{
	struct walk walk = {costs, workload, visit, context};
	int status = 0;
	for (const struct model *const *model = models; *model && status == 0; model++) {
		struct point setting = point_default();
		setting.model = *model;
		status = (*model)->baseline ? visit(context, &setting) : each_wait(&walk, &setting);
	}
	return status;
}

static bool exclude(struct exclusion *exclusion, const char *what, const char *reason)
{
	snprintf(exclusion->what, sizeof exclusion->what, "%s", what);
	snprintf(exclusion->reason, sizeof exclusion->reason, "%s", reason);
	return true;
}

static bool lacks_memory(const struct costs *costs, const struct workload *workload, const struct point *setting,
                         struct exclusion *exclusion)
{
	double limit = costs->memory_bytes;
	if (limit <= 0 || workload->memory_bytes * setting->workers <= limit)
		return false;
	double most = floor(limit / workload->memory_bytes);
	snprintf(exclusion->what, sizeof exclusion->what, most < 1 ? "any worker" : "more than %.0f worker%s", most,
	         most == 1 ? "" : "s");
	snprintf(exclusion->reason, sizeof exclusion->reason, "%.4g GiB of each do not fit %.4g GiB",
	         workload->memory_bytes / 0x1p30, limit / 0x1p30);
	return true;
}

// An item takes another time on a CPU of another kind, and shares of equal items then are unequal ones of time.
static bool crosses_kinds(const struct costs *costs, const struct point *setting, struct exclusion *exclusion)
{
	unsigned kind_n = costs->kind_n;
	if (kind_n == 0 || kind_n >= costs->cpus_n || setting_workers(setting) <= kind_n)
		return false;
	snprintf(exclusion->what, sizeof exclusion->what, "more than %u worker%s", kind_n, kind_n == 1 ? "" : "s");
	snprintf(exclusion->reason, sizeof exclusion->reason,
	         "the other CPUs are of another kind, and items take another time there: tvp run scaling --workers=auto "
	         "measures it");
	return true;
}

bool setting_excluded(const struct costs *costs, const struct workload *workload, const struct point *setting,
                      struct exclusion *exclusion)
{
	static const char spinning[] = "they would use up each other's time";
	const struct model *model = setting->model;
	if (workload->isolation && !model->processes)
		return exclude(exclusion, model->baseline ? "serial" : "threads",
		               "isolation: a crash would end the caller and all other work");
	if (lacks_memory(costs, workload, setting, exclusion) || crosses_kinds(costs, setting, exclusion))
		return true;
	if (model->resident && setting->wait == WAIT_SPIN && setting->workers > costs->cpus_n)
		return exclude(exclusion, "spinning workers beyond the CPUs", spinning);
	if (setting->transport && setting->transport->spins && setting->workers + 1 > costs->cpus_n)
		return exclude(exclusion, "channels that spin, with more ends than CPUs", spinning);
	// What wakes a sleeping caller may put it on its own CPU (wake affinity), which it then does not leave.
	if (setting->transport && !setting->transport->spins && setting->wait == WAIT_SPIN)
		return exclude(
			exclusion, "spinning workers fed by channels that sleep",
			"the caller may be woken on a spinning worker's CPU, where it waits for the scheduler's next tick: "
			"times have two modes");
	return false;
}
