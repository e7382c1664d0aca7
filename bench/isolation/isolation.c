// A worker dies in the middle of its job: how soon the caller knows, how soon a replacement has done a job, and how
// many jobs went with it. Worker processes die alone and are forked anew; a thread takes its process along, and the
// caller, its supervisor, forks and fills a new one. Everything else is the same: jobs lie in shared memory, the caller
// keeps them until they are done, learns of a death through SIGCHLD, and gives lost jobs out again. One operation is
// one death and recovery.
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/status.h"
#include "bench/plan/axis_product.h"
#include "bench/isolation/isolation.h"
#include "measure/trial.h"
#include "stats/values.h"

struct timing {
	struct isolation_run run;
	double noticed_ns[TRIAL_ITERATIONS_MAX], lost_n[TRIAL_ITERATIONS_MAX];
	size_t timed_n;
};

static int run(void *context)
{
	struct timing *timing = context;
	return isolation_recover(&timing->run);
}

static uint64_t took_ns(void *context)
{
	struct timing *timing = context;
	timing->noticed_ns[timing->timed_n] = (double)timing->run.noticed_ns;
	timing->lost_n[timing->timed_n++] = (double)timing->run.lost_n;
	return timing->run.wall_ns;
}

static int time_deaths(struct timing *timing, struct trial *trial)
{
	int status = isolation_start(&timing->run);
	if (status == 0)
		status = trial_run(trial, &(struct operation){timing, run, .took_ns = took_ns});
	isolation_stop(&timing->run, status == 0);
	if (status < 0)
		return status;
	// An order statistic, as the wall's: what is sooner each time has then the smaller median, too.
	trial->value[METRIC_noticed_ns] = values_lower_median(timing->noticed_ns, timing->timed_n);
	trial->value[METRIC_replaced_ns] = trial->value[METRIC_wall_ns];
	trial->value[METRIC_lost_n] = values_mean(timing->lost_n, timing->timed_n);
	return 0;
}

static size_t ward_bytes(uint64_t workers_n)
{
	return sizeof(struct ward) + workers_n * sizeof(struct desk);
}

static int make_pool(struct isolation_run *run, const struct spec *spec, const struct topology *topology,
                     struct placement **placement)
{
	uint64_t workers_n;
	enum pin pin;
	const char *pin_text = spec_get(spec, "pin");
	int status = spec_axis_count(spec, "workers", 2, EXEC_WORKERS_MAX, &workers_n);
	if (status < 0)
		return status;
	run->death = isolation_death(spec_get(spec, "death"));
	if (run->death == DEATH_NONE || !pin_text || pin_parse(pin_text, &pin) < 0)
		return status_say(EINVAL, "a row of isolation needs model, death, workers and pin");
	status = placement_plan(topology, pin, (unsigned)workers_n, placement);
	if (status < 0)
		return status;
	run->homes_n = spec_axis_is(spec, "model", "thread_pool") ? 1 : (unsigned)workers_n;
	run->homes = calloc(workers_n, sizeof *run->homes);
	run->posts = calloc(workers_n, sizeof *run->posts);
	run->ward = shared_map(ward_bytes(workers_n));
	if (!run->homes || !run->posts || !run->ward)
		return status_fail(ENOMEM, "a pool of %u", (unsigned)workers_n);
	run->ward->workers_n = (unsigned)workers_n;
	run->ward->placement = *placement;
	return 0;
}

static int trial(const struct spec *spec, struct trial *trial)
{
	struct placement *placement = NULL;
	struct timing *timing = calloc(1, sizeof *timing);
	if (!timing)
		return status_fail(ENOMEM, "a pool");
	struct isolation_run *run = &timing->run;
	int status = make_pool(run, spec, trial->topology, &placement);
	if (status == 0)
		status = time_deaths(timing, trial);
	if (run->ward)
		munmap(run->ward, ward_bytes(run->ward->workers_n));
	placement_free(placement);
	free(run->homes);
	free(run->posts);
	free(timing);
	return status;
}

static const char *why_not(const struct plan_options *options, const struct spec *spec)
{
	(void)options;
	return spec_axis_is(spec, "workers", "1") ? "one worker dies while another works: two at least" : NULL;
}

// Rows that differ only in the model stand next to each other in every round, and are compared.
static int plan(const struct plan_options *options, struct record *record)
{
	int status = axis_product_plan("isolation", options, record);
	for (uint32_t i = 0; i < record->rows_n && status == 0; i++) {
		struct spec pair = record->rows[i].spec;
		char name[SPEC_NAME_BYTES], group[GROUP_BYTES];
		if (strcmp(pair.experiment, "isolation") != 0)
			continue;
		spec_unset(&pair, "model");
		snprintf(group, sizeof group, "%s|", spec_name(&pair, name, sizeof name));
		status = row_set_group(&record->rows[i], group);
	}
	return status;
}

static const struct experiment_axis axes[] = {
	{"model", "thread_pool,process_pool", NULL, "thread_pool, process_pool", NULL},
	{"death", "abort,segv,kill,oom", NULL,
     "how a worker dies: abort, segv (a forbidden write), kill (SIGKILL), oom (memory refused, then abort)", NULL},
	{"workers", "2", NULL, "how many work, one of whom dies", check_workers},
	{"pin", "compact", "compact,none", "none, compact, spread or same", check_pin},
	{0},
};

static const struct experiment_plot plots[] = {
	{"recovery", "dots", "death", "model", METRIC_wall_ns, DRAW_METRIC,
     "From a worker's death to its replacement's first job", "how it dies", "death to first job done", NULL},
	{"notice", "dots", "death", "model", METRIC_noticed_ns, DRAW_METRIC,
     "From a worker's death to the caller's knowing", "how it dies", "death to notice", NULL},
	{0},
};

static bool expects_deaths(const struct spec *spec)
{
	(void)spec;
	return true;
}

const struct experiment experiment_isolation = {
	.name = "isolation",
	.summary = "a worker dies in its job: time until noticed, until a replacement works, jobs lost",
	.axes = "model death workers pin",
	.suites = "ipc full",
	.own_axes = axes,
	.figures = "noticed_ns replaced_ns lost_n",
	.plots = plots,
	.why_not = why_not,
	.plan = plan,
	.visit = {.trial = trial, .expects_deaths = expects_deaths, .visit_ns = 8000000},
};
