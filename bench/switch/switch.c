// The price of a context switch, as lmbench's lat_ctx has it: tasks on one CPU pass a token round a ring of pipes, and
// each reads its own working set before it passes on. One task alone does the same hops, over as many pipes and sets;
// what it needs is printed beside the ring and taken out in `switch_ns` only: wake-up and switch remain, caches
// refilled included.
#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/status.h"
#include "base/units.h"
#include "bench/plan/axis_product.h"
#include "bench/team/team.h"
#include "bench/plan/problems.h"
#include "bench/switch/ring.h"
#include "stats/values.h"

// Between two readings of the clock there are whole laps: of that many hops or bytes of working sets, or one.
enum { READING_HOPS = 64, READING_BYTES = 4 << 20, ALONE_READINGS_MAX = 512 };

struct hops {
	struct ring ring;
	int (*lap)(struct ring *ring);
	struct team *team;
	uint32_t reading_n; ///< hops between two readings of the clock
	uint64_t took_ns;   ///< the last reading_n hops
};

static uint32_t hops_of_reading(const struct ring *ring)
{
	size_t hops_n = ring->bytes > READING_BYTES / READING_HOPS ? READING_BYTES / ring->bytes : READING_HOPS;
	return (uint32_t)(hops_n < ring->tasks_n ? ring->tasks_n : hops_n / ring->tasks_n * ring->tasks_n);
}

static int hops_make(struct hops *hops)
{
	int status = 0;
	uint64_t begin_ns = clock_now_ns();
	for (uint32_t made_n = 0; made_n < hops->reading_n && status == 0; made_n += hops->ring.tasks_n)
		status = hops->lap(&hops->ring);
	hops->took_ns = clock_now_ns() - begin_ns;
	return status;
}

// One operation is one hop, but the token comes back to the caller's clock after laps only: a run makes all of a
// reading.
static int hops_run(void *context)
{
	return hops_make(context);
}

static uint64_t hops_n(void *context)
{
	const struct hops *hops = context;
	return hops->reading_n;
}

static uint64_t took_ns(void *context)
{
	const struct hops *hops = context;
	return hops->took_ns;
}

static int usage(void *context, struct usage *usage)
{
	return team_usage(((const struct hops *)context)->team, usage);
}

static int hops_time(struct hops *hops, struct trial *trial)
{
	int status = hops_make(hops); // cold caches, and the others' first steps
	if (status == 0 && trial->iterations_n == 0) {
		status = hops_make(hops);
		uint64_t wanted_n = trial->visit_ns / (hops->took_ns + 1) + 1;
		trial->iterations_n = wanted_n < TRIAL_ITERATIONS_MAX ? wanted_n : TRIAL_ITERATIONS_MAX;
	}
	if (status == 0)
		status =
			trial_run(trial, &(struct operation){hops, hops_run, took_ns, hops_n, .usage = hops->team ? usage : NULL});
	trial->batch_n = hops->reading_n;
	return status;
}

// A row of its own.
static int alone_time(struct hops *hops, struct trial *trial)
{
	hops->lap = ring_lap_alone;
	int status = ring_sets_open(&hops->ring, hops->ring.tasks_n);
	if (status == 0)
		status = hops_time(hops, trial);
	ring_sets_close(&hops->ring);
	return status;
}

// What stands beside a ring: just before it, in memory of the same kind, for half its time.
static int alone_measure(struct hops *hops, const struct trial *trial, double *alone_ns)
{
	double readings[ALONE_READINGS_MAX];
	size_t readings_n = 0;
	hops->lap = ring_lap_alone;
	int status = ring_sets_open(&hops->ring, hops->ring.tasks_n);
	uint64_t begin_ns = clock_now_ns();
	// As warm as the ring will be: sets that fill a cache take many laps to settle there.
	for (int i = 0; status == 0 && (i < 2 || clock_now_ns() - begin_ns < trial->visit_ns / 2); i++)
		status = hops_make(hops);
	begin_ns = clock_now_ns();
	while (status == 0 && readings_n < ALONE_READINGS_MAX &&
	       (readings_n == 0 || clock_now_ns() - begin_ns < trial->visit_ns / 2)) {
		status = hops_make(hops);
		readings[readings_n++] = (double)hops->took_ns / hops->reading_n;
	}
	ring_sets_close(&hops->ring);
	if (status == 0)
		*alone_ns = values_median(readings, readings_n);
	return status;
}

