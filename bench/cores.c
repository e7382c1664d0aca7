// `cores`: the matrix of CPU-to-CPU round trips. Two CPUs alternately write one shared cache line and spin on it. There
// is no message, no system call, and no pause instruction in the loop, which on some CPUs takes as long as the transfer
// of the cache line.
#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>

#include "base/status.h"
#include "base/units.h"
#include "bench/plan/axis_product.h"
#include "bench/team/team.h"

enum { QUICK_CPUS_MOST = 16 };
static const uint64_t end_command = UINT64_MAX, account_command = UINT64_MAX - 1;

// In shared memory. Two cache lines without any other data, because prefetchers fetch a line's neighbour, too.
struct cores_shared {
	_Alignas(128) _Atomic uint64_t trip; ///< odd: a request; even: its reply; or a command
};

struct cores_run {
	struct cores_shared *shared;
	uint64_t trip; ///< the last reply
	struct team *team;
};

// Release and acquire on both sides, as a program that hands over data needs them: they order nothing else here.
static uint64_t wait_for_change(struct cores_shared *shared, uint64_t old)
{
	uint64_t trip;
	while ((trip = atomic_load_explicit(&shared->trip, memory_order_acquire)) == old)
		;
	return trip;
}

static int check_trip(uint64_t trip, uint64_t expected)
{
	if (trip == expected)
		return 0;
	return status_say(EBADMSG, "the cache line holds %llu instead of %llu", (unsigned long long)trip,
	                  (unsigned long long)expected);
}

// Answers anything but the next request. The kernel accounts the CPU time of a spinning process at ticks, 4 ms apart; a
// process that reads its own CPU clock has it accounted at once.
static int answer_other(struct cores_shared *shared, uint64_t trip, uint64_t reply)
{
	struct timespec used;
	if (trip != account_command)
		return check_trip(trip, reply + 1);
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
	atomic_store_explicit(&shared->trip, reply, memory_order_release);
	return 0;
}

static int answer(struct team_member *member)
{
	struct cores_shared *shared = ((struct cores_run *)member->context)->shared;
	int status = 0;
	for (uint64_t reply = 0, trip; status == 0 && (trip = wait_for_change(shared, reply)) != end_command;)
		if (trip == reply + 1)
			atomic_store_explicit(&shared->trip, reply += 2, memory_order_release);
		else
			status = answer_other(shared, trip, reply);
	return status;
}

static int round_trip(void *context)
{
	struct cores_run *run = context;
	uint64_t request = run->trip + 1;
	atomic_store_explicit(&run->shared->trip, request, memory_order_release);
	run->trip = wait_for_change(run->shared, request);
	return check_trip(run->trip, request + 1);
}

static int usage(void *context, struct usage *usage)
{
	const struct cores_run *run = context;
	atomic_store_explicit(&run->shared->trip, account_command, memory_order_release);
	int status = check_trip(wait_for_change(run->shared, account_command), run->trip);
	return status < 0 ? status : team_usage(run->team, usage);
}

static int time_round_trips(struct cores_run *run, enum between between, const struct placement *placement,
                            struct trial *trial)
{
	struct team_config config = {
		.between = between, .members_n = 1, .placement = placement, .context = run, .body = answer};
	int status = team_open(&run->team, &config, trial);
	if (status < 0)
		return status;
	status = trial_run(trial, &(struct operation){run, round_trip, .usage = usage});
	if (status < 0)
		return status; // the runner ends, and the worker with it
	atomic_store_explicit(&run->shared->trip, end_command, memory_order_release);
	return team_close(run->team);
}

static int trial(const struct spec *spec, struct trial *trial)
{
	enum between between;
	uint64_t from = 0, to = 0;
	struct placement *placement = NULL;
	int status = spec_axis_count(spec, "from", 0, INT32_MAX, &from);
	if (status == 0)
		status = spec_axis_count(spec, "to", 0, INT32_MAX, &to);
	if (status == 0)
		status = team_between(spec, &between);
	if (status == 0 && from == to)
		status = status_say(EINVAL, "from and to are the same CPU, but two spinning workers need two");
	if (status == 0)
		status = placement_on(trial->topology, (int[]){(int)from, (int)to}, 2, &placement);
	if (status < 0)
		return status;
	struct cores_run run = {.shared = shared_map(sizeof *run.shared)};
	status = run.shared ? time_round_trips(&run, between, placement, trial) : -ENOMEM;
	if (status < 0)
		return status; // a thread may still use the memory; the runner ends now
	munmap(run.shared, sizeof *run.shared);
	placement_free(placement);
	return 0;
}

// Whether the CPU is among those of the quick set: an even selection of those that the word "cpus" stands for.
static bool is_quick(const struct topology *topology, uint64_t cpu)
{
	unsigned cpus_n = topology_cpus_n(topology);
	unsigned planned_step = (cpus_n + AXIS_CPUS_MAX - 1) / AXIS_CPUS_MAX;
	unsigned planned_n = (cpus_n + planned_step - 1) / planned_step;
	unsigned step = planned_step * ((planned_n + QUICK_CPUS_MOST - 1) / QUICK_CPUS_MOST);
	for (unsigned i = 0; i < cpus_n; i += step)
		if ((uint64_t)topology_cpus(topology)[i].os_index == cpu)
			return true;
	return false;
}

static bool is_allowed(const struct topology *topology, uint64_t cpu)
{
	for (unsigned i = 0; i < topology_cpus_n(topology); i++)
		if ((uint64_t)topology_cpus(topology)[i].os_index == cpu)
			return true;
	return false;
}

// A round trip is nearly the same, whichever CPU begins it: half of the matrix is enough, except in the full set and
// where the user chose CPUs.
static const char *why_not(const struct plan_options *options, const struct spec *spec)
{
	uint64_t from, to;
	if (spec_axis_count(spec, "from", 0, INT32_MAX, &from) < 0 || spec_axis_count(spec, "to", 0, INT32_MAX, &to) < 0)
		return "";
	if (from == to)
		return topology_cpus_n(options->topology) > 1 ? "" : "only one CPU is allowed, and a round trip needs two";
	if (!is_allowed(options->topology, from) || !is_allowed(options->topology, to))
		return "one of the two CPUs is not allowed";
	bool chosen = plan_axis_given(options, "from") || plan_axis_given(options, "to");
	if (chosen || options->full)
		return NULL;
	return from < to && is_quick(options->topology, from) && is_quick(options->topology, to) ? NULL : "";
}

static int check_cpu(const char *value)
{
	uint64_t cpu;
	if (units_parse_count(value, 0, INT32_MAX, &cpu) == 0)
		return 0;
	return status_say(EINVAL, "CPU '%s' (the kernel's number of an allowed CPU)", value);
}

static const struct experiment_axis axes[] = {
	{"from", "cpus", NULL, "CPUs that begin a round trip, by the kernel's numbers; cpus: all allowed CPUs", check_cpu},
	{"to", "cpus", NULL, "CPUs that answer it; cpus: all allowed CPUs", check_cpu},
	{"between", "threads,processes", NULL, "threads or processes", NULL},
	{0},
};

static const struct experiment_plot plots[] = {
	{"matrix", "heat", "to", "from", METRIC_wall_ns, DRAW_METRIC, "Round trips over one cache line", "CPU that answers",
     "CPU that begins", NULL},
	{0},
};

const struct experiment experiment_cores = {
	.name = "cores",
	.summary = "round trips between two CPUs over one shared cache line, both spinning",
	.suites = "ipc full",
	.own_axes = axes,
	.plots = plots,
	.why_not = why_not,
	.visit = {.trial = trial, .visit_ns = 3000000},
};
