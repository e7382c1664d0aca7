// A class of pairs: a visit measures many of them, drawn by the run's seed, each on a cache line that nobody used
// before. Both workers move from pair to pair. What a pair took stands in the trial beside its CPUs.
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "base/clock.h"
#include "base/rng.h"
#include "base/status.h"
#include "bench/cores/cores.h"
#include "bench/plan/axis_product.h"
#include "bench/team/team.h"
#include "host/place.h"

enum order { ORDER_PAIR, ORDER_END };

// Two cache lines each, because prefetchers fetch a line's neighbour, too.
struct sweep_line {
	_Alignas(128) _Atomic uint64_t trip; ///< odd: a request; even: its reply
};

struct sweep_shared {
	_Alignas(128) _Atomic uint64_t order;  ///< number of the last order
	_Alignas(128) _Atomic uint64_t obeyed; ///< … that the member has begun to carry out
	_Alignas(128) enum order what;
	uint32_t cpu;  ///< where the member is to be: an index of topology_cpus()
	uint32_t line; ///< of this pair
	struct sweep_line lines[];
};

struct cpu_pair {
	uint16_t cpu[2]; ///< indices of topology_cpus()
};

struct sweep {
	struct trial *trial;
	struct sweep_shared *shared;
	struct placement *placement; ///< worker w: on CPU w of topology_cpus()
	struct cpu_pair *pairs;      ///< of the class
	uint32_t *drawn;             ///< their indices, shuffled
	uint32_t pairs_n;
	uint32_t runs_n; ///< pairs measured in this visit, the one to warm up included
	uint64_t took_ns;
	struct team *team;
};

unsigned cores_visit_pairs(uint32_t class_pairs_n)
{
	uint32_t n = (class_pairs_n + CORES_ROUNDS_N - 1) / CORES_ROUNDS_N;
	return n < CORES_PAIRS_LEAST ? CORES_PAIRS_LEAST : n > CORES_PAIRS_MOST ? CORES_PAIRS_MOST : n;
}

static int answer_trips(struct sweep_line *line)
{
	for (uint64_t reply = 0; reply < 2 * (CORES_WARM_TRIPS_N + CORES_TIMED_TRIPS_N);) {
		uint64_t trip = cores_wait_for_change(&line->trip, reply);
		if (trip != reply + 1)
			return status_say(EBADMSG, "the cache line holds %llu instead of %llu", (unsigned long long)trip,
			                  (unsigned long long)reply + 1);
		atomic_store_explicit(&line->trip, reply += 2, memory_order_release);
	}
	return 0;
}

static int answer(struct team_member *member)
{
	const struct sweep *sweep = member->context;
	struct sweep_shared *shared = sweep->shared;
	int status = 0;
	for (uint64_t order = 0; status == 0;) {
		order = cores_wait_for_change(&shared->order, order);
		if (shared->what == ORDER_END)
			return 0;
		status = placement_apply(sweep->placement, shared->cpu);
		if (status < 0)
			return status;
		atomic_store_explicit(&shared->obeyed, order, memory_order_release);
		status = answer_trips(&shared->lines[shared->line]);
	}
	return status;
}

static void order_give(struct sweep_shared *shared, enum order what)
{
	shared->what = what;
	uint64_t order = atomic_load_explicit(&shared->order, memory_order_relaxed) + 1;
	atomic_store_explicit(&shared->order, order, memory_order_release);
}

// Once the member carries out the last order.
static void order_await(struct sweep_shared *shared)
{
	uint64_t order = atomic_load_explicit(&shared->order, memory_order_relaxed);
	while (atomic_load_explicit(&shared->obeyed, memory_order_acquire) != order)
		;
}

static int trips_make(struct sweep_line *line, uint64_t request, unsigned trips_n)
{
	for (unsigned i = 0; i < trips_n; i++, request += 2) {
		atomic_store_explicit(&line->trip, request, memory_order_release);
		uint64_t reply = cores_wait_for_change(&line->trip, request);
		if (reply != request + 1)
			return status_say(EBADMSG, "the cache line holds %llu instead of %llu", (unsigned long long)reply,
			                  (unsigned long long)request + 1);
	}
	return 0;
}

// Pairs in the order drawn, each round going on where the round before ended; the run to warm up takes the first.
static struct cpu_pair pair_now(const struct sweep *sweep)
{
	uint64_t visit_n = sweep->trial->iterations_n, before_n = sweep->runs_n ? sweep->runs_n - 1 : 0;
	uint64_t position = (sweep->trial->round * visit_n + before_n) % sweep->pairs_n;
	return sweep->pairs[sweep->drawn[position]];
}

static int pair_run(void *context)
{
	struct sweep *sweep = context;
	struct sweep_shared *shared = sweep->shared;
	struct cpu_pair pair = pair_now(sweep);
	struct sweep_line *line = &shared->lines[sweep->runs_n];
	shared->cpu = pair.cpu[1];
	shared->line = sweep->runs_n++;
	order_give(shared, ORDER_PAIR);
	int status = placement_apply(sweep->placement, pair.cpu[0]);
	if (status < 0)
		return status;
	order_await(shared);
	if ((status = trips_make(line, 1, CORES_WARM_TRIPS_N)) < 0)
		return status;
	uint64_t begin_ns = clock_now_ns();
	status = trips_make(line, 2 * CORES_WARM_TRIPS_N + 1, CORES_TIMED_TRIPS_N);
	sweep->took_ns = clock_now_ns() - begin_ns;
	return status;
}