static int ring_time(struct hops *hops, enum between between, const struct placement *placement, struct trial *trial)
{
	struct team_config config = {.between = between,
	                             .members_n = hops->ring.tasks_n - 1,
	                             .placement = placement,
	                             .context = &hops->ring,
	                             .body = ring_member};
	hops->ring.token = 0;
	hops->lap = ring_lap;
	trial_note_size(trial);
	int status = team_open(&hops->team, &config, trial);
	if (status < 0)
		return status;
	status = ring_sets_open(&hops->ring, 1);
	if (status == 0)
		status = hops_time(hops, trial);
	if (status == 0)
		status = ring_farewell(&hops->ring);
	ring_sets_close(&hops->ring);
	return status < 0 ? status : team_close(hops->team); // after a failure the runner ends, and the others with it
}

static int ring_trial(struct hops *hops, const struct spec *spec, const struct placement *placement,
                      struct trial *trial)
{
	enum between between;
	double alone_ns = NAN;
	int status = team_between(spec, &between);
	if (status == 0)
		status = alone_measure(hops, trial, &alone_ns);
	// The others inherit the mask of who creates them.
	if (status == 0)
		status = placement_release(placement);
	if (status == 0)
		status = ring_time(hops, between, placement, trial);
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
	struct hops *hops = calloc(1, sizeof *hops);
	int status = hops ? spec_axis_count(spec, "tasks", 2, RING_TASKS_MAX, &tasks_n) : status_fail(ENOMEM, "a ring");
	if (status == 0)
		status = spec_axis_bytes(spec, "bytes", &bytes);
	if (status == 0)
		status = sets_fit(tasks_n, bytes);
	if (status == 0)
		status = placement_plan(trial->topology, PIN_SAME, (unsigned)tasks_n, &placement);
	if (status == 0)
		status = placement_apply(placement, 0);
	if (status < 0)
		goto out;
	hops->ring.tasks_n = (unsigned)tasks_n;
	hops->ring.bytes = bytes;
	hops->reading_n = hops_of_reading(&hops->ring);
	status = token_ring_open(&hops->ring);
	if (status < 0)
		goto out;
	status =
		spec_axis_is(spec, "between", "alone") ? alone_time(hops, trial) : ring_trial(hops, spec, placement, trial);
	if (status < 0)
		return status; // threads may still wait for the token, and a closed pipe would be theirs to tell; the runner
		               // ends
	token_ring_close(&hops->ring);
out:
	placement_free(placement);
	free(hops);
	return status;
}

static int plan(const struct plan_options *options, struct record *record)
{
	return axis_product_plan("switch", options, record);
}

static int check_tasks(const char *value)
{
	uint64_t tasks_n;
	if (units_parse_count(value, 2, RING_TASKS_MAX, &tasks_n) == 0)
		return 0;
	return status_say(EINVAL, "tasks '%s' (2 to %d)", value, RING_TASKS_MAX);
}

static const struct experiment_axis axes[] = {
	{"tasks", "2,8", "2,4,8,16,32,64", "tasks in a ring of pipes, 2 to 256", check_tasks},
	{"bytes", "0,64KiB,4MiB", "0,4KiB,16KiB,64KiB,256KiB,1MiB,4MiB", "bytes of a message or of a working set: 1, 4KiB",
     check_bytes},
	{"pin", "same", NULL, "where the tasks stand: same, on one CPU", NULL},
	{"between", "threads,processes", "threads,processes,alone", "switch: also alone, one task does all the work", NULL},
	{0},
};

static const struct experiment_plot plots[] = {
	{"cost", "lines", "bytes", "tasks between", METRIC_switch_ns, DRAW_METRIC, "Context switch",
     "bytes each task reads before it passes on", "a switch, work and pipe taken out", NULL},
	{"hop", "lines", "bytes", "tasks between", METRIC_wall_ns, DRAW_METRIC,
     "A hop of the token, work and pipe included", "bytes each task reads before it passes on", "a hop", NULL},
	{0},
};

const struct experiment experiment_switch = {
	.name = "switch",
	.summary = "context switches: a ring of tasks on one CPU (lmbench's lat_ctx), the same work alone beside it",
	.axes = "tasks bytes pin between",
	.suites = "ipc full",
	.own_axes = axes,
	.figures = "alone_ns switch_ns",
	.plots = plots,
	.plan = plan,
	.visit = {.trial = trial, .visit_ns = 3000000},
};
