// `switch`: the cost of a context switch, measured like lmbench's lat_ctx: tasks on one CPU pass a token round a ring
// of pipes (token_ring.c), and each reads its own working set before it passes the token on. One task alone then does
// the same hops over as many pipes and working sets. Its time is reported beside the ring's and subtracted in
// `switch_ns`: what remains is the wake-up and the switch, including the refilling of caches.
#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/status.h"
#include "base/units.h"
#include "bench/plan/axis_product.h"
#include "bench/team/team.h"
#include "bench/plan/problems.h"
#include "bench/switch/token_ring.h"
#include "stats/values.h"

// Between two clock readings there are whole laps: about so many hops or bytes of working sets, but at least one lap.
enum { READING_HOPS = 64, READING_BYTES = 4 << 20, ALONE_READINGS_MAX = 512 };

struct switch_run {
	struct token_ring ring;
	int (*lap)(struct token_ring *ring);
	struct team *team;
	uint32_t hops_n;  ///< between two clock readings
	uint64_t took_ns; ///< of the last hops_n hops
};

static uint32_t hops_per_reading(const struct token_ring *ring)
{
	size_t hops_n = ring->bytes > READING_BYTES / READING_HOPS ? READING_BYTES / ring->bytes : READING_HOPS;
	return (uint32_t)(hops_n < ring->tasks_n ? ring->tasks_n : hops_n / ring->tasks_n * ring->tasks_n);
}

static int hops_make(struct switch_run *run)
{
	int status = 0;
	uint64_t begin_ns = clock_now_ns();
	for (uint32_t made_n = 0; made_n < run->hops_n && status == 0; made_n += run->ring.tasks_n)
		status = run->lap(&run->ring);
	run->took_ns = clock_now_ns() - begin_ns;
	return status;
}

// One operation is one hop, but the token returns to the caller only after whole laps: each call makes all hops of one
// clock reading.
static int hops_run(void *context)
{
	return hops_make(context);
}

static uint64_t hops_n(void *context)
{
	const struct switch_run *run = context;
	return run->hops_n;
}

// Own clock: took_ns() returns what hops_make() measured, because calibration needs it before any iteration.
static uint64_t took_ns(void *context)
{
	const struct switch_run *run = context;
	return run->took_ns;
}

static int usage(void *context, struct usage *usage)
{
	return team_usage(((const struct switch_run *)context)->team, usage);
}

static int hops_time(struct switch_run *run, struct trial *trial)
{
	int status = hops_make(run); // warms the caches and starts the other tasks
	if (status == 0 && trial->iterations_n == 0) {
		status = hops_make(run);
		uint64_t wanted_n = trial->visit_ns / (run->took_ns + 1) + 1;
		trial->iterations_n = wanted_n < TRIAL_ITERATIONS_MAX ? wanted_n : TRIAL_ITERATIONS_MAX;
	}
	if (status == 0)
		status =
			trial_run(trial, &(struct operation){run, hops_run, took_ns, hops_n, .usage = run->team ? usage : NULL});
	trial->batch_n = run->hops_n;
	return status;
}

// A row between:alone.
static int alone_time(struct switch_run *run, struct trial *trial)
{
	run->lap = token_ring_lap_alone;
	int status = token_ring_sets_open(&run->ring, run->ring.tasks_n);
	if (status == 0)
		status = hops_time(run, trial);
	token_ring_sets_close(&run->ring);
	return status;
}

// The reference of a ring: just before it, in the same kind of memory, for half its time.
static int alone_measure(struct switch_run *run, const struct trial *trial, double *alone_ns)
{
	double readings[ALONE_READINGS_MAX];
	size_t readings_n = 0;
	run->lap = token_ring_lap_alone;
	int status = token_ring_sets_open(&run->ring, run->ring.tasks_n);
	uint64_t begin_ns = clock_now_ns();
	// Warmed up like the ring: working sets that fill a cache take many laps to settle in it.
	for (int i = 0; status == 0 && (i < 2 || clock_now_ns() - begin_ns < trial->visit_ns / 2); i++)
		status = hops_make(run);
	begin_ns = clock_now_ns();
	while (status == 0 && readings_n < ALONE_READINGS_MAX &&
	       (readings_n == 0 || clock_now_ns() - begin_ns < trial->visit_ns / 2)) {
		status = hops_make(run);
		readings[readings_n++] = (double)run->took_ns / run->hops_n;
	}
	token_ring_sets_close(&run->ring);
	if (status == 0)
		*alone_ns = values_median(readings, readings_n);
	return status;
}

