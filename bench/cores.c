// The matrix of CPU-to-CPU round trips: two CPUs take turns in writing one shared cache line, and spin on it. Nothing
// else is there: no message, no system call, and no pause in the loop, which costs as much as the line on some CPUs.
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
static const uint64_t over = UINT64_MAX, book = UINT64_MAX - 1;

// Two lines, since prefetchers pull the neighbour along: nothing else may live there.
struct line {
	_Alignas(128) _Atomic uint64_t trip; ///< odd: on its way there; even: back
};

struct pair {
	struct line *line;
	uint64_t trip; ///< the caller's count
	struct team *team;
};

// Release and acquire on either side, as whoever hands something over needs them: they order nothing else here.
static uint64_t line_await(struct line *line, uint64_t old)
{
	uint64_t trip;
	while ((trip = atomic_load_explicit(&line->trip, memory_order_acquire)) == old)
		;
	return trip;
}

static int line_check(uint64_t trip, uint64_t wanted)
{
	if (trip == wanted)
		return 0;
	return status_say(EBADMSG, "the line says %llu where %llu was due", (unsigned long long)trip,
	                  (unsigned long long)wanted);
}

// What is not the next trip. The kernel books a spinning process's CPU time at ticks, 4 ms apart; who asks for its own
// clock has it booked now.
static int answer_else(struct line *line, uint64_t trip, uint64_t back)
{
	struct timespec used;
	if (trip != book)
		return line_check(trip, back + 1);
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
	atomic_store_explicit(&line->trip, back, memory_order_release);
	return 0;
}

static int answer(struct team_member *member)
{
	struct line *line = ((struct pair *)member->context)->line;
	int status = 0;
	for (uint64_t back = 0, trip; status == 0 && (trip = line_await(line, back)) != over;)
		if (trip == back + 1)
			atomic_store_explicit(&line->trip, back += 2, memory_order_release);
		else
			status = answer_else(line, trip, back);
	return status;
}

static int round_trip(void *context)
{
	struct pair *pair = context;
	uint64_t there = pair->trip + 1;
	atomic_store_explicit(&pair->line->trip, there, memory_order_release);
	pair->trip = line_await(pair->line, there);
	return line_check(pair->trip, there + 1);
}

static int usage(void *context, struct usage *usage)
{
	const struct pair *pair = context;
	atomic_store_explicit(&pair->line->trip, book, memory_order_release);
	int status = line_check(line_await(pair->line, book), pair->trip);
	return status < 0 ? status : team_usage(pair->team, usage);
}

static int pair_time(struct pair *pair, enum between between, const struct placement *placement, struct trial *trial)
{
	struct team_config config = {
		.between = between, .members_n = 1, .placement = placement, .context = pair, .body = answer};
	int status = team_open(&pair->team, &config, trial);
	if (status < 0)
		return status;
	status = trial_run(trial, &(struct operation){pair, round_trip, .usage = usage});
	if (status < 0)
		return status; // the runner ends, and the other with it
	atomic_store_explicit(&pair->line->trip, over, memory_order_release);
	return team_close(pair->team);
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
		status = status_say(EINVAL, "from and to are one CPU: two that spin need two");
	if (status == 0)
		status = placement_on(trial->topology, (int[]){(int)from, (int)to}, 2, &placement);
	if (status < 0)
		return status;
	struct pair pair = {.line = shared_map(sizeof *pair.line)};
	status = pair.line ? pair_time(&pair, between, placement, trial) : -ENOMEM;
	if (status < 0)
		return status; // a thread may still look at the line; the runner ends now
	munmap(pair.line, sizeof *pair.line);
	placement_free(placement);
	return 0;
}

// Of the CPUs that the word "cpus" stands for, evenly those that quick is content with.
static bool quick_wants(const struct topology *topology, uint64_t cpu)
{
	unsigned cpus_n = topology_cpus_n(topology);
	unsigned planned_step = (cpus_n + AXIS_VALUES_MAX - 1) / AXIS_VALUES_MAX;
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

// There and back is one trip, whoever begins: half of the matrix tells all. `full` and whoever asks see the other half.
static const char *why_not(const struct plan_options *options, const struct spec *spec)
{
	uint64_t from, to;
	if (spec_axis_count(spec, "from", 0, INT32_MAX, &from) < 0 || spec_axis_count(spec, "to", 0, INT32_MAX, &to) < 0)
		return "";
	if (from == to)
		return topology_cpus_n(options->topology) > 1 ? "" : "one CPU is allowed here, and a round trip needs two";
	if (!is_allowed(options->topology, from) || !is_allowed(options->topology, to))
		return "one of the two CPUs is not among those allowed here";
	bool asked = plan_axis_values(options, "from")->n > 0 || plan_axis_values(options, "to")->n > 0;
	if (asked || options->full)
		return NULL;
	return from < to && quick_wants(options->topology, from) && quick_wants(options->topology, to) ? NULL : "";
}

static int plan(const struct plan_options *options, struct record *record)
{
	return axis_product_plan("cores", options, record);
}

static int check_cpu(const char *value)
{
	uint64_t cpu;
	if (units_parse_count(value, 0, INT32_MAX, &cpu) == 0)
		return 0;
	return status_say(EINVAL, "CPU '%s' (the kernel's number of an allowed one)", value);
}

static const struct experiment_axis axes[] = {
	{"from", "cpus", NULL, "CPUs that begin a round trip, by the kernel's numbers; cpus: every allowed one", check_cpu},
	{"to", "cpus", NULL, "CPUs that answer it; cpus: every allowed one", check_cpu},
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
	.summary = "round trips from CPU to CPU over one shared cache line, spinning",
	.axes = "from to between",
	.suites = "ipc full",
	.own_axes = axes,
	.plots = plots,
	.why_not = why_not,
	.plan = plan,
	.visit = {.trial = trial, .visit_ns = 3000000},
};