static uint64_t pair_took_ns(void *context)
{
	const struct sweep *sweep = context;
	struct trial *trial = sweep->trial;
	const struct topology_cpu *cpus = topology_cpus(trial->topology);
	uint64_t position = (trial->round * trial->iterations_n + trial->pairs_n) % sweep->pairs_n;
	struct cpu_pair pair = sweep->pairs[sweep->drawn[position]];
	if (trial->pairs_n < TRIAL_ITERATIONS_MAX)
		trial->pair[trial->pairs_n++] = (struct trial_pair){cpus[pair.cpu[0]].os_index, cpus[pair.cpu[1]].os_index};
	return sweep->took_ns;
}

static uint64_t pair_trips_n(void *context)
{
	(void)context;
	return CORES_TIMED_TRIPS_N;
}

// Moving from pair to pair takes CPU time and page faults that no round trip does.
static void forget_usage(struct trial *trial)
{
	static const enum metric metrics[] = {METRIC_cpu_ns, METRIC_cpu_other_ns, METRIC_faults_n,
	                                      METRIC_switches_voluntary_n, METRIC_switches_involuntary_n};
	for (size_t i = 0; i < sizeof metrics / sizeof *metrics; i++)
		trial->value[metrics[i]] = NAN;
}

// Every pair of the class, and an order to draw them in: the same for threads and processes.
static int pairs_draw(struct sweep *sweep, enum place place)
{
	const struct topology *topology = sweep->trial->topology;
	const struct topology_cpu *cpus = topology_cpus(topology);
	unsigned cpus_n = topology_cpus_n(topology);
	size_t most_n = (size_t)cpus_n * (cpus_n - 1) / 2 + 1;
	sweep->pairs = malloc(most_n * sizeof *sweep->pairs);
	sweep->drawn = malloc(most_n * sizeof *sweep->drawn);
	if (!sweep->pairs || !sweep->drawn)
		return status_fail(ENOMEM, "%zu pairs of CPUs", most_n);
	for (unsigned a = 0; a < cpus_n; a++)
		for (unsigned b = a + 1; b < cpus_n; b++)
			if (place_of(&cpus[a], &cpus[b]) == place) {
				sweep->drawn[sweep->pairs_n] = sweep->pairs_n;
				sweep->pairs[sweep->pairs_n++] = (struct cpu_pair){{(uint16_t)a, (uint16_t)b}};
			}
	if (sweep->pairs_n == 0)
		return status_say(ENOTSUP, "this machine has no CPU pair in that position");
	struct rng rng = {sweep->trial->seed};
	rng_shuffle(&rng, sweep->drawn, sweep->pairs_n);
	return 0;
}

static int placement_make(struct sweep *sweep)
{
	const struct topology *topology = sweep->trial->topology;
	unsigned cpus_n = topology_cpus_n(topology);
	int *cpu = malloc(cpus_n * sizeof *cpu);
	if (!cpu)
		return status_fail(ENOMEM, "%u CPUs", cpus_n);
	for (unsigned i = 0; i < cpus_n; i++)
		cpu[i] = topology_cpus(topology)[i].os_index;
	int status = placement_on(topology, cpu, cpus_n, &sweep->placement);
	free(cpu);
	return status;
}

static int sweep_run(struct sweep *sweep, enum between between)
{
	struct team_config config = {
		.between = between, .members_n = 1, .placement = sweep->placement, .context = sweep, .body = answer};
	int status = team_open(&sweep->team, &config, sweep->trial);
	if (status < 0)
		return status;
	struct operation operation = {
		.context = sweep, .run = pair_run, .took_ns = pair_took_ns, .operations_n = pair_trips_n};
	status = trial_run(sweep->trial, &operation);
	if (status < 0)
		return status; // the runner ends, and the worker with it
	forget_usage(sweep->trial);
	order_give(sweep->shared, ORDER_END);
	return team_close(sweep->team);
}

int cores_sweep_trial(const struct spec *spec, struct trial *trial)
{
	struct sweep sweep = {.trial = trial};
	enum between between;
	enum place place;
	int status = team_between(spec, &between);
	if (status == 0)
		status = place_parse(spec_get(spec, "place"), &place);
	if (status == 0)
		status = pairs_draw(&sweep, place);
	if (status == 0)
		status = placement_make(&sweep);
	if (status < 0)
		return status;
	// Not calibrated: how many pairs a visit measures follows from how many there are.
	if (trial->iterations_n == 0)
		trial->iterations_n = cores_visit_pairs(sweep.pairs_n);
	size_t bytes = sizeof *sweep.shared + (trial->iterations_n + 1) * sizeof *sweep.shared->lines;
	sweep.shared = shared_map(bytes);
	status = sweep.shared ? sweep_run(&sweep, between) : -ENOMEM;
	if (status < 0)
		return status; // a thread may still use the memory; the runner ends now
	munmap(sweep.shared, bytes);
	placement_free(sweep.placement);
	free(sweep.pairs);
	free(sweep.drawn);
	return 0;
}
