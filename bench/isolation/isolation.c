// `isolation`: a worker dies during its job. Measured: the time until the caller notices, the time until a replacement
// has done a job, and the jobs that were lost. A worker process dies alone and is forked anew; a dying thread ends its
// process, and the caller forks a new one with all threads. The rest is the same in both cases: the jobs are in shared
// memory, and the caller learns of a death through SIGCHLD and gives out lost jobs again. One operation is one death
// and recovery. The caller's side is in caller.c, the workers' in worker.c.
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

struct isolation_samples {
	struct isolation_run run;
	double noticed_ns[TRIAL_ITERATIONS_MAX], lost_n[TRIAL_ITERATIONS_MAX];
	size_t timed_n;
};

static int recover(void *context)
{
	struct isolation_samples *samples = context;
	return isolation_recover(&samples->run);
}

// Own clock: took_ns() returns death to the replacement's first job, because the other jobs do not count.
static uint64_t took_ns(void *context)
{
	struct isolation_samples *samples = context;
	samples->noticed_ns[samples->timed_n] = (double)samples->run.noticed_ns;
	samples->lost_n[samples->timed_n++] = (double)samples->run.lost_n;
	return samples->run.wall_ns;
}

static int time_deaths(struct isolation_samples *samples, struct trial *trial)
{
	int status = isolation_start(&samples->run);
	if (status == 0)
		status = trial_run(trial, &(struct operation){samples, recover, .took_ns = took_ns});
	isolation_stop(&samples->run, status == 0);
	if (status < 0)
		return status;
	// The median of the wall time is an order statistic, too: of two times, the one that is shorter in every death then
	// also has the shorter median.
	trial->value[METRIC_noticed_ns] = values_lower_median(samples->noticed_ns, samples->timed_n);
	trial->value[METRIC_replaced_ns] = trial->value[METRIC_wall_ns];
	trial->value[METRIC_lost_n] = values_mean(samples->lost_n, samples->timed_n);
	return 0;
}

static size_t shared_bytes(uint64_t workers_n)
{
	return sizeof(struct isolation_shared) + workers_n * sizeof(struct isolation_slot);
}

static int run_open(struct isolation_run *run, const struct spec *spec, const struct topology *topology,
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
	run->processes_n = spec_axis_is(spec, "model", "thread_pool") ? 1 : (unsigned)workers_n;
	run->processes = calloc(workers_n, sizeof *run->processes);
	run->workers = calloc(workers_n, sizeof *run->workers);
	run->shared = shared_map(shared_bytes(workers_n));
	if (!run->processes || !run->workers || !run->shared)
		return status_fail(ENOMEM, "a pool of %u", (unsigned)workers_n);
	run->shared->workers_n = (unsigned)workers_n;
	run->shared->placement = *placement;
	return 0;
}

static int trial(const struct spec *spec, struct trial *trial)
{
	struct placement *placement = NULL;
	struct isolation_samples *samples = calloc(1, sizeof *samples);
	if (!samples)
		return status_fail(ENOMEM, "a pool");
	struct isolation_run *run = &samples->run;
	int status = run_open(run, spec, trial->topology, &placement);
	if (status == 0)
		status = time_deaths(samples, trial);
	if (run->shared)
		munmap(run->shared, shared_bytes(run->shared->workers_n));
	placement_free(placement);
	free(run->processes);
	free(run->workers);
	free(samples);
	return status;
}

static const char *why_not(const struct plan_options *options, const struct spec *spec)
{
	(void)options;
	return spec_axis_is(spec, "workers", "1") ? "one worker dies while another works, so at least two are needed"
	                                          : NULL;
}

// Rows that differ only in the model are one group: visited next to each other in every round, and compared.
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
	{"workers", "2", NULL, "worker counts; one of the workers dies", check_workers},
	{"pin", "compact", "compact,none", "none, compact, spread or same", check_pin},
	{0},
};

static const struct experiment_plot plots[] = {
	{"recovery", "dots", "death", "model", METRIC_wall_ns, DRAW_METRIC,
     "From a worker's death to its replacement's first job", "how it dies", "death to first job done", NULL},
	{"notice", "dots", "death", "model", METRIC_noticed_ns, DRAW_METRIC, "From a worker's death to the caller's notice",
     "how it dies", "death to notice", NULL},
	{0},
};

static bool expects_deaths(const struct spec *spec)
{
	(void)spec;
	return true;
}

const struct experiment experiment_isolation = {
	.name = "isolation",
	.summary = "a worker dies during its job: time until it is noticed, until a replacement has done a job, jobs lost",
	.suites = "ipc full",
	.own_axes = axes,
	.figures = "noticed_ns replaced_ns lost_n",
	.plots = plots,
	.why_not = why_not,
	.plan = plan,
	.visit = {.trial = trial, .expects_deaths = expects_deaths, .visit_ns = 8000000},
};