static int ring_time(struct switch_run *run, enum between between, const struct placement *placement,
                     struct trial *trial)
{
	struct team_config config = {.between = between,
	                             .members_n = run->ring.tasks_n - 1,
	                             .placement = placement,
	                             .context = &run->ring,
	                             .body = token_ring_member};
	run->ring.token = 0;
	run->lap = token_ring_lap;
	trial_note_size(trial);
	int status = team_open(&run->team, &config, trial);
	if (status < 0)
		return status;
	status = token_ring_sets_open(&run->ring, 1);
	if (status == 0)
		status = hops_time(run, trial);
	if (status == 0)
		status = token_ring_end(&run->ring);
	token_ring_sets_close(&run->ring);
	return status < 0 ? status : team_close(run->team); // after a failure the runner ends, and the members with it
}

static int ring_trial(struct switch_run *run, const struct spec *spec, const struct placement *placement,
                      struct trial *trial)
{
	enum between between;
	double alone_ns = NAN;
	int status = team_between(spec, &between);
	if (status == 0)
		status = alone_measure(run, trial, &alone_ns);
	// The members inherit their creator's mask.
	if (status == 0)
		status = placement_release(placement);
	if (status == 0)
		status = ring_time(run, between, placement, trial);
	if (status < 0)
		return status;
	trial->value[METRIC_alone_ns] = alone_ns;
	trial->value[METRIC_switch_ns] = trial->value[METRIC_wall_ns] - alone_ns;
	return 0;
}

static int sets_fit(uint64_t tasks_n, uint64_t bytes)
{
	uint64_t available_bytes = problems_available_bytes();
	if (bytes <= available_bytes / tasks_n)
		return 0;
	return status_say(ENOTSUP, "%llu working sets of %llu MiB do not fit into the %llu MiB of memory available",
	                  (unsigned long long)tasks_n, (unsigned long long)bytes >> 20,
	                  (unsigned long long)available_bytes >> 20);
}

static int trial(const struct spec *spec, struct trial *trial)
{
	uint64_t tasks_n = 0, bytes;
	struct placement *placement = NULL;
	struct switch_run *run = calloc(1, sizeof *run);
	int status = run ? spec_axis_count(spec, "tasks", 2, RING_TASKS_MAX, &tasks_n) : status_fail(ENOMEM, "a ring");
	if (status == 0)
		status = spec_axis_bytes(spec, "bytes", &bytes);
	if (status == 0)
		status = sets_fit(tasks_n, bytes);
	if (status == 0)
		status = placement_plan(trial->topology, PIN_SAME, (unsigned)tasks_n, &placement);
	if (status == 0)
		placement_fix(placement);
	if (status == 0)
		status = placement_apply(placement, 0);
	if (status < 0)
		goto out;
	run->ring.tasks_n = (unsigned)tasks_n;
	run->ring.bytes = bytes;
	run->hops_n = hops_per_reading(&run->ring);
	status = token_ring_open(&run->ring);
	if (status < 0)
		goto out;
	status = spec_axis_is(spec, "between", "alone") ? alone_time(run, trial) : ring_trial(run, spec, placement, trial);
	if (status < 0)
		return status; // threads may still wait for the token and would fail on closed pipes; the runner ends
	token_ring_close(&run->ring);
out:
	placement_free(placement);
	free(run);
	return status;
}

static int check_tasks(const char *value)
{
	uint64_t tasks_n;
	if (units_parse_count(value, 2, RING_TASKS_MAX, &tasks_n) == 0)
		return 0;
	return status_say(EINVAL, "number of tasks '%s' (2 to %d)", value, RING_TASKS_MAX);
}

static const struct experiment_axis axes[] = {
	{"tasks", "2,8", "2,4,8,16,32,64", "tasks in a ring of pipes, 2 to 256", check_tasks},
	{"bytes", "0,64KiB,4MiB", "0,4KiB,16KiB,64KiB,256KiB,1MiB,4MiB", "bytes of a message or of a working set: 1, 4KiB",
     check_bytes},
	{"pin", "same", NULL, "placement of the tasks: same, on one CPU", NULL},
	{"between", "threads,processes", "threads,processes,alone", "switch: also alone (one task does all the work)",
     NULL},
	{0},
};

static const struct experiment_plot plots[] = {
	{"cost", "lines", "bytes", "tasks between", METRIC_switch_ns, DRAW_METRIC, "Context switch",
     "bytes each task reads before it passes the token on", "time of a switch, work and pipe subtracted", NULL},
	{"hop", "lines", "bytes", "tasks between", METRIC_wall_ns, DRAW_METRIC,
     "One hop of the token, work and pipe included", "bytes each task reads before it passes the token on",
     "time of a hop", NULL},
	{0},
};

const struct experiment experiment_switch = {
	.name = "switch",
	.summary =
		"context switches: a ring of tasks on one CPU (like lmbench's lat_ctx), beside one task with the same work",
	.suites = "ipc full",
	.own_axes = axes,
	.figures = "alone_ns switch_ns",
	.plots = plots,
	.visit = {.trial = trial, .visit_ns = 3000000},
};
